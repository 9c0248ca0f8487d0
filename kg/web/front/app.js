// What every page loads. Larger parts are loaded when they are asked for.
const LATER = [
  ["figure[data-picture]", () => import("./picture.js")],
  ["[data-graph]", () => import("./graph.js")],
];

for (const [selector, load] of LATER) {
  for (const element of document.querySelectorAll(selector)) {
    element.querySelector("button")?.addEventListener("click", async () => (await load()).mount(element), { once: true });
  }
}
const editor = document.getElementById("editor");
if (editor) import("./editor.js").then((loaded) => loaded.mount(editor));
