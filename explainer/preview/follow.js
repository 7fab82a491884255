// Follows saves without losing the reader's place: styles are swapped, text and drawings are put in where they stand, problems lie over the
// last good page. The page is loaded anew only where something on it must start again.
(() => {
  let drawings = new Map(); // of the page that was parsed last: text and number
  let drawn = 0;
  /** A page as a tree in which each drawing is only a number: they are most of it, and seldom change. */
  const parse = (html) => {
    const now = new Map();
    const numbered = (drawing) => {
      if (drawing.includes("<svg", 1)) return drawing; // one inside another: the text ends too early
      if (!now.has(drawing)) now.set(drawing, drawings.get(drawing) ?? ++drawn);
      return `<svg data-drawing="${now.get(drawing)}"></svg>`;
    };
    const page = new DOMParser().parseFromString(html.replace(/<svg\b[\s\S]*?<\/svg>/g, numbered), "text/html");
    drawings = now;
    return page;
  };
  /** A part of that page for the live one, its drawings whole again. */
  const whole = (element) => {
    const holder = document.createElement("div");
    holder.append(document.importNode(element, true));
    const texts = new Map([...drawings].map(([text, number]) => [String(number), text]));
    for (const place of holder.querySelectorAll("svg[data-drawing]")) place.outerHTML = texts.get(place.dataset.drawing);
    return holder.firstChild;
  };
  const fetched = (path) =>
    fetch(path, { cache: "no-store" }).catch(() => {
      throw new Gone();
    });
  /** What starts when the page is loaded, so that it can't be put in later. */
  const STARTS = "figure, form, .guess, a[data-control], script:not([type='application/ld+json'])";
  /** What holds blocks, each of which can be changed by itself. */
  const HOLDS = new Set("BODY MAIN ARTICLE SECTION DIV HEADER FOOTER NAV UL OL DL TABLE THEAD TBODY TR DETAILS FIGURE FIGCAPTION BLOCKQUOTE ASIDE".split(" "));
  class Anew extends Error {}
  class Gone extends Error {}

  let before = null; // the page as it was served last
  const writes = Number(document.currentScript.dataset.writes); // how often the site had been written when this page was served
  let seen = 0; // of these the one by which the page came to be as it is shown
  const state = async () => (await fetched(`/livereload/state?page=${encodeURIComponent(decodeURI(location.pathname))}`)).json();
  let scripts = null; // the digest of those that this page has loaded
  let style = document.currentScript.dataset.style; // the digest of the one that it shows
  let busy = false;
  let again = false;

  let start;
  const started = new Promise((done) => (start = done));

  async function follow() {
    again = busy;
    if (busy) return;
    busy = true;
    await started;
    try {
      do {
        again = false;
        const told = await state();
        restyle(told.style);
        overlay(told.problems);
        scripts ??= told.scripts;
        if (told.writing || (before && told.changed === seen)) continue; // more is to come, or nothing has
        if (scripts && told.scripts !== scripts) throw new Anew();
        const answer = await fetched(location.pathname);
        const after = parse(await answer.text());
        seen = told.changed;
        if (!answer.ok || !before) throw new Anew();
        patch(after);
        before = after;
      } while (again);
    } catch (error) {
      if (error instanceof Anew) location.reload();
      else if (!(error instanceof Gone)) throw error; // livereload connects again
    } finally {
      busy = false;
    }
  }

  /** The new sheet is there before the old one goes: nothing flashes. */
  function restyle(now) {
    if (style === now) return;
    style = now;
    const old = document.querySelector("link[rel=stylesheet]:not([data-old])");
    if (!old) throw new Anew();
    const sheet = old.cloneNode();
    sheet.href = `/livereload/style.css?${now}`;
    old.dataset.old = "";
    sheet.onload = () => old.remove();
    old.after(sheet);
  }

  /** What a page has from its beginning: its policy, and which sheets. */
  const bound = (page) => `${page.querySelector("meta[http-equiv]")?.content} ${page.querySelectorAll("link[rel=stylesheet]").length}`;

  function patch(after) {
    const booted = performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/engine.js"));
    const [was, is] = [before, after].map((page) => page.querySelector("script[data-model]")?.dataset);
    if (!was !== !is || (was && was.model !== is.model && booted)) throw new Anew(); // the page computes with the old model
    if (bound(before) !== bound(after)) throw new Anew();
    const mounted = [];
    const steps = [];
    compare(document.body, before.body, after.body, steps);
    for (const step of steps) mounted.push(...step());
    if (was && was.model !== is.model) document.querySelector("script[data-model]").dataset.model = is.model;
    document.title = after.title;
    for (const element of mounted) dispatchEvent(new CustomEvent("patched", { detail: element }));
  }

  /** The steps that make of the live element what has become of it; all are known before the first is taken. */
  function compare(live, old, now, steps) {
    if (old.isEqualNode(now)) return;
    if (!live || live.tagName !== now.tagName || old.tagName !== now.tagName) throw new Anew();
    if (!HOLDS.has(now.tagName)) return replace(live, old, now, steps);
    if (now.matches(".chart")) return redraw(live, old, now, steps);
    if (!sameText(old, now)) return replace(live, old, now, steps);
    for (const { name } of [...old.attributes, ...now.attributes]) {
      const value = now.getAttribute(name);
      if (old.getAttribute(name) === value || name === "open") continue;
      if (name === "data-live" && live.dataset.alive !== undefined) throw new Anew(); // it draws by itself
      steps.push(() => (value === null ? live.removeAttribute(name) : live.setAttribute(name, value), []));
    }
    const [lives, olds, nows] = [[...live.children].filter((child) => !child.matches("[data-preview], .card-sheet, .tip, .dial, .verdict, .guessing")), [...old.children], [...now.children]];
    if (lives.length !== olds.length) return replace(live, old, now, steps);
    // what is the same at both ends stays; between them, pair by pair, then what is added or gone
    let first = 0;
    while (first < Math.min(olds.length, nows.length) && olds[first].isEqualNode(nows[first])) first++;
    let last = 0;
    while (last < Math.min(olds.length, nows.length) - first && olds.at(-1 - last).isEqualNode(nows.at(-1 - last))) last++;
    const gone = olds.length - last;
    const come = nows.length - last;
    const pairs = Math.min(gone, come);
    for (let i = first; i < pairs; i++) {
      if (olds[i].tagName === nows[i].tagName) compare(lives[i], olds[i], nows[i], steps);
      else replace(lives[i], olds[i], nows[i], steps);
    }
    for (let i = pairs; i < gone; i++) {
      plain(olds[i]);
      steps.push(() => (lives[i].remove(), []));
    }
    if (come > pairs) {
      const added = nows.slice(pairs, come);
      added.forEach(plain);
      const mark = lives[pairs - 1] ?? null;
      const next = lives[gone] ?? null;
      steps.push(() => {
        const elements = added.map(whole);
        if (mark?.isConnected) mark.after(...elements);
        else if (next) next.before(...elements);
        else live.append(...elements);
        return elements;
      });
    }
  }

  const sameText = (old, now) => {
    const text = (element) => [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()).join("\n").trim();
    return text(old) === text(now);
  };

  function plain(element) {
    if (element.matches(STARTS) || element.querySelector(STARTS)) throw new Anew();
  }

  function replace(live, old, now, steps) {
    plain(old);
    plain(now);
    steps.push(() => {
      const element = whole(now);
      if (live.open) element.open = true;
      live.replaceWith(element);
      return [element];
    });
  }

  /** A drawing that the reader has not touched. */
  function redraw(live, old, now, steps) {
    if (live.closest("[data-alive]")) throw new Anew();
    steps.push(() => (live.replaceChildren(...whole(now).childNodes), []));
  }

  let shown = null;
  function overlay(problems) {
    shown?.remove();
    shown = null;
    if (!problems.length) return;
    const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
    shown = make("div", "");
    shown.dataset.preview = "";
    const root = shown.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // no <style>: the policy of the page holds here too
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const box = make("section", "");
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-label", "Problems");
    const close = make("button", "", "Close");
    close.onclick = () => shown?.remove();
    box.append(close, make("h2", "", problems.length === 1 ? "One problem" : `${problems.length} problems`), make("p", "quiet", "Below is the last good page. This goes away with the save that mends it."));
    for (const problem of problems) {
      const item = make("article", "");
      const place = make(problem.editor ? "a" : "span", "place", problem.place);
      if (problem.editor) place.href = problem.editor;
      item.append(place, make("p", "message", problem.message));
      if (problem.line.trim()) item.append(make("pre", "", problem.line));
      if (problem.hint) item.append(make("p", "hint", problem.hint));
      item.append(make("small", "", `${problem.severity}[${problem.code}]`));
      box.append(item);
    }
    root.append(box);
    document.body.append(shown);
  }
  addEventListener("keydown", ({ key }) => key === "Escape" && shown?.remove());

  const STYLE = `
    section { position: fixed; inset: auto 0 0; z-index: 99; max-height: 70vh; overflow: auto; padding: 1rem max(1.25rem, calc(50vw - 24rem)) 1.5rem; background: #1c1412; color: #f6efe9; font: 15px/1.5 system-ui, sans-serif; border-top: 4px solid #e0663f; box-shadow: 0 -0.5rem 2rem rgb(0 0 0 / 0.4); }
    h2 { font-size: 1.1rem; margin: 0; } p { margin: 0.2rem 0; } .quiet, small { color: #bba9a0; }
    article { border-top: 1px solid #4b3a34; padding: 0.7rem 0 0.6rem; margin-top: 0.7rem; }
    .place { font: 13px/1.5 ui-monospace, monospace; color: #ffb59b; overflow-wrap: anywhere; } .message { font-weight: 600; } .hint::before { content: "→ "; }
    pre { margin: 0.4rem 0; padding: 0.5rem 0.7rem; overflow: auto; background: #2b201c; font: 13px/1.5 ui-monospace, monospace; border-radius: 0.3rem; }
    button { float: right; font: inherit; color: inherit; background: none; border: 1px solid #8d776d; border-radius: 0.3rem; padding: 0.2rem 0.8rem; cursor: pointer; }
    button:focus-visible, a:focus-visible { outline: 2px solid #ffb59b; outline-offset: 2px; }
  `;

  class Follow {
    static identifier = "explainer";
    static version = "1.0";
    reload() {
      follow();
      return true; // livereload itself does nothing more
    }
  }
  addEventListener("DOMContentLoaded", async () => {
    window.LiveReload?.addPlugin(Follow);
    try {
      const html = await (await fetched(location.pathname)).text();
      const { changed } = await state();
      if (changed <= writes) [before, seen] = [parse(html), changed]; // it is this page; otherwise what comes next loads it anew
    } finally {
      start();
      follow();
    }
  });
})();
