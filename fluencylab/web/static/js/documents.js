// Files become text: each that is chosen or dropped is read by the lab, one after another, and what was read stands in the box.
import { need } from "./dom.js";
import { grouped } from "./figures.js";

const PATIENCE = 900_000; // a file is given up after 20 seconds of work, however long these take; others may be before it

/** @param {HTMLElement} place */
export function wire(place) {
  const box = need(place, "textarea", HTMLTextAreaElement);
  const input = need(place, 'input[type="file"]', HTMLInputElement);
  const said = need(place, ".documents-said", HTMLElement);
  const address = `${box.form?.getAttribute("action")}/read`;
  /** @type {[File, HTMLElement][]} each with its line */
  const waiting = [];
  let reading = false;
  /** @type {HTMLElement | null} */
  let hint = null;

  function choose() {
    const chosen = [...(input.files ?? [])];
    input.value = ""; // or they would be sent, and read, once more with the form
    take(chosen);
  }
  input.addEventListener("change", choose);
  place.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.dataset.over = "yes";
  });
  place.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node && place.contains(event.relatedTarget))) delete place.dataset.over;
  });
  place.addEventListener("drop", (event) => {
    delete place.dataset.over;
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  box.form?.addEventListener(
    "submit",
    (event) => {
      if (!reading) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      hint ??= line();
      say(hint, "Files are still being read.", "Run when each of them has its line here.");
    },
    true,
  );

  if (input.files?.length) choose(); // before this script had come

  /** @param {File[]} files */
  async function take(files) {
    const most = Number(place.dataset.most);
    if (files.length > most) return refuse(line(), ...tooMany(files.length, most));
    for (const file of files) waiting.push([file, line(`${file.name}: waiting`)]);
    if (reading) return;
    reading = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) await read(...next);
    } finally {
      reading = false;
      hint?.remove();
      hint = null;
    }
  }

  /**
   * @param {File} file
   * @param {HTMLElement} about
   */
  async function read(file, about) {
    about.textContent = `${file.name}: being read`;
    const largest = Number(place.dataset.largest);
    if (file.size > largest) return refuse(about, ...tooLarge(file.name, file.size, largest));
    try {
      await file.slice(0, 1).arrayBuffer();
    } catch {
      return refuse(about, `“${file.name}” could not be opened.`, "If it is a folder, choose the files in it.");
    }
    try {
      const body = new FormData();
      body.append("file", file);
      const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
      const told = await answer.json();
      if (answer.ok) add(about, file.name, told);
      else refuse(about, told.message, told.fix);
    } catch {
      const message = `“${file.name}” was not read: the lab does not answer.`;
      refuse(about, message, "Start it again in the terminal: fluency. What is in the box is still here.");
    }
  }

  /**
   * @param {HTMLElement} about
   * @param {string} name
   * @param {{ text: string, says: string }} told
   */
  function add(about, name, { text, says }) {
    const whole = box.value.trim() ? `${box.value.trimEnd()}\n\n${text}` : text;
    if (box.maxLength > 0 && whole.length > box.maxLength) {
      const message = `“${name}” does not fit: the box holds ${box.maxLength.toLocaleString("en")} characters.`;
      return refuse(about, message, "Take out what you do not need, and choose it again.");
    }
    put(whole);
    const words = document.createElement("span");
    words.textContent = says;
    const out = document.createElement("button");
    out.type = "button";
    out.textContent = "Take it out";
    out.setAttribute("aria-label", `Take it out: ${name}`);
    out.addEventListener("click", () => takeOut(about, name, text));
    about.replaceChildren(words, out);
  }

  /**
   * @param {HTMLElement} about
   * @param {string} name
   * @param {string} text
   */
  function takeOut(about, name, text) {
    const at = box.value.indexOf(text);
    if (at < 0) return say(about, `${name} was changed in the box.`, "Delete its lines there.");
    const rest = [box.value.slice(0, at).trimEnd(), box.value.slice(at + text.length).replace(/^\s*\n/, "")];
    put(rest.filter(Boolean).join("\n\n"));
    about.remove();
    input.focus();
  }

  /** @param {string} text */
  function put(text) {
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function line(text = "") {
    const about = document.createElement("p");
    about.textContent = text;
    said.append(about);
    return about;
  }
}

/**
 * As documents/read.py says it; here before anything is sent.
 * @param {number} count
 * @param {number} most
 * @returns {[message: string, fix: string]}
 */
export function tooMany(count, most) {
  return [`${grouped(count)} files at once are too many; ${most} are read.`, "Choose fewer. Nothing was read."];
}

/**
 * @param {string} name
 * @param {number} size
 * @param {number} largest
 * @returns {[message: string, fix: string]}
 */
export function tooLarge(name, size, largest) {
  const message = `“${name}” has ${grouped(size / 1e6)} MB; a file may have ${grouped(largest / 1e6)} MB.`;
  return [message, "Split it, or save it without its pictures, and choose that."];
}

/**
 * @param {HTMLElement} about
 * @param {string} message
 * @param {string} fix
 */
function refuse(about, message, fix) {
  about.className = "refused";
  say(about, `Not read: ${message}`, fix);
}

/**
 * @param {HTMLElement} about
 * @param {string} message
 * @param {string} fix
 */
function say(about, message, fix) {
  const what = document.createElement("b");
  what.textContent = message;
  const words = document.createElement("span");
  words.append(what, ` ${fix}`);
  about.replaceChildren(words);
}
