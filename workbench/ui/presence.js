// Tells the server whether somebody looks, remembers theme and width, and says so when the connection is gone.
const NARROW = "(max-width: 600px)";

function remember(model, narrow) {
  const seen = `${model.dark ? "dark" : "light"}.${narrow ? "narrow" : "wide"}`;
  document.documentElement.classList.toggle("wb-dark", model.dark);
  document.cookie = `${model.cookie}=${seen}; path=${model.path}; max-age=31536000; samesite=lax`;
}

function lost(model) {
  if (document.querySelector(".wb-lost")) return;
  const bar = document.createElement("div");
  bar.className = "wb-lost";
  bar.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.textContent = "Reload";
  button.addEventListener("click", () => window.location.reload());
  bar.append("▲ The connection to the server is lost; what you see no longer changes. ", button);
  document.body.append(bar);
}

export function render({ model, view }) {
  const look = () => { model.watched = document.visibilityState === "visible"; };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => { model.watched = false; });
  window.addEventListener("pageshow", look);
  const narrow = window.matchMedia(NARROW);
  model.on("dark", () => remember(model, narrow.matches));
  narrow.addEventListener("change", () => remember(model, narrow.matches));
  if (!document.cookie.includes(`${model.cookie}=`)) {
    const prefers = window.matchMedia("(prefers-color-scheme: dark)").matches;
    if (prefers !== model.dark) model.dark = prefers;
  }
  if (narrow.matches) model.narrow = true;
  remember(model, narrow.matches);
  view.model.document?.on_event("connection_lost", () => lost(model));
  look();
  return document.createElement("span");
}
