// One recorded call, played at its own pace: every token at the moment it came, for a reader who sees it stream and one who sees it whole.
// Nothing is measured here. Where motion is unwanted nothing plays by itself: the moment is chosen with the slider.

export function wire(root) {
  const pieces = JSON.parse(root.dataset.pieces);
  const { ttft, ttlt, pace } = Object.fromEntries(["ttft", "ttlt", "pace"].map((name) => [name, Number(root.dataset[name])]));
  const whole = pieces.map(([text]) => text).join("");
  const ends = [...whole.matchAll(/\S+/g)].map((word) => word.index + word[0].length);
  const [slider, clock, button, slow] = ["at", "clock", "play", "slow"].map((name) => root.querySelector(`#replay-${name}`));
  const places = ["streamed", "whole"].map((name) => [root.querySelector(`#replay-${name}`), root.querySelector(`#replay-${name}-says`)]);
  let frame = 0;
  let moved = false;

  // How many words somebody has read who began at `from`, of a text as long as `length` letters.
  const read = (at, from, length) => Math.min(ends.filter((end) => end <= length).length, Math.max(0, Math.floor(((at - from) / 60000) * pace)));

  function draw(at) {
    const streamed = at >= ttlt ? whole : pieces.filter(([, ms]) => ms <= at).map(([text]) => text).join("");
    const seen = [[streamed, read(at, ttft, streamed.length)], at >= ttlt ? [whole, read(at, ttlt, whole.length)] : ["", 0]];
    clock.textContent = `${(at / 1000).toFixed(2)} s`;
    seen.forEach(([text, words], i) => {
      const [place, says] = places[i];
      const upto = words ? ends[words - 1] : 0;
      const done = document.createElement("span");
      done.className = "was-read";
      done.textContent = text.slice(0, upto);
      place.replaceChildren(done, text.slice(upto));
      says.textContent = text ? `${words} of ${ends.length} words read` : "nothing to read yet";
    });
    slider.setAttribute("aria-valuetext", `${(at / 1000).toFixed(1)} seconds: streamed, ${places[0][1].textContent}; whole, ${places[1][1].textContent}`);
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    button.lastChild.textContent = "Play at true speed";
  }

  function play() {
    const speed = Number(slow.value);
    const from = moved && Number(slider.value) < Number(slider.max) ? Number(slider.value) : 0;
    moved = true;
    let began = 0;
    button.lastChild.textContent = "Pause";
    const step = (now) => {
      began ||= now;
      const at = Math.min(Number(slider.max), from + (now - began) * speed);
      slider.value = at;
      draw(at);
      if (at >= Number(slider.max) || !root.isConnected) stop();
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
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) button.closest("p").hidden = true;
  draw(Number(slider.value));
}
