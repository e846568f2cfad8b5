// Small things that help a hand: a slider and its number say the same, a text is copied, two reasons are two.

export function wireWidgets(root) {
  for (const slider of root.querySelectorAll("[data-slider]")) pair(slider);
  for (const button of root.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
  for (const box of root.querySelectorAll('input[type="checkbox"][name="reason"]')) {
    box.addEventListener("change", () => exactlyTwo(box.form));
    exactlyTwo(box.form);
  }
  for (const place of root.querySelectorAll("[data-module]")) bring(place);
  for (const form of root.querySelectorAll("form[method=post]")) form.addEventListener("submit", once);
}

// What only some sheets need, on whatever page they stand: data-module="documents" is js/documents.js, "latency/replay" is the lab's own
// static/replay.js; each exports wire(element).
async function bring(place) {
  if (place.dataset.brought) return;
  place.dataset.brought = "yes";
  const [lab, module] = place.dataset.module.split("/");
  const { wire } = await import(module ? `/static/labs/${lab}/${module}.js` : `./${lab}.js`);
  wire(place);
}

function pair(slider) {
  const number = document.getElementById(slider.dataset.slider);
  if (!number) return;
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

async function copy(button) {
  const said = button.innerHTML;
  try {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  } catch {
    const range = document.createRange();
    range.selectNodeContents(document.getElementById(button.dataset.copy));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    button.textContent = "Marked: copy with the keyboard";
  }
  setTimeout(() => (button.innerHTML = said), 1500);
}

// The first box still open says what is missing; when two are chosen the others wait.
function exactlyTwo(form) {
  const boxes = [...form.querySelectorAll('input[name="reason"]')];
  const missing = 2 - boxes.filter((box) => box.checked).length;
  const open = boxes.filter((box) => !box.checked);
  for (const box of boxes) box.setCustomValidity("");
  for (const box of open) box.disabled = missing <= 0;
  if (missing > 0) open[0]?.setCustomValidity(missing === 2 ? "Choose two reasons." : "Choose one more reason.");
}

// A second press while the first is on its way would only earn an error.
function once(event) {
  if (event.defaultPrevented) return;
  const form = event.currentTarget;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}
