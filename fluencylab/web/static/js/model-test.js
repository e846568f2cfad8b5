// A test of a model, live: what was found is added as it comes, and the page's next step appears when it has ended.
import { all, find, fragment } from "./dom.js";

const SOON = 500;
const LATER = 3000;

const place = () => find(document, "#model-test", HTMLElement);

function watch() {
  if (place()?.dataset.status === "running") setTimeout(look, SOON);
}

async function look() {
  const shown = place();
  if (!shown) return;
  let wait = SOON;
  try {
    const answer = await fetch(shown.dataset.findings ?? "");
    const fresh = answer.ok ? find(fragment(await answer.text()), "#model-test", HTMLElement) : null;
    if (fresh) draw(shown, fresh);
    else wait = LATER;
  } catch {
    wait = LATER; // the lab does not answer; the line over the page says so
  }
  if (place()?.dataset.status === "running") setTimeout(look, wait);
}

/**
 * @param {HTMLElement} shown
 * @param {HTMLElement} fresh
 */
function draw(shown, fresh) {
  if (fresh.dataset.status !== "running") {
    const here = shown.contains(document.activeElement) || document.activeElement === document.body;
    shown.replaceWith(fresh);
    if (here) find(fresh, "#test-says", HTMLElement)?.focus();
    return;
  }
  for (const part of all(fresh, "[data-live]", HTMLElement)) {
    const before = find(shown, `[data-live="${part.dataset.live}"]`, HTMLElement);
    if (!before || before.innerHTML === part.innerHTML) continue;
    // Only what is new is added, so that it alone is read out; a test that begins anew elsewhere has fewer findings.
    const known = part.dataset.live === "findings" ? before.children.length : part.children.length;
    if (known < part.children.length) before.append(...[...part.children].slice(known));
    else before.replaceChildren(...part.childNodes);
  }
}

watch();
