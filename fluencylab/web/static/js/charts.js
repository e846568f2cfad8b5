// Vega-Lite specifications from the server, drawn as SVG in the colours of the page. Vega is loaded only where there is a chart.
// The interpreter (`ast`) stands in for eval, which the page's policy forbids.
import { all } from "./dom.js";

/** @type {Promise<unknown> | null} */
let vega = null;

// What is not seen has no width to draw to: it is drawn when it is shown and this is called again.
export async function drawCharts(/** @type {ParentNode} */ root = document) {
  const places = all(root, "[data-spec]", HTMLElement);
  if (!places.length) return;
  vega ??= ["vega", "vega-lite", "vega-embed"].reduce((before, name) => before.then(() => load(name)), Promise.resolve());
  await vega;
  for (const { dataset } of places) {
    const canvas = document.getElementById(dataset.for ?? "");
    if (!canvas || canvas.dataset.drawn || !canvas.clientWidth) continue;
    canvas.dataset.drawn = "yes";
    const own = JSON.parse(dataset.spec ?? "{}");
    const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 190, ...own };
    try {
      await vegaEmbed(canvas, spec, { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false, config: THEME });
      canvas.querySelector("svg")?.setAttribute("aria-hidden", "true");
    } catch {
      canvas.textContent = "This chart could not be drawn. Its numbers stand below.";
    }
  }
}

/**
 * @param {string} name
 * @returns {Promise<void>}
 */
function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(`../vendor/${name}.min.js`, import.meta.url).href;
    script.onload = () => resolve();
    script.onerror = reject;
    document.head.append(script);
  });
}

// Sizes and type only: every colour is given by the style sheet, so that it follows the theme and the printer.
const THEME = {
  background: "transparent",
  font: "Inter",
  view: { stroke: null },
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400, tickCount: 5, labelSeparation: 6 },
  axisX: { titleAnchor: "end" }, // a long title has room to the left, also on a narrow screen
  point: { filled: true, size: 110, opacity: 1 },
};
