// Charts come alive: each drawing that shows the model becomes a Vega view in its place, and follows.

const WIDE = matchMedia("(min-width: 44rem)");

export class LiveCharts {
  #figures;
  #vega;
  #rows = null;
  #busy = false;
  #again = false;

  constructor(figures, runtime) {
    this.#figures = [...figures].map((element) => ({ element, view: null, plan: null, size: null }));
    this.#vega = import(runtime).then((module) => module.default);
    this.#vega.catch(() => {}); // each figure that waits for it stays a drawing
    WIDE.addEventListener("change", () => this.#rows && this.show(this.#rows));
  }

  /** Show these rows: a function from a table's name to its rows. Calls that come meanwhile are joined. */
  async show(rows) {
    this.#rows = rows;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = true;
    do {
      this.#again = false;
      await Promise.allSettled(this.#figures.map((figure) => this.#update(figure)));
    } while (this.#again);
    this.#busy = false;
  }

  async #update(figure) {
    figure.plan ??= fetch(new URL(figure.element.dataset.live, document.baseURI)).then((answer) => answer.json());
    const plan = await figure.plan;
    if (plan.follows.length === 0) return;
    const size = WIDE.matches ? "wide" : "narrow";
    if (figure.size !== size) await this.#embed(figure, plan, size);
    else {
      for (const table of plan.follows) figure.view.data(table, this.#rows(table));
      await figure.view.runAsync();
    }
  }

  async #embed(figure, plan, size) {
    const rows = (name) => (plan.follows.includes(name) ? this.#rows(name) : plan.rows[name]);
    const spec = structuredClone(plan.specs[size]);
    for (const data of spec.data) {
      const found = rows(data.name);
      if (found) data.values = found;
    }
    const target = document.createElement("div");
    const vegaEmbed = await this.#vega;
    const { view } = await vegaEmbed(target, spec, {
      mode: "vega", renderer: "svg", ast: true, actions: false, defaultStyle: false, tooltip: () => {},
    });
    const svg = target.querySelector("svg");
    svg.setAttribute("aria-hidden", "true"); // the wrapper names it
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    const place = figure.element.querySelector(`.drawing.${size}`);
    place.replaceChildren(target);
    figure.view?.finalize();
    figure.element.dataset.alive = "";
    Object.assign(figure, { view, size });
  }
}
