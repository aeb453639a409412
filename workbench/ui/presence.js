// Tells the server whether somebody looks and what they do, remembers theme and width, and says so when the connection is gone.
const NARROW = "(max-width: 600px)", NIGHT = "(prefers-color-scheme: dark)";
// What this page says itself, in the language of who looks; the server has the catalogues.
let words = {};
const tr = (message) => words[message] ?? message;

const TYPING_MS = 200;
const SETTLED_MS = 700;
const AGAIN_MS = 3000; // between two questions whether a lost server is there again
const SOON_MS = 10_000; // a page that is lost so soon after it was opened waits as long, lest it reload for ever
const WORDS = ["text", "search", "password", "textarea"]; // types of fields of which half is no value

// Of a theme that the browser did not choose nothing is remembered but that: once it chooses, it is asked anew.
function remember(model, narrow, prefers) {
  document.documentElement.classList.toggle("wb-dark", model.dark);
  if (model.theme_by === "address") return;
  const by = model.theme_by === "person" ? "set" : prefers ? "night" : "day";
  const seen = `${model.dark ? "dark" : "light"}.${narrow ? "narrow" : "wide"}.${by}`;
  document.cookie = `${model.cookie}=${seen}; path=${model.path}; max-age=31536000; samesite=lax`;
}

function lost(model) {
  if (document.querySelector(".wb-lost")) return;
  const bar = document.createElement("div");
  bar.className = "wb-lost";
  bar.setAttribute("role", "alert");
  const button = document.createElement("button");
  button.textContent = tr("Reload");
  button.addEventListener("click", () => window.location.reload());
  const text = document.createElement("span");
  text.textContent = `▲ ${tr("The connection to the server is lost; what you see no longer changes. The page comes back by itself.")} `;
  bar.append(text, button);
  document.body.append(bar);
  back(text, model);
}

// Loads the page again once pages are drawn and somebody looks; what is not saved is left to its writer.
async function back(text, model) {
  const passed = (ms) => new Promise((done) => setTimeout(done, ms));
  if (performance.now() < SOON_MS) await passed(SOON_MS);
  do await passed(AGAIN_MS); while (document.visibilityState !== "visible" || !(await answers()));
  if (!model.unsaved && !losing()) window.location.reload();
  text.textContent = `▲ ${tr("The server is there again. Keep what you did not save, then load the page anew.")} `;
}

// The address of the page's socket tells whether pages can be drawn, and draws none.
async function answers() {
  try {
    const told = await fetch(`${window.location.pathname.replace(/\/$/, "")}/ws`, { redirect: "manual" });
    return told.status !== 202 && told.status < 429; // 202 is "not yet", 429 "not so often"
  } catch {
    return false;
  }
}

// The control that an event is about: it lies in a shadow root, so the event's target does not tell.
function control(event) {
  return event.composedPath().find((node) => node.dataset && node.dataset.act);
}

// Of a field of several each item is on a line.
function filled(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const many = new Set([...form.querySelectorAll("[data-many]")].map((part) => part.dataset.many));
  const items = (name) => pairs.filter(([one, value]) => one === name && value).map(([, value]) => value).join("\n");
  return [...pairs.filter(([name]) => !many.has(name)), ...[...many].map((name) => [name, items(name)])];
}

// What only the browser can do; the server is not asked.
const HERE = {
  print: () => window.print(),
  copy: (found) => copied(found, window.location.href),
  "copy-code": (found) => copied(found, found.dataset.value || found.parentElement.querySelector(".code").textContent),
  picture: (found) => picture(found.closest(".card"), found.dataset.value),
};

async function copied(found, text) {
  const done = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  told(found, done || copiedByHand(found, text) ? tr("Copied") : tr("Could not be copied"));
}

// The clipboard is for pages of https; elsewhere one copies as people do, who select a text and press keys.
function copiedByHand(found, text) {
  const box = Object.assign(document.createElement("textarea"), { value: text });
  box.style.cssText = "position:fixed;opacity:0";
  document.body.append(box);
  box.focus();
  box.select();
  const done = document.execCommand("copy");
  box.remove();
  found.focus({ preventScroll: true });
  return done;
}

const labels = new WeakMap(); // by button: what it says when nothing was just done

function told(found, text) {
  const before = labels.get(found) ?? found.textContent;
  labels.set(found, before);
  found.textContent = text;
  setTimeout(() => { found.textContent = before; }, 1500);
}

// A card with all that is in it, with its styles and in the colours of the theme, as a file.
async function picture(card, name) {
  const seen = getComputedStyle(card), body = card.querySelector(".body"), box = card.getBoundingClientRect();
  const width = box.width + body.scrollWidth - body.clientWidth, height = box.height + body.scrollHeight - body.clientHeight;
  const sheets = [...card.getRootNode().querySelectorAll("style")].map((style) => style.textContent).join("\n");
  const drawn = card.cloneNode(true);
  drawn.querySelectorAll(".screen-only").forEach((part) => part.remove());
  drawn.setAttribute("style", `${drawn.getAttribute("style")};width:${width}px;height:${height}px;max-height:none`);
  // A file is looked at later, so that its times are said in full.
  drawn.querySelectorAll("time[title]").forEach((time) => { time.textContent = time.title; });
  const colours = ["line", "muted", "text", "surface", "ground", "primary", "warning"]
    .map((tone) => `--${tone}:${seen.getPropertyValue(`--${tone}`)}`).join(";");
  const own = `${await font()} .board .body { overflow: visible !important; }`;
  const style = own + sheets.replaceAll(":host", ".workbench").replaceAll(/--[\w-]+:\s*var\(--mui[^;]*;/g, "");
  const around = `<div xmlns="http://www.w3.org/1999/xhtml" class="workbench" style="${colours}"><style>${escaped(style)}</style>`;
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * width}" height="${2 * height}" viewBox="0 0 ${width} ${height}">`
    + `<foreignObject width="100%" height="100%">${around}<div class="board" style="display:block">`
    + `${new XMLSerializer().serializeToString(drawn)}</div></div></foreignObject></svg>`;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  const link = Object.assign(document.createElement("a"), { href: canvas.toDataURL("image/png"), download: `${name}.png` });
  link.click();
}

// The page's rule of its font with the file within: a picture fetches nothing.
async function font() {
  const face = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).find((rule) => rule instanceof CSSFontFaceRule && /Inter/.test(rule.cssText));
  const [, address = ""] = face?.style.getPropertyValue("src").match(/url\("?([^")]+)/) ?? [];
  if (!address) return "";
  const file = await (await fetch(address)).blob();
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(face.cssText.replace(address, reader.result));
    reader.readAsDataURL(file);
  });
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

// Some ask each time, some only where what was written would be lost.
function asks(found) {
  return found.dataset.confirm && (!found.dataset.replaces || losing());
}

function pressed(model, event) {
  const found = control(event);
  if (!found || !["BUTTON", "A"].includes(found.tagName)) return;
  event.preventDefault();
  if (HERE[found.dataset.act]) return HERE[found.dataset.act](found);
  if (found.form && !found.form.reportValidity()) return;
  if (asks(found) && !window.confirm(found.dataset.confirm)) return;
  if (found.form) clearTimeout(settling.get(found.form));
  if (sentAs.has(found.form)) keep(found.form);
  if (found.form) sentFrom(found.form, found.dataset.act);
  heldOn(found);
  const named = found.dataset.name ? [[found.dataset.name, found.dataset.value || ""]] : [];
  model.send_msg({ act: found.dataset.act, fields: [...(found.form ? filled(found.form) : []), ...named] });
}

const settling = new WeakMap();

// A form that says so is sent by itself once what was chosen has stood for a moment; words wait for Enter.
function settled(model, event) {
  const field = event.composedPath()[0], form = field.form;
  if (form && field.dataset.changed) return sends(model, form, field.dataset.changed);
  if (!form || !form.dataset.changed || WORDS.includes(field.type)) return;
  clearTimeout(settling.get(form));
  if (!field.value) return; // on the way to another
  const tell = () => form.checkValidity() && sends(model, form, form.dataset.changed);
  settling.set(form, setTimeout(tell, SETTLED_MS));
}

function sends(model, form, act) {
  keep(form);
  model.send_msg({ act, fields: filled(form) });
}

// A key goes to the form's button as a press; without a button there is nowhere to send the form to.
function changed(model, event, timers) {
  settled(model, event);
  const found = control(event);
  if (!found || !found.name || found.form) return;
  clearTimeout(timers.get(found));
  const value = found.type === "checkbox" ? String(found.checked) : found.value;
  const tell = () => model.send_msg({ act: found.dataset.act, fields: [[found.name, value]] });
  timers.set(found, setTimeout(tell, found.tagName === "INPUT" ? TYPING_MS : 0));
}

// Enter in a line presses its form's button, as browsers do by themselves for one that submits; in a box of several lines
// Ctrl + Enter does.
function sent(event) {
  const field = event.composedPath()[0], form = field.form, whole = event.ctrlKey || event.metaKey;
  if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !form) return;
  const line = field.tagName === "INPUT" && !["checkbox", "radio"].includes(field.type) && !form.querySelector("[type=submit]");
  if (!(field.tagName === "TEXTAREA" ? whole : line)) return;
  (field.closest(".settings")?.querySelector(".main[data-act]") ?? form.querySelector("button[data-act]"))?.click();
}

function listen(model) {
  const timers = new WeakMap();
  dragging(model);
  document.addEventListener("keydown", sent);
  document.addEventListener("click", (event) => pressed(model, event));
  for (const way of ["focusin", "input"]) document.addEventListener(way, entered);
  document.addEventListener("input", (event) => changed(model, event, timers));
  model.on("leads", () => setTimeout(() => ledTo(model.leads), DRAWN_MS));
  model.on("answered", () => answered(model.answered));
  model.on("goes", () => model.goes && window.location.assign(inLab(model.goes) ?? model.goes));
}

export function render({ model, view }) {
  words = model.words;
  const look = () => { model.watched = document.visibilityState === "visible"; };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => { model.watched = false; });
  window.addEventListener("pageshow", look);
  const narrow = window.matchMedia(NARROW), night = window.matchMedia(NIGHT);
  const keep = () => remember(model, narrow.matches, night.matches);
  const follow = () => {
    if (model.theme_by === "browser") model.dark = night.matches;
    keep();
  };
  model.on("dark", keep);
  model.on("theme_by", follow);
  narrow.addEventListener("change", keep);
  night.addEventListener("change", follow);
  const dark = document.documentElement.classList.contains("wb-dark"); // which a first visit finds out by itself
  if (dark !== model.dark) model.dark = dark;
  if (narrow.matches) model.narrow = true;
  keep();
  view.model.document?.on_event("connection_lost", () => lost(model));
  guarding(model); // before what follows `goes`
  listen(model);
  popping();
  ageing(model);
  suggesting();
  completing();
  leading();
  framed(model);
  look();
  return document.createElement("span");
}
