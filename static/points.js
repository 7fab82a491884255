// What a live chart says of its points: under the pointer, and by the arrow keys from one to the next.
// The words are those of the data table below it, which follows the reader as well.

import { make } from "./elements.js";

const NEAR = 48; // pixels within which the pointer means a point
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const known = new WeakMap(); // figure -> its present view and drawing, and the names of its tables

export function points(figure, view, svg, tables) {
  const first = !known.has(figure);
  known.set(figure, { view, svg, tables });
  if (first) listen(figure);
}

function listen(figure) {
  const chart = figure.querySelector(".chart");
  const ring = make("span", { className: "ring", hidden: true });
  const tip = make("p", { className: "tip", hidden: true });
  tip.setAttribute("role", "status");
  chart.append(ring, tip);
  let at = null; // the line that is shown

  const hide = () => {
    at = null;
    ring.hidden = tip.hidden = true;
  };
  const show = (point) => {
    if (!point) return hide();
    if (point.line !== at || tip.hidden) tip.replaceChildren(...said(figure, point.line));
    at = point.line;
    ring.hidden = tip.hidden = false;
    Object.assign(ring.style, { left: `${point.x}px`, top: `${point.y}px` });
    const left = Math.min(Math.max(point.x - tip.offsetWidth / 2, 0), chart.clientWidth - tip.offsetWidth);
    const above = point.y - tip.offsetHeight - 12;
    Object.assign(tip.style, { left: `${left}px`, top: `${above < 0 ? point.y + 12 : above}px` });
  };
  chart.addEventListener("pointermove", (event) => show(nearest(chart, all(figure), event)));
  chart.addEventListener("pointerdown", (event) => show(nearest(chart, all(figure), event)));
  chart.addEventListener("pointerleave", hide);
  chart.addEventListener("blur", hide);
  chart.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape") hide();
    if (!(key in STEPS) && key !== "Home" && key !== "End") return;
    event.preventDefault(); // the page would scroll
    const found = all(figure);
    const here = found.findIndex(({ line }) => line === at);
    const next = key === "Home" ? 0 : key === "End" ? found.length - 1 : here < 0 ? 0 : here + STEPS[key];
    show(found[Math.min(Math.max(next, 0), found.length - 1)]);
  });
}

/** The points of a chart in the order of its data: where each lies in the chart's box, in pixels, and its line. */
function all(figure) {
  const { view, svg, tables } = known.get(figure);
  const rows = tables.flatMap((table) => view.data(table));
  const [box, outer] = [svg.getBoundingClientRect(), figure.querySelector(".chart").getBoundingClientRect()];
  const scale = box.width / svg.viewBox.baseVal.width;
  const { e: originX, f: originY } = svg.querySelector(":scope > g").transform.baseVal.consolidate().matrix; // padding and axes
  const found = new Map();
  const visit = (mark, dx, dy) => {
    if (/^(axis|legend|title)/.test(mark.role ?? "")) return;
    for (const item of mark.items) {
      if (mark.marktype === "group") {
        for (const child of item.items ?? []) visit(child, dx + (item.x ?? 0), dy + (item.y ?? 0));
      } else if (mark.marktype !== "text" && item.datum) {
        const line = item.datum._line ?? only(item.datum, rows);
        const [x, y] = middle(item);
        if (line && !found.has(line) && Number.isFinite(x + y)) {
          found.set(line, { line, x: (x + dx + originX) * scale + box.left - outer.left, y: (y + dy + originY) * scale + box.top - outer.top });
        }
      }
    }
  };
  visit(view.scenegraph().root, 0, 0);
  const order = ({ line }) => Number(line.split("\t")[1]);
  return [...found.values()].sort((a, b) => order(a) - order(b));
}

/** The line that a datum was made of, where it was summed up and a single row has its words. */
function only(datum, rows) {
  const words = Object.keys(datum).filter((field) => typeof datum[field] === "string" && rows.some((row) => field in row));
  const alike = words.length ? rows.filter((row) => words.every((field) => !(field in row) || row[field] === datum[field])) : [];
  return alike.length === 1 ? alike[0]._line : undefined;
}

/** Of a bar its middle, of a line or an area the point on it. */
function middle({ bounds, x, y, width, height }) {
  if (width || height || !Number.isFinite(x)) return bounds ? [(bounds.x1 + bounds.x2) / 2, (bounds.y1 + bounds.y2) / 2] : [NaN, NaN];
  return [x, y];
}

function nearest(chart, found, { clientX, clientY }) {
  const { left, top } = chart.getBoundingClientRect();
  const away = (point) => Math.hypot(point.x - (clientX - left), point.y - (clientY - top));
  const best = found.reduce((near, point) => (near && away(near) <= away(point) ? near : point), null);
  return best && away(best) <= NEAR ? best : null;
}

/** A line of the data table: its first cell, then each other cell with its heading. */
function said(figure, line) {
  const [name, row] = line.split("\t");
  const table = [...figure.parentNode.querySelectorAll("details.data")].find(({ dataset }) => dataset.table === name);
  const heads = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent);
  const cells = [...table.querySelectorAll("tbody tr")[row].cells].map((cell) => cell.textContent);
  const [title, ...others] = cells;
  const told = others.map((text, i) => (text ? `${heads[i + 1]}: ${text}` : "")).filter(Boolean);
  return [make("b", { textContent: title }), ` ${told.join(" · ")}`];
}
