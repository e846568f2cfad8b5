// What a reader has opened or closed stays so when its place is drawn anew.
import { all } from "./dom.js";

/**
 * @param {Element} place
 * @param {...Node} fresh
 */
export function redraw(place, ...fresh) {
  const before = new Map(disclosures(place).map(([name, element]) => [name, element.open]));
  place.replaceChildren(...fresh);
  for (const [name, element] of disclosures(place)) {
    const open = before.get(name);
    if (open !== undefined && element.open !== open) element.open = open;
  }
}

/**
 * Each with its name: what its summary says, and which of those that say so it is.
 * @param {Element} place
 * @returns {[string, HTMLDetailsElement][]}
 */
function disclosures(place) {
  const seen = new Map();
  return all(place, "details", HTMLDetailsElement).map((element) => {
    const says = element.querySelector("summary")?.textContent?.trim() ?? "";
    seen.set(says, (seen.get(says) ?? 0) + 1);
    return [`${seen.get(says)} ${says}`, element];
  });
}
