// The one script of a page. Everything here only adds to a page that works without it.
import { wireAsk } from "./ask.js";
import { drawCharts } from "./charts.js";
import { wireDrafts } from "./draft.js";
import { watchStrip } from "./strip.js";
import { watchSheets } from "./watch.js";
import { wireWidgets } from "./widgets.js";

export function wire(root = document) {
  wireWidgets(root);
  wireAsk(root);
  wireDrafts(root);
  watchSheets(root);
  drawCharts(root);
}

wire();
watchStrip();
