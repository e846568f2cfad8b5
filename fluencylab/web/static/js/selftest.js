// The self-test's question: keeps what is typed, shows the time, and takes words by selecting them. The page works without it.
const article = document.getElementById("question");

// Drafts
for (const box of article.querySelectorAll("textarea[data-draft]")) keep(box);

function keep(box) {
  const says = box.form.querySelector(".draft-says.js-only");
  const where = box.dataset.draft;
  let known = box.value; // what the lab has, as far as this tab knows
  let timer = 0;
  let leaving = false;

  async function save(more = {}) {
    clearTimeout(timer);
    const text = box.value;
    if (text === known && !more.clear) return;
    try {
      const answer = await fetch(where, { method: "POST", body: new URLSearchParams({ text, ...more }), headers: { Accept: "application/json" } });
      const kept = await answer.json();
      if (!answer.ok) return tell(kept.message);
      if (!kept.saved) return ask(kept.text);
      known = text;
      tell("Saved as you type. You can leave and come back.");
    } catch {
      if (!leaving) tell("Not saved: the lab does not answer. Your words are still in this box.");
    }
  }

  function tell(sentence, ...acts) {
    says.replaceChildren(sentence, ...acts);
  }

  // An empty box never replaces saved words by itself.
  function ask(saved) {
    tell("The box is empty. Your saved words are kept.", act("Bring them back", () => {
      box.value = known = saved;
      box.focus();
      tell("Here they are again.");
    }), act("Clear them", () => save({ clear: "true" })));
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 700);
  });
  box.addEventListener("change", () => save());
  box.form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  addEventListener("pageshow", () => (leaving = false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
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

function act(label, does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-text";
  button.textContent = label;
  button.addEventListener("click", does);
  return button;
}

// The time, in whole minutes; nothing runs out
const clock = article.querySelector(".clock");
if (clock) {
  const began = Date.now();
  const shown = clock.querySelector("span");
  const hide = clock.querySelector("button");
  const tick = () => {
    const minutes = Math.round((Number(clock.dataset.seconds) + (Date.now() - began) / 1000) / 60);
    shown.textContent = `${minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`} so far`;
  };
  const show = (away) => {
    clock.classList.toggle("away", away);
    hide.textContent = away ? "Show the time" : "Hide the time";
    try {
      localStorage.setItem("clock", away ? "away" : "shown");
    } catch {
      // storage is blocked: the choice holds for this page only
    }
  };
  hide.addEventListener("click", () => show(!clock.classList.contains("away")));
  try {
    if (localStorage.getItem("clock") === "away") show(true);
  } catch {
    // storage is blocked
  }
  setInterval(tick, 15_000);
}

// Words selected in the own text go into the field that waits for them: the one last focused, or the first.
const own = article.querySelector(".own");
const fields = [...article.querySelectorAll(".mark-words input[name=words]")];
let wanted = fields[0];
for (const field of fields) field.addEventListener("focus", () => (wanted = field));
document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  if (!own || !wanted || chosen.isCollapsed || !own.contains(chosen.anchorNode) || !own.contains(chosen.focusNode)) return;
  const copy = chosen.getRangeAt(0).cloneContents();
  for (const note of copy.querySelectorAll("sup")) note.remove();
  wanted.value = copy.textContent.replace(/\s+/g, " ").trim();
});
