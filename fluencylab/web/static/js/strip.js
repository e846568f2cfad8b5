// The line over the page while the model is fetched or started: asked again until it is ready, then now and then.
import { find, fragment } from "./dom.js";

const SOON = 700;
const LATER = 5000;

const strip = () => document.getElementById("model-strip");
let brokenFromStart = false;

export function watchStrip() {
  const shown = strip();
  if (shown) document.documentElement.style.setProperty("--strip-height", `${shown.getBoundingClientRect().height}px`);
  brokenFromStart = shown?.dataset.state === "broken";
  if (shown) setTimeout(look, shown.dataset.state === "ready" ? LATER : SOON);
}

async function look() {
  let wait = LATER;
  try {
    const answer = await fetch("/model/strip");
    const fresh = answer.ok ? find(fragment(await answer.text()), "#model-strip", HTMLElement) : null;
    if (fresh) {
      lieOver(fresh);
      if (fresh.outerHTML !== strip()?.outerHTML) strip()?.replaceWith(fresh);
      wait = fresh.dataset.state === "ready" || fresh.dataset.state === "broken" ? LATER : SOON;
    }
  } catch {
    const shown = strip();
    if (shown) {
      shown.dataset.state = "broken";
      lieOver(shown);
      shown.textContent = "The lab does not answer. Start it again in the terminal: fluency. What you did is kept.";
    }
  }
  if (!document.hidden) setTimeout(look, wait);
  else document.addEventListener("visibilitychange", look, { once: true });
}

/**
 * What breaks while somebody reads is said over the foot of the page, where it moves nothing.
 * @param {HTMLElement} shown
 */
function lieOver(shown) {
  if (shown.dataset.state === "broken" && !brokenFromStart) shown.dataset.late = "";
}
