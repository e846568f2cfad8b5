// Figures that answer to the hand. Every state was worked out by the server; here it is only shown: attributes and words change places.
import { all, at, find, need } from "./dom.js";

/** @typedef {{ name: string, shown: string[], told: string[], label: string, first: number }} Control */
/** @typedef {[number, string, (string | null)[], number[]]} Column an element's number, an attribute, its values, which of them each state has */
/** @typedef {{ controls: Control[], sentence: Column[], picture: Column[] }} States */

const QUIET = 700; // milliseconds without a change, after which the sentence is said aloud
const MARKS = { "\ue001": "strong", "\ue002": "code" };
const MARKED = /([\ue001\ue002])([^\ue000]*)\ue000/;

/** @param {HTMLElement} figure */
function wire(figure) {
  const states = /** @type {States} */ (JSON.parse(need(figure, "[data-states]", HTMLScriptElement).text));
  const { controls } = states;
  const chosen = controls.map((one) => one.first);
  const parts = [
    ...bind(need(figure, ".fig-says", HTMLElement), states.sentence),
    ...bind(need(figure, ".fig-picture", HTMLElement), states.picture),
  ];
  const told = need(figure, "[data-told]", HTMLElement);
  let waiting = 0;

  /**
   * @param {string} name
   * @param {number} value
   */
  function set(name, value) {
    const i = controls.findIndex((one) => one.name === name);
    const control = controls[i];
    if (!control) return;
    const kept = Math.max(0, Math.min(control.shown.length - 1, value));
    if (chosen[i] === kept) return;
    chosen[i] = kept;
    const state = controls.reduce((sum, one, j) => sum * one.shown.length + (chosen[j] ?? 0), 0);
    for (const part of parts) part(state);
    show(figure, control, kept);
    clearTimeout(waiting);
    waiting = window.setTimeout(() => (told.textContent = need(figure, ".fig-says", HTMLElement).textContent), QUIET);
  }

  for (const control of controls) {
    const value = () => chosen[controls.indexOf(control)] ?? 0;
    wireControl(figure, control.name, set);
    for (const dial of all(figure, `[data-dial="${control.name}"]`, HTMLElement)) wireDial(dial, control, value, set);
    for (const field of all(figure, `[data-drag="${control.name}"]`, SVGElement)) wireDrag(field, control, set);
    show(figure, control, value());
  }
  need(figure, ".fig-picture", HTMLElement).addEventListener("click", (event) => {
    const [name, value] = at(event)?.closest("[data-set]")?.getAttribute("data-set")?.split(":") ?? [];
    if (name) set(name, Number(value));
  });
}

/**
 * What each column does for a state.
 * @param {HTMLElement} place
 * @param {Column[]} columns
 */
function bind(place, columns) {
  return columns.flatMap(([number, name, values, which]) => {
    const element = place.matches(`[data-n="${number}"]`) ? place : find(place, `[data-n="${number}"]`, Element);
    if (!element) return [];
    /** @type {number | undefined} */
    let last;
    /** @param {number} state */
    const turn = (state) => {
      if (which[state] === last) return;
      last = which[state];
      const value = values[last ?? 0] ?? null;
      if (name === "words") element.replaceChildren(...words(value ?? ""));
      else if (value === null) element.removeAttribute(name);
      else element.setAttribute(name, value);
    };
    return [turn];
  });
}

/**
 * Words in which some are strong, and some the model's.
 * @param {string} said
 */
function words(said) {
  return said.split(MARKED).reduce(
    (made, text, i, whole) => {
      if (i % 3 === 0 && text) made.push(document.createTextNode(text));
      if (i % 3 !== 2) return made;
      const inside = document.createElement(MARKS[/** @type {keyof typeof MARKS} */ (whole[i - 1])]);
      inside.textContent = text;
      made.push(inside);
      return made;
    },
    /** @type {Node[]} */ ([]),
  );
}

/**
 * A control's value, wherever it is seen.
 * @param {HTMLElement} figure
 * @param {Control} control
 * @param {number} value
 */
function show(figure, control, value) {
  const shown = control.shown[value] ?? "";
  const told = control.told[value] ?? "";
  for (const dial of all(figure, `[data-dial="${control.name}"]`, HTMLElement)) {
    dial.setAttribute("aria-valuenow", String(value));
    dial.setAttribute("aria-valuetext", told);
    dial.textContent = shown;
  }
  const place = need(figure, `[data-control="${control.name}"]`, HTMLElement);
  for (const input of all(place, "input", HTMLInputElement)) {
    if (input.type === "range") {
      input.value = String(value);
      input.setAttribute("aria-valuetext", told);
    } else input.checked = input.type === "radio" ? Number(input.value) === value : value === 1;
  }
  const output = find(place, "output", HTMLOutputElement);
  if (output) output.textContent = shown;
}

/** @typedef {(name: string, value: number) => void} Setter */

/**
 * @param {HTMLElement} figure
 * @param {string} name
 * @param {Setter} set
 */
function wireControl(figure, name, set) {
  need(figure, `[data-control="${name}"]`, HTMLElement).addEventListener("input", (event) => {
    const input = event.target;
    if (input instanceof HTMLInputElement) set(name, input.type === "checkbox" ? Number(input.checked) : Number(input.value));
  });
}

const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5, Home: -1e6, End: 1e6 };
const PIXELS = 12; // of a drag for one step: for a whole scale at least 150, at most 400

/**
 * A value in the sentence: drag it, or take it with the keyboard; where there are only a few, a click takes the next.
 * @param {HTMLElement} dial
 * @param {Control} control
 * @param {() => number} value
 * @param {Setter} set
 */
function wireDial(dial, control, value, set) {
  const last = control.shown.length - 1;
  const told = { role: "slider", tabindex: "0", "aria-label": control.label, "aria-valuemin": "0", "aria-valuemax": String(last) };
  for (const [name, text] of Object.entries(told)) dial.setAttribute(name, text);
  dial.addEventListener("keydown", (event) => {
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    set(control.name, value() + step);
  });
  const step = Math.max(150, Math.min(400, last * PIXELS)) / last;
  dial.addEventListener("pointerdown", (event) => {
    const [begun, from] = [event.clientX, value()];
    let moved = false;
    follow(dial, event, (now) => {
      moved ||= Math.abs(now.clientX - begun) > 3;
      set(control.name, from + Math.round((now.clientX - begun) / step));
    });
    dial.addEventListener("pointerup", () => !moved && last < 6 && set(control.name, (value() + 1) % (last + 1)), { once: true });
  });
}

/**
 * A place in the picture: the value follows the pointer, and the whole width is the whole scale.
 * @param {SVGElement} field
 * @param {Control} control
 * @param {Setter} set
 */
function wireDrag(field, control, set) {
  /** @param {PointerEvent} event */
  const take = (event) => {
    const box = field.getBoundingClientRect();
    set(control.name, Math.round(((event.clientX - box.left) / box.width) * (control.shown.length - 1)));
  };
  field.addEventListener("pointerdown", (event) => {
    take(event);
    follow(field, event, take);
  });
}

/**
 * Until the pointer is let go, wherever it goes.
 * @param {HTMLElement | SVGElement} held
 * @param {PointerEvent} event
 * @param {(event: PointerEvent) => void} moved
 */
function follow(held, event, moved) {
  held.setPointerCapture(event.pointerId);
  const listening = new AbortController();
  held.addEventListener("pointermove", (now) => now instanceof PointerEvent && moved(now), { signal: listening.signal });
  for (const end of ["pointerup", "pointercancel"]) held.addEventListener(end, () => listening.abort(), { signal: listening.signal });
}

for (const figure of all(document, "[data-figure]", HTMLElement)) wire(figure);
