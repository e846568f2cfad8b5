// Runs before the first paint, so that a chosen theme never flashes, and a keyboard finds its way before all else has come. `js` on <html> tells the CSS that scripts run.
(() => {
  const root = document.documentElement;
  root.classList.add("js");

  function read() {
    try {
      return localStorage.getItem("theme") ?? "auto";
    } catch {
      return "auto"; // storage is blocked: follow the system
    }
  }

  /** @param {string} theme */
  function show(theme) {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  show(read());

  document.addEventListener("DOMContentLoaded", () => {
    for (const radio of document.querySelectorAll('input[name="theme"]')) {
      if (radio instanceof HTMLInputElement) radio.checked = radio.value === read();
    }
  });

  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.name !== "theme") return;
    show(event.target.value);
    try {
      localStorage.setItem("theme", event.target.value);
    } catch {
      // storage is blocked: the choice holds for this page only
    }
    // Charts are drawn with resolved colours: they listen to this and draw again.
    document.dispatchEvent(new CustomEvent("themechange"));
  });

  // To the page, without a fragment in its address: a browser moves the focus to that once more when the page has loaded, away from
  // where it has gone meanwhile.
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest(".skip")) return;
    event.preventDefault();
    document.getElementById("main")?.focus();
  });

  // Another tab has chosen.
  addEventListener("storage", (event) => {
    if (event.key !== "theme") return;
    show(read());
    document.dispatchEvent(new CustomEvent("themechange"));
  });
})();
