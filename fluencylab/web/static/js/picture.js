// The charts of a run as one picture for a slide, SVG or PNG: on paper, with the sentence above, the conditions and the day below.
// Colours come from the style sheet as it is on the page in its light theme; what a model wrote is put in as text, never as markup.
import { all } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 960;
const EDGE = 40;
const SCALE = 2; // pixels of a PNG for each of the picture
const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
];
const FACES = {
  Newsreader: "newsreader-normal",
  Inter: "inter-normal",
  "JetBrains Mono": "jetbrains-mono-normal",
};

/** @param {HTMLElement} place */
export function wire(place) {
  const says = place.querySelector('[role="status"]');
  for (const button of all(place, "[data-picture]", HTMLButtonElement)) {
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await take(place.dataset, button.dataset.picture ?? "svg");
        if (says) says.textContent = "Saved with your downloads.";
      } catch {
        if (says) says.textContent = "No chart could be drawn here. Scroll to the charts, then try again.";
      } finally {
        button.disabled = false;
      }
    });
  }
}

/**
 * @param {DOMStringMap} about
 * @param {string} kind
 */
async function take(about, kind) {
  const sheet = document.getElementById(about.sheet ?? "");
  const charts = all(sheet ?? document, ".chart-canvas svg", SVGSVGElement).filter((one) => one.closest(".chart-canvas"));
  if (!charts.length) throw new Error("no chart");
  const picture = inLight(() => drawn(charts, about));
  await withFaces(picture);
  const text = new XMLSerializer().serializeToString(picture);
  const file = new Blob([text], { type: "image/svg+xml" });
  const name = `fluency-lab-${about.file ?? "run"}`;
  if (kind === "svg") return save(file, `${name}.svg`);
  return save(await pixels(text, picture), `${name}.png`);
}

/**
 * A slide is white, whatever the page is.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
function inLight(work) {
  const root = document.documentElement;
  const before = root.dataset.theme;
  root.dataset.theme = "light";
  try {
    return work();
  } finally {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
  }
}

/**
 * @param {SVGSVGElement[]} charts
 * @param {DOMStringMap} about
 */
function drawn(charts, about) {
  const styles = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => styles.getPropertyValue(name).trim();
  const picture = make("svg", { xmlns: SVG, width: WIDE });
  let y = EDGE + 28;
  y = lines(picture, about.says ?? "", y, { size: 25, face: "Newsreader, Georgia, serif", fill: colour("--ink"), letters: 74 });
  for (const chart of charts) {
    const sentence = chart.closest("figure")?.querySelector("figcaption")?.textContent?.trim() ?? "";
    y = lines(picture, sentence, y + 14, { size: 16, face: "Inter, sans-serif", fill: colour("--ink"), letters: 100 });
    const box = chart.viewBox.baseVal;
    const [wide, high] = box?.width ? [box.width, box.height] : [chart.clientWidth, chart.clientHeight];
    const scale = Math.min(1.6, (WIDE - 2 * EDGE) / wide);
    const copy = still(chart);
    for (const [name, value] of Object.entries({ x: EDGE, y, width: wide * scale, height: high * scale }))
      copy.setAttribute(name, `${value}`);
    picture.append(copy);
    y += high * scale + 22;
  }
  const grey = { size: 13, face: "Inter, sans-serif", fill: colour("--soft"), letters: 130 };
  y = lines(picture, about.conditions ?? "", y + 10, grey);
  y = lines(picture, `Fluency Lab · ${about.made ?? ""}`, y, grey);
  const high = Math.round(y + EDGE - 14);
  picture.setAttribute("height", `${high}`);
  picture.setAttribute("viewBox", `0 0 ${WIDE} ${high}`);
  const title = make("title", {});
  title.textContent = about.says ?? "";
  picture.prepend(title, make("rect", { width: WIDE, height: high, fill: colour("--sheet") }));
  return picture;
}

/**
 * A chart that needs no style sheet: each element says itself how it looks.
 * @param {SVGSVGElement} chart
 */
function still(chart) {
  const copy = /** @type {SVGSVGElement} */ (chart.cloneNode(true));
  const [from, to] = [chart, copy].map((one) => [one, ...one.querySelectorAll("*")]);
  from.forEach((element, at) => {
    const styles = getComputedStyle(element);
    to[at].removeAttribute("style");
    if (element.closest("defs")) return;
    for (const name of KEPT) to[at].setAttribute(name, styles.getPropertyValue(name));
    to[at].removeAttribute("class");
  });
  copy.removeAttribute("aria-hidden");
  return copy;
}

/**
 * Text in lines; gives the place below it.
 * @param {SVGElement} picture
 * @param {string} text
 * @param {number} y
 * @param {{ size: number, face: string, fill: string, letters: number }} look
 */
function lines(picture, text, y, look) {
  let line = "";
  let place = y;
  const put = () => {
    const element = make("text", { x: EDGE, y: place, "font-size": look.size, "font-family": look.face, fill: look.fill });
    element.textContent = line;
    picture.append(element);
    place += look.size * 1.4;
  };
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + word.length + 1 > look.letters) {
      put();
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  if (line) put();
  return place;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  return element;
}

/**
 * The faces go along in the file, so that it looks the same elsewhere.
 * @param {SVGElement} picture
 */
async function withFaces(picture) {
  const used = new XMLSerializer().serializeToString(picture);
  const wanted = Object.entries(FACES).filter(([face]) => used.includes(face));
  const rules = await Promise.all(
    wanted.map(async ([face, file]) => {
      const font = await (await fetch(new URL(`../vendor/fonts/${file}.woff2`, import.meta.url))).blob();
      return `@font-face { font-family: "${face}"; font-weight: 100 900; src: url(${await asData(font)}) format("woff2"); }`;
    }),
  );
  const style = make("style", {});
  style.textContent = rules.join("\n");
  picture.prepend(style);
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>}
 */
function asData(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
}

/**
 * @param {string} text
 * @param {SVGElement} picture
 * @returns {Promise<Blob>}
 */
async function pixels(text, picture) {
  const image = new Image();
  image.src = await asData(new Blob([text], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = WIDE * SCALE;
  canvas.height = Number(picture.getAttribute("height")) * SCALE;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
