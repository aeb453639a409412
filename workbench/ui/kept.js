// Keeps what somebody fills in, and where they are, when a form is drawn anew meanwhile: one that has sent itself, or
// one beside what changes, which says so by `data-awaits`.
const sentAs = new WeakMap(); // by form: what stood in each of its fields when it was drawn or sent

const ticked = (field) => ["checkbox", "radio"].includes(field.type);
const stands = (field) => (ticked(field) ? field.checked : field.value);
const standing = (form) => new Map([...form.elements].map((field) => [field, stands(field)]));

// What stood in a field when the page drew it.
function drawn(field) {
  if (ticked(field)) return field.defaultChecked;
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((one) => one.defaultSelected) || field.options[0])?.value ?? "";
}

// What a form does and to what: that it is the same one, drawn anew.
const about = (form) => JSON.stringify([
  form.querySelector("button[data-act]")?.dataset.act,
  ...[...form.elements].filter((field) => field.type === "hidden").map((field) => [field.name, field.value]),
]);

const again = (root, form) => form && [...root.querySelectorAll("form")].find((one) => about(one) === about(form));

// From now on, as often as the form is drawn anew, what differs from `before`.
function keep(form, before = standing(form)) {
  const followed = sentAs.has(form);
  sentAs.set(form, before);
  if (!followed) follow(form);
}

// A form of which something is still to come, or beside which something changes, is drawn anew while one fills it in. A
// focus that moves within one shadow root is not told outside of it, what is written is.
function entered(event) {
  const form = event.composedPath()[0].form;
  if (!form?.matches("[data-awaits], :has([data-awaits])") || sentAs.has(form)) return;
  keep(form, new Map([...form.elements].map((field) => [field, drawn(field)])));
}

function follow(form) {
  const root = form.getRootNode();
  let within = form.contains(root.activeElement) ? root.activeElement : null;
  form.addEventListener("focusin", (event) => { within = event.target; });
  form.addEventListener("focusout", () => setTimeout(() => { if (form.isConnected && !form.contains(root.activeElement)) within = null; }));
  const watch = new MutationObserver(() => {
    if (form.isConnected) return;
    const anew = again(root, form);
    if (!anew) return;
    watch.disconnect();
    keep(anew);
    for (const [field, before] of sentAs.get(form)) if (stands(field) !== before) put(field, twin(anew, field));
    if (within) lead(within, twin(anew, within));
  });
  watch.observe(root, { childList: true, subtree: true });
}

function twin(form, field) {
  const same = (one) => one.name === field.name && one.type === field.type && (!ticked(field) || one.value === field.value);
  return [...form.elements].find(same);
}

// A list takes only what it has; one that lacks it stays as it was drawn.
function put(field, into) {
  if (!into) return;
  if (written.delete(field)) written.add(into);
  if (ticked(field)) into.checked = field.checked;
  else if (into.tagName !== "SELECT" || [...into.options].some((one) => one.value === field.value)) into.value = field.value;
}

function lead(from, into) {
  into?.focus({ preventScroll: true });
  if (WORDS.includes(from.type) && into?.type === from.type) into.setSelectionRange(from.selectionStart, from.selectionEnd);
}

const HELD_MS = 5000; // by then what was pressed is drawn anew, or stays

// What was pressed and is drawn anew has the focus again, so that the keyboard can press it once more; so has the field
// in which a key pressed it. Where that is folded away by then, what unfolds it has.
function heldOn(found) {
  const root = found.getRootNode(), says = JSON.stringify(found.dataset), held = root.activeElement;
  if (held !== found && !(held?.form && held.form === found.form)) return;
  const same = () => [...root.querySelectorAll(found.tagName)].find((one) => JSON.stringify(one.dataset) === says);
  const watch = new MutationObserver(() => {
    if (held.isConnected) return;
    watch.disconnect();
    const form = again(root, found.form), anew = held === found ? same() : form && twin(form, held);
    const seen = anew?.closest("details:not([open])")?.querySelector("summary") ?? anew;
    if (seen && document.activeElement === document.body) lead(held, seen);
  });
  watch.observe(root, { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), HELD_MS);
}
