// The clock of the capstone, counted down by the minute. Without this it stands as it was when the page was drawn.
import { all } from "./dom.js";

const OFTEN = 5_000; // milliseconds: a minute that turns is seen soon

/** @param {HTMLElement} clock */
function tick(clock) {
  const left = Math.ceil((Date.parse(clock.dataset.until ?? "") - Date.now()) / 60_000);
  if (Number.isNaN(left)) return;
  const says = left > 0 ? `${Math.min(left, 60)} ${left === 1 ? "minute" : "minutes"} left` : "The 60 minutes are up";
  if (clock.textContent !== says) clock.textContent = says;
  clock.closest(".capstone-clock")?.classList.toggle("is-late", left <= 0);
}

setInterval(() => {
  for (const clock of all(document, "[data-until]", HTMLElement)) tick(clock);
}, OFTEN);
