// How long this page was really in front of somebody: seconds while it can be seen and somebody is active. After a minute without
// a sign of life nothing more is counted. Told to the lab when the page is left; nobody else hears of it.
const IDLE = 60;
const MOST = 3000; // the lab takes at most an hour at a time
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "input", "touchstart"];

let counted = 0;
/** @type {number | null} of the latest sign, in seconds; null while the page is hidden */
let last = null;

const now = () => Date.now() / 1000;

// Reading that goes beyond the job stands in a part of its own: while that is open, it is what counts.
function kind() {
  const open = document.querySelector("details[data-spent][open]");
  return (open instanceof HTMLElement ? open : document.body).dataset.spent ?? "";
}

function sign() {
  if (last !== null) counted += Math.min(Math.max(now() - last, 0), IDLE);
  last = now();
  if (counted > MOST) tell();
}

function tell() {
  if (counted < 1) return;
  const said = new URLSearchParams({
    kind: kind(),
    concept: document.body.dataset.concept ?? "",
    seconds: Math.min(counted, 3600).toFixed(1),
  });
  if (navigator.sendBeacon("/time", said)) counted = 0;
}

function leave() {
  if (last !== null) sign();
  last = null;
  tell();
}

function come() {
  last = document.hidden ? null : now();
}

if (document.body.dataset.spent) {
  for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
  document.addEventListener(
    "toggle",
    (event) => {
      if (!(event.target instanceof HTMLElement) || !event.target.dataset.spent) return;
      leave();
      last = now();
    },
    true,
  );
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : come()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", come);
  come();
}
