// The metrics lab: the desk is worked out at every move (the arithmetic of labs/metrics/confusion.py), and each mark is kept as it is given.
import { wilson, wireDesk, within } from "/static/js/desk.js";

const result = document.getElementById("result");
const form = document.getElementById("lab-form");
const CROWD = 500;
const NAMES = ["threshold", "base", "alarm", "miss"];
const held = new Map(); // what was set on the desk outlives a reload, the exercise below it, and a new threshold's run
for (const name of NAMES) if (new URL(location.href).searchParams.has(name)) held.set(name, new URL(location.href).searchParams.get(name));

// The desk

export function matrix(scores, threshold) {
  const at = { hit: 0, miss: 0, alarm: 0, left: 0 };
  for (const [score, found] of scores) at[found ? (score >= threshold ? "hit" : "miss") : score >= threshold ? "alarm" : "left"] += 1;
  return at;
}

export function cost(at, { base, alarm, miss }) {
  const missed = at.miss / Math.max(1, at.hit + at.miss), alarmed = at.alarm / Math.max(1, at.alarm + at.left);
  return 1000 * ((base / 100) * missed * miss + (1 - base / 100) * alarmed * alarm);
}

const STEPS = [0, ...Array.from({ length: 19 }, (_, i) => (i + 1) / 20), 1.01];

export function cheapest(scores, set) {
  const costs = STEPS.map((t) => [Math.round(cost(matrix(scores, t), set) * 1e6) / 1e6, Math.abs(t - 0.5), t]);
  return costs.sort((a, b) => a[0] - b[0] || a[1] - b[1])[0][2];
}

export function people(at, base, many) {
  const toFind = Math.round((many * base) / 100);
  const hit = Math.round((toFind * at.hit) / Math.max(1, at.hit + at.miss));
  const alarm = Math.round(((many - toFind) * at.alarm) / Math.max(1, at.alarm + at.left));
  return { hit, miss: toFind - hit, alarm, left: many - toFind - alarm };
}

function read(controls) {
  return Object.fromEntries(NAMES.map((name) => [name, within(controls.elements[name], Number(controls.elements[name].defaultValue))]));
}

function work(desk, controls) {
  const scores = JSON.parse(desk.dataset.scores);
  const set = read(controls);
  const at = matrix(scores, set.threshold);
  const flagged = at.hit + at.alarm, toFind = at.hit + at.miss, n = scores.length;
  const crowd = people(at, set.base, 1000);
  const best = cheapest(scores, set);
  const says = {
    threshold: set.threshold.toFixed(2), hits: at.hit, right: at.hit, flagged, base: set.base,
    "p-flagged": crowd.hit + crowd.alarm, "p-hits": crowd.hit, "p-misses": crowd.miss,
    cost: euros(cost(at, set)), best: best > 1 ? "above every score" : best.toFixed(2), "best-cost": euros(cost(matrix(scores, best), set)),
    never: euros(cost(matrix(scores, 1.01), set)), always: euros(cost(matrix(scores, 0), set)),
  };
  for (const [name, text] of Object.entries(says)) for (const place of desk.querySelectorAll(`[data-d="${name}"]`)) place.textContent = text;
  draw(document.getElementById("desk-set"), at);
  draw(document.getElementById("desk-traffic"), people(at, set.base, CROWD));
  const base = set.base / 100, caught = at.hit / Math.max(1, toFind), alarmed = at.alarm / Math.max(1, n - toFind);
  const together = wilson(at.hit, toFind + at.alarm);
  row(desk, "precision", at.hit, flagged, flagged ? (caught * base) / (caught * base + alarmed * (1 - base)) : null);
  row(desk, "recall", at.hit, toFind, caught);
  row(desk, "accuracy", at.hit + at.left, n, caught * base + (1 - alarmed) * (1 - base));
  fill(desk, "f1", (2 * at.hit) / Math.max(1, 2 * at.hit + at.miss + at.alarm), together.map((j) => (2 * j) / (1 + j)), undefined);
  desk.querySelector('[data-row="never"] [data-there]').textContent = percent(1 - base);
  const costs = [...STEPS.slice(0, -1), 1].map((t) => [t, cost(matrix(scores, t), set)]);
  const top = Math.max(...costs.map(([, c]) => c)) || 1;
  desk.querySelector(".cost-curve polyline").setAttribute("points", costs.map(([t, c]) => `${t * 100},${(38 - (36 * c) / top).toFixed(2)}`).join(" "));
  for (const end of ["x1", "x2"]) desk.querySelector(".cost-curve line").setAttribute(end, Math.min(100, set.threshold * 100));
}

function draw(place, at) {
  fillRow(place.querySelector("[data-found]"), [["hit", at.hit], ["miss", at.miss]]);
  fillRow(place.querySelector("[data-other]"), [["alarm", at.alarm], ["left", at.left]]);
  for (const count of place.querySelectorAll("[data-p]")) count.textContent = at[count.dataset.p];
}

function fillRow(line, kinds) {
  const wanted = kinds.flatMap(([kind, n]) => Array(n).fill(kind));
  while (line.children.length > wanted.length) line.lastChild.remove();
  while (line.children.length < wanted.length) line.append(document.createElement("i"));
  wanted.forEach((kind, i) => {
    if (line.children[i].className !== kind) line.children[i].className = kind;
  });
}

function row(desk, name, hits, n, there) {
  fill(desk, name, n ? hits / n : null, wilson(hits, n), there);
}

function fill(desk, name, value, [low, high], there) {
  const line = desk.querySelector(`[data-row="${name}"]`);
  line.querySelector("[data-v]").textContent = value === null ? "nothing flagged" : percent(value);
  line.querySelector("[data-i]").textContent = value === null ? "" : ` ${(low * 100).toFixed(0)} to ${(high * 100).toFixed(0)}`;
  if (there !== undefined) line.querySelector("[data-there]").textContent = there === null ? "–" : percent(there);
}

function percent(value) {
  return `${(value * 100).toFixed(0)} %`;
}

function euros(value) {
  return `€${Math.round(value).toLocaleString("en")}`;
}

// The marks

const told = document.getElementById("marks-says");

function marks() {
  return [...new FormData(form)].filter(([name]) => name.startsWith("mark-"));
}

async function keep(fields) {
  const answer = await fetch("/labs/metrics/keep", { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error();
  return Object.keys(await answer.json()).length;
}

let newest = 0;
let kept = Promise.resolve();

// Every sending holds all marks: one at a time is on its way, then the newest, and only the newest speaks.
function keepAll() {
  const mine = ++newest;
  kept = kept.then(() => mine === newest && send(mine));
}

async function send(mine) {
  const says = await keep(marks()).then(
    (many) => `${many} of 20 marked. Your marks are kept; you can leave and come back.`,
    () => "Not kept: the lab does not answer. Your marks are still on this page; the next one you give sends all of them.",
  );
  if (mine === newest) told.textContent = says;
}

form.addEventListener("change", (event) => {
  if (event.target.name?.startsWith("mark-")) keepAll();
});

document.getElementById("marks-forget").addEventListener("click", async (event) => {
  event.preventDefault();
  newest += 1;
  await kept;
  try {
    await keep([["forget", "yes"]]);
    for (const box of form.querySelectorAll('[name^="mark-"]')) box.checked = false;
    told.textContent = "Your marks are forgotten. You can mark the twenty again.";
  } catch {
    told.textContent = "The lab does not answer, so your marks are still kept.";
  }
});

// A new run brings its own base rate and costs; the threshold stays.
form.addEventListener("submit", () => {
  for (const name of ["base", "alarm", "miss"]) held.delete(name);
});

wireDesk(held, work);
result.addEventListener("lab:drawn", () => wireDesk(held, work));
