// What a box of SQL offers while one types: names of tables, their columns and keywords, which it brings along.
const MOST_OFFERED = 12;
const WORD = /[\p{L}\p{N}_$]*$/u;
// A table and the name that the text gives it: FROM flights f, JOIN airports AS a, and what follows a comma.
const ALIASED = /(?:\b(?:from|join)\s+|,\s*)"?([\p{L}\p{N}_]+)"?(?=(?:\s+as)?\s+"?([\p{L}\p{N}_]+))/giu;
const opened = new Set(); // boxes whose list is open

function writing(event) {
  return event.composedPath().find((node) => node.dataset && node.dataset.words);
}

function unfinished(box) {
  const before = box.value.slice(0, box.selectionStart);
  const word = before.match(WORD)[0];
  const [, table] = before.slice(0, before.length - word.length).match(/([\p{L}\p{N}_]+)\.$/u) || [];
  return { before, word, table };
}

// The columns of a table, or of the one that is called so in the text; none where neither is known.
function columnsOf(text, name, tables) {
  const aliases = [...text.matchAll(ALIASED)].filter(([, , alias]) => alias.toLowerCase() === name);
  const known = [name, ...aliases.map(([, table]) => table.toLowerCase())].find((one) => Object.hasOwn(tables, one));
  return known ? tables[known] : [];
}

// What begins so, tables and columns before keywords; behind the name of a table and a point, its columns alone.
function fitting(box, everything) {
  const { word, table } = unfinished(box), known = JSON.parse(box.dataset.words);
  if (!word && !table && !everything) return [];
  const columns = table
    ? columnsOf(box.value, table.toLowerCase(), known.tables) : [...new Set(Object.values(known.tables).flat())];
  const all = [
    ...(table ? [] : Object.keys(known.tables).map((name) => [name, tr("table")])), ...columns.map((name) => [name, tr("column")]),
    ...(table ? [] : known.keywords.map((name) => [name, ""])),
  ];
  const begun = word.toLowerCase();
  return all.filter(([name]) => name.toLowerCase().startsWith(begun) && name !== word).slice(0, MOST_OFFERED);
}

function closed(box) {
  opened.delete(box);
  box.nextElementSibling.hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function at(box, place) {
  const all = [...box.nextElementSibling.children];
  all.forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
  all[place].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", all[place].id);
}

// Names are put in as text, so that none of them is ever markup; the list stands below the word.
function proposed(box, everything = false) {
  const found = fitting(box, everything), list = box.nextElementSibling;
  if (!found.length) return closed(box);
  list.replaceChildren(...found.map(([name, kind], number) => {
    const option = Object.assign(document.createElement("li"), { id: `wb-completing-${number}` });
    option.setAttribute("role", "option");
    option.dataset.word = name;
    const [text, about] = [name, kind].map((words) => Object.assign(document.createElement("span"), { textContent: words }));
    about.className = "muted";
    option.append(text, about);
    return option;
  }));
  const { before, word } = unfinished(box), lines = before.split("\n");
  const high = parseFloat(getComputedStyle(box).lineHeight);
  const across = lines[lines.length - 1].length - word.length;
  list.style.top = `${8 + lines.length * high - box.scrollTop}px`;
  list.style.left = `min(calc(8px + ${across}ch - ${box.scrollLeft}px), calc(100% - 200px))`;
  list.hidden = false;
  opened.add(box);
  if (everything || !isWhole(box)) at(box, 0);
  else box.removeAttribute("aria-activedescendant");
}

// Whether what is written may be meant as it is: a single letter, as aliases are, or a word that is known.
function isWhole(box) {
  const { word, table } = unfinished(box), known = JSON.parse(box.dataset.words);
  const all = [...Object.keys(known.tables), ...Object.values(known.tables).flat(), ...known.keywords];
  return !table && (word.length < 2 || all.some((name) => name.toLowerCase() === word.toLowerCase()));
}

function taken(box, option) {
  const { word } = unfinished(box), end = box.selectionStart;
  const plain = /^[a-z_][a-z0-9_]*$/i.test(option.dataset.word);
  const name = plain ? option.dataset.word : `"${option.dataset.word.replaceAll('"', '""')}"`;
  box.setRangeText(name, end - word.length, end, "end");
  closed(box);
  box.focus();
}

function steered(event) {
  const box = writing(event);
  if (!box) return;
  if (event.key === " " && event.ctrlKey) {
    event.preventDefault();
    return proposed(box, true);
  }
  if (box.nextElementSibling.hidden) return;
  const all = [...box.nextElementSibling.children];
  const now = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  // Enter is a new line where none is marked: a word that somebody may have finished becomes no other by itself.
  const takes = event.key === "Tab" || (event.key === "Enter" && now >= 0);
  if (event.ctrlKey || event.metaKey || (event.key === "Enter" && !takes)) return closed(box);
  if (event.key === "ArrowDown") at(box, (now + 1) % all.length);
  else if (event.key === "ArrowUp") at(box, (Math.max(now, 0) + all.length - 1) % all.length);
  else if (takes) taken(box, all[Math.max(now, 0)]);
  else if (event.key === "Escape") closed(box);
  else return;
  event.preventDefault();
}

function completing() {
  document.addEventListener("input", (event) => {
    const box = writing(event);
    if (box) proposed(box);
  });
  document.addEventListener("keydown", steered);
  document.addEventListener("focusout", (event) => { const box = writing(event); if (box) closed(box); });
  document.addEventListener("pointerdown", (event) => {
    const option = event.composedPath().find((node) => node.dataset && node.dataset.word);
    if (!option) return opened.forEach(closed);
    event.preventDefault();
    taken(option.parentElement.previousElementSibling, option);
  });
  document.addEventListener("click", () => opened.forEach(closed)); // by the keyboard too
}
