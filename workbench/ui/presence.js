// Tells the server whether somebody looks and what they do, remembers theme and width, and says so when the connection is gone.
const NARROW = "(max-width: 600px)";
const TYPING_MS = 200;

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

// The control that an event is about: it lies in a shadow root, so the event's target does not tell.
function control(event) {
  return event.composedPath().find((node) => node.dataset && node.dataset.act);
}

function filled(form) {
  return [...new FormData(form)].filter(([, value]) => typeof value === "string");
}

function pressed(model, event) {
  const found = control(event);
  if (!found || !["BUTTON", "A"].includes(found.tagName)) return;
  event.preventDefault();
  if (found.form && !found.form.reportValidity()) return;
  if (found.dataset.confirm && !window.confirm(found.dataset.confirm)) return;
  const named = found.dataset.name ? [[found.dataset.name, found.dataset.value || ""]] : [];
  model.send_msg({ act: found.dataset.act, fields: [...(found.form ? filled(found.form) : []), ...named] });
}

// A key goes to the form's button as a press; without a button there is nowhere to send the form to.
function changed(model, event, timers) {
  const found = control(event);
  if (!found || !found.name || found.form) return;
  clearTimeout(timers.get(found));
  const value = found.type === "checkbox" ? String(found.checked) : found.value;
  const tell = () => model.send_msg({ act: found.dataset.act, fields: [[found.name, value]] });
  timers.set(found, setTimeout(tell, found.tagName === "INPUT" ? TYPING_MS : 0));
}

// Ctrl + Enter in a box of several lines presses its form's button.
function sent(event) {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const box = event.composedPath().find((node) => node.tagName === "TEXTAREA");
  box?.form?.querySelector("button[data-act]")?.click();
}

function listen(model) {
  const timers = new WeakMap();
  document.addEventListener("keydown", sent);
  document.addEventListener("click", (event) => pressed(model, event));
  document.addEventListener("input", (event) => changed(model, event, timers));
  model.on("goes", () => model.goes && window.location.assign(model.goes));
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
  listen(model);
  look();
  return document.createElement("span");
}
