// Charts come alive where they stand: each drawing becomes a Vega view when it is touched or when the model changes, and follows.

import { continued, lines } from "./builtin.js";
import { make } from "./elements.js";

const WIDE = matchMedia("(min-width: 44rem)");
const ERROR = 1; // Vega's level of logging: what degenerates under a reader's settings is no news for the console

export class LiveCharts {
  #figures;
  #vega = null;
  #runtime;
  #engine;
  #busy = false;
  #again = false;

  /** `engine` gives the tables of the model as they are now. */
  constructor(figures, runtime, engine) {
    this.#figures = [...figures].map((element) => ({ element, view: null, plan: null, size: null, waits: null, shown: new Map() }));
    this.#runtime = runtime;
    this.#engine = engine;
    WIDE.addEventListener("change", () => this.#all((figure) => figure.view && this.#update(figure)));
  }

  /** All that show the model show it as it is now. Calls that come meanwhile are joined. */
  async follow() {
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    do {
      this.#again = false;
      await this.#all((figure) => this.#following(figure, false));
      await this.#all((figure) => this.#following(figure, true));
    } while (this.#again);
    this.#busy = false;
  }

  /** Make one alive; the drawing stays where that can't be. */
  async wake(element) {
    const figure = this.#figures.find((one) => one.element === element);
    await (figure.waits ??= this.#update(figure).catch(() => (figure.waits = null)));
  }

  #all(step) {
    return Promise.allSettled(this.#figures.map(step));
  }

  /** First what shows the model's tables, then what is `asked` of it: that takes some hundred runs of the model. */
  async #following(figure, asked) {
    try {
      const { follows } = await this.#plan(figure);
      if (follows.length === 0 || follows.some(isBuiltIn) !== asked) return;
      if (!figure.view || asked) note(figure.element, "updating…");
      await this.#update(figure);
      if (!this.#again) note(figure.element, "");
    } catch {
      note(figure.element, "shows the article's own numbers");
    }
  }

  #plan(figure) {
    return (figure.plan ??= fetch(new URL(figure.element.dataset.live, document.baseURI)).then((answer) => answer.json()));
  }

  async #update(figure) {
    const plan = await this.#plan(figure);
    const tables = new Map();
    for (const table of plan.follows) {
      const rows = await this.#engine.asked(this.#engine.telling(table));
      if (!rows) return; // the reader has gone on, and it will be asked again
      tables.set(table, rows);
    }
    const size = WIDE.matches ? "wide" : "narrow";
    if (figure.size !== size) {
      await this.#embed(figure, plan, size, tables);
      return;
    }
    const moved = [...tables].filter(([table, rows]) => this.#shows(figure, table, rows));
    if (!moved.length) return;
    for (const [table, rows] of moved) figure.view.data(table, marked(table, rows));
    await figure.view.runAsync();
  }

  /** Note what a chart shows of a table; false where it does so already. What of its data the page doesn't write itself is written here. */
  #shows(figure, table, rows) {
    const said = JSON.stringify(rows);
    if (figure.shown.get(table) === said) return false;
    figure.shown.set(table, said);
    if (isBuiltIn(table)) retell(figure.element, table, lines(this.#engine, table, rows));
    return true;
  }

  async #embed(figure, plan, size, tables) {
    const spec = structuredClone(plan.specs[size]);
    for (const data of spec.data) {
      const rows = tables.get(data.name) ?? plan.rows[data.name];
      if (rows) data.values = marked(data.name, rows);
    }
    const target = document.createElement("div");
    this.#vega ??= Promise.all([import(this.#runtime), import("./points.js")]);
    const [{ default: vegaEmbed }, { points }] = await this.#vega;
    const { view } = await vegaEmbed(target, spec, {
      mode: "vega", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: () => {}, logLevel: ERROR,
    });
    const svg = target.querySelector("svg");
    svg.setAttribute("aria-hidden", "true"); // the wrapper names it
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    figure.element.querySelector(`.drawing.${size}`).replaceChildren(target);
    figure.view?.finalize();
    figure.element.dataset.alive = "";
    Object.assign(figure, { view, size });
    for (const [table, rows] of tables) this.#shows(figure, table, rows);
    points(figure.element, view, svg, [...plan.follows, ...Object.keys(plan.rows)]);
  }
}

/** Rows that know which line of the data table they are, so that a point of the chart can say it. */
function marked(table, rows) {
  let line = -1;
  return rows.map((row) => ({ ...row, _line: `${table}\t${isBuiltIn(table) && continued(row) ? line : ++line}` }));
}

function isBuiltIn(table) {
  return table.includes("/"); // which no author's name does
}

/** Write the data table of a built-in chart anew: its lines may be others now. */
function retell(figure, table, texts) {
  const details = [...figure.parentNode.querySelectorAll("details.data")].find(({ dataset }) => dataset.table === table);
  const header = (text) => Object.assign(make("th", { textContent: text }), { scope: "row" });
  const line = ([first, ...others]) => make("tr", {}, header(first), ...others.map((text) => make("td", { textContent: text })));
  details.querySelector("tbody").replaceChildren(...texts.map(line));
}

function note(element, text) {
  const place = element.querySelector(".chart");
  let line = place.querySelector(".live-note");
  if (!line && text) place.append((line = Object.assign(document.createElement("p"), { className: "live-note" })));
  if (line) line.textContent = text;
}
