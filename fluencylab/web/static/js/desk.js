// A desk: a form whose numbers are worked out in the page at every move. What was set outlives a new run and stands in the address.
import { field, find, isField } from "./dom.js";

/**
 * The interval of stats.wilson, 95 %.
 * @param {number} hits
 * @param {number} n
 * @returns {[number, number]}
 */
export function wilson(hits, n) {
  if (!n) return [0, 1];
  const z = 1.959963984540054;
  const share = hits / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [hits ? Math.max(0, centre - half) : 0, Math.min(1, centre + half)];
}

/**
 * What was set before this page was loaded.
 * @param {string[]} names
 * @returns {Map<string, string>}
 */
export function heldInAddress(names) {
  const asked = new URL(location.href).searchParams;
  return new Map(names.flatMap((name) => (asked.has(name) ? [[name, asked.get(name) ?? ""]] : [])));
}

/**
 * @param {Map<string, string>} held what somebody set
 * @param {(desk: HTMLElement, controls: HTMLFormElement) => void} work draws the desk from what its controls hold
 */
export function wireDesk(held, work) {
  const desk = find(document, "#desk", HTMLElement);
  const controls = find(document, "#desk-form", HTMLFormElement);
  if (!desk || !controls) return;
  controls.dataset.desk = "here"; // nothing is asked of the lab (lab.js): it is worked out here
  for (const [name, value] of held) {
    const input = field(controls, name);
    if (!input) continue;
    input.value = value;
    input.dispatchEvent(new Event("input"));
  }
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("input", (event) => {
    if (isField(event.target) && event.target.name) held.set(event.target.name, event.target.value);
    work(desk, controls);
    remember(held);
  });
  if (!held.size) return;
  work(desk, controls);
  remember(held);
}

/**
 * In the address of the page, so that a reload and a link show it again.
 * @param {Map<string, string>} held
 */
export function remember(held) {
  const address = new URL(location.href);
  for (const [name, value] of held) address.searchParams.set(name, value);
  history.replaceState(null, "", address);
}

/**
 * The number in a control, kept within its bounds; `otherwise` where it holds none.
 * @param {HTMLFormElement} controls
 * @param {string} name
 * @param {number} otherwise
 */
export function within(controls, name, otherwise) {
  const input = field(controls, name);
  if (!(input instanceof HTMLInputElement)) return otherwise;
  const value = Number.parseFloat(input.value);
  return Number.isFinite(value) ? Math.min(Number(input.max), Math.max(Number(input.min), value)) : otherwise;
}
