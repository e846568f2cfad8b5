// How long this page was really in front of somebody: seconds while it can be seen and somebody is active. After a minute without
// a sign of life nothing more is counted. Told to the lab when the page is left; nobody else hears of it.
const IDLE = 60;
const MOST = 3000; // the lab takes at most an hour at a time
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "input", "touchstart"];

let counted = 0;
let last = null; // of the latest sign, in seconds; null while the page is hidden

const now = () => Date.now() / 1000;
// Reading that goes beyond the job stands in a part of its own: while that is open, it is what counts.
const kind = () => document.querySelector("details[data-spent][open]")?.dataset.spent ?? document.body.dataset.spent;

function sign() {
  if (last !== null) counted += Math.min(Math.max(now() - last, 0), IDLE);
  last = now();
  if (counted > MOST) tell();
}

function tell() {
  if (counted < 1) return;
  const said = new URLSearchParams({ kind: kind(), concept: document.body.dataset.concept, seconds: Math.min(counted, 3600).toFixed(1) });
  if (navigator.sendBeacon("/time", said)) counted = 0;
}

function leave() {
  if (last !== null) sign();
  last = null;
  tell();
}

if (document.body.dataset.spent) {
  for (const name of SIGNS) addEventListener(name, sign, { passive: true, capture: true });
  document.addEventListener("toggle", (event) => event.target.dataset?.spent && leave() === undefined && (last = now()), true);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : (last = now())));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", () => (last = document.hidden ? null : now()));
  if (!document.hidden) last = now();
}
