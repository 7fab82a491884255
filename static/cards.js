// A number or a source opens at its link: the short card at once, the whole one as soon as the page of numbers is there.
// Without this the link leads to the card, or to the entry in the list, further down.

import { beside, belowOrAbove } from "./beside.js";
import { make, svg } from "./elements.js";
import { central } from "./numerals.js";
import { histogram, influences, shape } from "./sample.js";

const PHONE = "(max-width: 39.99rem)"; // there it is a sheet at the foot of the window
const WIDTH = 430;
const NUMBERS = new URL("numbers/index.html", document.baseURI);

/** Gives open(link), which says whether there is something to open. */
export function cards(ready) {
  const back = make("button", { type: "button", textContent: "Back", hidden: true });
  const close = make("button", { type: "button", textContent: "Close" });
  const body = make("div", { className: "card" });
  const sheet = make("div", { className: "card-sheet", popover: "auto", role: "dialog", tabIndex: -1 }, make("p", { className: "top" }, back, close), body);
  sheet.setAttribute("aria-labelledby", "card-title");
  document.body.append(sheet);
  let from = null; // the link that opened it
  let trail = []; // what was opened, the present one last
  let pressed = null; // a press outside closes it before the click
  let showing = 0;

  const isOpen = () => sheet.matches(":popover-open");
  const place = () => {
    if (!isOpen() || !from.isConnected) return;
    if (matchMedia(PHONE).matches) sheet.removeAttribute("style");
    else belowOrAbove(from, sheet);
  };
  const fill = (parts) => {
    ready.page?.unwatch(body);
    body.replaceChildren(...parts);
    for (const element of body.querySelectorAll("[id]")) element.removeAttribute("id");
    body.querySelector("h3").id = "card-title";
    ready.page?.watch(body);
    place();
  };
  const show = async (hash) => {
    const mine = ++showing;
    back.hidden = trail.length < 2;
    const short = brief(hash, ready.page);
    if (short) fill(short);
    if (!hash.startsWith("#n-")) return;
    try {
      const [whole, page] = await Promise.all([numbers().then((page) => entire(page, hash)), Promise.race([ready(), after(1500)])]);
      if (mine !== showing) return;
      if (page && !page.pristine) redraw(page, whole);
      fill(whole.childNodes);
    } catch {
      if (!short && mine === showing) fill([make("h3", { textContent: "This number" }), unreached(hash)]);
    }
  };

  body.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    trail.push(link.hash);
    show(link.hash);
    sheet.scrollTop = 0;
    sheet.focus();
  });
  back.addEventListener("click", () => {
    trail.pop();
    show(trail.at(-1));
    sheet.focus();
  });
  close.addEventListener("click", () => sheet.hidePopover());
  sheet.addEventListener("keydown", ({ key, shiftKey }) => {
    if (key !== "Tab") return;
    const stops = [...sheet.querySelectorAll("a, button:not([hidden]), [tabindex='0']")];
    const at = stops.indexOf(document.activeElement);
    if (shiftKey ? at > 0 : at < stops.length - 1) return;
    sheet.hidePopover(); // beyond its ends the page goes on where it was left
    from.focus();
  });
  addEventListener("pointerdown", ({ target }) => (pressed = isOpen() && from.contains(target) ? from : null), { capture: true });
  new ResizeObserver(place).observe(document.body);
  new ResizeObserver(place).observe(sheet);
  ready().then((page) => page.addEventListener("change", () => isOpen() && show(trail.at(-1))));

  return (link) => {
    if (!brief(link.hash)) return false;
    if (pressed === link) {
      pressed = null;
      return true; // the press has closed it
    }
    from = link;
    trail = [link.hash];
    link.focus({ preventScroll: true }); // where the focus comes back to
    if (matchMedia(PHONE).matches) sheet.removeAttribute("style");
    else beside(link, sheet, WIDTH);
    sheet.showPopover();
    show(link.hash);
    sheet.scrollTop = 0;
    sheet.focus({ preventScroll: true });
    return true;
  };
}

/** What the article's own page has: a short card, or a source. */
function brief(hash, page) {
  const original = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!original) return null;
  const copy = original.cloneNode(true);
  const written = original.querySelectorAll("[data-quantity]");
  copy.querySelectorAll("[data-quantity]").forEach((element, i) => {
    element.textContent = page?.authors(written[i]) ?? written[i].textContent;
    element.removeAttribute("class");
  });
  if (original.localName === "li") return [make("h3", { textContent: `Source ${[...original.parentNode.children].indexOf(original) + 1}` }), ...copy.childNodes];
  return [...copy.childNodes];
}

let fetched = null;
function numbers() {
  const text = (answer) => (answer.ok ? answer.text() : Promise.reject(answer.status));
  fetched ??= fetch(NUMBERS).then(text).then((html) => new DOMParser().parseFromString(html, "text/html"));
  fetched.catch(() => (fetched = null));
  return fetched;
}

/** The whole card, its links made those of this page. */
function entire(page, hash) {
  const card = document.importNode(page.getElementById(decodeURIComponent(hash.slice(1))), true);
  const here = new URL("index.html", document.baseURI).href;
  for (const link of card.querySelectorAll("a[href]")) {
    const address = new URL(link.getAttribute("href"), NUMBERS);
    const own = [here, NUMBERS.href].includes(address.href.split("#")[0]);
    link.setAttribute("href", own ? address.hash : address.href);
  }
  card.append(make("p", { className: "whole" }, make("a", { href: NUMBERS.href + hash, textContent: "All numbers" })));
  return card;
}

function unreached(hash) {
  return make("p", {}, make("a", { href: NUMBERS.href + hash, textContent: "All about this number" }));
}

function after(time) {
  return new Promise((resolve) => setTimeout(resolve, time, null));
}

/** Shape and influences of a whole card as they are under the reader's settings. */
export function redraw(page, card) {
  const { name, step: at = "" } = card.dataset;
  const { engine } = page;
  const { factor, style, fixed } = engine.number(name);
  if (fixed) return;
  const write = (x) => central(x, x, x, style, page.model.locale, 3);
  const figure = card.querySelector(".shape");
  if (figure) {
    const lie = histogram(engine.draws(name, at).map((x) => x / factor));
    figure.hidden = lie.first === lie.last;
    if (!figure.hidden) draw(figure, shape(lie, engine.amount(name, at)), write(lie.first), write(lie.last), at);
  }
  const list = card.querySelector(".moves");
  if (!list) return;
  const found = influences(engine, name, at);
  list.replaceChildren(...found.slice(0, 3).map((one) => move(page, one, write)));
  list.hidden = card.querySelector(".about").hidden = found.length === 0;
  const judged = card.querySelector(".judged");
  const total = Math.max(1, sum(found));
  judged.hidden = found.length === 0;
  const judgements = judged.dataset.judgements.split(" ");
  const judgement = found.filter(({ assumption }) => judgements.includes(assumption));
  const share = sum(judgement) / total;
  judged.textContent = `${share < 0.005 ? "None" : page.percent(share)} of its spread comes from assumptions that are judgements.`;
}

function sum(found) {
  return found.reduce((total, { share }) => total + share, 0);
}

function draw(figure, { whole, within, middle }, first, last, at) {
  figure.querySelector(".tails").setAttribute("d", whole);
  figure.querySelector(".within").setAttribute("d", within);
  for (const end of ["x1", "x2"]) figure.querySelector("line").setAttribute(end, middle);
  figure.querySelector("svg").setAttribute("aria-label", `How its draws are spread${at ? ` in ${at}` : ""}, from ${first} to ${last}`);
  const ends = figure.querySelectorAll("figcaption span");
  ends[0].textContent = first;
  ends[ends.length - 1].textContent = last;
}

function move(page, { assumption, share, low, high }, write) {
  const width = `${Math.floor(100 * Math.min(share, 1) + 0.5)}%`;
  const bar = svg("svg", { class: "bar", "aria-hidden": "true", width: "100%", height: "4" }, svg("rect", { width, height: "4" }));
  const link = make("a", { textContent: page.engine.number(assumption).label });
  link.setAttribute("href", `#n-${assumption}`);
  return make("li", {},
    link, " ", make("span", { className: "share", textContent: page.percent(Math.min(share, 1)) }), " ", bar, " ",
    make("span", { className: "effect", textContent: `${write(low)} where it is in its lowest tenth, ${write(high)} in its highest` }),
  );
}
