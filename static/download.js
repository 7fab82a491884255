// The data of a chart as CSV under the reader's settings: what the link to the file gives, but as the page shows it now.

export function download(link, rows) {
  const fields = Object.keys(rows[0] ?? {}).filter((field) => !field.endsWith("_text"));
  const lines = [fields, ...rows.map((row) => fields.map((field) => row[field]))].map((line) => line.map(cell).join(","));
  const address = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }));
  const name = decodeURIComponent(link.pathname.split("/").pop()).replace(/\.csv$/, "-yours.csv");
  Object.assign(document.createElement("a"), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
