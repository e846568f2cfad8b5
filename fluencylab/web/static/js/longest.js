// A text that is too long is refused at its field, in a sentence; nothing that is typed or pasted is cut.
import { all, isField } from "./dom.js";

/** @param {ParentNode} root */
export function wireLongest(root) {
  for (const box of all(root, "[data-longest]", HTMLElement)) if (isField(box)) judge(box);
}

document.addEventListener("input", (event) => {
  if (isField(event.target) && event.target.dataset.longest) judge(event.target);
});

/** @param {import("./dom.js").Field} box */
function judge(box) {
  const most = Number(box.dataset.longest);
  const length = box.value.length > most ? [...box.value].length : 0; // as Python counts: an emoji is one
  const says =
    length > most
      ? `This has ${length.toLocaleString("en")} characters, and at most ${most.toLocaleString("en")} fit. Shorten it; nothing was cut.`
      : "";
  const id = `${box.id}-longest`;
  const shown = document.getElementById(id);
  box.setCustomValidity(says);
  if (!says) {
    if (!shown) return;
    shown.remove();
    box.removeAttribute("aria-invalid");
    describe(box, id, false);
  } else if (shown) {
    shown.textContent = says;
  } else {
    const place = document.createElement("p");
    place.className = "error";
    place.id = id;
    place.setAttribute("role", "alert");
    place.textContent = says;
    box.after(place);
    box.setAttribute("aria-invalid", "true");
    describe(box, id, true);
  }
}

/**
 * @param {HTMLElement} box
 * @param {string} id
 * @param {boolean} there
 */
function describe(box, id, there) {
  const others = (box.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  box.setAttribute("aria-describedby", (there ? [...others, id] : others).join(" "));
}
