// From tokens to a month's bill: the arithmetic of labs/cost/bill.py.
import { fixed, grouped, significant } from "../../js/figures.js";

/** @typedef {Record<string, number>} Values by the names of bill.NAMES */
/** @typedef {{ call: number, user: number, month: number }} Bill */
/** @typedef {{ name: string, low: number, high: number }} Bar one assumption at its low and its high, all others as expected */

/**
 * @param {Values} values
 * @returns {Bill}
 */
export function bill(values) {
  const { read, written, price_in, price_out, again, messages, users } = values;
  const call = ((read * price_in + written * price_out) / 1e6) * (1 + again / 100);
  return { call, user: call * messages, month: call * messages * users };
}

/**
 * One bar for each assumption, the widest first.
 * @param {Values} values
 * @param {Record<string, [low: number, high: number]>} reach as multiples
 * @returns {Bar[]}
 */
export function sensitivity(values, reach) {
  const at = (/** @type {string} */ name, /** @type {number} */ times) => bill({ ...values, [name]: values[name] * times }).month;
  const bars = Object.entries(reach).map(([name, [low, high]]) => ({ name, low: at(name, low), high: at(name, high) }));
  return bars.sort((a, b) => b.high - b.low - (a.high - a.low));
}

/**
 * As `money` in labs/cost/chart.py.
 * @param {number} value
 */
export function money(value) {
  if (value === 0 || value >= 100) return `$${grouped(value)}`;
  return `$${value >= 0.1 ? fixed(value, 2) : significant(value, 2)}`;
}
