// A number in a sentence that can be dragged, or moved with the arrow keys: it moves the field it names, and the field answers.
const PIXELS_A_STEP = 5;

export function wireScrubs(root) {
  for (const scrub of root.querySelectorAll("[data-scrub]")) wire(scrub);
}

function wire(scrub) {
  const field = document.getElementById(scrub.dataset.scrub);
  if (!field || scrub.getAttribute("role")) return;
  const step = Number(field.step) || 1;
  scrub.setAttribute("role", "slider");
  scrub.tabIndex = 0;
  scrub.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`)?.textContent ?? field.name);
  scrub.setAttribute("aria-valuemin", field.min);
  scrub.setAttribute("aria-valuemax", field.max);
  const tell = () => scrub.setAttribute("aria-valuenow", field.value);
  field.addEventListener("input", tell);
  tell();

  const move = (value) => {
    const bounded = Math.min(Number(field.max), Math.max(Number(field.min), value));
    field.value = String(Number((Math.round(bounded / step) * step).toFixed(4)));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  let from = null;
  scrub.addEventListener("pointerdown", (event) => {
    from = { x: event.clientX, value: Number(field.value) };
    scrub.setPointerCapture(event.pointerId);
    scrub.focus();
    event.preventDefault();
  });
  scrub.addEventListener("pointermove", (event) => {
    if (from) move(from.value + Math.round((event.clientX - from.x) / PIXELS_A_STEP) * step);
  });
  for (const end of ["pointerup", "pointercancel"]) scrub.addEventListener(end, () => (from = null));
  scrub.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: step, ArrowUp: step, ArrowLeft: -step, ArrowDown: -step, PageUp: step * 5, PageDown: -step * 5 };
    if (event.key in moves) move(Number(field.value) + moves[event.key]);
    else if (event.key === "Home") move(Number(field.min));
    else if (event.key === "End") move(Number(field.max));
    else return;
    event.preventDefault();
  });
}
