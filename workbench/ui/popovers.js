// What opens below a summary is closed by Escape and by a press elsewhere, as menus are.
const POPOVERS = "details.account, details.tell, details.more";
const popped = new Set(); // those whose summary or inside was pressed
const through = new WeakSet(); // those in which something was done, so that they may close

const unfolded = () => [...popped].filter((one) => one.isConnected && one.open);

function poppedAt(event) {
  const path = event.composedPath();
  for (const one of unfolded()) if (!path.includes(one)) one.open = false;
  const mine = path.find((node) => node.matches && node.matches(POPOVERS));
  if (!mine) return;
  if (path.some((node) => node.dataset?.act)) through.add(mine);
  if (!popped.has(mine)) staysOpen(mine);
}

// One that is drawn anew while somebody is in it is still open.
function staysOpen(one) {
  popped.add(one);
  const root = one.getRootNode(), says = (menu) => menu.className + menu.querySelector("summary").textContent;
  const watch = new MutationObserver(() => {
    if (one.isConnected) return;
    watch.disconnect();
    const anew = one.open && !through.has(one) && [...root.querySelectorAll(POPOVERS)].find((menu) => says(menu) === says(one));
    if (!anew) return;
    anew.open = true;
    staysOpen(anew);
  });
  watch.observe(root, { childList: true, subtree: true });
}

// One whose form was sent and taken is done with, and its words are no longer what somebody writes.
function folds(form) {
  const around = form.closest(".tell");
  if (!around) return;
  const within = around.matches(":focus-within");
  around.open = false;
  form.reset();
  if (within) around.querySelector("summary").focus();
}

// The last one that was opened, and who pressed Escape in it is where she opened it.
function poppedBack(event) {
  const last = event.key === "Escape" && unfolded().pop();
  if (!last) return;
  last.open = false;
  last.querySelector("summary").focus();
}

function popping() {
  document.addEventListener("click", poppedAt);
  document.addEventListener("keydown", poppedBack);
}
