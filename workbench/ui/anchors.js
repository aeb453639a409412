// Leads to a part of a page: what an address names after its hash lies in a shadow root, where the browser does not look.
const ARRIVES_MS = 100, ARRIVES_TIMES = 150;

function named(id, root = document) {
  const found = root.querySelector(`#${CSS.escape(id)}`);
  if (found) return found;
  for (const node of root.querySelectorAll("*")) {
    const deeper = node.shadowRoot && named(id, node.shadowRoot);
    if (deeper) return deeper;
  }
  return null;
}

// The part is focused too, so that the keyboard goes on from there.
function led() {
  const part = window.location.hash.length > 1 && named(decodeURIComponent(window.location.hash.slice(1)));
  if (!part) return false;
  part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView();
  return true;
}

// What somebody works on is in sight, and the focus on a part of the page: on the first field of a form, unless that opens a
// phone's keys.
function ledTo({ to, focus }) {
  const part = named(to), next = named(focus), touched = window.matchMedia("(hover: none)").matches;
  (part?.closest(".card") ?? part)?.scrollIntoView({ block: "nearest" });
  if (!next) return;
  next.tabIndex = -1;
  const within = next.tagName === "FORM" && touched ? null : next.querySelector("input:not([type=hidden]), textarea, select, button");
  (within ?? next).focus({ preventScroll: true });
}

function leading() {
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node.tagName === "A");
    const to = link?.getAttribute("href");
    if (!to?.startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.history.pushState(null, "", to);
    led();
  });
  window.addEventListener("popstate", led);
  window.addEventListener("hashchange", led);
  let times = 0;
  const arrive = () => {
    if (window.location.hash.length > 1 && !led() && (times += 1) < ARRIVES_TIMES) setTimeout(arrive, ARRIVES_MS);
  };
  arrive();
}
