// The sampling lab: the view that is seen stands in the address, the sliders weigh the bars, and a token has its shade as it is written.
import { drawCharts } from "../../js/charts.js";
import { heldInAddress, wireDesk } from "../../js/desk.js";
import { all, at, field, find, need } from "../../js/dom.js";
import { weigh, wireReset } from "./bars.js";
import { wireScrubs } from "./scrub.js";

const lab = need(document, "#lab", HTMLElement);
const form = need(document, "#lab-form", HTMLFormElement);
const result = need(document, "#result", HTMLElement);
const views = all(form, 'input[name="parts"]', HTMLInputElement);
const held = heldInAddress(["temperature", "top_p", "top_k", "min_p"]); // what the sliders say outlives another prompt

/** @param {HTMLInputElement | undefined} view */
function show(view) {
  if (!view) return;
  view.checked = true;
  view.dispatchEvent(new Event("input", { bubbles: true }));
  drawCharts(result);
}

const inAddress = () => show(views.find((view) => location.hash === `#${view.dataset.hash}`));
addEventListener("hashchange", inAddress);

form.addEventListener("change", (event) => {
  const view = views.find((one) => one === event.target);
  if (!view) return;
  history.replaceState(null, "", `#${view.dataset.hash}`);
  drawCharts(result);
});

lab.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = at(event)?.closest("a[data-show]");
  if (link instanceof HTMLElement) {
    event.preventDefault();
    const view = views.find((one) => one.value === link.dataset.show);
    show(view);
    view?.focus();
    history.replaceState(null, "", `#${view?.dataset.hash}`);
  }
  if (at(event)?.closest("[data-try]")) field(form, "prompt")?.focus();
});

// Tokens as they are written, each with its shade as soon as it is there.
result.addEventListener("run:partial", (event) => {
  const line = event.target instanceof Element ? find(event.target, "[data-start]", HTMLElement) : null;
  const tokens = event.detail[0]?.tokens;
  if (!line || !tokens?.length) return;
  event.preventDefault();
  line.replaceChildren(line.dataset.start ?? "", ...whole(tokens).map(shaded));
});

/**
 * The tokens of one character as one, as likely as all of them together: half of one cannot be drawn.
 * @param {[text: string, logprob: number | null][]} tokens
 */
function whole(tokens) {
  const borders = new Set([0]);
  for (const { index, segment } of new Intl.Segmenter().segment(tokens.map(([text]) => text).join(""))) borders.add(index + segment.length);
  /** @type {[text: string, logprob: number | null][]} */
  const found = [];
  let at = 0;
  let open = false;
  for (const [text, logprob] of tokens) {
    const last = found[found.length - 1];
    if (open && last) {
      last[0] += text;
      last[1] = last[1] === null || logprob === null ? null : last[1] + logprob;
    } else found.push([text, logprob]);
    at += text.length;
    open = !borders.has(at);
  }
  return found;
}

/** @param {[text: string, logprob: number | null]} token */
function shaded([text, logprob]) {
  const token = document.createElement("span");
  token.className = logprob === null ? "token" : `token p${Math.min(9, Math.floor(Math.exp(logprob) * 10))}`;
  token.textContent = text;
  return token;
}

function wire() {
  wireDesk(held, weigh);
  wireReset();
  wireScrubs(result);
}

result.addEventListener("lab:drawn", wire);
wire();
inAddress();
