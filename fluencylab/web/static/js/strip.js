// The line over the page while the model is fetched or started: asked again until it is ready, then now and then.
const SOON = 700;
const LATER = 5000;

export function watchStrip() {
  const strip = document.getElementById("model-strip");
  if (strip) setTimeout(look, strip.dataset.state === "ready" ? LATER : SOON);
}

async function look() {
  const old = document.getElementById("model-strip");
  let wait = LATER;
  try {
    const answer = await fetch("/model/strip");
    if (answer.ok) {
      const fresh = fragment(await answer.text()).firstElementChild;
      if (fresh.outerHTML !== old.outerHTML) old.replaceWith(fresh);
      wait = fresh.dataset.state === "ready" || fresh.dataset.state === "broken" ? LATER : SOON;
    }
  } catch {
    old.dataset.state = "broken";
    old.textContent = "The lab does not answer. Start it again in the terminal: fluency. What you did is kept.";
  }
  if (!document.hidden) setTimeout(look, wait);
  else document.addEventListener("visibilitychange", look, { once: true });
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}
