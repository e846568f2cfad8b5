// What sampling settings do to the next-token distribution. The same arithmetic as `labs/sampling/distribution.py`, entry by entry;
// tests/labs/test_distribution.py runs both on the same cases.
//
// A distribution is { head: [[text, logprob], …], tail: [[mean logprob, how many], …] }, likeliest first. Settings are
// { temperature, top_k, top_p, min_p }; the order is llama.cpp's: top-k, top-p, min-p, then temperature.

export const PLAIN = { temperature: 1, top_k: 0, top_p: 1, min_p: 0 };

// The entries the filters leave, as [logprob, how many].
export function filtered({ head, tail }, { top_k, top_p, min_p }) {
  const weights = [...head.map(([, logprob]) => [logprob, 1]), ...tail];
  return byMinP(byTopP(byTopK(weights, top_k), top_p), min_p);
}

// [probability of all tokens of this entry together, how many they are] for the entries that are left.
export function shares(distribution, settings) {
  const weights = filtered(distribution, settings);
  if (settings.temperature === 0) return [[1, 1]];
  const best = weights[0][0];
  const scaled = weights.map(([logprob, n]) => [n * Math.exp((logprob - best) / settings.temperature), n]);
  const total = scaled.reduce((sum, [share]) => sum + share, 0);
  return scaled.map(([share, n]) => [share / total, n]);
}

// Shannon entropy in bits of what is drawn from.
export function entropy(distribution, settings) {
  return shares(distribution, settings).reduce((sum, [share, n]) => (share > 0 ? sum - share * Math.log2(share / n) : sum), 0) + 0;
}

// How many tokens the filters leave.
export function kept(distribution, settings) {
  return filtered(distribution, settings).reduce((sum, [, n]) => sum + n, 0);
}

function byTopK(weights, k) {
  if (k <= 0) return weights;
  const left = [];
  for (const [logprob, n] of weights) {
    if (k <= 0) break;
    left.push([logprob, Math.min(n, k)]);
    k -= n;
  }
  return left;
}

// The fewest likeliest tokens whose probabilities reach p, of those still there; always at least one.
function byTopP(weights, p) {
  if (p >= 1) return weights;
  const goal = p * weights.reduce((sum, [logprob, n]) => sum + n * Math.exp(logprob), 0);
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

// Tokens at least this likely, relative to the likeliest.
function byMinP(weights, share) {
  if (share <= 0) return weights;
  const floor = weights[0][0] + Math.log(share);
  const left = weights.filter(([logprob]) => logprob >= floor);
  return left.length ? left : weights.slice(0, 1);
}
