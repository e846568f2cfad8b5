// The first call: the form stays, the answer appears under it as it is written.
import { find, fragment, need, page } from "./dom.js";
import { GONE, tell } from "./trouble.js";
import { watch } from "./watch.js";

/** @param {ParentNode} root */
export function wireAsk(root) {
  for (const form of root.querySelectorAll("form[data-ask]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    find(form, "textarea", HTMLTextAreaElement)?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const button = need(form, "button[type=submit]", HTMLButtonElement);
  const place = need(document, "[data-sheet]", HTMLElement);
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true"); // and not `disabled`, which would throw the keyboard off it
  place.replaceChildren(onTheWay());
  try {
    const fields = new FormData(form);
    const params = {
      prompt: fields.get("prompt"),
      temperature: Number(fields.get("temperature")),
      seed: 1 + Math.floor(Math.random() * 9999),
    };
    const answer = await fetch("/runs", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ instrument: "call", params }),
    });
    const started = await answer.json();
    if (!answer.ok) return tell(place, started);
    place.replaceChildren(fragment(await (await fetch(started.sheet)).text()));
    await watch(started.id);
    history.replaceState(null, "", `/first-call?run=${started.id}`);
    await refreshNext();
  } catch {
    tell(place, GONE);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** What is said at once, before the lab has answered; a model that is still being loaded takes seconds for its first word. */
function onTheWay() {
  const said = document.createElement("p");
  said.className = "wait";
  said.setAttribute("role", "status");
  const ready = document.getElementById("model-strip")?.dataset.state === "ready";
  said.textContent = ready
    ? "Your words are on their way to the model."
    : "The model is being loaded. Your words wait for it, and the answer appears here.";
  return said;
}

// After the first answer there is a next step, and to run again is no longer the first thing to do.
async function refreshNext() {
  const fresh = page(await (await fetch(location.href)).text());
  const focused = document.activeElement?.closest("#ask-actions") !== null;
  for (const place of ["#next", "#ask-actions", ".rail-next"]) {
    const part = fresh.querySelector(place);
    if (part) document.querySelector(place)?.replaceWith(part);
  }
  if (focused) find(document, "#ask-actions button", HTMLButtonElement)?.focus();
}
