// Shows what came of an act: what is wrong at the fields of its form, and the notice about it in sight.
const sentBy = new Map(); // by act that is not answered yet: the form that it was done from, and what stood there
const DRAWN_MS = 100; // by then a notice that comes along is drawn

// The server takes no second act of a name before it answered the first.
function sentFrom(form, act) {
  if (!sentBy.has(act)) sentBy.set(act, { form, as: standing(form) });
}

function answered({ act, faults, said }) {
  const { form, as } = sentBy.get(act) ?? {};
  sentBy.delete(act);
  if (form) unmarked(form);
  if (form && !said) handedOver(as);
  if (form && !said && !faults.length) folds(form);
  const wrong = form?.isConnected ? faults.map(([pointer, text]) => faulty(form, pointer, text)).filter(Boolean) : [];
  if (!wrong.length) return setTimeout(inSight, DRAWN_MS);
  const acts = form.querySelector(".acts");
  if (said) acts?.append(noteOf("wb-fault-said", said));
  wrong[0].focus({ preventScroll: true });
  for (const part of [acts, boxOf(wrong[0]) ?? wrong[0]]) part?.scrollIntoView({ block: "nearest" }); // both, where they fit
}

const boxOf = (field) => field.closest("fieldset, .field, .control");

function noteOf(id, text) {
  const note = Object.assign(document.createElement("p"), { className: "wrong", textContent: text, id });
  note.dataset.fault = "true";
  return note;
}

function unmarked(form) {
  form.querySelectorAll("[data-fault]").forEach((note) => note.remove());
  form.querySelectorAll("[data-faulty]").forEach((field) => {
    field.setAttribute("aria-describedby", field.dataset.faulty); // what it was described by before
    ["aria-invalid", "data-faulty"].forEach((name) => field.removeAttribute(name));
  });
}

// The field that a pointer names, with a note; a group of boxes says in `data-name` which field they are together.
function faulty(form, pointer, text) {
  const found = pointer.split("/").filter(Boolean).reverse().map((name) => fieldOf(form, name)).find(Boolean);
  if (!found) return null;
  if (found.hasAttribute("aria-invalid") && !found.dataset.faulty) return found; // the page itself says so beside it
  const note = noteOf(`wb-fault-${pointer.replaceAll("/", "-")}`, text), box = boxOf(found);
  if (box) box.append(note);
  else found.after(note);
  const group = found.tagName === "FIELDSET";
  const field = group ? found.querySelector("input") : found, before = field.getAttribute("aria-describedby") || "";
  field.dataset.faulty ??= before;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", `${before} ${note.id}`.trim());
  return field;
}

function fieldOf(form, name) {
  const called = (field) => (field.tagName === "FIELDSET" ? field.dataset.name : field.name);
  return [...form.elements].find((field) => field.type !== "hidden" && called(field) === name);
}

// The first notice of what came of something, wherever in the shadow it lies.
function noticed(root = document) {
  for (const node of root.querySelectorAll("*")) {
    if (node.dataset?.answer && node.getClientRects().length) return node;
    const deeper = node.shadowRoot && noticed(node.shadowRoot);
    if (deeper) return deeper;
  }
  return null;
}

function inSight() {
  const notice = noticed();
  if (!notice) return;
  const { top, bottom } = notice.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) notice.scrollIntoView({ block: "center" });
}
