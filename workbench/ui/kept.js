// Keeps what is typed, and where, while a form that has sent itself waits to be drawn anew.
const sentAs = new WeakMap(); // by form: what stood in each of its fields when it was sent

const stands = (field) => (field.type === "checkbox" ? field.checked : field.value);
const standing = (form) => new Map([...form.elements].map((field) => [field, stands(field)]));
const does = (form) => form.querySelector("button[data-act]")?.dataset.act;

// From now on, as often as the form is drawn anew.
function keep(form) {
  const followed = sentAs.has(form);
  sentAs.set(form, standing(form));
  if (!followed) follow(form);
}

function follow(form) {
  const root = form.getRootNode();
  let within = form.contains(root.activeElement) ? root.activeElement : null;
  form.addEventListener("focusin", (event) => { within = event.target; });
  form.addEventListener("focusout", () => setTimeout(() => { if (form.isConnected && !form.contains(root.activeElement)) within = null; }));
  const watch = new MutationObserver(() => {
    if (form.isConnected) return;
    const anew = [...root.querySelectorAll("form")].find((one) => does(one) === does(form));
    if (!anew) return;
    watch.disconnect();
    keep(anew);
    for (const [field, before] of sentAs.get(form)) if (stands(field) !== before) put(field, twin(anew, field));
    if (within) lead(within, twin(anew, within));
  });
  watch.observe(root, { childList: true, subtree: true });
}

function twin(form, field) {
  const same = (one) => one.name === field.name && one.type === field.type && (field.type !== "checkbox" || one.value === field.value);
  return [...form.elements].find(same);
}

// A list takes only what it has; one that lacks it stays as it was drawn.
function put(field, into) {
  if (!into) return;
  if (written.delete(field)) written.add(into);
  if (field.type === "checkbox") into.checked = field.checked;
  else if (into.tagName !== "SELECT" || [...into.options].some((one) => one.value === field.value)) into.value = field.value;
}

function lead(from, into) {
  into?.focus({ preventScroll: true });
  if (WORDS.includes(from.type) && into?.setSelectionRange) into.setSelectionRange(from.selectionStart, from.selectionEnd);
}

const HELD_MS = 5000; // by then what was pressed is drawn anew, or stays

// What was pressed and is drawn anew has the focus again, so that the keyboard can press it once more.
function heldOn(found) {
  const root = found.getRootNode(), about = JSON.stringify(found.dataset);
  if (root.activeElement !== found) return;
  const watch = new MutationObserver(() => {
    if (found.isConnected) return;
    watch.disconnect();
    const anew = [...root.querySelectorAll(found.tagName)].find((one) => JSON.stringify(one.dataset) === about);
    if (document.activeElement === document.body) anew?.focus({ preventScroll: true });
  });
  watch.observe(root, { childList: true, subtree: true });
  setTimeout(() => watch.disconnect(), HELD_MS);
}
