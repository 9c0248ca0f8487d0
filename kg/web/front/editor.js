// The SPARQL editor. `mount(element)`: the element holds a plain form, which stays where there are no scripts.
//
// Its data attributes: `root`, the server's prefix; `examples`, the word above the saved queries; `lang`. Nothing is asked of
// other hosts: prefixes, classes, properties, things and the saved queries as examples come from this server (`/vocabulary`).
import Yasgui from "@zazuko/yasgui";

const OWN_COMPLETION = ["prefixes", "variables", "our-class", "our-property"];

export async function mount(element) {
  const root = element.dataset.root ?? "";
  const lang = element.dataset.lang || document.documentElement.lang || "en";
  const vocabulary = await json(`${root}/vocabulary`);
  const text = element.querySelector("textarea")?.value;
  configure(vocabulary, `${location.origin}${root}/sparql`);
  const place = document.createElement("div");
  const editor = new Yasgui(place, { persistenceId: null, autofocus: false, copyEndpointOnNewTab: false });
  element.replaceChildren(examples(vocabulary.examples, lang, element.dataset.examples ?? "Examples", editor), place);
  if (text) editor.getTab().setQuery(text);
  element.dataset.state = "ready";
  return editor;
}

async function json(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

function configure({ prefixes, classes, properties, things, pages }, endpoint) {
  const { Yasqe, Yasr } = Yasgui;
  const { class: ofClasses, property: ofProperties } = Yasqe.Autocompleters;
  const own = (name, base, iris) => Yasqe.registerAutocompleter({ ...base, name, bulk: true, persistenceId: null, get: async () => iris }, false);
  // A thing may stand wherever the class of one may, after a predicate.
  own("our-class", { ...ofClasses, isValidCompletionPosition: (yasqe) => !ofProperties.isValidCompletionPosition(yasqe) && isTerm(yasqe) }, [...classes, ...things]);
  own("our-property", ofProperties, properties);
  Object.assign(Yasqe.defaults, {
    autocompleters: OWN_COMPLETION,
    prefixCcApi: null,
    persistenceId: null,
    createShareableLink: null,
    value: `${Object.entries(prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}>`).join("\n")}\n\nSELECT ?thing ?label WHERE {\n  ?thing a ?class ;\n    rdfs:label ?label .\n}\nLIMIT 100\n`,
  });
  Yasqe.defaults.requestConfig = { ...Yasqe.defaults.requestConfig, endpoint, method: "POST" };
  Object.assign(Yasgui.defaults, { endpoint, requestConfig: Yasqe.defaults.requestConfig, persistencePrefix: null, endpointCatalogueOptions: { getData: () => [], keys: [] } });
  Yasr.defaults.prefixes = prefixes;
  Yasr.defaults.persistenceId = null;
  if (Yasr.plugins?.table?.defaults) Yasr.plugins.table.defaults.uriHrefAdapter = (iri) => ours(iri, pages);
  if (Yasr.plugins?.table) Yasr.plugins.table.prototype.options = { ...Yasr.plugins.table.defaults, ...Yasr.plugins.table.prototype.options };
}

function isTerm(yasqe) {
  const token = yasqe.getCompleteToken();
  return token.string.length > 0 && !["?", "$"].includes(token.string[0]);
}

// Where an IRI of the data is shown by this server.
function ours(iri, pages) {
  return iri.startsWith(pages.base) ? pages.root + iri.slice(pages.base.length) : iri;
}

function examples(queries, lang, title, editor) {
  const menu = document.createElement("select");
  menu.setAttribute("aria-label", title);
  menu.append(new Option(title, ""));
  for (const query of queries) menu.append(new Option(query.question[lang] ?? query.question.en, query.name));
  menu.addEventListener("change", () => {
    const chosen = queries.find((query) => query.name === menu.value);
    if (chosen) editor.getTab().setQuery(chosen.text);
  });
  return menu;
}
