// Read with the keyboard: p and f say pass and fail, n goes to the note, j and k to the next and the one before. Not while something is typed,
// but there Ctrl or Cmd with Enter says fail: a note is written about what fails.
import { all, find, isField } from "./dom.js";

document.addEventListener("keydown", (event) => {
  const typing = isField(event.target) && event.target.matches("textarea, input, select");
  if (typing) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press("f");
    else if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "n") {
    event.preventDefault();
    find(document, "#verdict textarea", HTMLTextAreaElement)?.focus();
  } else press(event.key);
});

/** @param {string} key */
function press(key) {
  const found = all(document, "[aria-keyshortcuts]", HTMLElement).find((one) => one.getAttribute("aria-keyshortcuts") === key);
  found?.click();
}
