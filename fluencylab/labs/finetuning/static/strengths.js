// One question's answers at every strength of an adapter: the slider moves between them, the switch goes to the base model or the tuned one.
import { all, need } from "../../js/dom.js";

/** @param {HTMLElement} root */
export function wire(root) {
  /** @type {[strength: number, text: string][]} */
  const answers = JSON.parse(root.dataset.answers ?? "[]");
  const slider = need(root, 'input[type="range"]', HTMLInputElement);
  const switches = all(root, 'input[type="radio"]', HTMLInputElement);
  const place = need(root, ".strong-says", HTMLElement);
  const output = need(root, "output", HTMLOutputElement);

  function draw() {
    const [strength, text] = answers[Number(slider.value)];
    place.textContent = text || "(nothing)";
    output.textContent = strength.toFixed(2);
    slider.setAttribute("aria-valuetext", `strength ${strength}`);
    for (const one of switches) one.checked = Number(one.value) === strength;
  }

  /** @param {HTMLInputElement} one */
  function choose(one) {
    slider.value = String(answers.findIndex(([strength]) => strength === Number(one.value)));
    draw();
  }

  slider.addEventListener("input", draw);
  for (const one of switches) one.addEventListener("change", () => choose(one));
  const early = switches.find((one) => one.checked && !one.defaultChecked); // before this script was here
  if (early) choose(early);
  else draw();
}
