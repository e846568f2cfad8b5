// What code says of one answer, for promptfoo: the same verdicts as checks.py, in JavaScript, for the kinds that need no package.
//
//   judge({kind: "contains", values: ["45 days"], how: "all"}, "Within 45 days.")   ->  [true, "It holds 1 of 1."]
//
// A verdict is true, false, or null where code cannot tell. promptfoo has no third verdict: there null fails, and says why.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const HERE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const BLANK = "\\t-\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const MARKS = new Set(" \t\n\"'“”‘’`*.!,;:");
const NUMBER = /(?:(?<![^\t-\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000([{"'“‘„=:<>$€£¥])[-−])?\p{Nd}+(?:[.,]\p{Nd}+)*/gu;
export const PLACE = /\{\{([\s\S]*?)\}\}/g;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー々〆〇\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const INSIDE = "\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d€%";
const WORD = new RegExp(`[${INSIDE}]+(?:[.,'’\\-][${INSIDE}]+)*`, "gu");
const PATIENCE = 250;

// Reading a text

function folded(letter) {
  if (letter === "ı") return letter;
  if (letter === "ẞ") return "ss";
  if (/[\u13a0-\u13f5\u13f8-\u13fd\uab70-\uabbf]/u.test(letter)) return letter.toUpperCase();
  return [...letter.toUpperCase()].map((one) => one.toLowerCase()).join("");
}

function split(text) {
  return text.split(new RegExp(`[${BLANK}]+`, "u")).filter(Boolean);
}

export function strip(text) {
  return text.replace(new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "gu"), "");
}

export function plain(text) {
  return split([...text.normalize("NFKC")].map(folded).join("")).join(" ");
}

function bare(text) {
  const letters = [...plain(text)];
  let [start, end] = [0, letters.length];
  while (start < end && MARKS.has(letters[start])) start++;
  while (end > start && MARKS.has(letters[end - 1])) end--;
  return letters.slice(start, end).join("");
}

function figure(sign) {
  if (sign <= "9") return sign;
  let first = sign.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((sign.codePointAt(0) - first) % 10);
}

export function numbers(text) {
  return (text.normalize("NFKC").match(NUMBER) ?? []).map((written) => {
    const digits = written.replace(/^[-−]+/, "").replace(/\p{Nd}/gu, figure);
    const below = /^[-−]/.test(written) ? -1 : 1;
    if (/^[1-9]\d{0,2}([.,]\d{3})+$/.test(digits)) return below * Number(digits.replace(/[.,]/g, ""));
    const even = digits.replaceAll(",", ".");
    const last = even.lastIndexOf(".");
    return below * Number(last < 0 ? even : `${even.slice(0, last).replaceAll(".", "")}.${even.slice(last + 1)}`);
  });
}

export function countWords(text) {
  return split(text).reduce((sum, part) => sum + (UNSPACED.test(part) ? Math.max(1, dictionaryWords(part)) : 1), 0);
}

function dictionaryWords(part) {
  const words = new Intl.Segmenter("und", { granularity: "word" });
  const within = (run) => [...words.segment(run)].filter((word) => /[\p{L}\p{N}]/u.test(word.segment)).length;
  return (part.match(WORD) ?? []).reduce((sum, run) => sum + (UNSPACED.test(run) ? within(run) : 1), 0);
}

export function countCharacters(text) {
  return [...new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)].length;
}

// Checks: a rule and a text, then a verdict and why

const OF_TEXT = {
  equals(rule, text) {
    const same = bare(text) === bare(rule.value);
    return [same, same ? "It is the same." : "It is something else."];
  },
  contains(rule, text) {
    const there = rule.values.filter((value) => plain(text).includes(plain(value))).length;
    const passed = rule.how === "any" ? there > 0 : rule.how === "none" ? there === 0 : there === rule.values.length;
    return [passed, `It holds ${there} of ${rule.values.length}.`];
  },
  pattern(rule, text) {
    try {
      const there = vm.runInNewContext("new RegExp(source, 'iu').test(text)", { source: rule.js, text }, { timeout: PATIENCE });
      return [there !== Boolean(rule.absent), `The pattern is ${there ? "found" : "not found"}.`];
    } catch (error) {
      if (error.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      return [null, "The pattern does not come to an end on this answer."];
    }
  },
  number(rule, text) {
    const found = numbers(text);
    if (found.length === 0) return [false, "It holds no number."];
    if ((rule.which ?? "only") === "only" && new Set(found).size > 1) return [null, "It holds several numbers: which one is meant?"];
    const meant = rule.which === "last" ? found.at(-1) : found[0];
    return [(rule.low ?? -Infinity) <= meant && meant <= (rule.high ?? Infinity), `Its number is ${meant}.`];
  },
  length(rule, text) {
    const stripped = strip(text);
    const count = rule.unit === "characters" ? countCharacters(stripped) : countWords(stripped);
    return [(rule.least ?? 0) <= count && count <= (rule.most ?? Infinity), `It has ${count}.`];
  },
};

export function judge(rule, text, given = {}) {
  const told = forCase(rule, given);
  if (told === null) return [null, "The case lacks what the check asks for."];
  if (strip(text) === "") return [false, "The answer is empty."];
  return OF_TEXT[told.kind](told, text);
}

// The rule with what the case says in its {{places}}; null where the case has nothing for one.
function forCase(rule, given) {
  const inputs = { ...given.inputs, reference: given.reference };
  const texts = rule.values ?? [rule.kind === "equals" ? rule.value : ""];
  if (texts.some((text) => text.replace(PLACE, "").includes("{{"))) return null;
  if (texts.some((text) => [...text.matchAll(PLACE)].some((place) => !inputs[strip(place[1])]))) return null;
  const fill = (text) => text.replace(PLACE, (_, name) => inputs[strip(name)]);
  if (rule.values) return { ...rule, values: rule.values.map(fill) };
  return rule.kind === "equals" ? { ...rule, value: fill(rule.value) } : rule;
}

function cost(rule, response) {
  const { prices } = read("product.json");
  const { prompt, completion } = response?.tokenUsage ?? {};
  if (prompt === undefined || completion === undefined || !(prices.in || prices.out)) return [null, "What it cost is not known."];
  const money = (prompt * prices.in + completion * prices.out) / 1e6;
  return [money <= rule.most, `It cost $${money.toPrecision(2)}.`];
}

// What promptfoo asks: one answer and one check, by its key

const files = new Map();

function read(name) {
  if (!files.has(name)) files.set(name, JSON.parse(readFileSync(path.join(HERE, name), "utf8")));
  return files.get(name);
}

export function cases() {
  const lines = readFileSync(path.join(HERE, "cases.jsonl"), "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line));
}

// What a case was given by each version that looks something up: {passages: {2: "…"}}; nothing where none does.
export function passages(number) {
  const file = path.join(HERE, "passages.jsonl");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  const told = lines.map((line) => JSON.parse(line)).filter((one) => one.case === number);
  return told.length > 0 ? { passages: Object.fromEntries(told.map((one) => [one.version, one.text])) } : {};
}

export function checks() {
  return read("checks.json").checks;
}

const given = new Map();

function caseOf(number) {
  if (given.size === 0) for (const one of cases()) given.set(one.case, one);
  return given.get(number);
}

export function check(output, context) {
  const { rule } = checks().find((one) => one.key === context.config.check);
  const [passed, why] = rule.kind === "cost" ? cost(rule, context.providerResponse) : judge(rule, output, caseOf(context.vars.case));
  return { pass: passed === true, score: passed === true ? 1 : 0, reason: passed === null ? `Cannot be told: ${why}` : why };
}
