// The metrics lab: the desk is worked out at every move (confusion.js), and each mark is kept as it is given.
import { heldInAddress, wireDesk, within } from "../../js/desk.js";
import { all, field, find, isField, need } from "../../js/dom.js";
import { fixed, grouped, percent } from "../../js/figures.js";
import { cheapest, cost, curve, matrix, metrics, people } from "./confusion.js";

/** @typedef {import("./confusion.js").Matrix} Matrix */
/** @typedef {import("./confusion.js").Measure} Measure */

const result = need(document, "#result", HTMLElement);
const form = need(document, "#lab-form", HTMLFormElement);
const CROWD = 500;
const held = heldInAddress(["threshold", "base", "alarm", "miss"]); // outlives a reload, the exercise below it, and a new threshold's run

// The desk

/** @param {HTMLFormElement} controls */
function read(controls) {
  const number = (/** @type {string} */ name) => {
    const control = field(controls, name);
    return within(controls, name, control instanceof HTMLInputElement ? Number(control.defaultValue) : 0);
  };
  return { threshold: number("threshold"), base: number("base"), alarm: number("alarm"), miss: number("miss") };
}

/**
 * @param {HTMLElement} desk
 * @param {HTMLFormElement} controls
 */
function work(desk, controls) {
  const scores = JSON.parse(desk.dataset.scores ?? "[]");
  const set = read(controls);
  const at = matrix(scores, set.threshold);
  const many = people(at, set.base, 1000);
  const best = cheapest(scores, set);
  tell(desk, {
    threshold: fixed(set.threshold, 2),
    hits: at.hit,
    right: at.hit,
    flagged: at.hit + at.alarm,
    base: set.base,
    "p-flagged": many.hit + many.alarm,
    "p-hits": many.hit,
    "p-misses": many.miss,
    cost: euros(cost(at, set)),
    best: best > 1 ? "above every score" : fixed(best, 2),
    "best-cost": euros(cost(matrix(scores, best), set)),
    never: euros(cost(matrix(scores, 1.01), set)),
    always: euros(cost(matrix(scores, 0), set)),
  });
  draw(need(desk, "#desk-set", HTMLElement), at);
  draw(need(desk, "#desk-traffic", HTMLElement), people(at, set.base, CROWD));
  for (const [name, { here, there }] of Object.entries(metrics(at, set.base)))
    row(need(desk, `[data-row="${name}"]`, HTMLElement), here, there);
  need(desk, '[data-row="never"] [data-there]', HTMLElement).textContent = percent(1 - set.base / 100);
  drawCurve(need(desk, ".cost-curve", SVGElement), curve(scores, set), set.threshold);
}

/**
 * @param {HTMLElement} desk
 * @param {Record<string, string | number>} says
 */
function tell(desk, says) {
  for (const [name, text] of Object.entries(says)) {
    for (const place of all(desk, `[data-d="${name}"]`, HTMLElement)) place.textContent = String(text);
  }
}

/**
 * @param {SVGElement} place
 * @param {[threshold: number, cost: number][]} costs
 * @param {number} threshold
 */
function drawCurve(place, costs, threshold) {
  const top = Math.max(...costs.map(([, c]) => c)) || 1;
  const points = costs.map(([t, c]) => `${t * 100},${(38 - (36 * c) / top).toFixed(2)}`).join(" ");
  place.querySelector("polyline")?.setAttribute("points", points);
  for (const end of ["x1", "x2"]) place.querySelector("line")?.setAttribute(end, String(Math.min(100, threshold * 100)));
}

/**
 * @param {HTMLElement} place
 * @param {Matrix} at
 */
function draw(place, at) {
  fillRow(need(place, "[data-found]", HTMLElement), { hit: at.hit, miss: at.miss });
  fillRow(need(place, "[data-other]", HTMLElement), { alarm: at.alarm, left: at.left });
  for (const count of all(place, "[data-p]", HTMLElement)) {
    const name = count.dataset.p;
    if (name === "hit" || name === "miss" || name === "alarm" || name === "left") count.textContent = String(at[name]);
  }
}

/**
 * @param {HTMLElement} line
 * @param {Record<string, number>} kinds
 */
function fillRow(line, kinds) {
  const wanted = Object.entries(kinds).flatMap(([kind, n]) => Array(n).fill(kind));
  while (line.children.length > wanted.length) line.lastChild?.remove();
  while (line.children.length < wanted.length) line.append(document.createElement("i"));
  wanted.forEach((kind, i) => {
    if (line.children[i].className !== kind) line.children[i].className = kind;
  });
}

/**
 * @param {HTMLElement} line
 * @param {Measure} here
 * @param {number | null} there
 */
function row(line, { value, low, high, n }, there) {
  need(line, "[data-v]", HTMLElement).textContent = n ? percent(value) : "nothing flagged";
  need(line, "[data-i]", HTMLElement).textContent = n ? ` ${fixed(low * 100)} to ${fixed(high * 100)}` : "";
  need(line, "[data-there]", HTMLElement).textContent = there === null ? "–" : percent(there);
}

/** @param {number} value */
function euros(value) {
  return `€${grouped(value)}`;
}

// The marks

/** The twenty are not there where the answers of the learner's own product are marked.
 * @param {string} text */
function sayOfMarks(text) {
  const told = find(document, "#marks-says", HTMLElement);
  if (told) told.textContent = text;
}

function marks() {
  return [...new FormData(form)].filter(([name]) => name.startsWith("mark-")).map(([name, mark]) => [name, String(mark)]);
}

/** @param {string[][]} fields */
async function keep(fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch("/labs/metrics/keep", { method: "POST", body, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("not kept");
  return Object.keys(await answer.json()).length;
}

let newest = 0;
let kept = Promise.resolve();

// Every sending holds all marks: one at a time is on its way, then the newest, and only the newest speaks.
function keepAll() {
  newest += 1;
  const mine = newest;
  kept = kept.then(() => (mine === newest ? send(mine) : undefined));
}

/** @param {number} mine */
async function send(mine) {
  const says = await keep(marks()).then(
    (many) => `${many} of 20 marked. Your marks are kept; you can leave and come back.`,
    () => "Not kept: the lab does not answer. Your marks are still on this page; the next one you give sends all of them.",
  );
  if (mine === newest) sayOfMarks(says);
}

form.addEventListener("change", (event) => {
  if (isField(event.target) && event.target.name.startsWith("mark-")) keepAll();
});

find(document, "#marks-forget", HTMLButtonElement)?.addEventListener("click", async (event) => {
  event.preventDefault();
  newest += 1;
  await kept;
  try {
    await keep([["forget", "yes"]]);
    for (const box of all(form, '[name^="mark-"]', HTMLInputElement)) box.checked = false;
    sayOfMarks("Your marks are forgotten. You can mark the twenty again.");
  } catch {
    sayOfMarks("The lab does not answer, so your marks are still kept.");
  }
});

// A new run brings its own base rate and costs; the threshold stays.
form.addEventListener("submit", () => {
  for (const name of ["base", "alarm", "miss"]) held.delete(name);
});

wireDesk(held, work);
result.addEventListener("lab:drawn", () => wireDesk(held, work));
