// The search: a dialog over the page, and Pagefind behind it, which is fetched with the dialog. Results are links, so they open as links do.

import { make } from "./elements.js";

const AT_ONCE = 6; // articles
const PARTS = 3; // of one article
const BEFORE = 10; // words of an excerpt around a number
const AFTER = 14;
const PAUSE = 120; // ms without a key before it looks

/** Gives open(words): shows the dialog, and looks for what was written meanwhile. The index lies in the folder at `index`, two below the site's home. */
export async function search(index) {
  const home = new URL("../../", index);
  const input = make("input", { type: "search", id: "search-words", autocomplete: "off", spellcheck: false, enterKeyHint: "search" });
  const close = make("button", { type: "button", textContent: "Close" });
  const label = make("label", { htmlFor: input.id, className: "visually-hidden", textContent: "Words or numbers to find" });
  const form = make("form", { role: "search" }, label, input, close);
  const told = make("p", { className: "told", role: "status" });
  const list = make("ol", { className: "found" });
  const more = make("button", { type: "button", textContent: "More articles", hidden: true });
  const dialog = make("dialog", { className: "search-dialog" }, form, told, make("div", { className: "results" }, list, more));
  dialog.setAttribute("aria-label", "Search");
  await styled();
  document.body.append(dialog);

  let engine = null;
  let asked = 0; // a later question outdates the answers to earlier ones
  let results = []; // those that are not shown yet
  let waiting = 0;

  addEventListener("patched", () => (engine = null)); // the preview has put in what was saved, and has another index
  const pagefind = () =>
    (engine ??= import(new URL("pagefind.js", index)).then(({ createInstance }) =>
      createInstance({ basePath: index.href, baseUrl: home.pathname, excerptLength: 24 }),
    ));
  const look = async () => {
    const words = input.value.trim();
    const mine = ++asked;
    if (!words) return show("", []);
    try {
      const found = await lookFor(words, await pagefind());
      if (mine !== asked) return;
      const count = found.length;
      results = found;
      const first = await next();
      if (mine === asked) show(counted(count, words), first);
    } catch {
      engine = null;
      if (mine === asked) show("The search did not load. Loading the page anew may help.", []);
    }
  };
  const show = (text, items) => {
    told.textContent = text;
    list.replaceChildren(...items);
    more.hidden = !results.length || !items.length;
    dialog.toggleAttribute("data-asked", Boolean(text));
  };
  const next = async () => {
    const number = printed(input.value);
    const found = await Promise.all(results.splice(0, AT_ONCE).map((result) => result.data()));
    const exact = new Map(found.map((data) => [data, number ? places(data, number) : []]));
    return found.sort((a, b) => !exact.get(a).length - !exact.get(b).length).map((data) => item(data, exact.get(data)));
  };

  const stops = () => [...list.querySelectorAll("a"), ...(more.hidden ? [] : [more])];
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click(); // Enter takes the first
  });
  more.addEventListener("click", async () => {
    const mine = asked;
    const items = await next();
    if (mine !== asked) return;
    list.append(...items);
    more.hidden = !results.length;
    items[0]?.querySelector("a").focus();
  });
  close.addEventListener("click", () => dialog.close());
  list.addEventListener("click", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (plain && event.target.closest("a")) dialog.close(); // it may lead to this page
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault(); // some browsers would only empty the field
      dialog.close();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    const all = [input, ...stops()];
    const to = all.indexOf(document.activeElement) + step;
    event.preventDefault();
    all[Math.max(0, Math.min(to, all.length - 1))].focus();
  });

  return (words) => {
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
    if (words) {
      input.value = words;
      look();
    }
    pagefind().then(({ init }) => init()).catch(() => (engine = null)); // while the reader writes
  };
}

function counted(count, words) {
  if (!count) return `Nothing is found for “${words}”.`;
  return `${count} ${count === 1 ? "article" : "articles"}`;
}

/** What has the words. A number is wanted as it is printed: first all of it in one piece, and only then what begins so or has it in parts. */
async function lookFor(words, engine) {
  const said = words.replace(/\p{S}/gu, " "); // Pagefind drops "$" and "−" from a page's words, but not from these
  if (/\d/.test(said) && !said.includes('"')) {
    const { results } = await engine.search(`"${said.trim()}"`);
    if (results.length) return results;
  }
  return (await engine.search(said)).results;
}

/** A number as it may be printed, or null where the words hold none. To Pagefind 1.5 is 15, and so are 15.7 and 1,500. */
function printed(words) {
  if (!/\d/.test(words)) return null;
  const signs = { "-": "[-−–]", "−": "[-−–]", "–": "[-−–]", "%": "\\s?%" };
  const pattern = [...words.trim().replace(/\s+/g, " ")].map((sign) => signs[sign] ?? (sign === " " ? "\\s" : sign.replace(/[^\w]/u, "\\$&")));
  try {
    return new RegExp(`(?<![\\d.,])${pattern.join("").replaceAll("\\s\\s?", "\\s?")}(?!\\d|[.,]\\d)`, "gi");
  } catch {
    return null;
  }
}

/** Where a number stands in an article, once for each of its parts, as Pagefind would say it. */
function places({ content, anchors, url, meta }, number) {
  const found = new Map();
  const words = content.split(/\s+/);
  const ends = [...anchors].sort((a, b) => a.location - b.location).filter(({ id, element }) => id && /^h\d$/.test(element));
  const text = words.join(" ");
  let [at, seen] = [0, 0];
  for (const match of text.matchAll(number)) {
    at += text.slice(seen, match.index).split(" ").length - 1;
    seen = match.index;
    const part = ends.findLast(({ location }) => location <= at);
    if (found.has(part)) continue;
    const title = part?.text.trim() ?? meta.title;
    const head = (part?.location ?? 0) + title.split(/\s+/).length; // the words below the heading begin there
    const start = Math.max(head, at - BEFORE);
    const end = Math.max(start, at + match[0].split(" ").length);
    const texts = [words.slice(start, at), words.slice(Math.max(start, at), end), words.slice(end, end + AFTER)];
    const [before, itself, after] = texts.map((list) => list.join(" ").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
    const excerpt = `${before} <mark>${itself}</mark> ${after}`.trim();
    found.set(part, { title, url: part ? `${url}#${part.id}` : url, excerpt, locations: [at], begins: start === head });
  }
  return [...found.values()];
}

/** One article: its title and the parts of it that have the words. */
function item(data, exact) {
  const { url, meta, excerpt } = data;
  const parts = exact.length ? exact : data.sub_results;
  const own = parts.find((part) => part.url === url);
  const best = parts.filter((part) => part !== own).sort((a, b) => b.locations.length - a.locations.length).slice(0, PARTS);
  best.sort((a, b) => a.locations[0] - b.locations[0]); // as they stand in the article
  const title = make("a", { href: url, className: "article", textContent: meta.title });
  const lines = own || !best.length ? [make("p", {}, ...marked(own ?? { excerpt }, meta.title))] : [];
  const sections = best.map((part) =>
    make("li", {}, make("a", { href: part.url, textContent: part.title }), make("p", {}, ...marked(part, part.title))),
  );
  return make("li", {}, title, ...lines, ...(sections.length ? [make("ul", {}, ...sections)] : []));
}

/** An excerpt without the title above it. Pagefind has put <mark> around the words, and escaped all else that looks like a tag. */
function marked({ excerpt, begins }, title) {
  const texts = excerpt.split(/<\/?mark>/).map((text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
  const whole = texts.join("");
  const titled = whole.replace(/\s/g, " ").startsWith(title.replace(/\s/g, " ")) && whole.length > title.length + 1;
  let left = titled ? whole.length - whole.slice(title.length).replace(/^[\s.]+/, "").length : 0;
  const pieces = texts.map((text, i) => {
    const rest = text.slice(left);
    left = Math.max(0, left - text.length);
    return i % 2 && rest ? make("mark", { textContent: rest }) : rest;
  });
  return [begins || titled ? "" : "… ", ...pieces, " …"];
}

/** The dialog's own sheet; without it the dialog still works. */
function styled() {
  const sheet = make("link", { rel: "stylesheet", href: new URL("search-dialog.css", import.meta.url).href });
  return new Promise((done) => {
    sheet.addEventListener("load", done);
    sheet.addEventListener("error", done);
    document.head.append(sheet);
  });
}
