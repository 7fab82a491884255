// The reader's page: what stands on it anyway becomes something that answers.
// Reading fetches nothing more: the model and its engine come with the first sign that somebody wants to ask it something.

const files = document.querySelector("script[data-model]").dataset;
const address = (path) => new URL(path, document.baseURI);
const form = document.querySelector("#assumptions");
const guesses = document.querySelectorAll("[data-guess][data-min]");
const controls = document.querySelectorAll("main a[data-control]");
const figures = document.querySelectorAll("figure[data-live]");

let booting = null;
/** The page that answers, once it has been asked for; `ready.page` is it, or null until then. */
const ready = () => (booting ??= boot());
ready.page = null;

async function boot() {
  try {
    const [{ Engine }, { Page }, { default: model }] = await Promise.all([import("./engine.js"), import("./page.js"), import(address(files.model))]);
    const page = new Page(await Engine.computed(model));
    if (guesses.length) import("./guess.js").then((module) => module.guesses(page, guesses, sighted)).catch(() => {});
    if (controls.length) await import("./controls.js").then((module) => module.controls(page, controls)).catch(() => {});
    if (figures.length) followed(page);
    return (ready.page = page);
  } catch {
    form?.replaceChildren("The model did not load, so the assumptions cannot be changed just now. Loading the page anew may help."); // the article reads on
    return new Promise(() => {});
  }
}

// The runtime is fetched on the first change or the first touch of a chart; until it is there, charts stay the article's drawings.
let alive = null;
const charts = (page) =>
  (alive ??= import("./charts.js")
    .then(({ LiveCharts }) => new LiveCharts(figures, address(files.runtime), page.engine))
    .catch(() => null));

function followed(page) {
  page.addEventListener("change", async () => (await charts(page))?.follow());
}

const touched = async (figure) => (await charts(await ready()))?.wake(figure);
for (const figure of figures) {
  const chart = figure.querySelector(".chart");
  chart.tabIndex = 0;
  chart.setAttribute("role", "group");
  chart.setAttribute("aria-label", `${figure.querySelector("figcaption b").textContent.replace(/\.$/, "")}: the arrow keys go from point to point`);
  let resting = 0;
  chart.addEventListener("pointerenter", () => (resting = setTimeout(touched, 200, figure)));
  chart.addEventListener("pointerleave", () => clearTimeout(resting));
  for (const type of ["pointerdown", "focus"]) chart.addEventListener(type, () => touched(figure), { once: true });
}
addEventListener("click", async (event) => {
  const link = event.target.closest?.("details[data-follows] a[download]");
  if (!link || !ready.page || ready.page.pristine) return;
  event.preventDefault();
  const { download } = await import("./download.js");
  download(link, ready.page.engine.rows(link.closest("details").dataset.table));
});

addEventListener("patched", ({ detail }) => ready.page?.watch(detail)); // the preview has put in what was saved

const ASKING = "#assumptions, a.number, a[data-control], figure[data-live], .guess[data-min]";
for (const type of ["pointerover", "pointerdown", "focusin"]) {
  addEventListener(type, ({ target }) => target.closest?.(ASKING) && ready(), { passive: true });
}
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-control]");
  if (!link || ready.page || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault(); // the words are about to become a handle
  ready().then(() => link.click());
});
// A number or a source opens at its link; where that can't be, the link leads to it.
const OPENS = "a[href^='#n-']:not([data-control]), a[href^='#source-']";
let opening = null;
addEventListener("click", (event) => {
  const link = event.target.closest?.(OPENS);
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !HTMLElement.prototype.showPopover) return;
  event.preventDefault();
  opening ??= import("./cards.js").then(({ cards }) => cards(ready));
  opening.then((open) => open(link)).catch(() => false).then((opened) => opened || (location.hash = link.hash));
});
const sighted = new Map(); // guess -> when it came into sight
if (guesses.length) {
  const near = (rootMargin, seen) => {
    const observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) seen(target);
    }, { rootMargin });
    for (const guess of guesses) observer.observe(guess);
  };
  near("0px", (guess) => {
    if (!sighted.has(guess)) sighted.set(guess, performance.now());
    ready();
  });
  addEventListener("scroll", () => near("100%", () => ready()), { once: true, passive: true }); // a screen before it comes into sight
}
if (form) {
  // Reading comes first: the panel is fetched when the text has been painted.
  new PerformanceObserver((_, observer) => {
    observer.disconnect();
    import("./panel.js").then(({ panel }) => panel(form, ready));
  }).observe({ type: "paint", buffered: true });
}
