// The embeddings lab's map: a dot under the pointer is read out, a click draws its neighbours. The form does the same without a pointer.
import { at, find, need } from "../../js/dom.js";

const result = need(document, "#result", HTMLElement);

/** @param {Event} event */
function spotOf(event) {
  const spot = at(event)?.closest(".spot");
  return spot instanceof SVGElement ? spot : null;
}

function wire() {
  const map = result.querySelector(".text-map");
  const choose = find(document, "#map-choose", HTMLSelectElement);
  const says = document.getElementById("map-hover");
  if (!map || !choose || !says) return;
  const first = says.textContent;
  map.addEventListener("pointerover", (event) => {
    const spot = spotOf(event);
    says.textContent = spot ? (spot.querySelector("title")?.textContent ?? "") : first;
  });
  map.addEventListener("click", (event) => {
    const spot = spotOf(event);
    if (!spot) return;
    choose.value = spot.dataset.number ?? "";
    choose.form?.requestSubmit();
  });
}

wire();
result.addEventListener("lab:drawn", wire);
