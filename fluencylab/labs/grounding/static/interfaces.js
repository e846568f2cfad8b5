// The same answers behind four interfaces: the arithmetic of labs/grounding/interfaces.py.
import { wilson } from "../../js/desk.js";

/** @typedef {[condition: string, real: boolean, verdict: string, backed: boolean | null, probability: number | null, consistency: number | null]} Answer */
/** @typedef {"bare" | "sources" | "abstain" | "check"} Interface */
/** @typedef {"mean_token_probability" | "self_consistency"} Sign by which an answer is sure */
/** @typedef {{ wrong: number, right: number, open: number, low: number, high: number }} Outcomes per 1,000 questions; `low` and `high` of `wrong` */

/** @type {Record<Interface, [string, string]>} the condition of the questions about real things, and of those about invented ones */
const NEEDS = { bare: ["bare", "bare"], sources: ["context", "gap"], abstain: ["bare", "bare"], check: ["context", "gap"] };

/**
 * @param {Answer} answer
 * @param {Interface} face
 * @param {number} line
 * @param {Sign} sign
 */
function outcome([, , verdict, backed, probability, consistency], face, line, sign) {
  const sure = (sign === "mean_token_probability" ? probability : consistency) ?? 0;
  const shown = !(face === "abstain" && sure < line) && !(face === "check" && !backed);
  return shown && (verdict === "right" || verdict === "wrong") ? verdict : "open";
}

/**
 * @param {Answer[]} answers
 * @param {Interface} face
 * @param {number} unanswerable the share of such questions
 * @param {number} line
 * @param {Sign} sign
 * @returns {Outcomes}
 */
export function outcomes(answers, face, unanswerable, line, sign) {
  const [forReal, forInvented] = NEEDS[face];
  const parts = [
    { weight: 1 - unanswerable, some: answers.filter(([condition, real]) => real && condition === forReal) },
    { weight: unanswerable, some: answers.filter(([condition, real]) => !real && condition === forInvented) },
  ].map(({ weight, some }) => ({ weight, found: some.map((one) => outcome(one, face, line, sign)) }));
  const count = (/** @type {string[]} */ found, /** @type {string} */ name) => found.filter((one) => one === name).length;
  const rate = (/** @type {string} */ name) =>
    1000 * parts.reduce((sum, { weight, found }) => sum + (weight * count(found, name)) / found.length, 0);
  const end = (/** @type {0 | 1} */ side) =>
    1000 * parts.reduce((sum, { weight, found }) => sum + weight * wilson(count(found, "wrong"), found.length)[side], 0);
  const wrong = rate("wrong");
  return { wrong, right: rate("right"), open: rate("open"), low: Math.min(end(0), wrong), high: Math.max(end(1), wrong) };
}
