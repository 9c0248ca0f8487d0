// What every page loads; the pages are whole without it. Larger parts are loaded when they are asked for.
const LATER = [
  ["figure[data-picture]", () => import("./picture.js")],
  ["[data-graph]", () => import("./graph.js")],
];
const WORDS = document.body.dataset;

document.documentElement.classList.add("has-script");
enliven(document);
const editor = document.getElementById("editor");
if (editor) import("./editor.js").then((loaded) => loaded.mount(editor));
for (const place of document.querySelectorAll("pre[data-copy]")) addCopy(place);
for (const input of document.querySelectorAll("input[data-suggest]")) suggestFor(input);
document.addEventListener("click", openPanel);
document.addEventListener("shown", (event) => enliven(event.target));

// What an answer brings, which the editor shows anew without a new page.
function enliven(root) {
  for (const [selector, load] of LATER) {
    for (const element of root.querySelectorAll(selector)) {
      element.querySelector("button")?.addEventListener("click", ({ currentTarget }) => begin(element, currentTarget, load));
    }
  }
  for (const table of root.querySelectorAll("table[data-sortable]")) makeSortable(table);
}

// What has begun cannot begin again; what failed can.
async function begin(element, button, load) {
  element.querySelector("[role=alert]")?.remove();
  button.disabled = true;
  const begun = await load().then(({ mount }) => mount(element));
  button.disabled = false;
  if (!begun) return;
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  button.remove();
}

// Columns sort by a click on their heading, as numbers where all of them are.
function makeSortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    if (head.classList.contains("rests") || table.tBodies[0].rows.length < 2) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sortBy(table, heads, at));
  });
}

function sortBy(table, heads, at) {
  const down = heads[at].getAttribute("aria-sort") === "ascending";
  for (const head of heads) head.removeAttribute("aria-sort");
  heads[at].setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[at].querySelector("data")?.value ?? row.cells[at].querySelector(".stated")?.textContent ?? row.cells[at].querySelector("bdi")?.textContent ?? "";
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const order = ([, one], [, other]) => collator.compare(one, other) * (down ? -1 : 1);
  const rows = [...table.tBodies[0].rows].map((row) => [row, key(row)]).sort(order);
  table.tBodies[0].append(...rows.map(([row]) => row));
}

function addCopy(place) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = WORDS.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place.querySelector("code").textContent);
    button.textContent = WORDS.copied;
  });
  place.after(button);
}

// Suggestions while typing are links: Tab and Enter reach them.
function suggestFor(input) {
  let waiting = 0;
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.hidden = true;
  input.form.append(list);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(input, list), 150);
  });
  input.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.hidden = true;
    if (event.key === "ArrowDown") (document.activeElement === input ? list.querySelector("a") : document.activeElement.parentElement.nextElementSibling?.firstElementChild)?.focus();
    if (event.key === "ArrowUp") document.activeElement.parentElement.previousElementSibling?.firstElementChild?.focus();
  });
  input.form.addEventListener("focusout", (event) => {
    if (!input.form.contains(event.relatedTarget)) list.hidden = true;
  });
}

async function suggest(input, list) {
  const text = input.value.trim();
  if (text.length < 2) return (list.hidden = true);
  const address = new URL(input.dataset.suggest, location);
  address.searchParams.set("q", text);
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok || input.value.trim() !== text) return undefined;
  const { questions, things } = await response.json();
  list.replaceChildren(...[...things, ...questions].map(entry));
  list.hidden = !list.children.length;
  return undefined;
}

function entry({ label, url }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = label;
  const item = document.createElement("li");
  item.append(link);
  return item;
}

// The evidence of a cell, or what rests on a sentence, opens beside the page; with a modifier key, or where it fails, the link is followed.
async function openPanel(event) {
  const link = event.target.closest?.('a[href*="/evidence/"], a[href*="/evidence?"], a[data-panel-link]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const response = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  const content = page?.querySelector("[data-panel]");
  if (!content) return location.assign(link.href);
  show(content);
}

function show(content) {
  const panel = document.createElement("dialog");
  panel.className = "panel";
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = WORDS.close;
  close.addEventListener("click", () => panel.close());
  panel.append(close, document.importNode(content, true));
  panel.setAttribute("aria-label", panel.querySelector("h1").textContent);
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  panel.addEventListener("close", () => panel.remove());
  document.body.append(panel);
  panel.showModal();
}
