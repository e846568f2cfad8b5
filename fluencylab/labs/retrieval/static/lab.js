// The retrieval lab: the cuts are drawn anew as size, overlap or document change, and a question that is chosen comes into sight.
import { all, at, field, find, need, page } from "../../js/dom.js";

const form = need(document, "#lab-form", HTMLFormElement);
const result = need(document, "#result", HTMLElement);
const cuts = need(document, "#cut #cuts", HTMLElement);
const chosen = need(document, "#field-doc", HTMLSelectElement);
const shown = () => all(form, "#lab-runs input", HTMLInputElement).map((run) => run.value);

let timer = 0;
let asking = new AbortController();
form.addEventListener("input", (event) => {
  if (event.target !== chosen && !at(event)?.closest(".field:has([name=size], [name=overlap])")) return;
  clearTimeout(timer);
  timer = setTimeout(draw, 120);
});

async function draw() {
  asking.abort(); // answers may come in another order than they were asked for
  asking = new AbortController();
  const value = (/** @type {string} */ name) => field(form, name)?.value ?? "";
  const query = new URLSearchParams({ size: value("size"), overlap: value("overlap"), doc: chosen.value });
  for (const run of shown()) query.append("run", run);
  try {
    const answer = await fetch(`${form.getAttribute("action")}?${query}`, { headers: { Accept: "text/html" }, signal: asking.signal });
    const drawn = page(await answer.text());
    const fresh = drawn.getElementById("cuts");
    if (!fresh) return;
    cuts.replaceChildren(...fresh.childNodes);
    const offered = need(drawn, "#field-doc", HTMLSelectElement);
    const seen = offered.value;
    chosen.replaceChildren(...offered.childNodes); // a run of other documents brings their titles
    chosen.value = seen;
  } catch {
    // something newer is asked for, or the server is away: the cuts stay as they were
  }
}

let drawn = shown().length;
result.addEventListener("lab:drawn", () => {
  if (location.hash === "#question") find(document, "#question", HTMLElement)?.scrollIntoView();
  if (shown().length === drawn) return;
  drawn = shown().length;
  draw();
});
