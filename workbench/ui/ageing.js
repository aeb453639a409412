// How long ago something was stays true while a page is open that is not drawn anew.
const AGES_MS = 10_000;
const SPANS = [[60, 10, "s"], [3600, 60, "min"], [86_400, 3600, "h"]]; // below so many seconds, counted in so many, as what

// As `ago` in formats.py says it, in the words `ages` that the server gives.
function ago(seconds, ages) {
  if (seconds < 10) return ages.now;
  const span = SPANS.find(([below]) => seconds < below);
  if (!span && seconds < 2 * 86_400) return ages.yesterday;
  const [, unit, name] = span ?? [0, 86_400, "d"], whole = Math.floor(seconds / unit) * (name === "s" ? unit : 1);
  return ages[name].replace("{n}", whole);
}

function aged(present, ages, root = document) {
  for (const node of root.querySelectorAll("*")) {
    if (node.tagName === "TIME") {
      const said = ago((present - Date.parse(node.dateTime)) / 1000, ages);
      if (node.textContent !== said) node.textContent = said;
    }
    if (node.shadowRoot) aged(present, ages, node.shadowRoot);
  }
}

// By the server's clock, which the browser's need not agree with.
function ageing(model) {
  const ahead = Date.now() - model.clock;
  setInterval(() => { if (document.visibilityState === "visible") aged(Date.now() - ahead, model.ages); }, AGES_MS);
}
