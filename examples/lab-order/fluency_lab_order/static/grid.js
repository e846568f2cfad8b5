// The grid, coloured by place or by option: a row of one colour by place is a model that chose a place.
// wire(element) is called for every element with data-module="order/grid", on whatever page it stands.

/** @param {HTMLElement} grid */
export function wire(grid) {
  const pair = document.createElement("div");
  pair.className = "order-by";
  pair.setAttribute("role", "group");
  pair.setAttribute("aria-label", "Colour by");
  const buttons = ["place", "option"].map((by) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = `Colour by ${by}`;
    button.addEventListener("click", () => colour(by));
    pair.append(button);
    return button;
  });
  const colour = (/** @type {string} */ by) => {
    grid.dataset.by = by;
    for (const cell of grid.querySelectorAll("td")) cell.dataset.colour = cell.dataset[by] ?? "";
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent?.endsWith(by)));
  };
  grid.prepend(pair);
  colour(grid.dataset.by ?? "place");
}
