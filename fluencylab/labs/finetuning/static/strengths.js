// One question's answers at every strength of an adapter: the slider moves between them, the switch goes to the base model or the tuned one.

export function wire(root) {
  const answers = JSON.parse(root.dataset.answers);
  const slider = root.querySelector('input[type="range"]');
  const switches = [...root.querySelectorAll('input[type="radio"]')];
  const place = root.querySelector(".strong-says");
  const output = root.querySelector("output");

  function draw() {
    const [strength, text] = answers[Number(slider.value)];
    place.textContent = text || "(nothing)";
    output.textContent = strength.toFixed(2);
    slider.setAttribute("aria-valuetext", `strength ${strength}`);
    for (const one of switches) one.checked = Number(one.value) === strength;
  }

  slider.addEventListener("input", draw);
  for (const one of switches) {
    one.addEventListener("change", () => {
      slider.value = answers.findIndex(([strength]) => strength === Number(one.value));
      draw();
    });
  }
  draw();
}
