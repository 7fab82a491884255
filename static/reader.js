// The reader's page: what stands on it anyway becomes something that answers.

import { Engine } from "./engine.js";
import { Page } from "./page.js";
import { panel } from "./panel.js";

const files = document.querySelector("script[data-model]").dataset;
const address = (path) => new URL(path, document.baseURI);
const { default: model } = await import(address(files.model));
const page = new Page(await Engine.computed(model));
const form = document.querySelector("#assumptions");
if (form) panel(page, form);

const guesses = document.querySelectorAll("[data-guess][data-min]");
if (guesses.length) import("./guess.js").then((module) => module.guesses(page, guesses));
const controls = document.querySelectorAll("main a[data-control]");
if (controls.length) import("./controls.js").then((module) => module.controls(page, controls));

// The runtime is fetched on the first change; until it is there, charts show the article's numbers.
const figures = document.querySelectorAll("figure[data-live]");
let charts = null;
const show = async () => {
  charts ??= import("./charts.js").then(({ LiveCharts }) => new LiveCharts(figures, address(files.runtime))).catch(() => null); // drawings then
  (await charts)?.show((table) => page.engine.rows(table));
};
if (figures.length) page.addEventListener("change", show);
