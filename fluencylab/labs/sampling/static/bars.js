// The bars under the sliders: weighed again at every move.
import { PLAIN, entropy, kept, shares } from "./reweigh.js";

export function wireBars(root) {
  const place = root.querySelector("#next-out [data-distribution]");
  const sliders = document.getElementById("settings");
  if (!place || !sliders || sliders.dataset.wired) return;
  sliders.dataset.wired = "yes";
  const distribution = JSON.parse(place.dataset.distribution);
  const weigh = () => draw(place, distribution, read(sliders));
  sliders.addEventListener("input", weigh);
  const reset = document.getElementById("settings-reset");
  reset.addEventListener("click", () => {
    for (const [name, value] of Object.entries(PLAIN)) {
      sliders.elements[name].value = value;
      sliders.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
    }
    sliders.querySelector(".slider").focus();
  });
  weigh();
}

// What the sliders say; an empty or impossible number changes nothing.
function read(sliders) {
  const number = (name, low, high) => {
    const field = sliders.elements[name];
    return field.value === "" ? PLAIN[name] : Math.min(high, Math.max(low, Number(field.value)));
  };
  return { temperature: number("temperature", 0, 2), top_p: number("top_p", 0.0001, 1), top_k: Math.round(number("top_k", 0, 1000)), min_p: number("min_p", 0, 1) };
}

function draw(place, distribution, settings) {
  const now = shares(distribution, settings);
  const unfiltered = shares(distribution, { ...PLAIN, temperature: settings.temperature });
  const left = kept(distribution, settings);
  const all = kept(distribution, PLAIN);
  const rows = [...place.querySelectorAll("tr[data-token]")];
  let shown = 0;
  rows.forEach((row, i) => {
    const cut = i >= left;
    const share = (cut ? unfiltered : now)[i]?.[0] ?? 0;
    shown += cut ? 0 : share;
    paint(row, share, cut);
  });
  const rest = place.querySelector("tr[data-rest]");
  if (rest) paint(rest, Math.max(0, 1 - shown), left <= rows.length);

  say("guess", settings.temperature, "#next-says [data-scrub]");
  say("text", distribution.head[0][0]);
  say("often", digits(now[0][0] * 100));
  const choices = 2 ** entropy(distribution, settings);
  say("choices", choices >= 9.5 ? Math.round(choices).toLocaleString("en") : String(Number(choices.toPrecision(2))));
  say("tokens", Number(choices.toPrecision(2)) === 1 ? "token" : "tokens");

  const line = document.getElementById("next-kept");
  const count = document.createElement("b");
  count.textContent = left.toLocaleString("en");
  if (left < all) line.replaceChildren("The filters leave ", count, ` of ${all.toLocaleString("en")} tokens to draw from.`);
  else line.textContent = `All ${all.toLocaleString("en")} tokens are left to draw from.`;
  document.getElementById("settings-reset").hidden = Object.entries(PLAIN).every(([name, value]) => settings[name] === value);
}

function paint(row, share, cut) {
  row.classList.toggle("cut", cut);
  row.querySelector("rect").setAttribute("width", `${(share * 100).toFixed(2)}%`);
  row.querySelector("[data-share]").textContent = cut ? "cut" : percent(share);
}

function percent(share) {
  if (share < 1e-12) return "0 %";
  if (share >= 0.0995) return `${Math.round(share * 100)} %`;
  return share >= 0.0005 ? `${(share * 100).toFixed(1)} %` : "< 0.1 %";
}

function digits(value) {
  return String(Number(value.toPrecision(3)));
}

function say(what, value, where = `#next-says [data-v="${what}"]`) {
  const place = document.querySelector(where);
  if (place && place.textContent !== String(value)) place.textContent = value;
}
