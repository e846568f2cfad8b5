// A run, watched live: its sheet is drawn by the server again as steps come in, and what is being written appears at once.
import { drawCharts } from "./charts.js";
import { all, find, fragment, need, page } from "./dom.js";
import { redraw } from "./redraw.js";
import { wireWidgets } from "./widgets.js";

/** @typedef {{ call: string, text: string, thinking?: string, tokens?: [string, number | null][] }} Writing an answer, as far as it is written */

const REDRAW = 200;
const ENDED = ["done", "failed", "cancelled"];

/**
 * The runs that are shown under `root` and still working.
 * @param {ParentNode} root
 */
export function working(root) {
  const going = all(root, "[data-run]", HTMLElement).filter(({ dataset }) => !ENDED.includes(dataset.status ?? ""));
  return going.map(({ dataset }) => dataset.run ?? "");
}

/** @param {ParentNode} root */
export function watchSheets(root) {
  for (const place of root.querySelectorAll("[data-sheet]")) for (const run of working(place)) watch(run);
}

/** @type {Map<string, Promise<void>>} */
const watched = new Map();

/**
 * Follow a run and keep its place drawn, wherever that stands meanwhile. Resolves when the run has ended.
 * @param {string} run
 */
export function watch(run) {
  const before = watched.get(run);
  if (before) return before;
  const ended = followed(run).finally(() => watched.delete(run));
  watched.set(run, ended);
  return ended;
}

/** @param {string} run */
function placeOf(run) {
  const sheet = document.querySelector(`[data-run="${CSS.escape(run)}"]`);
  const place = sheet?.closest("[data-sheet], [data-place]");
  return place instanceof HTMLElement ? place : null;
}

/**
 * @param {string} run
 * @returns {Promise<void>}
 */
function followed(run) {
  return new Promise((resolve) => {
    // what is drawn already need not come again
    const seen = Number(find(document, `[data-run="${CSS.escape(run)}"]`, HTMLElement)?.dataset.seen ?? 0);
    const source = new EventSource(`/runs/${run}/events?after=${seen}`);
    let timer = 0;
    let drawing = Promise.resolve();
    const soon = () => {
      if (timer) return;
      timer = setTimeout(() => {
        timer = 0;
        // a server that is gone for a while costs a drawing, not all that come after it
        drawing = drawing.then(() => draw(run)).catch(() => {});
      }, REDRAW);
    };
    source.addEventListener("step", soon);
    source.addEventListener("partial", (event) => show(placeOf(run), JSON.parse(event.data).answers));
    source.addEventListener("state", soon);
    source.addEventListener("end", async () => {
      source.close();
      clearTimeout(timer);
      await drawing;
      try {
        if (placeOf(run)?.dataset.then === "reload") await reload();
        else await draw(run);
      } catch {
        // the server went away with its last word: what is drawn stays
      }
      resolve();
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  });
}

/** @param {string} run */
async function draw(run) {
  if (!placeOf(run)) return;
  const answer = await fetch(`/runs/${run}/sheet`);
  const place = placeOf(run);
  if (!answer.ok || !place) return;
  const written = new Map(all(place, "[data-call]", HTMLElement).map((line) => [line.dataset.call, line.textContent]));
  const fresh = fragment(await answer.text());
  for (const line of all(fresh, "[data-call]", HTMLElement)) {
    const text = written.get(line.dataset.call);
    if (text && !line.textContent?.trim()) fill(line, text);
  }
  const focused = place.contains(document.activeElement) && document.activeElement?.closest("form")?.getAttribute("action");
  redraw(place, fresh);
  if (focused) find(place, `form[action="${CSS.escape(focused)}"] button`, HTMLButtonElement)?.focus();
  wireWidgets(place);
  drawCharts(place);
}

/**
 * Answers being written: always text, never markup. A lab's script that shows them in another way takes "run:partial" and stops it.
 * @param {HTMLElement | null} place
 * @param {Writing[]} answers
 */
function show(place, answers) {
  if (!place?.dispatchEvent(new CustomEvent("run:partial", { detail: answers, bubbles: true, cancelable: true }))) return;
  for (const { call, text, thinking } of answers) {
    const line = find(place, `[data-call="${CSS.escape(call)}"]`, HTMLElement);
    if (line) fill(line, text || thoughtSoFar(thinking));
  }
}

/** @param {string | undefined} thinking */
function thoughtSoFar(thinking) {
  return thinking ? `(It is thinking: ${thinking.split(/\s+/).length} words so far.)` : "";
}

/**
 * @param {HTMLElement} line
 * @param {string} text
 */
function fill(line, text) {
  line.classList.add("writing");
  line.textContent = text;
}

// The whole page has moved on: fetch it and put its article in place of this one, without losing the reader's place.
async function reload() {
  // a run's own address answers a program that names nothing with JSON
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  const next = need(page(await answer.text()), "main", HTMLElement);
  const main = need(document, "#main", HTMLElement);
  const here = main.contains(document.activeElement) || document.activeElement === document.body;
  const typed = all(main, "textarea[data-draft]", HTMLTextAreaElement);
  const writing = typed.find((box) => box === document.activeElement);
  main.replaceChildren(...next.childNodes);
  main.dispatchEvent(new Event("page:drawn", { bubbles: true }));
  for (const before of typed) keepTyped(before, before === writing);
  // The comparison comes into sight with the question under it; the keyboard goes on from the question.
  if (here) find(main, "#see", HTMLElement)?.focus({ preventScroll: true });
  main.querySelector(".compare")?.scrollIntoView({ block: "start", behavior: "instant" });
}

/**
 * What was typed while the page was fetched stays, and so does the caret.
 * @param {HTMLTextAreaElement} before
 * @param {boolean} writing
 */
function keepTyped(before, writing) {
  const box = document.getElementById(before.id);
  if (!(box instanceof HTMLTextAreaElement)) return;
  if (box.value !== before.value) {
    box.value = before.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (!writing) return;
  box.focus({ preventScroll: true });
  box.setSelectionRange(before.selectionStart, before.selectionEnd);
}
