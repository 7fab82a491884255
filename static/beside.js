// Where a popover stands: at the words that opened it, over the text.

const EDGE = 12; // of the window
const GAP = 6;

/** Put a popover below the last line of a link, as wide as there is room for. */
export function beside(link, popover, widest) {
  const room = document.documentElement.clientWidth;
  const width = Math.min(widest, room - 2 * EDGE);
  const left = Math.max(EDGE, Math.min(lastLine(link).left, room - width - EDGE));
  Object.assign(popover.style, { width: `${width}px`, left: `${left + scrollX}px` });
  below(link, popover);
}

/** Only ever moved up and down while it is open: sideways, a slider would change its value under the finger. */
export function below(link, popover) {
  popover.style.top = `${lastLine(link).bottom + scrollY + GAP}px`;
}

/** Above the link where there is more room than below it, and too little there. */
export function belowOrAbove(link, popover) {
  const [{ top }, { bottom }] = [link.getClientRects()[0], lastLine(link)];
  const height = popover.offsetHeight;
  const room = innerHeight - bottom;
  if (room >= height + 2 * GAP || room >= top) below(link, popover);
  else popover.style.top = `${Math.max(top - height - GAP, 0) + scrollY}px`;
}

function lastLine(link) {
  return [...link.getClientRects()].at(-1);
}
