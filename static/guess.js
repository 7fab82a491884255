// Guess first: an answer stays hidden until the reader has guessed it, or skips.

import { make, svg } from "./elements.js";
import * as numerals from "./numerals.js";

const LATE = 2000; // milliseconds: what was in sight that long has been read

export function guesses(page, asides, sighted) {
  asides.forEach((aside, i) => {
    const late = performance.now() - (sighted.get(aside) ?? Infinity) > LATE;
    if (!late) ask(page, aside, `guess:${i}`);
  });
}

function ask(page, aside, id) {
  const title = aside.querySelector(".callout-title");
  const answer = aside.querySelector(".answer");
  const { min, max, step, guess: name } = aside.dataset;
  const scale = { min: Number(min), max: Number(max), write: writer(page, name) };
  title.id ||= id;
  const slider = make("input", { type: "range", min, max, step, value: (scale.min + scale.max) / 2, autocomplete: "off" });
  slider.setAttribute("aria-labelledby", title.id);
  const shown = make("output");
  shown.setAttribute("aria-live", "off"); // the slider says its value itself
  const skip = make("button", { type: "button", className: "quiet", textContent: "Skip" });
  const see = make("button", { textContent: "See the answer" });
  const form = make("form", { className: "guessing" }, onScale(scale, slider), make("p", {}, shown, see, skip));
  shown.style.minWidth = `${Math.max(...[scale.min, scale.max].map((end) => scale.write(end).length)) + 1}ch`;
  const show = () => {
    shown.textContent = scale.write(Number(slider.value));
    slider.setAttribute("aria-valuetext", shown.textContent);
  };
  const reveal = () => {
    form.remove();
    answer.hidden = false;
    answer.tabIndex = -1;
    answer.focus();
  };
  slider.addEventListener("input", show);
  skip.addEventListener("click", reveal);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    compare(page, aside, answer, Number(slider.value), scale);
    reveal();
  });
  show();
  form.style.minHeight = `${answer.getBoundingClientRect().height}px`; // nothing below moves
  answer.hidden = true;
  answer.before(form);
}

/** Above the answer, the guess beside the number, which goes on following the reader's assumptions. */
function compare(page, aside, answer, guess, scale) {
  const { guess: name, at } = aside.dataset;
  const drawn = make("div", {});
  const said = make("p", { id: `${aside.querySelector(".callout-title").id}:said`, className: "said" });
  const follow = () => {
    const amount = page.engine.amount(name, at);
    drawn.replaceChildren(onScale(scale, drawing(guess, amount, scale, range(page, name, amount))));
    said.textContent = sentence(page, name, guess, amount, scale);
  };
  follow();
  page.addEventListener("change", ({ detail }) => detail.changed.has(name) && follow());
  answer.prepend(drawn, said);
  answer.role = "group";
  answer.setAttribute("aria-label", "The answer");
  answer.setAttribute("aria-describedby", said.id); // read out when it gets the focus
}

/** How a guess is written; beyond the last step of an axis it is "not by" then. */
function writer(page, name) {
  const { style } = page.engine.number(name);
  return (x) => {
    const value = x > style[5] ? Infinity : x;
    return numerals.central(value, value, value, style, page.model.locale);
  };
}

function range(page, name, { value, low, high }) {
  const { style } = page.engine.number(name);
  return low === high
    ? numerals.central(value, low, high, style, page.model.locale)
    : numerals.interval(low, high, style, page.model.locale);
}

/** "Close" is within 5 % of the central value, and inside the range if there is one; of years, the same one. */
function sentence(page, name, guess, amount, { write }) {
  const { value, low, high } = amount;
  const { style } = page.engine.number(name);
  const exact = low === high;
  const close = style.length > 5 ? guess === value : Math.abs(guess - value) <= 0.05 * Math.abs(value);
  const agrees = close && (exact || (guess >= low && guess <= high));
  const where = agrees ? "agrees with" : guess > high ? "lies above" : guess < low ? "lies below" : "lies inside";
  const what = exact ? "value" : agrees ? "central value" : "range";
  const number = agrees ? numerals.central(value, low, high, style, page.model.locale) : range(page, name, amount);
  const own = page.pristine;
  return `Your guess, ${write(guess)}, ${where} the ${own ? "article’s " : ""}${what} of ${number}${own ? "" : " under your assumptions"}.`;
}

/** A slider or a line between the two ends of its scale, so that both lie in the same place. */
function onScale({ min, max, write }, middle) {
  return make("div", { className: "scale" }, make("span", { textContent: write(min) }), middle, make("span", { textContent: write(max) }));
}

/** The scale, the range as a band, the central value as a dot, the guess as a mark. The sentence says the same in words. */
function drawing(guess, { value, low, high }, { min, max, write }, range) {
  const at = (x) => Math.min(100, Math.max(0, (100 * (x - min)) / (max - min)));
  const label = (x, y, textContent, className) => {
    const anchor = at(x) < 25 ? "start" : at(x) > 75 ? "end" : "middle";
    return svg("text", { x: `${at(x)}%`, y, "text-anchor": anchor, class: className }, textContent);
  };
  return svg(
    "svg", { "aria-hidden": "true", height: 64 },
    svg("line", { x1: "0%", x2: "100%", y1: 32, y2: 32, class: "axis" }),
    svg("rect", { x: `${at(low)}%`, width: `${at(high) - at(low)}%`, y: 26, height: 12, rx: 3, class: "band" }),
    svg("circle", { cx: `${at(value)}%`, cy: 32, r: 4.5, class: "dot" }),
    svg("line", { x1: `${at(guess)}%`, x2: `${at(guess)}%`, y1: 20, y2: 44, class: "mark" }),
    label(guess, 13, `you: ${write(guess)}`, "mark-label"),
    label(value, 60, range, "band-label"),
  );
}
