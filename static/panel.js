// The panel in which the reader changes the assumptions: sliders, number fields, scenarios, and what follows from them.

import { make } from "./elements.js";
import { read, written } from "./scenario.js";

const WIDE = "(min-width: 72rem)"; // there the panel stands beside the text

/** `ready()` gives the page that answers; `ready.page` is it once it is there. */
export function panel(form, ready) {
  const sliders = [...form.querySelectorAll("input[data-assumption]")];
  const ends = new Map(sliders.map((slider) => [slider.dataset.assumption, [Number(slider.min), Number(slider.max)]]));
  const part = (selector) => form.querySelector(selector);
  const status = part(".status");
  const note = part(".note-line");

  const set = async (settings) => {
    const page = ready.page ?? (await ready());
    page.set(settings);
    return page;
  };
  /** Exactly these settings, all others free. */
  const replace = (settings) => set({ ...Object.fromEntries([...ends.keys()].map((name) => [name, null])), ...settings });
  /** What is done once after a change, not at each step of a slider. */
  const settled = (page, move = "pushState") => {
    announce(page, status);
    const address = written(location, page.settings, ends);
    if (address.href !== location.href) history[move](null, "", address);
  };
  const go = (name, value) => set({ [name]: value }).then(settled);

  let watched = null;
  const follow = (page) => {
    if (watched !== page) {
      watched = page;
      page.addEventListener("change", () => follow(page));
    }
    const { settings } = page;
    for (const slider of sliders) {
      const name = slider.dataset.assumption;
      const control = slider.closest(".control");
      const value = settings[name] ?? Number(slider.defaultValue);
      const field = control.querySelector("[data-field]");
      slider.value = value;
      if (field !== document.activeElement || Number(field.value) !== value) field.value = Number(value.toPrecision(6));
      slider.setAttribute("aria-valuetext", control.querySelector("output").textContent);
      control.querySelector("[data-reset]").disabled = !(name in settings);
    }
    summary(page, form);
    for (const button of form.querySelectorAll("[data-scenario]")) {
      const wanted = read(button.dataset.scenario, ends).settings;
      const same = Object.keys(wanted).length === Object.keys(settings).length && Object.keys(wanted).every((name) => wanted[name] === settings[name]);
      button.setAttribute("aria-pressed", same);
    }
    import("./flips.js").then(({ flips }) => flips(page, part(".true"), go)).catch(() => {});
  };
  const started = () => ready().then((page) => watched === page || follow(page));

  form.addEventListener("input", async ({ target }) => {
    const name = target.dataset.assumption ?? target.dataset.field;
    if (!name) return;
    const value = target.valueAsNumber;
    const [low, high] = ends.get(name);
    if (!(value >= low && value <= high)) return; // a number that is still being written
    if (!ready.page) await ready();
    if (watched !== ready.page) follow(ready.page);
    ready.page.set({ [name]: value });
  });
  form.addEventListener("change", async ({ target }) => {
    note.textContent = "";
    if (target.dataset.field) {
      const [low, high] = ends.get(target.dataset.field);
      const value = Math.min(high, Math.max(low, target.valueAsNumber));
      if (Number.isFinite(value) && value !== target.valueAsNumber) note.textContent = `The page goes from ${low} to ${high} here.`;
      await started();
      if (Number.isFinite(value)) await set({ [target.dataset.field]: value });
      else follow(ready.page); // an empty field shows what holds
    }
    await started();
    settled(ready.page);
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // the fields follow the page
    note.textContent = "";
    replace({}).then(settled);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const { reset, scenario } = button.dataset;
    if (reset) {
      form.querySelector(`[data-assumption="${reset}"]`).focus(); // the button is about to be disabled
      set({ [reset]: null }).then(settled);
    }
    if (scenario) started().then(() => replace(read(scenario, ends).settings)).then(settled);
    if ("copy" in button.dataset) copy(part("[data-link]"), note);
    if ("close" in button.dataset) part("details").open = false;
  });
  addEventListener("click", async (event) => {
    const link = event.target.closest?.(".verdict a");
    if (!link) return;
    event.preventDefault(); // it leads to the panel where this can't be
    part("details").open = true;
    const { show } = await import("./flips.js");
    show(ready.page, part(".true"), link.closest(".verdict").previousElementSibling.dataset.claim, go);
  });
  addEventListener("popstate", () => {
    if (ready.page) replace(read(location.search, ends).settings).then((page) => announce(page, status));
  });

  for (const input of form.querySelectorAll("input, button:not([data-reset])")) input.disabled = false;
  part("details").open = matchMedia(WIDE).matches;
  part("summary").addEventListener("click", started);
  form.addEventListener("pointerover", started, { once: true });
  form.addEventListener("focusin", started, { once: true });
  form.hidden = false;

  const { settings, words } = read(location.search, ends);
  note.textContent = words;
  if (Object.keys(settings).length) started().then(() => replace(settings)).then((page) => settled(page, "replaceState"));
}

/** Which numbers and claims have moved, in words and with links to the claims. */
function summary(page, form) {
  const { numbers, claims } = page.moved;
  const set = Object.keys(page.settings).length;
  const line = form.querySelector(".summary-line");
  line.replaceChildren(numbers ? words(numbers, claims) : set ? "Nothing on the page depends on it." : "");
  const list = form.querySelector(".fallen");
  list.replaceChildren(...claims.map((name) => {
    const place = document.querySelector(`article [data-claim="${name}"]`) ?? document.querySelector(`[data-claim="${name}"]`);
    place.id ||= `claim-${name}`;
    return make("li", {}, make("a", { href: `#${place.id}`, textContent: (document.querySelector(`.claims [data-claim="${name}"]`) ?? place).textContent }));
  }));
  list.hidden = claims.length === 0;
  form.querySelector("[type=reset]").disabled = set === 0;
  form.querySelector(".count").textContent = set ? ` · ${set} changed` : "";
}

function words(numbers, claims) {
  const moved = numbers === 1 ? "1 number changed" : `${numbers} numbers changed`;
  const fallen = claims.length === 1 ? "1 claim no longer holds" : `${claims.length} claims no longer hold`;
  return `${moved}; ${claims.length ? fallen : "all claims hold"}.`;
}

function announce(page, status) {
  const { numbers, claims } = page.moved;
  status.textContent = numbers ? words(numbers, claims) : "The article's own numbers.";
}

async function copy(field, note) {
  try {
    await navigator.clipboard.writeText(location.href);
    note.textContent = "Link copied.";
  } catch {
    field.hidden = false;
    field.value = location.href;
    field.select();
    note.textContent = "Copy the link from the field.";
  }
}
