// Computes an article's model in the browser, with the draws that the build used.
// The same points and quantile functions as explainer/model/draws.py and distributions.py.

import { builtIn } from "./builtin.js";

const LEVELS = [0.05, 0.5, 0.95];
const SCAN = 32; // pieces of a plausible range, each of which may hold one flip
const PIECE = 8; // milliseconds of computing at a stretch where the page must answer meanwhile
const RELATIVE = 1e-4; // how well a flip is known: of its value,
const ABSOLUTE = 1e-6; // and of the plausible range

/** The model at the author's assumptions; `set` moves one of them. */
export class Engine {
  #drawn = {};
  #amounts = {};
  #steps = {};

  constructor(model, computed = true) {
    this.model = model;
    this.values = {}; // an array for each number: step after step, the draws of a step together
    this.settings = {};
    this.turn = 0; // counts the changes
    if (computed) atOnce(this.#compute());
  }

  /** The same, in pieces between which the page answers: a phone needs half a second. */
  static async computed(model) {
    const engine = new Engine(model, false);
    await inPieces(engine.#compute());
    return engine;
  }

  *#compute() {
    const { model } = this;
    for (const name in model.assumptions) yield (this.values[name] = this.#draws(name));
    for (const name in model.quantities) {
      if (!model.quantities[name].fixed) this.values[name] = new Float64Array(this.steps(name).length * model.draws);
    }
    for (const stage of model.stages) yield stage.compute(this.values);
  }

  /** Fix an assumption at a value in its declared unit, or free it again (null). Returns the names that changed. */
  set(name, value) {
    this.turn++;
    if (value === null) delete this.settings[name];
    else this.settings[name] = value;
    const { factor } = this.model.assumptions[name];
    this.values[name] = value === null ? this.#draws(name) : new Float64Array(this.model.draws).fill(value * factor);
    delete this.#amounts[name];
    const changed = new Set([name]);
    for (const { names, inputs, compute } of this.model.stages) {
      if (!inputs.some((input) => changed.has(input))) continue;
      compute(this.values);
      for (const other of names) {
        delete this.#amounts[other];
        changed.add(other);
      }
    }
    return changed;
  }

  /** What may stand in the brackets behind a number: ["2024", …], or [""] where it has a single value. */
  steps(name) {
    return (this.#steps[name] ??= product((this.number(name).over ?? []).map((axis) => this.model.axes[axis])).map((step) => step.join(", ")));
  }

  /** {value, low, high} in the declared unit, at a step: the median and the 5–95 % range. */
  amount(name, at = "") {
    const { fixed } = this.number(name); // it rests on a Python function
    if (fixed) return fixed[at];
    const known = (this.#amounts[name] ??= {});
    return (known[at] ??= this.#amount(name, at, this.values));
  }

  #amount(name, at, values) {
    const { factor, style } = this.number(name);
    const draws = this.draws(name, at, values);
    return style.length > 5 ? summaryOfSteps(draws) : summary(draws, factor);
  }

  /** The draws of a number at a step, in base units. */
  draws(name, at = "", values = this.values) {
    const start = this.steps(name).indexOf(at) * this.model.draws;
    return values[name].subarray(start, start + this.model.draws);
  }

  number(name) {
    return this.model.assumptions[name] ?? this.model.quantities[name];
  }

  /** {share, holds} of a claim. */
  verdict(name, values = this.values) {
    const claim = this.model.claims[name];
    if (claim.fixed) return claim.fixed;
    const held = new Uint8Array(this.model.draws);
    claim.compute(values, held);
    const share = held.reduce((sum, one) => sum + one, 0) / held.length;
    return { share, holds: share >= claim.share };
  }

  /** What moves a number most: its median with each uncertain assumption at its 5 % and at its 95 % point, the largest swing first. */
  swings(name, at = "") {
    return atOnce(this.swinging(name, at));
  }

  /** The same, step by step. */
  *swinging(name, at = "") {
    const below = this.below([name]);
    const width = ({ low, high }) =>
      Math.abs(high - low) <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)) || low === high ? 0 : Math.abs(high - low);
    const found = [];
    for (const [assumption, { family }] of Object.entries(this.model.assumptions)) {
      if (assumption === name || !below.has(assumption) || family === "constant") continue;
      const fixed = this.#fixing(assumption, below);
      const [low, high] = this.ends(assumption).map((value) => this.#amount(name, at, fixed(value)).value);
      yield found.push({ assumption, low, high });
    }
    return found
      .sort((a, b) => (width(b) === width(a) ? (a.assumption < b.assumption ? -1 : 1) : width(b) - width(a)))
      .map((swing) => ({ ...swing, width: width(swing) }));
  }

  /** The author's 5 % and 95 % points of an assumption. */
  ends(assumption) {
    const { family, parameters, span } = this.model.assumptions[assumption];
    const quantile = spanned(family, parameters, span);
    return [quantile(LEVELS[0]), quantile(LEVELS[2])];
  }

  /** Where a claim holds in the plausible range of each assumption that it rests on: those at which it flips come first. */
  flips(claim) {
    return atOnce(this.flipping(claim));
  }

  /** The same, step by step: some fifty times the part of the model below the claim for each assumption. */
  *flipping(claim) {
    const below = this.below(this.model.claims[claim].inputs);
    const found = [];
    for (const [assumption, { plausible }] of Object.entries(this.model.assumptions)) {
      if (!plausible || !below.has(assumption)) continue;
      const [low, high] = plausible;
      const fixed = this.#fixing(assumption, below);
      const parts = yield* partsWhere((value) => this.verdict(claim, fixed(value)).holds, low, high);
      const whole = parts.length === 1 && parts[0][0] === low && parts[0][1] === high;
      found.push({ assumption, low, high, parts, flips: parts.length > 0 && !whole });
    }
    return found.sort((a, b) => b.flips - a.flips);
  }

  /** The names that these rest on, these included. */
  below(names) {
    const found = new Set(names);
    for (const { names, inputs } of [...this.model.stages].reverse()) {
      if (names.some((name) => found.has(name))) for (const input of inputs) found.add(input);
    }
    return found;
  }

  /** A function from a value of an assumption to all values that `below` it: in arrays of its own, so that the engine stays as it is. */
  #fixing(assumption, below) {
    const { draws, stages } = this.model;
    const values = { ...this.values, [assumption]: new Float64Array(draws) };
    const reached = new Set([assumption]);
    const run = stages.filter(({ names, inputs }) => {
      const needed = names.some((name) => below.has(name)) && inputs.some((input) => reached.has(input));
      if (needed) {
        for (const name of names) {
          reached.add(name);
          values[name] = new Float64Array(this.values[name].length);
        }
      }
      return needed;
    });
    return (value) => {
      values[assumption].fill(value * this.number(assumption).factor);
      for (const stage of run) stage.compute(values);
      return values;
    };
  }

  /** The rows of a table of the model, in the table's unit, or of a built-in chart. */
  rows(table) {
    return atOnce(this.telling(table));
  }

  /** What one of the functions that go step by step comes to, while the page answers; undefined if the reader changes the model meanwhile. */
  asked(steps) {
    const { turn } = this;
    return inPieces(steps, () => this.turn !== turn);
  }

  /** The same, step by step: what a reader asks next takes some hundred runs of the model. */
  *telling(table) {
    return table.includes("/") ? yield* builtIn(this, table) : this.rowsOf(this.model.tables[table]);
  }

  rowsOf({ factor, over, rows }) {
    const steps = product(over.map((axis) => this.model.axes[axis]));
    return rows.flatMap(([label, name]) =>
      steps.map((step) => {
        const amount = this.amount(name, step.join(", "));
        const convert = this.number(name).factor / factor;
        const [value, low, high] = [amount.value, amount.low, amount.high].map((x) => x * convert);
        return { name, label, ...Object.fromEntries(over.map((axis, i) => [axis, step[i]])), value, low, high };
      }),
    );
  }

  #draws(name) {
    const { family, parameters, span, factor } = this.model.assumptions[name];
    return (this.#drawn[name] ??= draw(name, family, parameters, this.model.draws, span).map((x) => x * factor));
  }
}

function atOnce(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** In pieces between which the page answers; undefined as soon as it is `stale()`. */
async function inPieces(steps, stale = () => false) {
  for (let start = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() - start < PIECE) continue;
    await (globalThis.scheduler?.yield?.() ?? new Promise((next) => setTimeout(next)));
    if (stale()) return undefined;
    start = performance.now();
  }
}

/** Where between the two ends something holds: a coarse scan, and halving where it changes. */
function* partsWhere(holds, low, high) {
  const points = Array.from({ length: SCAN + 1 }, (_, step) => low + ((high - low) * step) / SCAN);
  const truths = [];
  for (const point of points) yield truths.push(holds(point));
  const ends = truths[0] ? [low] : [];
  for (let i = 0; i < SCAN; i++) {
    if (truths[i] === truths[i + 1]) continue;
    let [a, b] = [points[i], points[i + 1]];
    while (b - a > Math.max(RELATIVE * Math.max(Math.abs(a), Math.abs(b)), ABSOLUTE * (high - low))) {
      const middle = (a + b) / 2;
      if (holds(middle) === truths[i]) a = middle;
      else b = middle;
      yield middle;
    }
    ends.push((a + b) / 2);
  }
  if (truths[SCAN]) ends.push(high);
  return Array.from({ length: ends.length / 2 }, (_, i) => [ends[2 * i], ends[2 * i + 1]]);
}

function product(lists) {
  return lists.reduce((found, list) => found.flatMap((one) => list.map((item) => [...one, item])), [[]]);
}

/** Linear interpolation between the sorted draws, as numpy.quantile does. */
function summary(draws, factor) {
  const places = LEVELS.map((level) => (draws.length - 1) * level);
  const found = atRanks(draws, places.flatMap((place) => [Math.floor(place), Math.ceil(place)]));
  const [low, value, high] = places.map((place, i) => {
    const [below, above] = [found[2 * i] / factor, found[2 * i + 1] / factor];
    const t = place % 1;
    return t < 0.5 ? below + (above - below) * t : above - (above - below) * (1 - t);
  });
  return { value, low, high };
}

/** The same for the first step in which something holds: always a step, or infinity. */
function summaryOfSteps(draws) {
  const [low, value, high] = atRanks(draws, LEVELS.map((level) => Math.ceil(level * draws.length) - 1));
  return { value, low, high };
}

const BINS = 1024;
const counts = new Int32Array(BINS);
const wanted = new Uint8Array(BINS);
let keys = new Int32Array(0);

/** The draws that would stand at these ascending places if they were sorted. Counts them by the first bits of their doubles, whose order is theirs. */
function atRanks(draws, ranks) {
  const halves = new Int32Array(draws.buffer, draws.byteOffset, draws.length * 2);
  if (keys.length !== draws.length) keys = new Int32Array(draws.length);
  let [min, max] = [0x7fffffff, -0x80000000];
  for (let i = 0; i < keys.length; i++) {
    const half = halves[2 * i + 1];
    const key = half < 0 ? half ^ 0x7fffffff : half;
    keys[i] = key;
    if (key < min) min = key;
    if (key > max) max = key;
  }
  let shift = 0;
  while ((max - min) / 2 ** shift >= BINS) shift++;
  counts.fill(0);
  wanted.fill(0);
  for (let i = 0; i < keys.length; i++) counts[(keys[i] - min) >>> shift]++;
  const bins = new Map(); // bin -> the draws in it
  let [bin, before] = [0, 0];
  const places = ranks.map((rank) => {
    while (before + counts[bin] <= rank) before += counts[bin++];
    bins.set(bin, []);
    wanted[bin] = 1;
    return [bin, rank - before];
  });
  for (let i = 0; i < keys.length; i++) {
    const at = (keys[i] - min) >>> shift;
    if (wanted[at]) bins.get(at).push(draws[i]);
  }
  for (const [at, found] of bins) bins.set(at, Float64Array.from(found).sort());
  return places.map(([at, place]) => bins.get(at)[place]);
}

// ---- draws ----

function seed(name) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}

function hash(value) {
  let h = value | 0;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** One value for each draw: each slice of (0, 1) once, in an order that only the name decides. */
export function draw(name, family, parameters, count, span) {
  const half = count / 2;
  const first = seed(name);
  const keys = Uint32Array.from({ length: half }, (_, i) => hash(first + i));
  const order = Uint32Array.from({ length: half }, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
  const values = new Float64Array(count);
  const quantile = spanned(family, parameters, span);
  for (let i = 0; i < half; i++) {
    const rank = keys[i] & 1 ? count - 1 - order[i] : order[i];
    values[i] = quantile((rank + 0.5) / count);
    values[i + half] = quantile((count - rank - 0.5) / count);
  }
  return values;
}

/** The quantile function of a family, or of the part of it that a span of its probability leaves. */
function spanned(family, parameters, [start, end] = [0, 1]) {
  const whole = FAMILIES[family](...parameters);
  return (u) => whole(start + u * (end - start));
}

// ---- quantile functions, one family each: parameters -> (u -> x) ----

export const FAMILIES = {
  constant: (value) => () => value,
  normal: (mean, deviation) => (u) => mean + deviation * standardNormal(u),
  lognormal: (mean, deviation) => (u) => Math.exp(mean + deviation * standardNormal(u)),
  uniform: (low, high) => (u) => low + (high - low) * u,
  metalog,
  logmetalog: (lower, ...a) => {
    const quantile = metalog(...a);
    return (u) => lower + Math.exp(quantile(u));
  },
  logitmetalog: (lower, upper, ...a) => {
    const quantile = metalog(...a);
    return (u) => lower + (upper - lower) / (1 + Math.exp(-quantile(u)));
  },
  triangular: (low, mode, high) => (u) =>
    u * (high - low) < mode - low
      ? low + Math.sqrt(u * (high - low) * (mode - low))
      : high - Math.sqrt((1 - u) * (high - low) * (high - mode)),
  beta,
};

function metalog(a1, a2, a3) {
  return (u) => {
    const logit = Math.log(u / (1 - u));
    return a1 + a2 * logit + a3 * (u - 0.5) * logit;
  };
}

/** Newton's method on the logarithms; above the mean it is solved as the mirrored distribution below the mean. */
function beta(a, b, low, high, logBeta) {
  const lower = (target, p, q) => {
    let x = p / (p + q);
    for (let i = 0; i < 50; i++) {
      const cdf = betaCdf(x, p, q, logBeta);
      const slope = Math.exp(p * Math.log(x) + (q - 1) * Math.log1p(-x) - logBeta) / cdf;
      const step = Math.exp((Math.log(target) - Math.log(cdf)) / slope);
      x = Math.min(x * step, (1 + x) / 2);
      if (Math.abs(step - 1) <= 1e-8) break; // Newton doubles the digits: this step was the last that counts
    }
    return x;
  };
  const middle = betaCdf(a / (a + b), a, b, logBeta);
  return (u) => low + (high - low) * (u > middle ? 1 - lower(1 - u, b, a) : lower(u, a, b));
}

function betaCdf(x, a, b, logBeta) {
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta);
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x, a, b) {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < 300; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    h = h * d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    h = h * d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

// Wichura (1988), algorithm AS 241, Applied Statistics 37(3): coefficients from the highest power down.
const CENTRE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
];
const NEAR = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1],
];
const FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1],
];

function standardNormal(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (polynomial(CENTRE[0], r) * q) / polynomial(CENTRE[1], r);
  }
  const r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p));
  const x = r <= 5 ? ratio(NEAR, r - 1.6) : ratio(FAR, r - 5);
  return q < 0 ? -x : x;
}

function ratio([above, below], r) {
  return polynomial(above, r) / polynomial(below, r);
}

function polynomial(coefficients, x) {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
