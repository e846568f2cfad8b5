// The words of a drafted case are kept as they are typed, each draft by itself. Its form posts them without this, too.
import { all, need } from "./dom.js";

const PATIENCE = 20_000; // milliseconds until the lab counts as away

wire(document);
// The list is there once the run has ended, and its article is drawn anew then (watch.js).
document.addEventListener("page:drawn", (event) => {
  if (event.target instanceof Element) wire(event.target);
});

/** @param {ParentNode} root */
function wire(root) {
  for (const row of all(root, "[data-draft-of]", HTMLElement)) keep(row, row.dataset.draftOf ?? "");
}

/**
 * @param {HTMLElement} row
 * @param {string} where
 */
function keep(row, where) {
  const [question, reference] = all(row, "textarea", HTMLTextAreaElement);
  const was = need(row, "input[name^=was-]", HTMLInputElement);
  const says = need(row, ".draft-says", HTMLElement);
  let sent = Promise.resolve();
  let timer = 0;
  if (!question || !reference) return;
  const words = () => new URLSearchParams({ question: question.value, reference: reference.value });
  let known = String(words());

  async function send() {
    const body = words();
    if (String(body) === known) return;
    try {
      const answer = await fetch(where, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        keepalive: true,
        signal: AbortSignal.timeout(PATIENCE),
      });
      const told = await answer.json();
      if (!answer.ok) {
        says.textContent = told.message;
        return;
      }
      known = String(body);
      was.value = told.was;
      says.textContent = "Saved as you type.";
    } catch {
      says.textContent = "Not saved: the lab does not answer. Your words are still here.";
    }
  }

  row.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    clearTimeout(timer);
    says.textContent = "";
    timer = setTimeout(() => {
      sent = sent.then(send);
    }, 700);
  });
  row.addEventListener("change", () => {
    clearTimeout(timer);
    sent = sent.then(send);
  });
  // whoever leaves in the middle of a word leaves it saved
  addEventListener("pagehide", () => void send());
}
