// An assumption that the reader sets at the words that speak of it: a second handle of the panel's slider.
// It opens over the text, not in it: a line that breaks anew would pull the slider from under the finger.

import { below, beside } from "./beside.js";
import { make } from "./elements.js";

const WIDTH = 320;

export function controls(page, links) {
  if (!HTMLElement.prototype.showPopover) return; // they stay links to the number
  links.forEach((link, i) => control(page, link, `control:${i}`));
}

function control(page, link, id) {
  const name = link.dataset.control;
  const source = document.getElementById(`set-${name}`); // it knows the ends, the step and the author's value
  const { min, max, step } = source;
  const slider = make("input", { type: "range", id, min, max, step, autocomplete: "off", autofocus: true });
  const shown = make("output");
  shown.dataset.quantity = name;
  shown.setAttribute("aria-live", "off");
  const reset = make("button", { type: "button", textContent: "Reset" });
  const label = make("label", { htmlFor: id, textContent: source.labels[0].textContent });
  const dial = make("span", { className: "dial", popover: "auto" }, label, slider, shown, reset);
  link.after(dial);
  page.watch(dial);

  const follow = () => {
    source.value = slider.value = page.settings[name] ?? source.defaultValue;
    slider.setAttribute("aria-valuetext", page.text(shown));
    reset.disabled = !(name in page.settings);
  };
  const told = () => source.dispatchEvent(new Event("change", { bubbles: true })); // the panel announces what has changed
  page.addEventListener("change", follow);
  slider.addEventListener("input", () => page.set({ [name]: Number(slider.value) }));
  slider.addEventListener("change", told);
  reset.addEventListener("click", () => {
    slider.focus(); // the button is about to be disabled
    page.set({ [name]: null });
    told();
  });
  follow();
  opens(link, dial);
}

/** The words become a button that opens and closes the dial below them. */
function opens(link, dial) {
  link.role = "button";
  link.ariaExpanded = "false";
  dial.addEventListener("toggle", ({ newState }) => (link.ariaExpanded = String(newState === "open")));
  new ResizeObserver(() => dial.matches(":popover-open") && below(link, dial)).observe(document.body);
  let wasOpen = false; // a press outside of the dial closes it before the click
  link.addEventListener("pointerdown", () => (wasOpen = dial.matches(":popover-open")));
  link.addEventListener("keydown", (event) => {
    wasOpen = dial.matches(":popover-open");
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (wasOpen) dial.hidePopover();
    else open(link, dial);
    wasOpen = false;
  });
}

function open(link, dial) {
  beside(link, dial, WIDTH);
  dial.showPopover();
}
