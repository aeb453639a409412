// What the box in the app bar suggests as one types: a list that arrows walk through and Enter follows.
const SUGGEST_MS = 150;

function box(event) {
  return event.composedPath().find((node) => node.dataset && node.dataset.suggest);
}

function options(input) {
  return [...input.nextElementSibling.children];
}

function folded(input) {
  input.nextElementSibling.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function marked(input, at) {
  options(input).forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
  if (at < 0) return input.removeAttribute("aria-activedescendant");
  input.setAttribute("aria-activedescendant", options(input)[at].id);
}

// Names are put in as text, so that none of them is ever markup.
function offered(input, items) {
  const drawn = items.map((item, at) => {
    const option = Object.assign(document.createElement("li"), { id: `wb-suggested-${at}` });
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.page = input.dataset.pages + item.page;
    const [named, detail, kind] = [item.title, item.detail, tr(item.kind)].map(
      (text, place) => Object.assign(document.createElement("span"), { className: place ? "sub" : "", textContent: text }),
    );
    named.append(detail);
    option.append(named, kind);
    return option;
  });
  input.nextElementSibling.replaceChildren(...drawn);
  input.nextElementSibling.hidden = !drawn.length;
  input.setAttribute("aria-expanded", String(drawn.length > 0));
  input.removeAttribute("aria-activedescendant");
}

async function asked(input) {
  const wanted = input.value.trim();
  if (!wanted) return folded(input);
  const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(wanted)}`).catch(() => null);
  if (!answer?.ok || input.value.trim() !== wanted) return;
  offered(input, (await answer.json()).items);
}

function walked(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return reached(event);
  const input = box(event);
  if (!input || input.getAttribute("aria-expanded") !== "true") return;
  const all = options(input), at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "Escape") folded(input);
  else if (event.key === "ArrowDown") marked(input, at + 1 < all.length ? at + 1 : -1);
  else if (event.key === "ArrowUp") marked(input, at < 0 ? all.length - 1 : at - 1);
  else if (event.key === "Enter" && at >= 0) window.location.assign(all[at].dataset.page);
  else return;
  event.preventDefault();
}

function reached(event) {
  const found = [document];
  for (let at = 0; at < found.length; at += 1) {
    const input = found[at].querySelector("[data-suggest]");
    if (input) {
      event.preventDefault();
      return input.focus();
    }
    found[at].querySelectorAll("*").forEach((node) => node.shadowRoot && found.push(node.shadowRoot));
  }
}

function suggesting() {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const input = box(event);
    if (!input) return;
    clearTimeout(timer);
    timer = setTimeout(() => asked(input), SUGGEST_MS);
  });
  document.addEventListener("keydown", walked);
  document.addEventListener("focusout", (event) => { const input = box(event); if (input) folded(input); });
  // Before the box loses the focus, and with it the list.
  document.addEventListener("pointerdown", (event) => {
    const option = event.composedPath().find((node) => node.dataset && node.dataset.page);
    if (option && event.button === 0) window.location.assign(option.dataset.page);
  });
}
