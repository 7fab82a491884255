// The numbers, claims and branches of a page, and how they follow the model.

import { make } from "./elements.js";
import * as numerals from "./numerals.js";

const MACHINE_DIGITS = 4; // of what is uncertain, as in explainer/prose/merge.py

/** Fires "change" with {changed: the names that moved} after every number and claim of the page shows the new state. */
export class Page extends EventTarget {
  #written = new Map(); // element -> the author's text

  constructor(engine) {
    super();
    this.model = engine.model;
    this.engine = engine;
    this.watch(document);
  }

  /** From now on the numbers below this element follow too. */
  watch(root) {
    for (const element of root.querySelectorAll("[data-quantity]")) {
      if (element.tagName === "OUTPUT") element.textContent = this.text(element);
      this.#written.set(element, element.textContent);
      if (!this.pristine) this.#write(element);
    }
    if (!this.pristine) for (const element of root.querySelectorAll("[data-claim]")) this.#judge(element);
  }

  /** What the author wrote in an element that follows. */
  authors(element) {
    return this.#written.get(element);
  }

  /** Forget the numbers below this element. */
  unwatch(root) {
    for (const element of root.querySelectorAll("[data-quantity]")) this.#written.delete(element);
  }

  /** The assumptions that the reader has set: {name: value in its declared unit}. */
  get settings() {
    return { ...this.engine.settings };
  }

  get pristine() {
    return Object.keys(this.engine.settings).length === 0;
  }

  /** Set assumptions, or free them again (null); numbers and claims follow before this returns. */
  set(settings) {
    const changed = new Set();
    for (const [name, value] of Object.entries(settings)) {
      if ((this.engine.settings[name] ?? null) === value) continue;
      for (const other of this.engine.set(name, value)) changed.add(other);
    }
    if (changed.size === 0) return;
    for (const element of this.#written.keys()) if (changed.has(element.dataset.quantity)) this.#write(element);
    for (const element of document.querySelectorAll("[data-claim]")) this.#judge(element);
    for (const element of document.querySelectorAll("[data-if]")) {
      element.hidden = String(this.engine.verdict(element.dataset.if).holds) !== element.dataset.when;
    }
    this.dispatchEvent(new CustomEvent("change", { detail: { changed } }));
  }

  /** Free every assumption. */
  reset() {
    this.set(Object.fromEntries(Object.keys(this.engine.settings).map((name) => [name, null])));
  }

  /** What an element with data-quantity (and data-part, data-at, data-digits) shows in the present state. */
  text({ dataset: { quantity, part = "value", digits, at } }) {
    const { style } = this.engine.number(quantity);
    const { value, low, high } = this.engine.amount(quantity, at);
    if (part === "range") return numerals.interval(low, high, style, this.model.locale);
    if (part === "low" || part === "high") return numerals.end(low, high, part, style, this.model.locale);
    return numerals.central(value, low, high, style, this.model.locale, Number(digits) || undefined);
  }

  /** A share such as 0.38 as people write it. */
  percent(share) {
    return numerals.percent(share, this.model.locale);
  }

  /** How many numbers of the text show something else than the author wrote, and which claims have fallen. */
  get moved() {
    const text = (e) => e.tagName !== "OUTPUT" && e.closest("article") && !e.closest("table");
    const numbers = [...this.#written.keys()].filter((e) => e.classList.contains("changed") && text(e)).length;
    const fallen = new Set([...document.querySelectorAll('[data-claim][data-holds="false"]')].map((e) => e.dataset.claim));
    return { numbers, claims: [...fallen] };
  }

  #write(element) {
    const authors = this.#written.get(element);
    element.textContent = this.pristine ? authors : this.text(element);
    element.classList.toggle("changed", element.textContent !== authors);
    if (element.textContent === authors) delete element.dataset.was;
    else element.dataset.was = `the article: ${authors}`;
    element.title = element.dataset.was ?? "";
    if (element.tagName === "DATA") element.value = this.#machineValue(element);
  }

  #machineValue({ dataset: { quantity, part = "value", at } }) {
    const amount = this.engine.amount(quantity, at);
    return String(Number(amount[part].toPrecision(amount.low === amount.high ? 9 : MACHINE_DIGITS)));
  }

  #judge(element) {
    const { share, holds } = this.engine.verdict(element.dataset.claim);
    element.dataset.holds = holds;
    let note = element.nextElementSibling;
    if (!note?.classList.contains("verdict")) {
      note = make("small", { className: "verdict" }, make("span"), make("a", { href: "#assumptions", textContent: "what would have to be true?" }));
      element.after(note);
    }
    note.hidden = this.pristine || holds;
    note.firstChild.textContent = ` does not hold under your assumptions (holds in ${this.percent(share)} of the draws); `;
  }
}
