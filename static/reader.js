// The reader's page: what stands on it anyway becomes something that answers.

import { Page } from "./page.js";
import { panel } from "./panel.js";

const form = document.querySelector("#assumptions");
const { default: model } = await import(new URL(form.dataset.model, document.baseURI));
const page = new Page(model);
panel(page, form);

// The runtime is fetched on the first change; until it is there, charts show the article's numbers.
let charts = null;
page.addEventListener("change", async () => {
  charts ??= import("./charts.js").then(({ LiveCharts }) =>
    new LiveCharts(document.querySelectorAll("figure[data-live]"), new URL(form.dataset.runtime, document.baseURI)),
  );
  (await charts).show((table) => page.engine.rows(table));
});
