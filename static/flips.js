// What would have to be true: for each claim, where in the range of an assumption it holds, and a button that goes there.

import { make } from "./elements.js";
import * as numerals from "./numerals.js";

/** Fill `place`, a <details> in the panel, when it is open; `set(name, value)` sets an assumption. */
export function flips(page, place, set) {
  const list = place.querySelector("ul");
  const fill = () => place.open && list.replaceChildren(...claims(page).map((name) => claim(page, name, set)));
  place.ontoggle = fill;
  // what is folded out stays so: the marks of the fallen change, and what is said of those that are open
  if (!list.childElementCount || !place.open) fill();
  for (const item of list.children) {
    item.classList.toggle("fell", !page.engine.verdict(item.dataset.name).holds);
    if (place.open && item.firstChild.open) item.firstChild.dispatchEvent(new Event("toggle"));
  }
}

/** Open the list, and in it what is said of one claim. */
export async function show(page, place, name, set) {
  flips(page, place, set);
  await opened(place, "toggle");
  const details = [...place.querySelector("ul").children].find(({ dataset }) => dataset.name === name)?.firstChild;
  if (!details) return;
  await opened(details, "filled");
  details.firstChild.focus({ preventScroll: true });
  details.scrollIntoView({ block: "nearest" });
}

/** Open a <details>, if it is not; done with the event that tells of it. */
async function opened(details, event) {
  if (details.open) return;
  const filled = new Promise((done) => details.addEventListener(event, done, { once: true }));
  details.open = true;
  await filled;
}

/** Those that have fallen first. */
function claims(page) {
  const names = Object.keys(page.model.claims).filter((name) => !page.model.claims[name].fixed && said(name));
  return names.sort((a, b) => page.engine.verdict(a).holds - page.engine.verdict(b).holds);
}

/** The claim as the list behind the numbers says it: in the text it may be half a sentence. */
export function said(name) {
  return document.querySelector(`.claims [data-claim="${name}"]`);
}

function claim(page, name, set) {
  const details = make("details", {}, make("summary", { textContent: said(name).textContent }));
  details.addEventListener("toggle", async () => {
    if (!details.open) return;
    if (details.childElementCount === 1) details.append(make("p", { textContent: "…" }));
    const found = await page.engine.asked(page.engine.flipping(name));
    if (!found) return; // the reader has gone on, and it will be asked again
    const said = answers(page, found, set);
    if (said.textContent !== details.lastChild.textContent) details.lastChild.replaceWith(said); // else the button that was pressed keeps the focus
    details.dispatchEvent(new Event("filled"));
  });
  const item = make("li", {}, details);
  item.dataset.name = name;
  return item;
}

function answers(page, found, set) {
  const may = ({ assumption }) => document.getElementById(`set-${assumption}`);
  const flipping = found.filter((one) => one.flips && may(one));
  if (!flipping.length) return make("p", { textContent: "No single one of these assumptions changes it, at any value in its range." });
  return make("ul", {}, ...flipping.map((one) => answer(page, one, set)));
}

function answer(page, { assumption, low, high, parts }, set) {
  const { label, style } = page.engine.number(assumption);
  const write = (x) => numerals.central(x, x, x, style, page.model.locale, 3);
  const ends = parts.map(([from, to]) => (from === low ? `below ${write(to)}` : to === high ? `above ${write(from)}` : `between ${write(from)} and ${write(to)}`));
  const [from, to] = parts[0];
  const edge = from === low ? to : from;
  const beyond = edge + (from === low ? 1 : -1) * 0.01 * (high - low); // where it fails, just past the edge
  const button = make("button", { type: "button", textContent: "Go there", title: `${label}: ${write(beyond)}` });
  button.addEventListener("click", () => set(assumption, Math.min(high, Math.max(low, Number(beyond.toPrecision(4))))));
  return make("li", {}, `${label}: holds ${ends.join(" or ")} `, button);
}
