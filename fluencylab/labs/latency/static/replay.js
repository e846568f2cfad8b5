// One recorded call, played at its own pace: every token at the moment it came, for a reader who sees it stream and one who sees it whole.
// Nothing is measured here. Where motion is unwanted nothing plays by itself: the moment is chosen with the slider.
import { need } from "../../js/dom.js";
import { ends, streamed, wordsRead } from "./reading.js";

/** @param {HTMLElement} root */
export function wire(root) {
  const { ttft, ttlt, pace } = root.dataset;
  /** @type {import("./reading.js").Call} */
  const call = { pieces: JSON.parse(root.dataset.pieces ?? "[]"), ttft: Number(ttft), ttlt: Number(ttlt), pace: Number(pace) };
  const whole = streamed(call, call.ttlt);
  const words = ends(whole);
  const slider = need(root, "#replay-at", HTMLInputElement);
  const clock = need(root, "#replay-clock", HTMLElement);
  const button = need(root, "#replay-play", HTMLButtonElement);
  const slow = need(root, "#replay-slow", HTMLSelectElement);
  const stage = (/** @type {string} */ name) => ({
    place: need(root, `#replay-${name}`, HTMLElement),
    says: need(root, `#replay-${name}-says`, HTMLElement),
  });
  const [first, second] = [stage("streamed"), stage("whole")];
  let frame = 0;
  let moved = false;

  /** @param {number} at */
  function draw(at) {
    const text = streamed(call, at);
    show(first, text, wordsRead(at, call.ttft, call.pace, ends(text).length));
    show(second, at >= call.ttlt ? whole : "", wordsRead(at, call.ttlt, call.pace, words.length));
    clock.textContent = `${(at / 1000).toFixed(2)} s`;
    const seconds = (at / 1000).toFixed(1);
    slider.setAttribute("aria-valuetext", `${seconds} seconds: streamed, ${first.says.textContent}; whole, ${second.says.textContent}`);
  }

  /**
   * @param {{ place: HTMLElement, says: HTMLElement }} stage
   * @param {string} text
   * @param {number} count
   */
  function show({ place, says }, text, count) {
    const read = count ? words[count - 1] : 0;
    const done = document.createElement("span");
    done.className = "was-read";
    done.textContent = text.slice(0, read);
    place.replaceChildren(done, text.slice(read));
    says.textContent = text ? `${count} of ${words.length} words read` : "nothing to read yet";
  }

  /** @param {string} text */
  function label(text) {
    if (button.lastChild) button.lastChild.textContent = text;
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    label("Play at true speed");
  }

  function play() {
    const speed = Number(slow.value);
    const last = Number(slider.max);
    const from = moved && Number(slider.value) < last ? Number(slider.value) : 0;
    moved = true;
    let began = 0;
    label("Pause");
    const step = (/** @type {number} */ now) => {
      began ||= now;
      const at = Math.min(last, from + (now - began) * speed);
      slider.value = String(at);
      draw(at);
      if (at >= last || !root.isConnected) stop();
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
  }

  slider.addEventListener("input", () => {
    stop();
    moved = true;
    draw(Number(slider.value));
  });
  button.addEventListener("click", () => (frame ? stop() : play()));
  const act = button.closest("p");
  if (act && matchMedia("(prefers-reduced-motion: reduce)").matches) act.hidden = true;
  draw(Number(slider.value));
}
