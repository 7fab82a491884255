// What the draws at hand tell of a number: its shape, and what moves it. The same as explainer/model/sample.py.

export const BINS = 40; // of a histogram
const SPAN = [0.005, 0.995]; // what a histogram covers
const CLASSES = 32; // of draws by an assumption's value
const LEAST = 0.01; // share of the variance from which on an assumption counts as moving a number
const HEAVY = 0.2; // share of the variance in a single draw from which on there is none to share out
const [WIDTH, HEIGHT] = [320, 56]; // of a drawn distribution

/** The share of all draws in each of BINS equal pieces between the two ends of SPAN. */
export function histogram(draws) {
  const sorted = draws.slice().sort();
  const [first, last] = SPAN.map((level) => quantile(sorted, level));
  const shares = new Array(BINS).fill(0);
  for (const x of sorted) {
    if (x >= first && x <= last) shares[Math.min(Math.floor(((x - first) / (last - first || 1)) * BINS), BINS - 1)] += 1 / sorted.length;
  }
  return { first, last, shares, edge: (bin) => first + ((last - first) * bin) / BINS };
}

/** The outlines of a drawn histogram, all of it and the range of {low, value, high}, and where the central value stands. */
export function shape({ first, last, shares, edge }, { low, value, high }) {
  const top = Math.max(...shares);
  const heights = shares.map((share) => Math.floor((HEIGHT * share) / top + 0.5));
  const within = heights.map((height, bin) => {
    const middle = (edge(bin) + edge(bin + 1)) / 2;
    return middle >= low && middle <= high ? height : 0;
  });
  return { whole: outline(heights), within: outline(within), middle: String(Math.floor((WIDTH * (value - first)) / (last - first) + 0.5)) };
}

function outline(heights) {
  return `M0 ${HEIGHT}${heights.map((height) => `V${HEIGHT - height}h${WIDTH / BINS}`).join("")}V${HEIGHT}z`;
}

const orders = new Map(); // assumption -> its draws in ascending order: only fixing it would change that

/** What moves a number: [{assumption, share, low, high}], the largest share of its variance first. */
export function influences(engine, name, at) {
  const draws = engine.draws(name, at).map((x) => x / engine.number(name).factor);
  if (!shareable(draws)) return [];
  return [...engine.below([name])]
    .filter((assumption) => assumption in engine.model.assumptions && assumption !== name && varies(engine.draws(assumption)))
    .map((assumption) => {
      if (!orders.has(assumption)) orders.set(assumption, order(engine.draws(assumption)));
      const ordered = Float64Array.from(orders.get(assumption), (i) => draws[i]);
      const tenth = Math.floor(ordered.length / 10);
      return { assumption, share: explained(ordered), low: median(ordered.slice(0, tenth)), high: median(ordered.slice(-tenth)) };
    })
    .filter(({ share }) => share >= LEAST)
    .sort((a, b) => b.share - a.share || (a.assumption < b.assumption ? -1 : 1));
}

function varies(draws) {
  return draws.some((x) => x !== draws[0]);
}

function order(draws) {
  return Uint32Array.from(draws, (_, i) => i).sort((a, b) => draws[a] - draws[b] || a - b);
}

function shareable(draws) {
  if (!draws.every(Number.isFinite) || !varies(draws)) return false;
  const [total, largest] = [squares(draws), mean(draws)];
  return draws.reduce((most, x) => Math.max(most, (x - largest) ** 2), 0) <= HEAVY * total;
}

/** The share of the variance between classes of draws that follow one another, less what chance puts there. */
function explained(ordered) {
  const size = Math.floor(ordered.length / CLASSES);
  const whole = ordered.subarray(0, size * CLASSES);
  const means = Float64Array.from({ length: CLASSES }, (_, k) => mean(whole.subarray(k * size, (k + 1) * size)));
  const [total, between] = [squares(whole), squares(means) * size];
  const chance = ((total - between) / (whole.length - CLASSES)) * (CLASSES - 1);
  return Math.max(0, (between - chance) / total);
}

function squares(draws) {
  const middle = mean(draws);
  return draws.reduce((sum, x) => sum + (x - middle) ** 2, 0);
}

function mean(draws) {
  return draws.reduce((sum, x) => sum + x, 0) / draws.length;
}

function median(draws) {
  const sorted = draws.sort();
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

function quantile(sorted, level) {
  const at = (sorted.length - 1) * level;
  const [below, above, t] = [sorted[Math.floor(at)], sorted[Math.ceil(at)], at % 1];
  return t < 0.5 ? below + (above - below) * t : above - (above - below) * (1 - t);
}
