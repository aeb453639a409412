// What was written and neither sent nor saved is gone with its field or the page, so it is asked before either goes.
const written = new Set(); // fields of forms that somebody changed
let leaves = false; // whether the server sends the browser elsewhere, which loses nothing

// A search and a row of controls hold a word and no work, and what a form sends by itself is not lost. Choices alone are
// work where one sets something up.
function works(field) {
  const form = field.form;
  if (!form || field.type === "search" || form.matches(".toolbar, .acts") || field.dataset.changed || form.dataset.changed) return false;
  return form.matches(".settings") || WORDS.includes(field.type);
}

// As the page drew it, or as it is kept: by the server, or in the address.
function asDrawn(field) {
  const kept = [drawn(field), field.dataset.kept];
  if (field.dataset.words) kept.push(new URLSearchParams(window.location.search).get("sql"), "");
  return kept.includes(stands(field));
}

// Whether something would be lost with its field.
function losing() {
  return [...written].some((field) => field.isConnected && !asDrawn(field));
}

// What a form sent and the server took is the server's, as far as it still stands; of SQL the server says which it keeps.
function handedOver(as) {
  for (const [field, before] of as) if (stands(field) === before && !field.dataset.words) written.delete(field);
}

function guarding(model) {
  document.addEventListener("input", (event) => {
    const field = event.composedPath()[0];
    if (works(field)) written.add(field);
  });
  model.on("goes", () => { leaves = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaves && (model.unsaved || losing())) event.preventDefault(); });
}
