// The grounding lab: the desk is worked out at every move (the arithmetic of labs/grounding/interfaces.py and confidence.py).
import { wilson, wireDesk, within } from "/static/js/desk.js";

const result = document.getElementById("result");
const held = new Map(); // what was set on the desk outlives a new run
const SIGNS = ["mean_token_probability", "self_consistency"];
const NEEDS = { bare: ["bare", "bare"], sources: ["context", "gap"], abstain: ["bare", "bare"], check: ["context", "gap"] };

function outcome([, , verdict, backed, ...signs], face, line, sign) {
  const kept = !(face === "abstain" && signs[SIGNS.indexOf(sign)] < line) && !(face === "check" && !backed);
  return kept && (verdict === "right" || verdict === "wrong") ? verdict : "open";
}

export function told(answers, face, unanswerable, line, sign) {
  const groups = [true, false].map((real, i) => answers.filter((one) => one[1] === real && one[0] === NEEDS[face][i]).map((one) => outcome(one, face, line, sign)));
  const weights = [1 - unanswerable, unanswerable];
  const count = (some, name) => some.filter((one) => one === name).length;
  const sum = (of) => 1000 * groups.reduce((total, some, i) => total + weights[i] * of(some), 0);
  const rate = (name) => sum((some) => count(some, name) / some.length);
  return { wrong: rate("wrong"), right: rate("right"), open: rate("open"), low: sum((some) => wilson(count(some, "wrong"), some.length)[0]), high: sum((some) => wilson(count(some, "wrong"), some.length)[1]) };
}

function work(desk, controls) {
  const answers = JSON.parse(desk.dataset.answers);
  const line = within(controls.elements.line, 0);
  const unanswerable = within(controls.elements.unanswerable, 20);
  const strip = document.getElementById("desk-strip");
  const sign = controls.elements.sign?.value ?? (strip?.firstElementChild?.dataset.mean_token_probability === "" ? "self_consistency" : "mean_token_probability");
  if (strip) answerLess(desk, strip, sign, line);
  put(desk, "unanswerable", Math.round(unanswerable * 10));
  for (const row of desk.querySelectorAll("[data-face]")) {
    const found = told(answers, row.dataset.face, unanswerable / 100, line, sign);
    row.querySelector("[data-v]").textContent = found.wrong.toFixed(0);
    row.querySelector("[data-i]").textContent = `${Math.min(found.low, found.wrong).toFixed(0)} to ${Math.max(found.high, found.wrong).toFixed(0)}`;
    row.querySelector("[data-open]").textContent = found.open.toFixed(0);
    row.querySelector("[data-right]").textContent = found.right.toFixed(0);
    const interval = row.querySelector(".interval");
    interval.setAttribute("x", `${found.low / 10}%`);
    interval.setAttribute("width", `${(found.high - found.low) / 10}%`);
    row.querySelector(".disc").setAttribute("cx", `${found.wrong / 10}%`);
  }
}

function answerLess(desk, strip, sign, line) {
  const marks = [...strip.children].sort((a, b) => b.dataset[sign] - a.dataset[sign]);
  strip.append(...marks);
  for (const mark of marks) mark.classList.toggle("held", Number(mark.dataset[sign]) < line);
  const kept = marks.filter((mark) => !mark.classList.contains("held"));
  const right = kept.filter((mark) => mark.classList.contains("right")).length;
  put(desk, "kept", kept.length);
  put(desk, "right", right);
  put(desk, "are", right === 1 ? "is" : "are");
}

function put(desk, name, value) {
  for (const place of desk.querySelectorAll(`[data-d="${name}"]`)) place.textContent = value;
}

wireDesk(held, work);
result.addEventListener("lab:drawn", () => wireDesk(held, work));
