// The context lab's form: a turn or a page is added and the tape is drawn again at once. Without a script the boxes are typed into.
import { need } from "../../js/dom.js";

const form = need(document, "#lab-form", HTMLFormElement);
const history = need(form, '[name="history"]', HTMLTextAreaElement);
const copies = need(form, '[name="copies"]', HTMLInputElement);
const TALK = [
  ["Is there a place to park?", "You can park behind the house. The gate opens when you ring the bell twice."],
  ["Do you have a cot for a baby?", "Yes, we have two cots. We will put one beside your bed before you arrive."],
  ["Is the water safe to drink?", "Yes, the water from the tap is safe. There is also a jug in the dining hall."],
  ["Where can we eat tonight?", "The fish place at the harbour is good. In summer you should book in the morning."],
  ["Is it quiet at night?", "The street is quiet after ten. The bells of the church do not ring at night."],
];

document.getElementById("add-turn")?.addEventListener("click", () => {
  const said = history.value.split("\n").filter((line) => /^\s*user\s*:/i.test(line)).length;
  const [user, assistant] = TALK[said % TALK.length];
  history.value = `${history.value.trimEnd()}\nuser: ${user}\nassistant: ${assistant}`.trimStart();
  again();
});

document.getElementById("add-page")?.addEventListener("click", () => {
  copies.value = String(Number(copies.value || 0) + 1);
  again();
});

// While it fills, only the tape is drawn: nobody waits for four answers at each turn.
function again() {
  need(form, '[name="ask"]', HTMLInputElement).checked = false;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.requestSubmit();
}
