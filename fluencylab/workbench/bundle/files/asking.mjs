// How promptfoo asks a version of this product that looks something up, has tools, or is held to a form: the same calls as asking.py.
//
//   providers: [{id: "file://asking/asking.mjs", config: {version: 2}}]
//
// OPENAI_BASE_URL, OPENAI_API_KEY and MODEL say who answers. A tool answers what was written down for it: no real system is asked.

import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cases, PLACE, plain, strip } from "../checks/checks.mjs";

const HERE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [NOTHING, UNKNOWN, NO_JSON] = ["Nothing was found.", "There is no such tool.", "The arguments are no JSON object."];
const TRIES = 5;
const LATER = new Set([408, 429, 500, 502, 503, 504]);

export default class Asking {
  constructor({ id, config }) {
    this.version = config.version;
    this.called = id ?? `version ${config.version}`;
    this.how = read("asking/versions.json")[this.version];
    this.settings = read("product.json").versions.find((one) => one.number === this.version).settings;
  }

  id() {
    return this.called;
  }

  async callApi(prompt, context) {
    const inputs = cases().find((one) => one.case === context.vars.case).inputs;
    const used = { prompt: 0, completion: 0, total: 0 };
    let messages = withTold(JSON.parse(prompt), this.how.told);
    for (let calls = 0; ; ) {
      const { message, usage, error } = await post({ messages, seed: 1, ...this.settings, ...sent(this.how) });
      if (error) return { error };
      add(used, usage);
      const { made, text } = reading(message, this.how);
      if (made.length === 0 || calls + made.length > this.how.most_calls) {
        return { output: made.length === 0 ? text : "", tokenUsage: Number.isNaN(used.total) ? {} : used, metadata: { version: this.version, calls } };
      }
      calls += made.length;
      const results = made.map((call) => result(this.how.answers, call, inputs));
      messages = [...messages, ...back(message.content ?? "", made, results)];
    }
  }
}

function read(name) {
  return JSON.parse(readFileSync(path.join(HERE, name), "utf8"));
}

function sent(how) {
  return Object.fromEntries(["response_format", "tools"].filter((name) => how[name]).map((name) => [name, how[name]]));
}

function withTold(messages, told) {
  if (!told) return messages;
  const [first, ...rest] = messages;
  if (first.role === "system") return [{ ...first, content: `${first.content}\n\n${told}` }, ...rest];
  return [{ role: "system", content: told }, ...messages];
}

async function post(body) {
  const address = `${(process.env.OPENAI_BASE_URL ?? "https://api.openai.com/v1").replace(/\/+$/, "")}/chat/completions`;
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${process.env.OPENAI_API_KEY ?? "none"}` };
  for (let tries = 1; ; tries++) {
    const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify({ model: process.env.MODEL, ...body }) });
    if (answer.ok) {
      const told = await answer.json();
      return { message: told.choices[0].message, usage: told.usage };
    }
    if (!LATER.has(answer.status) || tries === TRIES) return { error: `${answer.status}: ${(await answer.text()).slice(0, 500)}` };
    const wait = Number(answer.headers.get("retry-after")) || 2 ** tries;
    await new Promise((done) => setTimeout(done, 1000 * Math.min(wait, 60)));
  }
}

function add(used, usage) {
  used.prompt += usage?.prompt_tokens ?? Number.NaN;
  used.completion += usage?.completion_tokens ?? Number.NaN;
  used.total = used.prompt + used.completion;
}

// What was called, and what was said where nothing was.
function reading(message, how) {
  const text = message.content ?? "";
  if (how.answers.length === 0) return { made: [], text };
  if (message.tool_calls?.length) {
    return { made: message.tool_calls.map((one) => ({ id: one.id, ...one.function })), text };
  }
  return how.told ? readForm(text) : { made: [], text };
}

function readForm(text) {
  let parsed;
  try {
    parsed = parse(text);
  } catch {
    return { made: [], text };
  }
  if (!isObject(parsed)) return { made: [], text };
  if (typeof parsed.tool === "string") {
    return { made: [{ id: "", name: parsed.tool, arguments: dumped(parsed.arguments ?? {}) }], text: "" };
  }
  const said = Object.hasOwn(parsed, "answer") ? parsed.answer : text;
  return { made: [], text: typeof said === "string" ? said : dumped(said) };
}

function result(answers, call, inputs) {
  const tool = answers.find((one) => one.name === call.name);
  if (!tool) return UNKNOWN;
  let given;
  try {
    given = parse(call.arguments || "{}");
  } catch {
    return NO_JSON;
  }
  if (!isObject(given)) return NO_JSON;
  const said = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? value : dumped(value)]));
  if (!tool.table) return tool.result.replace(PLACE, (_, name) => own(said, strip(name)) ?? own(inputs, strip(name)) ?? "");
  const row = tool.table.find((one) => fits(new Map(one), tool.arguments, said));
  return row ? pairs(row.filter(([name]) => !tool.arguments.includes(name)).map(([name, value]) => [name, JSON.stringify(value)])) : NOTHING;
}

// Does a row agree with every argument that it has a column for, whatever the capitals?
function fits(row, names, said) {
  const by = names.filter((name) => row.has(name));
  return by.length > 0 && by.every((name) => plain(row.get(name)) === plain(own(said, name) ?? ""));
}

function back(text, made, results) {
  if (!made[0].id) return [{ role: "assistant", content: text }, { role: "user", content: `Result\n${results[0]}` }];
  const calls = made.map((one) => ({ id: one.id, type: "function", function: { name: one.name, arguments: one.arguments } }));
  const told = made.map((one, place) => ({ role: "tool", content: results[place], tool_call_id: one.id }));
  return [{ role: "assistant", content: text, tool_calls: calls }, ...told];
}

function own(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Figure);
}

// JSON as Python writes it: a blank after each comma and colon, and a figure as it stood.

class Figure {
  constructor(source) {
    this.source = source;
  }
}

function parse(text) {
  return JSON.parse(text, (_, value, { source }) => (typeof value === "number" ? new Figure(source) : value));
}

function dumped(value) {
  if (value instanceof Figure) return /[.eE]/.test(value.source) ? fraction(Number(value.source)) : value.source;
  if (Array.isArray(value)) return `[${value.map(dumped).join(", ")}]`;
  return isObject(value) ? pairs(Object.entries(value).map(([name, one]) => [name, dumped(one)])) : JSON.stringify(value);
}

function fraction(value) {
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function pairs(some) {
  return `{${some.map(([name, written]) => `${JSON.stringify(name)}: ${written}`).join(", ")}}`;
}
