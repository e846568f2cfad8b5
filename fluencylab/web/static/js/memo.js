// A measurement is put where the learner last wrote in the memo.
import { all, need } from "./dom.js";

const form = need(document, "#memo-form", HTMLFormElement);
let last = all(form, "textarea", HTMLTextAreaElement)[1] ?? null;

form.addEventListener("focusin", (event) => {
  if (event.target instanceof HTMLTextAreaElement) last = event.target;
});

form.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-tag]") : null;
  if (!(button instanceof HTMLButtonElement) || !last) return;
  const { selectionStart: start, selectionEnd: end, value } = last;
  const before = value.slice(0, start);
  const gap = before && !/\s$/.test(before) ? " " : "";
  last.setRangeText(`${gap}${button.dataset.tag ?? ""}`, start, end, "end");
  last.dispatchEvent(new Event("input", { bubbles: true }));
  last.focus();
});
