// The cost lab: the bill is worked out at every move (the arithmetic of labs/cost/bill.py).
const result = document.getElementById("result");
const kept = new Map(); // what was typed into the bill outlives a new run

function wire() {
  const form = document.getElementById("bill-form");
  if (!form) return;
  for (const [name, value] of kept) {
    const input = form.elements[name];
    if (input) input.value = value;
  }
  form.addEventListener("change", (event) => event.stopPropagation()); // the page need not be asked again: a fresh form would take the cursor away
  form.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (name === "b_price") choosePrice(form, event.target);
    else if (name === "b_strategy") chooseTokens(form, event.target);
    else if (name) kept.set(name, value);
    work(form);
  });
  if (kept.size) work(form);
}

function choosePrice(form, input) {
  const found = [...document.querySelectorAll("#b-prices option")].find((option) => option.value.toLowerCase() === input.value.trim().toLowerCase());
  const source = document.getElementById("b-source");
  if (!found) return source.replaceChildren();
  set(form, "price_in", found.dataset.read);
  set(form, "price_out", found.dataset.written);
  const link = document.createElement("a");
  link.href = found.dataset.source;
  link.rel = "noreferrer";
  link.textContent = "The provider’s prices";
  source.replaceChildren(`${found.value}: $${found.dataset.read} read, $${found.dataset.written} written, a million tokens. `, link, ".");
}

function chooseTokens(form, select) {
  const { read, written } = select.selectedOptions[0].dataset;
  set(form, "read", read);
  set(form, "written", written);
}

function set(form, name, value) {
  const input = form.elements[`b_${name}`];
  input.value = value;
  kept.set(input.name, value);
  const slider = form.querySelector(`[data-slider="${input.id}"]`);
  if (slider) slider.value = value;
}

export function bill(v) {
  const call = ((v.read * v.price_in + v.written * v.price_out) / 1e6) * (1 + v.again / 100);
  return { call, user: call * v.messages, month: call * v.messages * v.users };
}

function work(form) {
  const names = [...form.querySelectorAll("[data-assumed]")].map((input) => input.dataset.assumed);
  const number = (selector, otherwise) => {
    const value = Number.parseFloat(form.querySelector(selector).value);
    return Number.isFinite(value) && value >= 0 ? value : otherwise;
  };
  const v = Object.fromEntries(names.map((name) => [name, number(`[data-assumed="${name}"]`, 0)]));
  const whole = bill(v);
  const bars = names.map((name) => {
    const at = (times) => bill({ ...v, [name]: v[name] * times }).month;
    return { name, low: at(number(`[data-low="${name}"]`, 1)), high: at(number(`[data-high="${name}"]`, 1)) };
  });
  bars.sort((a, b) => b.high - b.low - (a.high - a.low));
  tell(whole, bars);
}

function tell(whole, bars) {
  const body = document.querySelector(".tornado tbody");
  const label = (name) => body.querySelector(`[data-bar="${name}"] th`).textContent;
  const says = { month: money(whole.month), user: money(whole.user), call: money(whole.call), most: label(bars[0].name), low: money(bars[0].low), high: money(bars[0].high) };
  for (const [name, text] of Object.entries(says)) document.querySelector(`[data-bill="${name}"]`).textContent = text;
  const top = Math.max(whole.month, ...bars.map((bar) => bar.high)) || 1;
  for (const bar of bars) {
    const row = body.querySelector(`[data-bar="${bar.name}"]`);
    const rect = row.querySelector("rect");
    rect.setAttribute("x", `${(100 * bar.low) / top}%`);
    rect.setAttribute("width", `${(100 * (bar.high - bar.low)) / top}%`);
    for (const end of ["x1", "x2"]) row.querySelector("line").setAttribute(end, `${(100 * whole.month) / top}%`);
    row.querySelector(".number").textContent = `${money(bar.low)} to ${money(bar.high)}`;
    body.append(row);
  }
}

// As `money` in labs/cost/chart.py.
function money(value) {
  if (value === 0 || value >= 100) return `$${Math.round(value).toLocaleString("en")}`;
  return value >= 0.1 ? `$${value.toFixed(2)}` : `$${Number(value.toPrecision(2))}`;
}

wire();
result.addEventListener("lab:drawn", wire);
