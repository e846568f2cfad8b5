// The retrieval lab: the cuts are drawn anew as size, overlap or document change, and a question that is chosen comes into sight.
const form = document.getElementById("lab-form");
const result = document.getElementById("result");
const cut = document.getElementById("cut");
const chosen = document.getElementById("field-doc");
const shown = () => [...form.querySelectorAll("#lab-runs input")].map((run) => run.value);

let timer = 0, asking = new AbortController();
form.addEventListener("input", (event) => {
  if (event.target !== chosen && !event.target.closest(".field:has([name=size], [name=overlap])")) return;
  clearTimeout(timer);
  timer = setTimeout(draw, 120);
});

async function draw() {
  asking.abort(); // answers may come in another order than they were asked for
  asking = new AbortController();
  const query = new URLSearchParams({ size: form.elements.size.value, overlap: form.elements.overlap.value, doc: chosen.value });
  for (const run of shown()) query.append("run", run);
  try {
    const answer = await fetch(`${form.getAttribute("action")}?${query}`, { headers: { Accept: "text/html" }, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("cuts");
    if (!fresh) return;
    cut.querySelector("#cuts").replaceChildren(...fresh.childNodes);
    const offered = page.getElementById("field-doc"), seen = offered.value;
    chosen.replaceChildren(...offered.childNodes); // a run of other documents brings their titles
    chosen.value = seen;
  } catch {
    // something newer is asked for, or the server is away: the cuts stay as they were
  }
}

let drawn = shown().length;
result.addEventListener("lab:drawn", () => {
  if (location.hash === "#question") document.getElementById("question")?.scrollIntoView();
  if (shown().length === drawn) return;
  drawn = shown().length;
  draw();
});
