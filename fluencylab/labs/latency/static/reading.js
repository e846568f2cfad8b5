// What a reader has before them at a moment of a recorded call: the arithmetic of labs/latency/page.py.

/** @typedef {[text: string, ms: number]} Piece of an answer, and when it came */
/** @typedef {{ pieces: Piece[], ttft: number, ttlt: number, pace: number }} Call `pace`: words a minute somebody reads */

/**
 * The text that is there.
 * @param {Call} call
 * @param {number} at
 */
export function streamed({ pieces, ttlt }, at) {
  const come = at >= ttlt ? pieces : pieces.filter(([, ms]) => ms <= at + 0.05);
  return come.map(([text]) => text).join("");
}

/**
 * Where each of its words ends.
 * @param {string} text
 */
export function ends(text) {
  return [...text.matchAll(/\S+/g)].map((word) => word.index + word[0].length);
}

/**
 * How many words somebody has read who began at `from`, of a text with so many words.
 * @param {number} at
 * @param {number} from
 * @param {number} pace
 * @param {number} words
 */
export function wordsRead(at, from, pace, words) {
  return Math.min(words, Math.max(0, Math.floor(((at - from) / 60000) * pace)));
}
