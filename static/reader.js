// The reader's change: a slider moves an assumption; numbers and claims follow in the same frame, charts as soon as they are live.

import { Engine } from "./engine.js";
import * as numerals from "./numerals.js";

const panel = document.querySelector("#assumptions");
const { default: model } = await import(new URL(panel.dataset.model, document.baseURI));
const engine = new Engine(model);
const status = panel.querySelector(".status");
const written = new Map(); // element -> the author's text
let charts = null;

for (const element of document.querySelectorAll("[data-quantity]")) {
  if (element.tagName === "OUTPUT") element.textContent = text(element);
  written.set(element, element.textContent);
}
for (const slider of panel.querySelectorAll("[data-assumption]")) slider.disabled = false;

panel.addEventListener("input", ({ target }) => {
  if (target.dataset.assumption) change({ [target.dataset.assumption]: Number(target.value) });
});
panel.addEventListener("change", announce);
panel.addEventListener("reset", () => {
  change(Object.fromEntries(Object.keys(engine.settings).map((name) => [name, null])));
  announce();
});
panel.querySelector("details").open = matchMedia("(min-width: 72rem)").matches; // there it stands beside the text
panel.hidden = false;

function change(settings) {
  const changed = new Set();
  for (const [name, value] of Object.entries(settings)) {
    for (const other of engine.set(name, value)) changed.add(other);
  }
  const pristine = Object.keys(engine.settings).length === 0;
  for (const [element, authors] of written) {
    if (!changed.has(element.dataset.quantity)) continue;
    element.textContent = pristine ? authors : text(element);
    element.classList.toggle("changed", element.textContent !== authors);
    if (element.value !== undefined && element.tagName === "DATA") element.value = machineValue(element);
  }
  for (const element of document.querySelectorAll("[data-claim]")) judge(element, pristine);
  for (const element of document.querySelectorAll("[data-if]")) {
    element.hidden = String(engine.verdict(element.dataset.if).holds) !== element.dataset.when;
  }
  followCharts();
}

function text({ dataset: { quantity, part = "value", digits, at } }) {
  const { style } = engine.number(quantity);
  const { value, low, high } = engine.amount(quantity, at);
  if (part === "range") return numerals.interval(low, high, style, model.locale);
  if (part === "low" || part === "high") return numerals.end(low, high, part, style, model.locale);
  return numerals.central(value, low, high, style, model.locale, Number(digits) || undefined);
}

function machineValue({ dataset: { quantity, part, at } }) {
  const amount = engine.amount(quantity, at);
  return String(Number((part === "low" ? amount.low : part === "high" ? amount.high : amount.value).toPrecision(9)));
}

function judge(element, pristine) {
  const { share, holds } = engine.verdict(element.dataset.claim);
  element.dataset.holds = holds;
  let note = element.nextElementSibling;
  if (!note?.classList.contains("verdict")) {
    note = Object.assign(document.createElement("small"), { className: "verdict" });
    element.after(note);
  }
  note.hidden = pristine || holds;
  const percent = numerals.central(share * 100, 0, 100, [1, "", "\u202f%", "\u202f%", false], model.locale, 2);
  note.textContent = ` does not hold under your assumptions (holds in ${percent} of the draws)`;
}

function announce() {
  const fallen = new Set([...document.querySelectorAll('[data-claim][data-holds="false"]')].map((e) => e.dataset.claim));
  const numbers = [...written.keys()].filter((e) => e.classList.contains("changed") && e.tagName === "DATA").length;
  const claims = fallen.size === 1 ? "1 claim no longer holds" : `${fallen.size} claims no longer hold`;
  status.textContent = numbers ? `${numbers} numbers changed; ${claims}.` : "The article's own numbers.";
}

/** The runtime is fetched on the first change; until it is there, charts show the article's numbers. */
async function followCharts() {
  if (!charts) {
    charts = import("./charts.js").then(({ LiveCharts }) =>
      new LiveCharts(document.querySelectorAll("figure[data-live]"), new URL(panel.dataset.runtime, document.baseURI)),
    );
  }
  (await charts).show((table) => engine.rows(table));
}
