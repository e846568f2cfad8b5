// The bars over the sliders' desk: weighed again at every move.
import { within } from "../../js/desk.js";
import { all, field, find, need } from "../../js/dom.js";
import { PER_CENT, fixed, significant } from "../../js/figures.js";
import { entropy, kept, shares } from "./reweigh.js";

/** @typedef {import("./reweigh.js").Settings} Settings */

/**
 * The settings that change nothing.
 * @param {HTMLFormElement} controls
 * @returns {Settings}
 */
function plain(controls) {
  return JSON.parse(controls.dataset.plain ?? "{}");
}

/**
 * What the sliders say; an empty or impossible number changes nothing.
 * @param {HTMLFormElement} controls
 * @returns {Settings}
 */
function read(controls) {
  const { temperature, top_k, top_p, min_p } = plain(controls);
  return {
    temperature: within(controls, "temperature", temperature),
    top_k: Math.round(within(controls, "top_k", top_k)),
    top_p: within(controls, "top_p", top_p),
    min_p: within(controls, "min_p", min_p),
  };
}

// There is a way back from wherever the sliders are.
export function wireReset() {
  const controls = find(document, "#desk-form", HTMLFormElement);
  const reset = find(document, "#settings-reset", HTMLButtonElement);
  if (!controls || !reset) return;
  reset.hidden = unmoved(controls);
  reset.addEventListener("click", () => {
    for (const [name, value] of Object.entries(plain(controls))) {
      const input = field(controls, name);
      if (!input) continue;
      input.value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
    find(controls, ".slider", HTMLInputElement)?.focus();
  });
}

/** @param {HTMLFormElement} controls */
function unmoved(controls) {
  const [now, own] = [read(controls), plain(controls)];
  return now.temperature === own.temperature && now.top_k === own.top_k && now.top_p === own.top_p && now.min_p === own.min_p;
}

/**
 * @param {HTMLElement} desk
 * @param {HTMLFormElement} controls
 */
export function weigh(desk, controls) {
  const place = need(desk, "[data-distribution]", HTMLElement);
  const distribution = JSON.parse(place.dataset.distribution ?? "{}");
  const settings = read(controls);
  const now = shares(distribution, settings);
  const unfiltered = shares(distribution, { ...plain(controls), temperature: settings.temperature });
  const left = kept(distribution, settings);
  const known = kept(distribution, plain(controls));
  const rows = all(place, "tr[data-token]", HTMLElement);
  let shown = 0;
  rows.forEach((row, i) => {
    const cut = i >= left;
    const share = (cut ? unfiltered : now)[i]?.[0] ?? 0;
    shown += cut ? 0 : share;
    paint(row, share, cut);
    exclude(need(row, "th", HTMLElement), cut);
  });
  const rest = find(place, "tr[data-rest]", HTMLElement);
  if (rest) paint(rest, Math.max(0, 1 - shown), left <= rows.length);

  const choices = 2 ** entropy(distribution, settings);
  say(desk, "[data-scrub]", String(settings.temperature));
  const about = choices >= 9.5 ? fixed(choices) : significant(choices, 2);
  say(desk, '[data-v="often"]', significant(now[0][0] * 100, 3));
  say(desk, '[data-v="choices"]', about);
  say(desk, '[data-v="tokens"]', about === "1" ? "token" : "tokens");
  tellKept(need(desk, "#next-kept", HTMLElement), left, known);
  need(desk, "#settings-reset", HTMLButtonElement).hidden = unmoved(controls);
}

/**
 * @param {HTMLElement} row
 * @param {number} share
 * @param {boolean} cut
 */
function paint(row, share, cut) {
  row.classList.toggle("cut", cut);
  row.querySelector("rect")?.setAttribute("width", `${(share * 100).toFixed(2)}%`);
  need(row, "[data-share]", HTMLElement).textContent = cut ? "cut" : percent(share);
}

/**
 * What the line through a token means, for who hears the page.
 * @param {HTMLElement} head
 * @param {boolean} cut
 */
function exclude(head, cut) {
  const told = head.querySelector("[data-excluded]");
  if (!cut) return told?.remove();
  if (told) return;
  const words = document.createElement("span");
  words.className = "vh";
  words.dataset.excluded = "";
  words.textContent = " (excluded)";
  head.append(words);
}

/** @param {number} share */
function percent(share) {
  if (share < 1e-12) return `0${PER_CENT}`;
  if (share >= 0.0995) return `${fixed(share * 100)}${PER_CENT}`;
  return share >= 0.0005 ? `${fixed(share * 100, 1)}${PER_CENT}` : `< 0.1${PER_CENT}`;
}

/**
 * @param {HTMLElement} line
 * @param {number} left
 * @param {number} known
 */
function tellKept(line, left, known) {
  const count = document.createElement("b");
  count.textContent = left.toLocaleString("en");
  const all = known.toLocaleString("en");
  if (left < known) line.replaceChildren("The filters leave ", count, ` of ${all} tokens to draw from.`);
  else line.textContent = `All ${all} tokens are left to draw from.`;
}

/**
 * Said again only when it has changed: a screen reader reads it out.
 * @param {HTMLElement} desk
 * @param {string} where
 * @param {string} value
 */
function say(desk, where, value) {
  const place = need(desk, `#next-says ${where}`, HTMLElement);
  if (place.textContent !== value) place.textContent = value;
}
