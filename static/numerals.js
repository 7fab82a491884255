// Numbers as people write them. The same specification as explainer/numerals.py, to the character.

const MAX_DIGITS = 3;

/** style: [factor, prefix, one, many, scaled, last]; see Style in numerals.py. */
export function central(value, low, high, style, locale, digits) {
  if (isStep(style)) return step(value, style, locale);
  const [shown, lo, hi] = [value, low, high].map((x) => x * style[0]);
  if (![shown, lo, hi].every(Number.isFinite)) return "–";
  let place;
  if (digits) place = exponent(shown) - digits + 1;
  else if (lo === hi) place = placeOfExact(shown);
  else place = Math.max(exponent((hi - lo) / 20), exponent(shown) - MAX_DIGITS + 1);
  return write([rounded(shown, place)], place, style, locale);
}

/** A share such as 0.38 at two digits: 38 %. */
export function percent(share, locale) {
  return central(share * 100, 0, 100, [1, "", "\u202f%", "\u202f%", false], locale, 2);
}

export function interval(low, high, style, locale) {
  if (isStep(style)) return steps(low, high, style, locale);
  const found = ends(low, high, style);
  return found ? write(found.counts, found.place, style, locale) : "–";
}

export function end(low, high, which, style, locale) {
  if (isStep(style)) return step(which === "low" ? low : high, style, locale);
  const found = ends(low, high, style);
  if (!found) return "–";
  return write([which === "low" ? found.counts[0] : found.counts.at(-1)], found.place, style, locale);
}

function isStep([, , , , , last]) {
  return last !== undefined && last !== null;
}

function step(value, [, , , , , last], locale) {
  return value === Infinity ? locale.not_by.replace("{}", last) : String(value);
}

function steps(low, high, style, locale) {
  if (low === high) return step(low, style, locale);
  return high === Infinity ? locale.not_before.replace("{}", low) : low + locale.dash + high;
}

function ends(low, high, style) {
  const lo = low * style[0];
  const hi = high * style[0];
  if (!Number.isFinite(lo) || !Number.isFinite(hi)) return null;
  if (lo === hi) {
    const place = placeOfExact(lo);
    return { counts: [rounded(lo, place)], place };
  }
  const largest = Math.max(Math.abs(lo), Math.abs(hi));
  let place = Math.max(exponent((hi - lo) / 4), exponent(largest) - MAX_DIGITS + 1);
  for (let i = 0; i < MAX_DIGITS && rounded(lo, place) === rounded(hi, place); i++) place -= 1;
  return { counts: [rounded(lo, place), rounded(hi, place)], place };
}

function placeOfExact(x) {
  return Number.isInteger(x) && Math.abs(x) < 1e6 ? 0 : exponent(x) - MAX_DIGITS + 1;
}

/** The digits and the power of ten of the shortest decimal that reads back as x. */
function decimal(x) {
  const [mantissa, power] = x.toExponential().split("e");
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".");
  return { digits: BigInt(whole + fraction), power: Number(power) - fraction.length, exponent: Number(power) };
}

export function exponent(x) {
  return x === 0 ? 0 : decimal(x).exponent;
}

/** How many times 10**place x is, half away from zero: a BigInt. */
export function rounded(x, place) {
  const { digits, power } = decimal(x);
  let count;
  if (power >= place) count = digits * 10n ** BigInt(power - place);
  else {
    const divisor = 10n ** BigInt(place - power);
    count = (2n * digits + divisor) / (2n * divisor);
  }
  return x < 0 ? -count : count;
}

function write(counts, place, [, prefix, one, many, scaled], locale) {
  let sizes = counts.map((count) => (count < 0n ? -count : count));
  const largest = sizes.reduce((a, b) => (a > b ? a : b));
  const size = largest ? String(largest).length - 1 + place : 0;
  let [scale, word] = (scaled && locale.scales.find(([power]) => size >= power)) || [0, ""];
  if (size >= 15 || size < -4) {
    scale = size;
    word = `\u00a0×\u00a010${String(size).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)])}`;
  }
  while (place < scale && sizes.every((count) => count % 10n === 0n)) {
    sizes = sizes.map((count) => count / 10n);
    place += 1;
  }
  const numbers = sizes.map((count) => digits(count, place - scale, locale));
  const signs = counts.map((count) => (count < 0n ? locale.minus : ""));
  const noun = numbers.length === 1 && numbers[0] === "1" && !word ? one : many;
  if (numbers.length === 2 && signs.some(Boolean)) {
    return numbers.map((number, i) => signs[i] + prefix + number).join(locale.to) + word + noun;
  }
  return signs[0] + prefix + numbers.join(locale.dash) + word + noun;
}

function digits(count, place, locale) {
  let whole = String(place >= 0 ? count * 10n ** BigInt(place) : count);
  let fraction = "";
  if (place < 0) {
    whole = whole.padStart(1 - place, "0");
    fraction = whole.slice(place);
    whole = whole.slice(0, place);
  }
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, locale.group);
  return fraction ? grouped + locale.decimal + fraction : grouped;
}
