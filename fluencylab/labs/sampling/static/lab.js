// The sampling lab. Every control is a form or a link that works by itself; this script sends them without leaving the page, shows one
// view at a time, follows a run while it works, and lets the sliders weigh the bars at once.
import { GONE, tell } from "/static/js/ask.js";
import { wireScrubs } from "./scrub.js";
import { wireBars } from "./bars.js";
import { drawCharts } from "/static/js/charts.js";
import { fragment } from "/static/js/strip.js";
import { watch } from "/static/js/watch.js";
import { wireWidgets } from "/static/js/widgets.js";

const lab = document.getElementById("lab");
const form = document.getElementById("lab-form");
const VIEWS = ["next", "step", "again"];
const ENDED = ["done", "failed", "cancelled"];

// One view at a time; the address says which.
function show(view) {
  if (!VIEWS.includes(view)) return;
  lab.dataset.view = view;
  for (const tab of document.querySelectorAll("#lab-tabs [data-tab]")) {
    if (tab.dataset.tab === view) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  drawCharts(document.getElementById(view));
}

lab.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-tab]");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (tab && plain) {
    event.preventDefault();
    history.replaceState(null, "", `#${tab.dataset.tab}`);
    show(tab.dataset.tab);
    if (!tab.closest("#lab-tabs")) document.querySelector(`#lab-tabs [data-tab="${tab.dataset.tab}"]`).focus();
  }
  const suggested = event.target.closest("[data-try]");
  if (suggested && plain) {
    event.preventDefault();
    const prompt = form.elements.prompt;
    prompt.value = suggested.dataset.try;
    prompt.focus();
  }
  const branch = event.target.closest("a[data-view]");
  if (branch && plain) {
    event.preventDefault();
    visit(branch.href, branch.dataset.view);
  }
});
addEventListener("hashchange", () => show(location.hash.slice(1)));

// Forms
document.addEventListener("submit", (event) => {
  const sent = event.target;
  const button = event.submitter;
  if (sent.matches('[action$="/cancel"]')) {
    event.preventDefault();
    if (button) button.disabled = true;
    fetch(sent.action, { method: "POST", redirect: "manual" }).catch(() => {});
  } else if (sent.id === "settings") {
    event.preventDefault();
  } else if (sent === form || sent.dataset.view) {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(sent, button));
    const view = fields.get("view") ?? lab.dataset.view;
    fields.set("view", view);
    if (sent.method === "get") visit(`${sent.getAttribute("action").split("#")[0]}?${fields}`, view, `[name="at"][value="${fields.get("at")}"]`);
    else send(sent.getAttribute("action"), fields, view);
  }
}, true);

form.elements.prompt.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  form.requestSubmit(document.querySelector(`#${lab.dataset.view} button[name="view"]`));
});

async function send(action, fields, view) {
  const buttons = document.querySelectorAll(`#${view} button[type="submit"]`);
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(action, { method: "POST", body: fields, headers: { Accept: "text/html" } });
    const html = await answer.text();
    turns[view] += 1;
    const run = swap(html, view);
    if (answer.ok) history.replaceState(null, "", `${new URL(answer.url).pathname}${new URL(answer.url).search}#${view}`);
    if (run) await follow(view);
  } catch {
    tell(document.getElementById(`${view}-out`), GONE);
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

// Of what is asked for in a view only the last is shown, in whatever order the answers come.
const turns = { next: 0, step: 0, again: 0 };
async function visit(url, view, focus = "") {
  const mine = (turns[view] += 1);
  let html;
  try {
    html = await (await fetch(url, { headers: { Accept: "text/html" } })).text();
  } catch {
    if (mine === turns[view]) tell(document.getElementById(`${view}-out`), GONE);
    return;
  }
  if (mine !== turns[view]) return;
  swap(html, view);
  history.replaceState(null, "", `${url.split("#")[0]}#${view}`);
  if (focus) document.querySelector(`#${view} ${focus}`)?.focus();
}

// Put one view of a fresh page in place of this one's; the forms above keep what was typed. Says whether a run is working in it.
function swap(html, view) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const out = document.getElementById(`${view}-out`);
  const fresh = page.getElementById(`${view}-out`);
  if (!fresh) {
    tell(out, { message: "The lab could not show this.", fix: "Load the page again; what was measured is kept." });
    return false;
  }
  const sliders = readSettings();
  out.replaceChildren(...fresh.childNodes);
  document.getElementById("lab-runs").replaceChildren(...page.getElementById("lab-runs").childNodes);
  const main = document.querySelector(`#${view} > p button[name="view"]`);
  const mainNow = page.querySelector(`#${view} > p button[name="view"]`);
  if (main && mainNow) {
    main.className = mainNow.className;
    if (view !== "again") main.lastChild.textContent = mainNow.lastChild.textContent;
  }
  enliven(out);
  writeSettings(sliders);
  return working(view) !== null;
}

function enliven(root) {
  wireWidgets(root);
  wireBars(root);
  wireScrubs(root);
  drawCharts(root);
}

// Runs
function working(view) {
  const sheet = document.querySelector(`#${view}-out [data-run]`);
  return sheet && !ENDED.includes(sheet.dataset.status) ? sheet.dataset.run : null;
}

async function follow(view) {
  const run = working(view);
  if (!run) return;
  const place = document.querySelector(`#${view}-out [data-place]`);
  await watch(place, run, { onPartial: view === "step" ? shade : undefined });
  swap(await (await fetch(location.href, { headers: { Accept: "text/html" } })).text(), view);
}

// Tokens as they are written, each with its shade as soon as it is there.
function shade(place, answers) {
  const line = place.querySelector("[data-call]");
  const { tokens } = answers[0] ?? {};
  if (!line || !tokens?.length) return false;
  line.replaceChildren(
    document.createTextNode(line.dataset.start ?? ""),
    ...tokens.map(([text, logprob]) => {
      const token = document.createElement("span");
      token.className = logprob === null ? "token" : `token p${Math.min(9, Math.floor(Math.exp(logprob) * 10))}`;
      token.textContent = text;
      return token;
    }),
  );
  return true;
}

// Settings survive another prompt.
function readSettings() {
  const found = document.getElementById("settings");
  return found && ["temperature", "top_p", "top_k", "min_p"].map((name) => [name, found.elements[name].value]);
}

function writeSettings(values) {
  const found = document.getElementById("settings");
  if (!found || !values) return;
  for (const [name, value] of values) {
    const number = found.elements[name];
    if (number.value === value) continue;
    number.value = value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// How many calls, said before they are made.
function announce() {
  const temperatures = form.elements.temperatures.value.split(/[\s,;]+/).filter((t) => t !== "" && Number.isFinite(Number(t)));
  const calls = new Set(temperatures.map(Number)).size * Number(form.elements.samples.value);
  const seconds = Math.max(1, Math.round(calls * (0.05 + Number(form.elements.max_tokens.value) / 100)));
  const button = document.getElementById("again-run");
  button.lastChild.textContent = calls ? `Run ${calls} ${calls === 1 ? "call" : "calls"}, about ${seconds} s` : "Ask again and again";
}

for (const name of ["temperatures", "samples", "max_tokens"]) form.elements[name].addEventListener("input", announce);
if (VIEWS.includes(location.hash.slice(1))) show(location.hash.slice(1));
announce();
wireBars(document);
wireScrubs(document);
for (const view of VIEWS) follow(view);
