// Back and Forward show a page as the browser kept it, without asking. Here it is asked: where the page is another one by now, it is loaded
// anew; where it is the same, what was typed and chosen on it stays.

const [arrived] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
const shown = arrived?.serverTiming?.find((one) => one.name === "page")?.description ?? "";

addEventListener("pageshow", async (event) => {
  if (!event.persisted && arrived?.type !== "back_forward") return;
  const now = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" }).catch(() => null);
  if (now && (!shown || now.headers.get("ETag") !== `W/"${shown}"`)) location.reload();
});
