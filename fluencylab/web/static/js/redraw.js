// What a reader has opened or closed stays so when its place is drawn anew.
export function redraw(place, ...fresh) {
  const before = new Map(disclosures(place).map(([name, element]) => [name, element.open]));
  place.replaceChildren(...fresh);
  for (const [name, element] of disclosures(place)) {
    if (before.has(name) && element.open !== before.get(name)) element.open = before.get(name);
  }
}

// Each with its name: what its summary says, and which of those that say so it is.
function disclosures(place) {
  const seen = new Map();
  return [...place.querySelectorAll("details")].map((element) => {
    const says = element.querySelector("summary")?.textContent.trim() ?? "";
    seen.set(says, (seen.get(says) ?? 0) + 1);
    return [`${seen.get(says)} ${says}`, element];
  });
}
