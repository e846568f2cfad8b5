// What a template has put on a page, found with its kind; and pages out of text.

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */

/**
 * The first that the selector finds, where it is of this kind.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T | null}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector);
  return found instanceof kind ? found : null;
}

/**
 * The same, where the page cannot do without: a template that lacks it is noticed at once.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function need(root, selector, kind) {
  const found = find(root, selector, kind);
  if (!found) throw new Error(`This page has no ${kind.name} at ${selector}.`);
  return found;
}

/**
 * All of this kind that the selector finds.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T[]}
 */
export function all(root, selector, kind) {
  /** @type {T[]} */
  const found = [];
  for (const one of root.querySelectorAll(selector)) if (one instanceof kind) found.push(one);
  return found;
}

/**
 * The field of a form by its name; null where there is none, or where several boxes share the name.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {Field | null}
 */
export function field(form, name) {
  const found = form.elements.namedItem(name);
  return isField(found) ? found : null;
}

/**
 * @param {unknown} thing
 * @returns {thing is Field}
 */
export function isField(thing) {
  return thing instanceof HTMLInputElement || thing instanceof HTMLTextAreaElement || thing instanceof HTMLSelectElement;
}

/**
 * What an event is about, as an element: a click on text is a click on what holds it.
 * @param {Event} event
 * @returns {Element | null}
 */
export function at(event) {
  return event.target instanceof Element ? event.target : null;
}

/**
 * What a form without files would put behind the question mark.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} [button] the one that was pressed
 */
export function query(form, button = null) {
  return new URLSearchParams([...new FormData(form, button)].map(([name, value]) => [name, String(value)]));
}

/** @param {string} html a piece of a page */
export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content;
}

/** @param {string} html a whole page */
export function page(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
