// The self-test's question: keeps what is typed (draft.js), shows the time, and takes words by selecting them. The page works without it.
import { all, find, need } from "./dom.js";
import { wireDrafts } from "./draft.js";
import { minutes } from "./figures.js";

const article = need(document, "#question", HTMLElement);
wireDrafts(article);

const clock = find(article, ".clock", HTMLElement);
if (clock) wireClock(clock);

/**
 * The time, in whole minutes; nothing runs out.
 * @param {HTMLElement} clock
 */
function wireClock(clock) {
  const began = Date.now();
  const shown = need(clock, "span", HTMLElement);
  const hide = need(clock, "button", HTMLButtonElement);
  const tick = () => {
    shown.textContent = `${minutes(Number(clock.dataset.seconds) + (Date.now() - began) / 1000)} so far`;
  };
  const show = (/** @type {boolean} */ away) => {
    clock.classList.toggle("away", away);
    hide.textContent = away ? "Show the time" : "Hide the time";
    try {
      localStorage.setItem("clock", away ? "away" : "shown");
    } catch {
      // storage is blocked: the choice holds for this page only
    }
  };
  hide.addEventListener("click", () => show(!clock.classList.contains("away")));
  hide.hidden = false;
  try {
    if (localStorage.getItem("clock") === "away") show(true);
  } catch {
    // storage is blocked
  }
  setInterval(tick, 15_000);
}

// Words selected in the own text go into the field that waits for them: the one last focused, or the first.
const own = article.querySelector(".own");
const fields = all(article, ".mark-words input[name=words]", HTMLInputElement);
let wanted = fields[0];
for (const field of fields) {
  field.addEventListener("focus", () => {
    wanted = field;
  });
}
document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  if (!own || !wanted || !chosen || chosen.isCollapsed || !own.contains(chosen.anchorNode) || !own.contains(chosen.focusNode)) return;
  const copy = chosen.getRangeAt(0).cloneContents();
  for (const note of copy.querySelectorAll("sup")) note.remove();
  wanted.value = (copy.textContent ?? "").replace(/\s+/g, " ").trim();
});
