// Makes a still picture one that can be pointed at: the same Vega-Lite specification, drawn in the page.
//
// `mount(figure)`: the figure holds the `<img>`; its `data-picture` is the URL of the specification (`/query/NAME.vega.json?…`).
// Expressions are interpreted, not compiled, so that the page's policy need not allow `eval`.
import { View, parse, Warn } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { compile } from "vega-lite";

export async function mount(figure) {
  const response = await fetch(figure.dataset.picture, { headers: { Accept: "application/json" } });
  if (!response.ok) return tell(figure, await said(response));
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
  });
  await view.runAsync();
  figure.querySelector("picture")?.replaceWith(place);
  figure.dataset.state = "drawn";
  return view;
}

// A specification carries its data: nothing else is fetched.
async function refuse() {
  throw new Error("pictures load nothing");
}

async function said(response) {
  const problem = await response.json().catch(() => ({}));
  return [problem.detail, problem.hint].filter(Boolean).join(": ") || response.statusText;
}

function tell(figure, message) {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = message;
  figure.append(line);
}
