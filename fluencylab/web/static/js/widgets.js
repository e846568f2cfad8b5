// Small things that help a hand: a slider and its number say the same, a text is copied, two reasons are two.
import { all } from "./dom.js";
import { wireLongest } from "./longest.js";

/** @param {ParentNode} root */
export function wireWidgets(root) {
  wireLongest(root);
  for (const slider of all(root, "[data-slider]", HTMLInputElement)) pair(slider);
  for (const button of all(root, "[data-copy]", HTMLButtonElement)) button.addEventListener("click", () => copy(button));
  for (const box of all(root, 'input[type="checkbox"][name="reason"]', HTMLInputElement)) {
    const { form } = box;
    if (!form) continue;
    box.addEventListener("change", () => exactlyTwo(form));
    exactlyTwo(form);
  }
  for (const place of all(root, "[data-module]", HTMLElement)) bring(place);
  for (const form of all(root, "form[method=post]", HTMLFormElement)) form.addEventListener("submit", (event) => once(event, form));
}

/**
 * What only some sheets need, on whatever page they stand: data-module="documents" is js/documents.js, "latency/replay" is the lab's own
 * static/replay.js; each exports wire(element).
 * @param {HTMLElement} place
 */
async function bring(place) {
  if (place.dataset.brought) return;
  place.dataset.brought = "yes";
  const [lab, module] = (place.dataset.module ?? "").split("/");
  /** @type {{ wire(place: HTMLElement): void }} */
  const { wire } = await import(module ? `../labs/${lab}/${module}.js` : `./${lab}.js`);
  wire(place);
}

/** @param {HTMLInputElement} slider */
function pair(slider) {
  const number = document.getElementById(slider.dataset.slider ?? "");
  if (!(number instanceof HTMLInputElement)) return;
  if (number.value === "") slider.classList.add("slider-unset");
  slider.addEventListener("input", () => {
    slider.classList.remove("slider-unset");
    number.value = slider.value;
    number.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // a click on the handle where it stands is a choice too
  slider.addEventListener("pointerup", () => slider.dispatchEvent(new Event("input")));
  number.addEventListener("input", () => {
    if (number.value === "") return;
    slider.classList.remove("slider-unset");
    slider.value = number.value;
  });
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const text = document.getElementById(button.dataset.copy ?? "");
  if (!text) return;
  const said = button.innerHTML;
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
    button.textContent = "Copied";
  } catch {
    getSelection()?.selectAllChildren(text);
    button.textContent = "Marked: copy with the keyboard";
  }
  setTimeout(() => {
    button.innerHTML = said;
  }, 1500);
}

/**
 * The first box still open says what is missing; when two are chosen the others wait.
 * @param {HTMLFormElement} form
 */
function exactlyTwo(form) {
  const boxes = all(form, 'input[name="reason"]', HTMLInputElement);
  const missing = 2 - boxes.filter((box) => box.checked).length;
  const open = boxes.filter((box) => !box.checked);
  for (const box of boxes) box.setCustomValidity("");
  for (const box of open) box.disabled = missing <= 0;
  if (missing > 0) open[0]?.setCustomValidity(missing === 2 ? "Choose two reasons." : "Choose one more reason.");
}

/**
 * A second press while the first is on its way would only earn an error.
 * @param {Event} event
 * @param {HTMLFormElement} form
 */
function once(event, form) {
  if (event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}
