// How long ago something was stays true while a page is open that is not drawn anew.
const AGES_MS = 10_000;
const NARROW_SPACE = "\u202f";
const SPANS = [[60, 10, "s"], [3600, 60, "min"], [86_400, 3600, "h"]]; // below so many seconds, counted in so many, as what

// As `ago` in formats.py says it.
function ago(seconds) {
  if (seconds < 10) return "just now";
  const span = SPANS.find(([below]) => seconds < below);
  if (!span) return seconds < 2 * 86_400 ? "yesterday" : `${Math.floor(seconds / 86_400)}${NARROW_SPACE}d ago`;
  const [, unit, name] = span, whole = Math.floor(seconds / unit) * (name === "s" ? unit : 1);
  return `${whole}${NARROW_SPACE}${name} ago`;
}

function aged(present, root = document) {
  for (const node of root.querySelectorAll("*")) {
    if (node.tagName === "TIME") {
      const said = ago((present - Date.parse(node.dateTime)) / 1000);
      if (node.textContent !== said) node.textContent = said;
    }
    if (node.shadowRoot) aged(present, node.shadowRoot);
  }
}

// By the server's clock, which the browser's need not agree with.
function ageing(model) {
  const ahead = Date.now() - model.clock;
  setInterval(() => { if (document.visibilityState === "visible") aged(Date.now() - ahead); }, AGES_MS);
}
