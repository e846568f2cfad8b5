// Vega-Lite specifications from the server, drawn as SVG in the colours of the page. Vega is loaded only where there is a chart.
// The interpreter (`ast`) stands in for eval, which the page's policy forbids.
let vega = null;

export async function drawCharts(root = document) {
  const places = [...root.querySelectorAll("[data-spec]")];
  if (!places.length) return;
  vega ??= ["vega", "vega-lite", "vega-embed"].reduce((before, name) => before.then(() => load(name)), Promise.resolve());
  await vega;
  for (const data of places) {
    const canvas = document.getElementById(data.dataset.for);
    if (!canvas || canvas.dataset.drawn) continue;
    canvas.dataset.drawn = "yes";
    const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", width: "container", height: 190, ...JSON.parse(data.dataset.spec) };
    await globalThis.vegaEmbed(canvas, spec, { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false, config: theme() });
    canvas.querySelector("svg")?.setAttribute("aria-hidden", "true");
  }
}

function load(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `/static/vendor/${name}.min.js`;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const label = { labelColor: colour("--soft"), titleColor: colour("--soft"), labelFont: "Inter", titleFont: "Inter", titleFontWeight: 400, labelFontSize: 12, titleFontSize: 12 };
  return {
    background: "transparent",
    font: "Inter",
    view: { stroke: null },
    axis: { ...label, gridColor: colour("--line"), domainColor: colour("--line"), tickColor: colour("--line"), tickCount: 5 },
    style: {
      measured: { filled: true, fill: colour("--measured"), size: 110, opacity: 1, shape: "circle" },
      interval: { stroke: colour("--measured"), strokeWidth: 7, opacity: 0.35, strokeCap: "round" },
    },
  };
}
