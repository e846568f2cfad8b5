// The grounding lab: the desk is worked out at every move (interfaces.js).
import { wireDesk, within } from "../../js/desk.js";
import { all, field, find, need } from "../../js/dom.js";
import { fixed, round } from "../../js/figures.js";
import { outcomes } from "./interfaces.js";

/** @typedef {import("./interfaces.js").Sign} Sign */

const result = need(document, "#result", HTMLElement);
/** @type {Map<string, string>} what was set on the desk outlives a new run */
const held = new Map();

/**
 * @param {HTMLElement} desk
 * @param {HTMLFormElement} controls
 */
function work(desk, controls) {
  const answers = JSON.parse(desk.dataset.answers ?? "[]");
  const line = within(controls, "line", 0);
  const unanswerable = within(controls, "unanswerable", 20);
  const sign = signOf(controls, desk);
  const strip = find(desk, "#desk-strip", HTMLElement);
  if (strip) answerLess(desk, strip, sign, line);
  put(desk, "unanswerable", round(unanswerable * 10));
  for (const row of all(desk, "[data-face]", HTMLElement)) {
    const face = row.dataset.face;
    if (face !== "bare" && face !== "sources" && face !== "abstain" && face !== "check") continue;
    drawFace(row, outcomes(answers, face, unanswerable / 100, line, sign));
  }
}

/**
 * What is chosen; without a choice, the sign that the answers have.
 * @param {HTMLFormElement} controls
 * @param {HTMLElement} desk
 * @returns {Sign}
 */
function signOf(controls, desk) {
  const chosen = field(controls, "sign")?.value;
  if (chosen) return chosen === "self_consistency" ? "self_consistency" : "mean_token_probability";
  return find(desk, "#desk-strip > i", HTMLElement)?.dataset.mean_token_probability === "" ? "self_consistency" : "mean_token_probability";
}

/**
 * @param {HTMLElement} row
 * @param {import("./interfaces.js").Outcomes} told
 */
function drawFace(row, told) {
  const says = { "[data-v]": fixed(told.wrong), "[data-open]": fixed(told.open), "[data-right]": fixed(told.right) };
  for (const [place, text] of Object.entries(says)) need(row, place, HTMLElement).textContent = text;
  need(row, "[data-i]", HTMLElement).textContent = `${fixed(told.low)} to ${fixed(told.high)}`;
  const interval = need(row, ".interval", SVGElement);
  interval.setAttribute("x", `${told.low / 10}%`);
  interval.setAttribute("width", `${(told.high - told.low) / 10}%`);
  need(row, ".disc", SVGElement).setAttribute("cx", `${told.wrong / 10}%`);
}

/**
 * @param {HTMLElement} desk
 * @param {HTMLElement} strip
 * @param {Sign} sign
 * @param {number} line
 */
function answerLess(desk, strip, sign, line) {
  const sure = (/** @type {HTMLElement} */ mark) => Number(mark.dataset[sign]);
  const marks = all(strip, "i", HTMLElement).sort((a, b) => sure(b) - sure(a));
  strip.append(...marks);
  for (const mark of marks) mark.classList.toggle("held", sure(mark) < line);
  const kept = marks.filter((mark) => !mark.classList.contains("held"));
  const right = kept.filter((mark) => mark.classList.contains("right")).length;
  put(desk, "kept", kept.length);
  put(desk, "right", right);
  put(desk, "are", right === 1 ? "is" : "are");
}

/**
 * @param {HTMLElement} desk
 * @param {string} name
 * @param {string | number} value
 */
function put(desk, name, value) {
  for (const place of all(desk, `[data-d="${name}"]`, HTMLElement)) place.textContent = String(value);
}

wireDesk(held, work);
result.addEventListener("lab:drawn", () => wireDesk(held, work));
