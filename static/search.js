// The way into the search: a button at the head of the page, "/" and Ctrl or Cmd with K. What searches is fetched when one of them is used.

const button = document.querySelector("button.search");

// A file on the reader's own disk may not fetch an index, so there is no button there.
if (button && /^https?:$/.test(location.protocol) && window.HTMLDialogElement) {
  button.hidden = false;
  let dialog = null;
  let early = null; // what is written before the dialog is there
  const write = (event) => {
    if (event.key.length > 1 || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early += event.key;
  };
  const open = async () => {
    if (early !== null) return;
    early = "";
    addEventListener("keydown", write, true);
    try {
      dialog ??= import("./search-dialog.js").then(({ search }) => search(new URL(button.dataset.index, document.baseURI)));
      (await dialog)(early);
    } catch {
      dialog = null; // the next try may reach it
    }
    removeEventListener("keydown", write, true);
    early = null;
  };
  const writes = ({ target }) => target.closest?.("input, textarea, select, [contenteditable]");
  button.addEventListener("click", open);
  addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const slash = key === "/" && !ctrlKey && !metaKey && !altKey && !writes(event);
    const letter = key.toLowerCase() === "k" && ctrlKey !== metaKey && !altKey && !shiftKey;
    if (event.defaultPrevented || event.isComposing || !(slash || letter)) return;
    event.preventDefault();
    open();
  });
}

// A result may be a question, whose answer is folded in.
const unfold = () => {
  const found = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (found?.localName !== "details") return;
  found.open = true;
  found.scrollIntoView();
};
addEventListener("hashchange", unfold);
unfold();
