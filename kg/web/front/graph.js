// Draws a thing with its neighbours. `mount(element)`: its `data-graph` is the URL of the data (`/neighbours?thing=…&lang=…`).
//
// The picture is for the eye; the page lists the same neighbours as links, for keyboards and readers.
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { tell, tellWhy } from "./telling.js";

cytoscape.use(fcose);

// By the last part of a class's name; what has none of these is grey.
const COLOURS = {
  State: "#2a7f97", Organisation: "#2f855a", Person: "#b7791f", Event: "#9b2c2c", Agreement: "#6b46c1", Programme: "#6b46c1",
  Resource: "#2c7a7b", Place: "#4a5568",
};
// In the colours of the page, which a canvas does not inherit.
const LABEL = { "font-family": "Noto Sans, Noto Sans JP, sans-serif", "font-size": 12 };
const style = ({ ink, soft, paper }) => [
  {
    selector: "node",
    style: {
      ...LABEL, color: ink, label: "data(label)", "background-color": "data(colour)", width: 22, height: 22, "text-wrap": "wrap",
      "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 4, "text-background-color": paper,
      "text-background-opacity": 0.85, "text-background-padding": 2, "min-zoomed-font-size": 7,
    },
  },
  { selector: "node[?centre]", style: { width: 38, height: 38, "font-size": 15, "font-weight": "bold" } },
  {
    selector: "edge",
    style: {
      ...LABEL, "font-size": 11, color: soft, width: 1.4, "line-color": soft, "line-opacity": 0.6,
      "target-arrow-color": soft, "target-arrow-shape": "triangle", "curve-style": "bezier", "text-rotation": "autorotate",
      "text-background-color": paper, "text-background-opacity": 0.85, "text-background-padding": 1,
      "min-zoomed-font-size": 8,
    },
  },
  // With their names on all edges, few could be read: those of a thing show when it is pointed at.
  { selector: "edge.named", style: { label: "data(label)", "line-color": ink } },
  { selector: "edge[?inferred]", style: { "line-style": "dashed" } },
  { selector: ".faded", style: { opacity: 0.15 } },
];
const LAYOUT = {
  name: "fcose", quality: "proof", randomize: true, animate: false, nodeRepulsion: 60000, idealEdgeLength: 190, gravity: 0.15, padding: 24,
  nodeDimensionsIncludeLabels: true, packComponents: true,
};

export async function mount(element) {
  const address = element.dataset.graph;
  const response = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return tellWhy(element, address);
  const told = await response.json();
  const place = document.createElement("div");
  place.className = "graph";
  Object.assign(place.style, { position: "relative", width: "100%", height: "42rem", background: "var(--raised)" });
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", told.title);
  element.append(place);
  standIn();
  const graph = cytoscape({ container: place, elements: elements(told), style: style(colours(place)), maxZoom: 3 });
  graph.layout(LAYOUT).run();
  listen(graph);
  if (told.left) tell(element, "note", [told.left]);
  element.dataset.state = "drawn";
  return graph;
}

// What the style of the page makes of its colours here: `light-dark()` is settled by a property that is a colour.
function colours(place) {
  const settled = (name) => {
    place.style.color = `var(--${name})`;
    return getComputedStyle(place).color;
  };
  return { ink: settled("ink"), soft: settled("soft"), paper: settled("raised") };
}

// cytoscape writes a style element, which the policy of the pages forbids, unless there is one; what it says stands on `place`.
function standIn() {
  const id = "__________cytoscape_stylesheet";
  if (document.getElementById(id)) return;
  const there = document.createElement("meta");
  there.id = id;
  document.head.append(there);
}

function elements({ nodes, edges }) {
  const colour = ({ kinds }) => COLOURS[kinds.map((kind) => kind.replace(/^.*[:#/]/, "")).find((kind) => kind in COLOURS)] ?? "#718096";
  const drawn = nodes.map((node) => ({ data: { ...node, colour: colour(node) } }));
  return [...drawn, ...edges.map((edge, at) => ({ data: { ...edge, id: `edge-${at}` } }))];
}

function listen(graph) {
  graph.on("tap", "node", ({ target }) => target.data("page") && location.assign(target.data("page")));
  graph.on("mouseover", "node", ({ target }) => {
    graph.elements().not(target.closedNeighborhood()).addClass("faded");
    target.connectedEdges().addClass("named");
  });
  graph.on("mouseout", "node", () => graph.elements().removeClass("faded named"));
  graph.on("mouseover", "edge", ({ target }) => target.addClass("named"));
  graph.on("mouseout", "edge", ({ target }) => target.removeClass("named"));
}
