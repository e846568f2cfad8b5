// The one script of a page. Everything here only adds to a page that works without it.
import { wireAsk } from "./ask.js";
import { drawCharts } from "./charts.js";
import { wireDrafts } from "./draft.js";
import { wirePicks } from "./picks.js";
import { watchStrip } from "./strip.js";
import { toError } from "./trouble.js";
import { watchSheets } from "./watch.js";
import { wireWidgets } from "./widgets.js";

/** @param {ParentNode} root */
function wire(root) {
  wireWidgets(root);
  wireAsk(root);
  wireDrafts(root);
  wirePicks(root);
  watchSheets(root);
  drawCharts(root);
}

wire(document);
toError(document);
watchStrip();
// A chart in a fold has no width until the fold is opened.
document.addEventListener("toggle", (event) => event.target instanceof Element && drawCharts(event.target), true);
// A run that moves the page on has its article drawn anew (watch.js).
document.addEventListener("page:drawn", (event) => {
  if (event.target instanceof Element) wire(event.target);
});
