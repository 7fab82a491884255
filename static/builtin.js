// The rows of the built-in charts under the reader's settings: the same as those of explainer/builtin_charts.py.

import { central, percent } from "./numerals.js";
import { histogram } from "./sample.js";

const LARGEST = 8; // swings that a chart shows

/** The rows of `sensitivity/NAME[AT]`, `flips/CLAIM` or `distribution/NAME[AT]`, step by step. */
export function builtIn(engine, table) {
  const { kind, name, at } = parts(table);
  return ROWS[kind](engine, name, at);
}

/** The same rows as the lines of the data table: lists of texts. */
export function lines(engine, table, rows) {
  const { kind, name } = parts(table);
  return rows.filter((row) => !continued(row)).map(CELLS[kind](engine, name));
}

/** Whether a row goes on with the line of the one before it: a claim may hold in several parts of one range. */
export function continued(row) {
  return row.part > 1;
}

function parts(table) {
  const [, kind, name, at = ""] = /^(\w+)\/(\w+)(?:\[(.*)\])?$/.exec(table);
  return { kind, name, at: at.split(/\s*,\s*/).join(", ") };
}

const ROWS = { sensitivity, flips, distribution };

function* sensitivity(engine, name, at) {
  const { value } = engine.amount(name, at);
  const moving = (yield* engine.swinging(name, at)).filter(({ width }) => width > 0);
  return moving.slice(0, LARGEST).map(({ assumption, low, high }) => {
    const [from, to] = engine.ends(assumption);
    const write = writer(engine, assumption);
    const { label } = engine.number(assumption);
    return { name: assumption, label, from, to, low: finite(low), value: finite(value), high: finite(high), from_text: write(from), to_text: write(to) };
  });
}

function* flips(engine, claim) {
  return (yield* engine.flipping(claim)).flatMap(({ assumption, low, high, parts }) => {
    const write = writer(engine, assumption);
    const { label } = engine.number(assumption);
    const value = Math.min(Math.max(engine.amount(assumption).value, low), high);
    const row = { name: assumption, label, low, value, high, holds: words(parts, low, high, write), low_text: write(low), high_text: write(high) };
    return (parts.length ? parts : [[null, null]]).map(([from, to], part) => ({ ...row, part: part + 1, from, to }));
  });
}

function* distribution(engine, name, at) {
  const { over = [], factor, label = name } = engine.number(name);
  if (over.length && !at) return engine.rowsOf({ factor, over, rows: [[label, name]] });
  const { shares, edge } = histogram(engine.draws(name, at).map((x) => x / factor));
  const { low, value: median, high } = engine.amount(name, at);
  return shares.map((share, bin) => {
    const [from, to] = [edge(bin), edge(bin + 1)];
    const middle = (from + to) / 2;
    return { from, to, share, within: middle >= low && middle <= high, median };
  });
}

const CELLS = {
  sensitivity(engine, name) {
    const write = writer(engine, name);
    return (row) => [row.label, row.from_text, write(row.low), row.to_text, write(row.high)];
  },
  flips(engine) {
    return (row) => [row.label, writer(engine, row.name)(row.value), row.low_text, row.high_text, row.holds];
  },
  distribution(engine, name) {
    const write = writer(engine, name);
    const [axis] = engine.number(name).over ?? [];
    return ({ from, to, share, ...row }) =>
      share === undefined ? [row[axis], write(row.low), write(row.value), write(row.high)] : [write(from), write(to), percent(share, engine.model.locale)];
  },
};

function writer(engine, name) {
  const { style } = engine.number(name);
  return (x) => central(x ?? Infinity, x ?? Infinity, x ?? Infinity, style, engine.model.locale, 3);
}

function words(parts, low, high, write) {
  const pieces = parts.map(([from, to]) => {
    if (from === low) return to === high ? "at any value here" : `below ${write(to)}`;
    return to === high ? `above ${write(from)}` : `between ${write(from)} and ${write(to)}`;
  });
  if (pieces.length === 0) return "holds at no value here";
  return (pieces[0].startsWith("at") ? "holds " : "holds only ") + pieces.join(" or ");
}

function finite(x) {
  return Number.isFinite(x) ? x : null;
}
