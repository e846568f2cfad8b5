// A desk: a form whose numbers are worked out in the page at every move. What was set outlives a new run and stands in the address.

// The interval of stats.wilson, 95 %.
export function wilson(hits, n) {
  if (!n) return [0, 1];
  const z = 1.959963984540054, share = hits / n, scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [hits ? Math.max(0, centre - half) : 0, Math.min(1, centre + half)];
}

// `work(desk, controls)` draws the desk from what its controls hold; `held` is a Map of what somebody set.
export function wireDesk(held, work) {
  const desk = document.getElementById("desk");
  const controls = document.getElementById("desk-form");
  if (!desk || !controls) return;
  for (const [name, value] of held) {
    const input = controls.elements[name];
    if (!input) continue;
    input.value = value;
    input.dispatchEvent(new Event("input"));
  }
  controls.addEventListener("change", (event) => event.stopPropagation()); // nothing is asked of the lab: it is worked out here
  controls.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
  });
  controls.addEventListener("input", (event) => {
    if (event.target.name) held.set(event.target.name, event.target.value);
    work(desk, controls);
    remember(held);
  });
  if (!held.size) return;
  work(desk, controls);
  remember(held);
}

function remember(held) {
  const address = new URL(location.href);
  for (const [name, value] of held) address.searchParams.set(name, value);
  history.replaceState(null, "", address);
}

// The number in a control, kept within its bounds; `otherwise` where it holds none.
export function within(input, otherwise) {
  const value = Number.parseFloat(input?.value);
  return Number.isFinite(value) ? Math.min(Number(input.max), Math.max(Number(input.min), value)) : otherwise;
}
