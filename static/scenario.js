// A scenario as the address writes it: ?capex_2026=140&jobs_cut=20000, in the declared units.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/**
 * {settings, words} of an address's query. `ends` is a Map of the names that a reader may set to [low, high]: a value beyond them is
 * brought back, what is no number is left out, and `words` say so. Parameters of other names are somebody else's.
 */
export function read(search, ends) {
  const settings = {};
  let [refused, clamped] = [0, 0];
  for (const [name, text] of new URLSearchParams(search.slice(0, 8000))) {
    if (!ends.has(name)) continue;
    const value = NUMBER.test(text.trim()) ? Number(text) : NaN;
    if (!Number.isFinite(value) || name in settings) {
      refused += 1;
      continue;
    }
    const [low, high] = ends.get(name);
    settings[name] = Math.min(high, Math.max(low, value));
    if (settings[name] !== value) clamped += 1;
  }
  return { settings, words: [said(refused, "was not understood and left out"), said(clamped, "lay out of range and was brought back into it")].filter(Boolean).join(" ") };
}

function said(count, what) {
  const plural = what.replaceAll("was", "were");
  return count === 0 ? "" : count === 1 ? `One setting in the address ${what}.` : `${count} settings in the address ${plural}.`;
}

/** The address of the page under these settings; parameters of others and the fragment stay. */
export function written(location, settings, ends) {
  const address = new URL(location);
  for (const name of ends.keys()) address.searchParams.delete(name);
  for (const [name, value] of Object.entries(settings)) address.searchParams.set(name, String(Number(value.toPrecision(6))));
  return address;
}
