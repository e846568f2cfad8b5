// The first call: the form stays, the answer appears under it as it is written.
import { watch } from "./watch.js";
import { fragment } from "./strip.js";

export const GONE = { message: "The lab does not answer.", fix: "Start it again in the terminal: fluency. What you typed is still here." };

export function wireAsk(root) {
  for (const form of root.querySelectorAll("form[data-ask]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    form.querySelector("textarea")?.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    });
  }
}

async function ask(form) {
  const button = form.querySelector("button[type=submit]");
  const place = document.querySelector("[data-sheet]");
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true"); // and not `disabled`, which would throw the keyboard off it
  try {
    const fields = new FormData(form);
    const params = { prompt: fields.get("prompt"), temperature: Number(fields.get("temperature")), seed: 1 + Math.floor(Math.random() * 9999) };
    const answer = await fetch("/runs", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ instrument: "call", params }),
    });
    const started = await answer.json();
    if (!answer.ok) return tell(place, started);
    place.replaceChildren(fragment(await (await fetch(started.sheet)).text()));
    await watch(place, started.id);
    history.replaceState(null, "", `/first-call?run=${started.id}`);
    await refreshNext();
  } catch {
    tell(place, GONE);
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

export function tell(place, { message, fix }) {
  const notice = document.createElement("div");
  notice.className = "notice notice-broken";
  notice.setAttribute("role", "alert");
  const box = document.createElement("div");
  const said = document.createElement("p");
  said.textContent = message;
  const next = document.createElement("p");
  next.className = "notice-detail";
  next.textContent = fix;
  box.append(said, next);
  notice.append(box);
  place.replaceChildren(notice);
}

// After the first answer there is a next step, and to run again is no longer the first thing to do.
async function refreshNext() {
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.closest("#ask-actions") !== null;
  for (const id of ["next", "ask-actions"]) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id)?.replaceWith(fresh);
  }
  if (focused) document.querySelector("#ask-actions button")?.focus();
}
