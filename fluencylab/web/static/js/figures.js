// Numbers as the server writes them, so that a figure does not change when a script works it out again.

export const PER_CENT = "\u202f%"; // no line breaks at it, as on the pages of web/units.py
const FURTHER = 40; // places: enough to tell a tie from what is nearly one

/**
 * Python's f"{value:.2f}": to the nearest, and of two that are equally near to the even one.
 * @param {number} value
 * @param {number} [places]
 */
export function fixed(value, places = 0) {
  const whole = value.toFixed(places + FURTHER);
  const kept = whole.slice(0, -FURTHER).replace(/\.$/, "");
  const tie = /^50*$/.test(whole.slice(-FURTHER));
  return tie && "02468".includes(kept.slice(-1)) ? kept : value.toFixed(places);
}

/**
 * Python's round(value).
 * @param {number} value
 */
export function round(value) {
  return Number(fixed(value));
}

/**
 * Python's f"{value:.3g}", always written out.
 * @param {number} value
 * @param {number} figures
 */
export function significant(value, figures) {
  if (value === 0) return "0";
  const power = Number(value.toExponential(figures - 1).split("e")[1]);
  const told = fixed(value, Math.max(0, figures - 1 - power));
  return told.includes(".") ? told.replace(/\.?0+$/, "") : told;
}

/**
 * Python's f"{value:,.0f}".
 * @param {number} value
 */
export function grouped(value) {
  return round(value).toLocaleString("en");
}

/**
 * A share as per cent, without places.
 * @param {number} share
 */
export function percent(share) {
  return `${fixed(share * 100)}${PER_CENT}`;
}

/**
 * About how long something took, as pages/selftest.py says it.
 * @param {number} seconds
 */
export function minutes(seconds) {
  const whole = round(seconds / 60);
  return whole < 1 ? "less than a minute" : whole === 1 ? "1 minute" : `${whole} minutes`;
}
