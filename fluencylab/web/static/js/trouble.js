// What went wrong and what to do next, said in the place where something was expected.

/** @typedef {{ message: string, fix: string }} Trouble */

/** @type {Trouble} */
export const GONE = { message: "The lab does not answer.", fix: "Start it again in the terminal: fluency. What you typed is still here." };

/**
 * @param {Element} place
 * @param {Trouble} trouble
 */
export function tell(place, { message, fix }) {
  const notice = document.createElement("div");
  notice.className = "notice notice-broken";
  notice.setAttribute("role", "alert");
  const box = document.createElement("div");
  const said = document.createElement("p");
  said.textContent = message;
  const next = document.createElement("p");
  next.className = "notice-detail";
  next.textContent = fix;
  box.append(said, next);
  notice.append(box);
  place.replaceChildren(notice);
}
