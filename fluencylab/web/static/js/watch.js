// A run, watched live: its sheet is drawn by the server again as steps come in, and what is being written appears at once.
import { drawCharts } from "./charts.js";
import { redraw } from "./redraw.js";
import { fragment } from "./strip.js";
import { wireWidgets } from "./widgets.js";

const REDRAW = 200;

export function watchSheets(root = document) {
  for (const place of root.querySelectorAll("[data-sheet]")) {
    const sheet = place.querySelector("[data-run]");
    if (sheet && !["done", "failed", "cancelled"].includes(sheet.dataset.status)) watch(place, sheet.dataset.run);
  }
}

// Follow a run and keep `place` drawn. Resolves with the last state when the run has ended.
export function watch(place, run, { onEvent, onPartial } = {}) {
  return new Promise((resolve) => {
    const source = new EventSource(`/runs/${run}/events`);
    let timer = 0;
    let drawing = Promise.resolve();
    const soon = (wait = REDRAW) => {
      if (timer) return;
      timer = setTimeout(() => {
        timer = 0;
        // a server that is gone for a while costs a drawing, not all that come after it
        drawing = drawing.then(() => draw(place, run)).catch(() => {});
      }, wait);
    };
    source.addEventListener("step", (event) => {
      onEvent?.("step", JSON.parse(event.data));
      soon();
    });
    source.addEventListener("partial", (event) => {
      const { answers } = JSON.parse(event.data);
      if (!onPartial?.(place, answers)) show(place, answers);
    });
    source.addEventListener("state", () => soon());
    source.addEventListener("end", async (event) => {
      source.close();
      clearTimeout(timer);
      await drawing;
      try {
        if (place.dataset.then === "reload") await reload();
        else await draw(place, run);
      } catch {
        // the server went away with its last word: what is drawn stays
      }
      resolve(JSON.parse(event.data));
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  });
}

async function draw(place, run) {
  const answer = await fetch(`/runs/${run}/sheet`);
  if (!answer.ok) return;
  const written = new Map([...place.querySelectorAll("[data-call]")].map((e) => [e.dataset.call, e.textContent]));
  const fresh = fragment(await answer.text());
  for (const element of fresh.querySelectorAll("[data-call]")) {
    const text = written.get(element.dataset.call);
    if (text && !element.textContent.trim()) fill(element, text);
  }
  const focused = place.contains(document.activeElement) && document.activeElement.closest("form")?.getAttribute("action");
  redraw(place, fresh);
  if (focused) place.querySelector(`form[action="${CSS.escape(focused)}"] button`)?.focus();
  wireWidgets(place);
  drawCharts(place);
}

// Answers being written: always text, never markup.
function show(place, answers) {
  for (const { call, text } of answers) {
    const element = place.querySelector(`[data-call="${CSS.escape(call)}"]`);
    if (element) fill(element, text);
  }
}

function fill(element, text) {
  element.classList.add("writing");
  element.textContent = text;
}

// The whole page has moved on: fetch it and put its article in place of this one, without losing the reader's place.
async function reload() {
  const answer = await fetch(location.pathname + location.search);
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const main = document.getElementById("main");
  const here = main.contains(document.activeElement) || document.activeElement === document.body;
  const typed = [...main.querySelectorAll("textarea[data-draft]")];
  const writing = typed.find((box) => box === document.activeElement);
  main.replaceChildren(...next.childNodes);
  const { wire } = await import("./page.js");
  wire(main);
  for (const before of typed) keepTyped(before, before === writing);
  // The comparison comes into sight with the question under it; the keyboard goes on from the question.
  if (here) main.querySelector("#see")?.focus({ preventScroll: true });
  main.querySelector(".compare")?.scrollIntoView({ block: "start", behavior: "instant" });
}

// What was typed while the page was fetched stays, and so does the caret.
function keepTyped(before, writing) {
  const box = document.getElementById(before.id);
  if (!box) return;
  if (box.value !== before.value) {
    box.value = before.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!writing) return;
  box.focus({ preventScroll: true });
  box.setSelectionRange(before.selectionStart, before.selectionEnd);
}
