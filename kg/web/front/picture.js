// Makes a still picture one that can be pointed at: the same Vega-Lite specification, drawn in the page.
//
// `mount(figure)`: the figure holds the `<img>`; its `data-picture` is the URL of the specification (`/query/NAME.vega.json?…`), and
// `data-narrow` that of the one for small screens. What it gives is nothing where there is no picture.
// Expressions are interpreted, not compiled, so that the page's policy need not allow `eval`.
import { View, parse, Warn } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";
import { tellWhy } from "./telling.js";

// Where the page shows the still picture for small screens.
const NARROW = matchMedia("(max-width: 40rem)");

export async function mount(figure) {
  const address = NARROW.matches ? figure.dataset.narrow : figure.dataset.picture;
  const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return tellWhy(figure, address);
  const { spec } = compile(await response.json());
  const place = document.createElement("div");
  place.className = "drawn";
  const view = new View(parse(spec, null, { ast: true }), {
    container: place,
    expr: expressionInterpreter,
    hover: true,
    loader: { load: refuse, sanitize: refuse },
    logLevel: Warn,
    renderer: "canvas",
    tooltip: tip(place),
  });
  await view.runAsync();
  figure.querySelector("picture")?.replaceWith(place);
  figure.dataset.state = "drawn";
  return view;
}

// What the mark says that is pointed at, beside the pointer.
function tip(place) {
  const shown = Object.assign(document.createElement("div"), { className: "tip", hidden: true });
  return (_handler, event, _item, told) => {
    place.append(shown); // Vega empties the place before it draws.
    shown.hidden = !told;
    shown.textContent = told ?? "";
    const box = place.getBoundingClientRect();
    shown.style.left = `${Math.max(0, Math.min(event.clientX - box.left + 14, box.width - shown.offsetWidth))}px`;
    shown.style.top = `${Math.max(0, event.clientY - box.top - shown.offsetHeight - 10)}px`;
  };
}

// A specification carries its data: nothing else is fetched.
async function refuse() {
  throw new Error("pictures load nothing");
}
