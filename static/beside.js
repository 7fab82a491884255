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

/** Above the link where there is more room than below it, and too little there; it scrolls where there is too little of both. */
export function belowOrAbove(link, popover) {
  const [{ top }, { bottom }] = [link.getClientRects()[0], lastLine(link)];
  const borders = popover.offsetHeight - popover.clientHeight;
  const room = innerHeight - bottom - 2 * GAP;
  const above = room < popover.scrollHeight + borders && room < top - 2 * GAP;
  popover.style.maxHeight = `${Math.max(above ? top - 2 * GAP : room, 160)}px`;
  if (above) popover.style.top = `${top - popover.offsetHeight - GAP + scrollY}px`;
  else below(link, popover);
}

function lastLine(link) {
  return [...link.getClientRects()].at(-1);
}
