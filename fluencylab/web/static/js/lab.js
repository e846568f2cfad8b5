// Any lab. Every control is a form or a link that works by itself; this script says what a run will take as the form changes, sends it
// without leaving the page, and follows the run. A lab's own script hears "lab:drawn" on #result whenever it was drawn anew.
import { GONE, tell } from "./ask.js";
import { drawCharts } from "./charts.js";
import { redraw } from "./redraw.js";
import { watch } from "./watch.js";
import { wireWidgets } from "./widgets.js";

const form = document.getElementById("lab-form");
const result = document.getElementById("result");
const run = document.getElementById("lab-run");
const ENDED = ["done", "failed", "cancelled"];

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(new FormData(form, event.submitter));
});

document.getElementById("lab").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const suggested = event.target.closest("[data-try]");
  const link = event.target.closest("a[data-visit]");
  if (suggested && form) {
    event.preventDefault();
    fill(JSON.parse(suggested.dataset.try));
  } else if (link) {
    event.preventDefault();
    visit(link.href);
  }
});

// A small form in the result asks the same page for another view of it, as soon as it changes.
result.addEventListener("change", (event) => {
  if (event.target.form?.method === "get") event.target.form.requestSubmit();
});

result.addEventListener("submit", (event) => {
  if (event.target.method === "get") {
    event.preventDefault();
    visit(`${event.target.getAttribute("action").split("#")[0]}?${new URLSearchParams(new FormData(event.target))}`);
    return;
  }
  if (!event.target.matches('[action$="/cancel"]')) return;
  event.preventDefault();
  if (event.submitter) event.submitter.disabled = true;
  fetch(event.target.action, { method: "POST", redirect: "manual" }).catch(() => {});
}, true);

async function send(fields) {
  if (run) run.disabled = true;
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: fields, headers: { Accept: "text/html" } });
    const html = await answer.text();
    turn += 1;
    swap(html);
    if (answer.ok) history.replaceState(null, "", `${new URL(answer.url).pathname}${new URL(answer.url).search}#result`);
    await follow();
  } catch {
    tell(result, GONE);
  } finally {
    if (run) run.disabled = false;
  }
}

let turn = 0; // views asked for may come in another order: only the last one is shown, and none over a run sent after it
async function visit(url) {
  const mine = (turn += 1);
  history.replaceState(null, "", url);
  try {
    const html = await (await fetch(url, { headers: { Accept: "text/html" } })).text();
    if (mine !== turn) return;
    swap(html);
    await follow();
  } catch {
    if (mine === turn) tell(result, GONE);
  }
}

// An error's page, in its own words: a file that is no text is refused before any lab sees it.
function refusal(page) {
  const [message, fix] = ["main h1", "main .lede"].map((place) => page.querySelector(place)?.textContent.trim());
  return { message: message || "The lab could not show this.", fix: fix || "Load the page again; what was measured is kept." };
}

// Put the result of a fresh page in place of this one's; the form keeps what was typed.
function swap(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("result");
  if (!fresh) return tell(result, refusal(page));
  const focused = result.contains(document.activeElement) ? document.activeElement.id : "";
  redraw(result, ...fresh.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const runs = page.getElementById("lab-runs");
  if (runs) document.getElementById("lab-runs").replaceChildren(...runs.childNodes);
  const button = page.getElementById("lab-run");
  if (run && button) run.className = button.className;
  wireWidgets(result);
  drawCharts(result);
  result.dispatchEvent(new CustomEvent("lab:drawn", { bubbles: true }));
}

async function follow() {
  const sheet = result.querySelector("[data-run]");
  if (!sheet || ENDED.includes(sheet.dataset.status)) return;
  await watch(sheet.closest("[data-place]"), sheet.dataset.run);
  const before = turn;
  const ended = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
  if (before === turn) swap(ended); // another view asked for meanwhile is not undone
}

function fill(values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (!field) continue;
    if (field instanceof RadioNodeList) for (const box of field) box.checked = value.split(",").includes(box.value);
    else field.value = value;
    field.dispatchEvent?.(new Event("input", { bubbles: true }));
  }
  announce();
}

// How many calls and about how long, said before they are made.
let timer = 0, asking = new AbortController();
async function announce() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    asking.abort(); // answers may come in another order than they were asked for
    asking = new AbortController();
    const hint = document.getElementById("lab-hint");
    try {
      const answer = await fetch(`${form.getAttribute("action")}/plan`, { method: "POST", body: new FormData(form), signal: asking.signal });
      const told = await answer.json();
      if (answer.ok) run.lastChild.textContent = told.says;
      hint.textContent = answer.ok ? hint.dataset.says : told.message;
    } catch {
      // something newer is asked for, or the server is away: the button still says what it said
    }
  }, 250);
}

if (form && run) {
  form.addEventListener("input", announce);
  announce();
}
follow();
