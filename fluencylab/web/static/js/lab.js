// Any lab. Every control is a form or a link that works by itself; this script says what a run will take as the form changes, sends it
// without leaving the page, and follows the run. A lab's own script hears "lab:drawn" on #result whenever it was drawn anew.
import { drawCharts } from "./charts.js";
import { all, at, find, isField, need, page, query } from "./dom.js";
import { redraw } from "./redraw.js";
import { GONE, tell, toError } from "./trouble.js";
import { watch, working } from "./watch.js";
import { wireWidgets } from "./widgets.js";

const lab = need(document, "#lab", HTMLElement);
const form = need(document, "#lab-form", HTMLFormElement);
const result = need(document, "#result", HTMLElement);
const planned = find(document, "#lab-run", HTMLButtonElement); // it says what would be run
const here = form.getAttribute("action") ?? "";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(form, event.submitter ?? runButton());
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !at(event)?.matches("textarea")) return;
  letGo();
  form.requestSubmit(runButton());
});

form.addEventListener("click", (event) => {
  if (at(event)?.closest("[data-runs]")) letGo();
});

lab.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const suggested = at(event)?.closest("[data-try]");
  const link = at(event)?.closest("a[data-visit]");
  if (suggested instanceof HTMLElement) {
    event.preventDefault();
    fillIn(JSON.parse(suggested.dataset.try ?? "{}"));
  } else if (link instanceof HTMLAnchorElement) {
    event.preventDefault();
    visit(link.href);
  }
});

// A small form in the result asks the same page for another view of it, as soon as it changes.
result.addEventListener("change", (event) => {
  const changed = isField(event.target) ? event.target.form : null;
  if (changed?.method === "get" && !changed.dataset.desk) changed.requestSubmit();
});

result.addEventListener(
  "submit",
  (event) => {
    const sent = event.target;
    if (!(sent instanceof HTMLFormElement) || sent.dataset.desk) return;
    const action = sent.getAttribute("action") ?? "";
    if (sent.method === "get") visit(`${action.split("#")[0]}?${query(sent, event.submitter)}`);
    else if (action === here) send(sent, event.submitter);
    else if (action.endsWith("/cancel")) cancel(action, event.submitter);
    else return;
    event.preventDefault();
  },
  true,
);

// What was typed wrongly in a view that is not seen holds nothing up, for nobody could mend it there.
function letGo() {
  form.noValidate = all(form, ":is(input, select, textarea):invalid", HTMLElement).every((field) => !field.offsetWidth);
}

// Of several buttons, one for each view, only one is seen.
function runButton() {
  return all(form, "[data-runs]", HTMLButtonElement).find((button) => button.offsetWidth) ?? null;
}

/**
 * @param {string} action
 * @param {HTMLElement | null} button
 */
function cancel(action, button) {
  if (button instanceof HTMLButtonElement) button.disabled = true;
  fetch(action, { method: "POST", redirect: "manual" }).catch(() => {});
}

/**
 * @param {HTMLFormElement} sent
 * @param {HTMLElement | null} button
 */
async function send(sent, button) {
  const fields = new FormData(sent, button);
  if (button instanceof HTMLButtonElement) button.disabled = true;
  try {
    const answer = await fetch(here, { method: "POST", body: fields, headers: { Accept: "text/html", "X-Requested-With": "fetch" } });
    const html = await answer.text();
    turn += 1;
    swap(html);
    if (answer.ok) history.replaceState(null, "", `${new URL(answer.url).pathname}${new URL(answer.url).search}#result`);
    await follow();
  } catch {
    tell(seen(), GONE);
  } finally {
    if (button instanceof HTMLButtonElement) button.disabled = false;
  }
}

let turn = 0; // views asked for may come in another order: only the last one is shown, and none over a run sent after it

/** @param {string} url */
async function visit(url) {
  turn += 1;
  const mine = turn;
  history.replaceState(null, "", url);
  try {
    const html = await (await fetch(url, { headers: { Accept: "text/html" } })).text();
    if (mine !== turn) return;
    swap(html);
    await follow();
  } catch {
    if (mine === turn) tell(seen(), GONE);
  }
}

// The part of the result that is seen: all of it, or one of its views.
function seen() {
  return all(result, "[data-view]", HTMLElement).find((view) => view.offsetWidth) ?? result;
}

/**
 * An error's page, in its own words: a file that is no text is refused before any lab sees it.
 * @param {Document} refused
 */
function refusal(refused) {
  const [message, fix] = ["main h1", "main .lede"].map((place) => refused.querySelector(place)?.textContent?.trim());
  return { message: message || "The lab could not show this.", fix: fix || "Load the page again; what was measured is kept." };
}

/**
 * Put the result of a fresh page in place of this one's; the form keeps what was typed.
 * @param {string} html
 */
function swap(html) {
  const fresh = page(html);
  const drawn = fresh.getElementById("result");
  if (!drawn) return tell(seen(), refusal(fresh));
  const focused = result.contains(document.activeElement) ? document.activeElement?.id : "";
  redraw(result, ...drawn.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  const runs = fresh.getElementById("lab-runs");
  if (runs) document.getElementById("lab-runs")?.replaceChildren(...runs.childNodes);
  const product = fresh.getElementById("lab-product"); // and where its texts go, which may have to be said yes to
  if (product) document.getElementById("lab-product")?.replaceChildren(...product.childNodes);
  for (const button of all(fresh, "#lab-form [data-runs]", HTMLButtonElement)) {
    const shown = document.getElementById(button.id);
    if (shown) shown.className = button.className;
    if (shown !== planned) shown?.replaceChildren(...button.childNodes);
  }
  wireWidgets(result);
  drawCharts(result);
  result.dispatchEvent(new CustomEvent("lab:drawn", { bubbles: true }));
  toError(result);
}

/** @type {Set<string>} */
const followed = new Set();

// Each run that is working, until it has ended. A page made before its end may come after it: then its end is asked for again.
async function follow() {
  const fresh = working(result).filter((run) => !followed.has(run));
  for (const run of fresh) followed.add(run);
  await Promise.all(fresh.map(toItsEnd));
}

/** @param {string} run */
async function toItsEnd(run) {
  await watch(run);
  followed.delete(run);
  const before = turn;
  const ended = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
  if (before !== turn) return; // another view asked for meanwhile is not undone
  swap(ended);
  await follow();
}

/** @param {Record<string, string>} values */
function fillIn(values) {
  for (const [name, value] of Object.entries(values)) {
    const found = form.elements.namedItem(name);
    if (found instanceof RadioNodeList) {
      for (const box of found) if (box instanceof HTMLInputElement) box.checked = value.split(",").includes(box.value);
    } else if (isField(found)) {
      found.value = value;
      found.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  announce();
}

let timer = 0;
let asking = new AbortController();

// How many calls and about how long, said before they are made.
function announce() {
  clearTimeout(timer);
  timer = setTimeout(plan, 250);
}

async function plan() {
  if (!planned?.offsetWidth) return;
  asking.abort(); // answers may come in another order than they were asked for
  asking = new AbortController();
  const hint = need(document, "#lab-hint", HTMLElement);
  try {
    const answer = await fetch(`${here}/plan`, { method: "POST", body: new FormData(form), signal: asking.signal });
    const told = await answer.json();
    if (planned.lastChild) planned.lastChild.textContent = answer.ok ? told.says : "Run"; // what cannot be run has no number
    hint.textContent = answer.ok ? told.hint || (hint.dataset.says ?? "") : told.message;
  } catch {
    // something newer is asked for, or the server is away: the button still says what it said
  }
}

form.addEventListener("input", announce);
announce();
follow();
