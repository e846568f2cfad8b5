// What is typed into a box with a draft is kept as it is typed. Its form posts without this.
import { all, need } from "./dom.js";

const PATIENCE = 20_000; // milliseconds until the lab counts as away

/** @param {ParentNode} root */
export function wireDrafts(root) {
  for (const box of all(root, "textarea[data-draft]:not([data-kept])", HTMLTextAreaElement)) {
    if (!box.form) continue;
    box.dataset.kept = "yes";
    keep(box, box.form);
  }
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {HTMLFormElement} form
 */
function keep(box, form) {
  const says = need(form, ".draft-says.js-only", HTMLElement);
  const where = box.dataset.draft ?? "";
  let known = box.value; // what the lab has, as far as this tab knows
  /** @type {string | null} the saved words that wait for "bring them back" or "clear them" */
  let asked = null;
  let sent = Promise.resolve();
  let timer = 0;
  let leaving = false;

  /**
   * One after the other: of two on their way at once, the older could be written, or answered, last.
   * @param {{ clear?: string }} more
   */
  function save(more = {}) {
    clearTimeout(timer);
    sent = sent.then(() => send(more));
  }

  /** @param {{ clear?: string }} more */
  async function send(more) {
    const text = box.value;
    if (text === known && !more.clear) return;
    try {
      const answer = await fetch(where, {
        method: "POST",
        body: new URLSearchParams({ text, ...more }),
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(PATIENCE),
      });
      const kept = await answer.json();
      if (!answer.ok) return tell(kept.message);
      if (!kept.saved) return ask(kept.text);
      known = text;
      tell("Saved as you type. You can leave and come back.");
    } catch {
      if (!leaving) tell("Not saved: the lab does not answer. Your words are still in this box.");
    }
  }

  /**
   * @param {string} sentence
   * @param {...Node} acts
   */
  function tell(sentence, ...acts) {
    asked = null;
    says.replaceChildren(sentence, ...acts);
  }

  /**
   * An empty box never replaces saved words by itself. Asked again, the buttons stay: one of them may be under the finger.
   * @param {string} saved
   */
  function ask(saved) {
    if (saved === asked) return;
    const back = act("Bring them back", () => {
      box.value = known = saved;
      box.focus();
      tell("Here they are again.");
    });
    tell(
      "The box is empty. Your saved words are kept.",
      back,
      act("Clear them", () => save({ clear: "true" })),
    );
    asked = saved;
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  });
  box.addEventListener("change", () => save());
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  // Another tab may have written meanwhile; words of this tab that are not saved yet stay.
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return save();
    if (box.value !== known) return;
    try {
      const { text } = await (await fetch(where, { headers: { Accept: "application/json" } })).json();
      if (text && text !== known && box.value === known) {
        box.value = known = text;
        tell("Brought up to date from another tab.");
      }
    } catch {
      // the lab is away: what is in the box stays
    }
  });
}

/**
 * @param {string} label
 * @param {() => void} does
 */
function act(label, does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-text";
  button.textContent = label;
  button.addEventListener("click", does);
  return button;
}
