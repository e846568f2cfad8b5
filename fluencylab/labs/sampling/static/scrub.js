// A number in a sentence that can be dragged, or moved with the arrow keys: it moves the field it names, and the field answers.
import { all } from "../../js/dom.js";

const PIXELS_A_STEP = 5;

/** @param {ParentNode} root */
export function wireScrubs(root) {
  for (const scrub of all(root, "[data-scrub]", HTMLElement)) {
    const field = document.getElementById(scrub.dataset.scrub ?? "");
    if (field instanceof HTMLInputElement && !scrub.getAttribute("role")) wire(scrub, field);
  }
}

/**
 * @param {HTMLElement} scrub
 * @param {HTMLInputElement} field
 */
function wire(scrub, field) {
  const step = Number(field.step) || 1;
  scrub.setAttribute("role", "slider");
  scrub.tabIndex = 0;
  scrub.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`)?.textContent ?? field.name);
  scrub.setAttribute("aria-valuemin", field.min);
  scrub.setAttribute("aria-valuemax", field.max);
  const tell = () => scrub.setAttribute("aria-valuenow", field.value);
  field.addEventListener("input", tell);
  tell();

  const move = (/** @type {number} */ value) => {
    const bounded = Math.min(Number(field.max), Math.max(Number(field.min), value));
    field.value = String(Number((Math.round(bounded / step) * step).toFixed(4)));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  /** @type {{ x: number, value: number } | null} where it was taken */
  let from = null;
  scrub.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, value: Number(field.value) };
    scrub.setPointerCapture(event.pointerId);
    scrub.focus();
    event.preventDefault();
  });
  scrub.addEventListener("pointermove", (event) => {
    if (from) move(from.value + Math.round((event.clientX - from.x) / PIXELS_A_STEP) * step);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    scrub.addEventListener(end, () => {
      from = null;
    });
  }
  /** @type {Record<string, () => number>} */
  const moves = {
    ArrowRight: () => Number(field.value) + step,
    ArrowUp: () => Number(field.value) + step,
    ArrowLeft: () => Number(field.value) - step,
    ArrowDown: () => Number(field.value) - step,
    PageUp: () => Number(field.value) + step * 5,
    PageDown: () => Number(field.value) - step * 5,
    Home: () => Number(field.min),
    End: () => Number(field.max),
  };
  scrub.addEventListener("keydown", (event) => {
    const to = moves[event.key];
    if (!to) return;
    move(to());
    event.preventDefault();
  });
}
