// What so many cases can see, while the slider moves: the sentences come from the lab, which works them out.
import { find, fragment } from "./dom.js";

const PATIENCE = 120;

/** @param {HTMLElement} form */
export function wire(form) {
  const says = find(document, "#power-says", HTMLElement);
  if (!(form instanceof HTMLFormElement) || !says) return;
  let timer = 0;
  let last = "";
  const draw = async () => {
    const data = new FormData(form);
    const query = new URLSearchParams({ n: String(data.get("n")), healthy: String(data.get("healthy")) }).toString();
    last = query;
    const answer = await fetch(`${form.dataset.from}?${query}`);
    const html = await answer.text();
    if (answer.ok && query === last) says.replaceChildren(fragment(html));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(draw, PATIENCE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void draw();
  });
}
