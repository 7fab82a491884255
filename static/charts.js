// Charts come alive where they stand: each drawing becomes a Vega view when it is touched or when the model changes, and follows.

const WIDE = matchMedia("(min-width: 44rem)");
const ERROR = 1; // Vega's level of logging: what degenerates under a reader's settings is no news for the console

export class LiveCharts {
  #figures;
  #vega = null;
  #runtime;
  #rows;
  #busy = false;
  #again = false;

  /** `rows(table)` gives a table of the model as it is now. */
  constructor(figures, runtime, rows) {
    this.#figures = [...figures].map((element) => ({ element, view: null, plan: null, size: null, waits: null }));
    this.#runtime = runtime;
    this.#rows = rows;
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
      await this.#all((figure) => this.#following(figure));
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

  async #following(figure) {
    try {
      if ((await this.#plan(figure)).follows.length === 0) return;
      if (!figure.view) note(figure.element, "updating…");
      await this.#update(figure);
      note(figure.element, "");
    } catch {
      note(figure.element, "shows the article's own numbers");
    }
  }

  #plan(figure) {
    return (figure.plan ??= fetch(new URL(figure.element.dataset.live, document.baseURI)).then((answer) => answer.json()));
  }

  async #update(figure) {
    const plan = await this.#plan(figure);
    const size = WIDE.matches ? "wide" : "narrow";
    if (figure.size !== size) {
      await this.#embed(figure, plan, size);
      return;
    }
    for (const table of plan.follows) figure.view.data(table, marked(table, this.#rows(table)));
    await figure.view.runAsync();
  }

  async #embed(figure, plan, size) {
    const spec = structuredClone(plan.specs[size]);
    for (const data of spec.data) {
      const rows = plan.follows.includes(data.name) ? this.#rows(data.name) : plan.rows[data.name];
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
    points(figure.element, view, svg, [...plan.follows, ...Object.keys(plan.rows)]);
  }
}

/** Rows that know which line of the data table they are, so that a point of the chart can say it. */
function marked(table, rows) {
  return rows.map((row, i) => ({ ...row, _line: `${table}\t${i}` }));
}

function note(element, text) {
  const place = element.querySelector(".chart");
  let line = place.querySelector(".live-note");
  if (!line && text) place.append((line = Object.assign(document.createElement("p"), { className: "live-note" })));
  if (line) line.textContent = text;
}
