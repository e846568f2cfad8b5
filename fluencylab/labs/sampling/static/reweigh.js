// What sampling settings do to the next-token distribution: the arithmetic of labs/sampling/distribution.py, entry by entry.
// The order is llama.cpp's: top-k, top-p, min-p, then temperature.

/** @typedef {{ head: [text: string, logprob: number][], tail: Entry[] }} Distribution likeliest first */
/** @typedef {[logprob: number, n: number]} Entry so many tokens, each as likely as this */
/** @typedef {{ temperature: number, top_k: number, top_p: number, min_p: number }} Settings */

/**
 * The entries the filters leave.
 * @param {Distribution} distribution
 * @param {Settings} settings
 */
export function filtered({ head, tail }, { top_k, top_p, min_p }) {
  /** @type {Entry[]} */
  const weights = [...head.map(([, logprob]) => /** @type {Entry} */ ([logprob, 1])), ...tail];
  return byMinP(byTopP(byTopK(weights, top_k), top_p), min_p);
}

/**
 * For the entries that are left: the probability of all its tokens together, and how many they are.
 * @param {Distribution} distribution
 * @param {Settings} settings
 * @returns {[share: number, n: number][]}
 */
export function shares(distribution, settings) {
  const weights = filtered(distribution, settings);
  if (settings.temperature === 0) return [[1, 1]];
  const best = weights[0][0];
  const scaled = weights.map(([logprob, n]) => ({ share: n * Math.exp((logprob - best) / settings.temperature), n }));
  const total = scaled.reduce((sum, { share }) => sum + share, 0);
  return scaled.map(({ share, n }) => [share / total, n]);
}

/**
 * Shannon entropy in bits of what is drawn from.
 * @param {Distribution} distribution
 * @param {Settings} settings
 */
export function entropy(distribution, settings) {
  return shares(distribution, settings).reduce((sum, [share, n]) => (share > 0 ? sum - share * Math.log2(share / n) : sum), 0) + 0;
}

/**
 * How many tokens the filters leave.
 * @param {Distribution} distribution
 * @param {Settings} settings
 */
export function kept(distribution, settings) {
  return filtered(distribution, settings).reduce((sum, [, n]) => sum + n, 0);
}

/**
 * @param {Entry[]} weights
 * @param {number} k
 */
function byTopK(weights, k) {
  if (k <= 0) return weights;
  /** @type {Entry[]} */
  const left = [];
  let open = k;
  for (const [logprob, n] of weights) {
    if (open <= 0) break;
    left.push([logprob, Math.min(n, open)]);
    open -= n;
  }
  return left;
}

/**
 * The fewest likeliest tokens whose probabilities reach p, of those still there; always at least one.
 * @param {Entry[]} weights
 * @param {number} p
 */
function byTopP(weights, p) {
  if (p >= 1) return weights;
  const goal = p * weights.reduce((sum, [logprob, n]) => sum + n * Math.exp(logprob), 0);
  /** @type {Entry[]} */
  const left = [];
  let reached = 0;
  for (const [logprob, n] of weights) {
    const each = Math.exp(logprob);
    const needed = each > 0 ? Math.max(1, Math.ceil((goal - reached) / each)) : n;
    left.push([logprob, Math.min(n, needed)]);
    reached += each * Math.min(n, needed);
    if (reached >= goal) break;
  }
  return left;
}

/**
 * Tokens at least this likely, relative to the likeliest.
 * @param {Entry[]} weights
 * @param {number} share
 */
function byMinP(weights, share) {
  if (share <= 0) return weights;
  const floor = weights[0][0] + Math.log(share);
  const left = weights.filter(([logprob]) => logprob >= floor);
  return left.length ? left : weights.slice(0, 1);
}
