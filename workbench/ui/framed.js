// Where the links of a page in a frame lead.
const APPS = "/workbench/apps/";
let labs = null; // JupyterLab's theme, as it says
const given = (name) => new URLSearchParams(window.location.search).get(name);

// An address among the pages as it is within JupyterLab, without the menu and in its theme; null where it leads elsewhere.
function inLab(address) {
  const to = new URL(address, window.location.href), ours = window.location.pathname.split(APPS)[0] + APPS;
  if (given("embed") !== "lab" || to.origin !== window.location.origin || !to.pathname.startsWith(ours)) return null;
  const theme = labs || given("theme");
  to.searchParams.set("embed", "lab");
  if (theme) to.searchParams.set("theme", theme);
  return to.href;
}

// A page in a frame of others leads out of it, for what it links to has no room there. Within JupyterLab the pages stay,
// and follow its theme.
function framed(model) {
  if (given("embed") === "1") document.head.append(Object.assign(document.createElement("base"), { target: "_blank" }));
  if (given("embed") !== "lab") return;
  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== window.parent || origin !== window.location.origin || !["dark", "light"].includes(data?.theme)) return;
    labs = data.theme;
    model.dark = labs === "dark";
  });
  document.addEventListener("click", (event) => {
    const link = event.composedPath().find((node) => node.tagName === "A");
    if (!link?.href || link.dataset.act || link.getAttribute("href").startsWith("#") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const stays = inLab(link.href);
    if (stays) link.href = stays;
    else link.target = "_blank";
  });
}
