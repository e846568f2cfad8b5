// A button that opens the browser's print dialogue: it is there only where this script runs.
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
