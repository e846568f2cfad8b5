// The cost lab: the bill is worked out at every move (bill.js).
import { remember } from "../../js/desk.js";
import { all, field, find, isField, need, query } from "../../js/dom.js";
import { bill, money, sensitivity } from "./bill.js";

const result = need(document, "#result", HTMLElement);
/** @type {Map<string, string>} what was typed into the bill outlives a new run, and stands in the address */
const kept = new Map([...new URL(location.href).searchParams].filter(([name]) => name.startsWith("b_")));

function wire() {
  const form = find(document, "#bill-form", HTMLFormElement);
  if (!form) return;
  for (const [name, value] of kept) {
    const input = field(form, name);
    if (input) input.value = value;
  }
  form.addEventListener("change", (event) => event.stopPropagation()); // the page need not be asked again: a fresh form would take the cursor away
  form.addEventListener("input", (event) => {
    const changed = event.target;
    if (!isField(changed)) return;
    if (changed instanceof HTMLInputElement && changed.name === "b_price") choosePrice(form, changed);
    else if (changed instanceof HTMLSelectElement && changed.name === "b_strategy") chooseTokens(form, changed);
    if (changed.name && changed.name !== "b_price") kept.set(changed.name, changed.value); // half a name is no price
    work(form);
    remember(kept);
  });
  const keep = find(document, "#keep-bill", HTMLFormElement);
  keep?.addEventListener("submit", () => {
    need(keep, "[name=view]", HTMLInputElement).value = query(form).toString();
    need(keep, "[name=says]", HTMLInputElement).value =
      need(document, "#bill-says", HTMLElement).textContent?.replace(/\s+/g, " ").trim() ?? "";
  });
  const onProduct = find(document, "#keep-worked-bill", HTMLFormElement);
  onProduct?.addEventListener("submit", () => {
    need(onProduct, "[name=view]", HTMLInputElement).value = query(form).toString();
  });
  if (!kept.size) return;
  work(form);
  remember(kept);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 */
function choosePrice(form, input) {
  const asked = input.value.trim().toLowerCase();
  const found = all(document, "#b-prices option", HTMLOptionElement).find((option) => option.value.toLowerCase() === asked);
  const source = need(document, "#b-source", HTMLElement);
  if (!found) return source.replaceChildren();
  const { read = "", written = "" } = found.dataset;
  set(form, "price_in", read);
  set(form, "price_out", written);
  for (const name of ["price", "priced"]) set(form, name, found.value);
  const link = document.createElement("a");
  link.href = found.dataset.source ?? "";
  link.rel = "noreferrer";
  link.textContent = "The provider’s prices";
  source.replaceChildren(`${found.value}: $${read} read, $${written} written, a million tokens. `, link, ".");
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLSelectElement} select
 */
function chooseTokens(form, select) {
  const { read = "", written = "" } = select.selectedOptions[0].dataset;
  set(form, "read", read);
  set(form, "written", written);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function set(form, name, value) {
  const input = field(form, `b_${name}`);
  if (!input) return;
  input.value = value;
  kept.set(input.name, value);
  const slider = find(form, `[data-slider="${input.id}"]`, HTMLInputElement);
  if (slider) slider.value = value;
}

/** @param {HTMLFormElement} form */
function work(form) {
  const number = (/** @type {string} */ selector, /** @type {number} */ otherwise) => {
    const value = Number.parseFloat(need(form, selector, HTMLInputElement).value);
    return Number.isFinite(value) && value >= 0 ? value : otherwise;
  };
  const names = all(form, "[data-assumed]", HTMLInputElement).map((input) => input.dataset.assumed ?? "");
  const values = Object.fromEntries(names.map((name) => [name, number(`[data-assumed="${name}"]`, 0)]));
  /** @type {Record<string, [number, number]>} */
  const reach = {};
  for (const name of names) reach[name] = [number(`[data-low="${name}"]`, 1), number(`[data-high="${name}"]`, 1)];
  tell(bill(values), sensitivity(values, reach));
}

/**
 * @param {import("./bill.js").Bill} whole
 * @param {import("./bill.js").Bar[]} bars
 */
function tell(whole, bars) {
  const body = need(document, ".tornado tbody", HTMLElement);
  const row = (/** @type {string} */ name) => need(body, `[data-bar="${name}"]`, HTMLElement);
  const says = {
    month: money(whole.month),
    user: money(whole.user),
    call: money(whole.call),
    most: row(bars[0].name).querySelector("th")?.textContent ?? "",
    low: money(bars[0].low),
    high: money(bars[0].high),
  };
  for (const [name, text] of Object.entries(says)) need(document, `[data-bill="${name}"]`, HTMLElement).textContent = text;
  const top = Math.max(whole.month, ...bars.map((bar) => bar.high)) || 1;
  for (const bar of bars) {
    const line = row(bar.name);
    const rect = need(line, "rect", SVGElement);
    rect.setAttribute("x", `${(100 * bar.low) / top}%`);
    rect.setAttribute("width", `${(100 * (bar.high - bar.low)) / top}%`);
    for (const end of ["x1", "x2"]) need(line, "line", SVGElement).setAttribute(end, `${(100 * whole.month) / top}%`);
    need(line, ".number", HTMLElement).textContent = `${money(bar.low)} to ${money(bar.high)}`;
    body.append(line);
  }
}

wire();
result.addEventListener("lab:drawn", wire);
