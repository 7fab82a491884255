// The panel in which the reader changes the assumptions.

export function panel(page, form) {
  const status = form.querySelector(".status");
  for (const slider of form.querySelectorAll("[data-assumption]")) slider.disabled = false;
  form.addEventListener("input", ({ target }) => {
    if (target.dataset.assumption) page.set({ [target.dataset.assumption]: Number(target.value) });
  });
  form.addEventListener("change", () => announce(page, status));
  form.addEventListener("reset", () => {
    page.reset();
    announce(page, status);
  });
  form.querySelector("details").open = matchMedia("(min-width: 72rem)").matches; // there it stands beside the text
  form.hidden = false;
}

function announce(page, status) {
  const { numbers, claims } = page.moved;
  const fallen = claims.length === 1 ? "1 claim no longer holds" : `${claims.length} claims no longer hold`;
  status.textContent = numbers ? `${numbers} numbers changed; ${fallen}.` : "The article's own numbers.";
}
