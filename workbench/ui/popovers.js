// What opens below a summary is closed by Escape and by a press elsewhere, as menus are.
const POPOVERS = "details.account, details.tell, details.more";
const popped = new Set(); // those whose summary or inside was pressed

const unfolded = () => [...popped].filter((one) => one.isConnected && one.open);

function poppedAt(event) {
  const path = event.composedPath();
  for (const one of unfolded()) if (!path.includes(one)) one.open = false;
  const mine = path.find((node) => node.matches && node.matches(POPOVERS));
  if (mine) popped.add(mine);
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
