// The thread of comments: whoever keeps it is asked for nothing before the reader wants to see it.

const button = document.querySelector("[data-show]");
const place = button.closest("p");
const section = place.parentNode;
const words = section.querySelector("[role=status]");

function show() {
  place.remove();
  const thread = document.querySelector(`#${button.dataset.show}`).content.cloneNode(true);
  thread.querySelector("script").addEventListener("error", () => (words.textContent = "The comments did not load. Loading the page anew may help."));
  section.append(thread);
}

button.addEventListener("click", show);
if (new URLSearchParams(location.search).has("giscus") && section.querySelector("template").content.querySelector(".giscus")) show(); // back from signing in there
else place.hidden = false;
