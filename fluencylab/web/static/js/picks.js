// What is ticked in a form stays ticked when its page is loaded again in this tab, until the form is sent.
import { all } from "./dom.js";

/** @param {ParentNode} root */
export function wirePicks(root) {
  for (const form of all(root, "form[data-picks]", HTMLFormElement)) {
    const name = `picks ${form.getAttribute("action")}`;
    const boxes = all(form, "input[type=radio], input[type=checkbox]", HTMLInputElement);
    const kept = read(name);
    for (const box of boxes) if (kept.includes(`${box.name}=${box.value}`)) box.checked = true;
    form.addEventListener("change", () =>
      write(
        name,
        boxes.filter((box) => box.checked).map((box) => `${box.name}=${box.value}`),
      ),
    );
    form.addEventListener("submit", () => write(name, []));
  }
}

/**
 * @param {string} name
 * @returns {string[]}
 */
function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "[]");
  } catch {
    return []; // storage is blocked
  }
}

/**
 * @param {string} name
 * @param {string[]} picks
 */
function write(name, picks) {
  try {
    if (picks.length) sessionStorage.setItem(name, JSON.stringify(picks));
    else sessionStorage.removeItem(name);
  } catch {
    // storage is blocked: what is ticked holds for this page only
  }
}
