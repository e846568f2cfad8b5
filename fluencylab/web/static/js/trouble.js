// What went wrong and what to do next, said in the place where something was expected.
import { find, isField } from "./dom.js";

/** @typedef {{ message: string, fix: string }} Trouble */

/** @type {Trouble} */
export const GONE = { message: "The lab does not answer.", fix: "Start it again in the terminal: fluency. What you typed is still here." };

/**
 * What was refused comes into sight and under the keyboard, out of whatever it is folded into. Without a script the browser does it
 * (`autofocus`, `#error`); here for what is drawn into a page that stands, and for browsers that do it for fields only.
 * @param {ParentNode} root
 */
export function toError(root) {
  const error = find(root, "[autofocus]", HTMLElement);
  if (!error) return;
  for (let fold = error.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
  putBack(error);
  if (document.activeElement !== error) error.focus();
}

/**
 * What was typed, back in its form; and the address as it was, so that a page loaded again says nothing old.
 * @param {HTMLElement} error
 */
function putBack(error) {
  const address = new URL(location.href);
  if (address.searchParams.has("refused")) {
    address.searchParams.delete("refused");
    history.replaceState(null, "", address.pathname + address.search);
  }
  /** @type {[string, string][]} */
  const typed = JSON.parse(error.dataset.typed ?? "[]");
  const form = error.closest("form");
  if (!form || !typed.length) return;
  for (const field of form.elements) {
    if (!isField(field) || !field.name || field.type === "file" || field.type === "hidden") continue;
    const sent = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox"))
      field.checked = sent.includes(field.value);
    else if (sent[0] !== undefined) field.value = sent[0];
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/**
 * @param {Element} place
 * @param {Trouble} trouble
 */
export function tell(place, { message, fix }) {
  const notice = document.createElement("div");
  notice.className = "notice notice-broken";
  notice.setAttribute("role", "alert");
  notice.tabIndex = -1;
  const box = document.createElement("div");
  const said = document.createElement("p");
  said.textContent = message;
  const next = document.createElement("p");
  next.className = "notice-detail";
  next.textContent = fix;
  box.append(said, next);
  notice.append(box);
  place.replaceChildren(notice);
  notice.focus();
}
