// The four fields of a yes-or-no classifier and what follows from them: the arithmetic of labs/metrics/confusion.py.
import { wilson } from "../../js/desk.js";
import { round } from "../../js/figures.js";

/** @typedef {[score: number, found: number]} Scored `found`: 1 where it was to be found */
/** @typedef {{ hit: number, miss: number, alarm: number, left: number }} Matrix */
/** @typedef {{ base: number, alarm: number, miss: number }} Money `base`: of 100 messages */
/** @typedef {{ value: number, low: number, high: number, n: number }} Measure */

const STEPS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * Flagged is what scores at least the threshold.
 * @param {Scored[]} scores
 * @param {number} threshold
 * @returns {Matrix}
 */
export function matrix(scores, threshold) {
  const at = { hit: 0, miss: 0, alarm: 0, left: 0 };
  for (const [score, found] of scores) at[found ? (score >= threshold ? "hit" : "miss") : score >= threshold ? "alarm" : "left"] += 1;
  return at;
}

/**
 * Euros for 1,000 messages.
 * @param {Matrix} at
 * @param {Money} money
 */
export function cost(at, { base, alarm, miss }) {
  const missed = at.miss / Math.max(1, at.hit + at.miss);
  const alarmed = at.alarm / Math.max(1, at.alarm + at.left);
  return 1000 * (base / 100) * miss * missed + 1000 * (1 - base / 100) * alarm * alarmed;
}

/**
 * The threshold with the least cost; of equals the one nearest 0.5. 0 flags everything, 1.01 nothing.
 * @param {Scored[]} scores
 * @param {Money} money
 */
export function cheapest(scores, money) {
  const costs = [0, ...STEPS, 1.01].map((t) => ({ t, cost: round(cost(matrix(scores, t), money) * 1e6), far: Math.abs(t - 0.5) }));
  return costs.sort((a, b) => a.cost - b.cost || a.far - b.far)[0].t;
}

/**
 * The cost at each threshold from 0 to 1.
 * @param {Scored[]} scores
 * @param {Money} money
 * @returns {[threshold: number, cost: number][]}
 */
export function curve(scores, money) {
  return [0, ...STEPS, 1].map((t) => [t, cost(matrix(scores, t), money)]);
}

/**
 * The four fields of `many` messages, of which `base` in 100 are to be found, as whole people.
 * @param {Matrix} at
 * @param {number} base
 * @param {number} many
 * @returns {Matrix}
 */
export function people(at, base, many) {
  const toFind = round(many * (base / 100));
  const hit = round(toFind * (at.hit / Math.max(1, at.hit + at.miss)));
  const alarm = round(((many - toFind) * at.alarm) / Math.max(1, at.alarm + at.left));
  return { hit, miss: toFind - hit, alarm, left: many - toFind - alarm };
}

/**
 * @param {number} hits
 * @param {number} n
 * @returns {Measure}
 */
function share(hits, n) {
  const [low, high] = wilson(hits, n);
  return { value: n ? hits / n : 0, low, high, n };
}

/**
 * Each metric on these messages, and at the base rate: null where it has no value there.
 * @param {Matrix} at
 * @param {number} base
 * @returns {Record<"precision" | "recall" | "f1" | "accuracy", { here: Measure, there: number | null }>}
 */
export function metrics(at, base) {
  const flagged = at.hit + at.alarm;
  const toFind = at.hit + at.miss;
  const others = at.alarm + at.left;
  const rare = base / 100;
  const caught = at.hit / Math.max(1, toFind);
  const alarmed = at.alarm / Math.max(1, others);
  const together = share(at.hit, toFind + at.alarm);
  const harmonic = (/** @type {number} */ j) => (2 * j) / (1 + j);
  return {
    precision: { here: share(at.hit, flagged), there: flagged ? (caught * rare) / (caught * rare + alarmed * (1 - rare)) : null },
    recall: { here: share(at.hit, toFind), there: caught },
    f1: {
      here: { value: harmonic(together.value), low: harmonic(together.low), high: harmonic(together.high), n: together.n },
      there: null,
    },
    accuracy: { here: share(at.hit + at.left, toFind + others), there: rare * caught + (1 - rare) * (at.left / Math.max(1, others)) },
  };
}
