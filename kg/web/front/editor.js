// The SPARQL editor. `mount(element)`: the element holds a plain form, which stays where there are no scripts.
//
// Its data attributes: `root`, the server's prefix; `examples`, the word above the saved queries; `lang`. Nothing is asked of
// other hosts: prefixes, classes, properties, things and the saved queries as examples come from this server (`/vocabulary`).
import Yasgui from "@zazuko/yasgui";

const COMPLETED = ["prefixes", "variables", "our-terms", "our-properties"];
const WORDS = {
  page: { en: "The answer as a page", ru: "Ответ отдельной страницей", ja: "答えをページで表示" },
  evidence: { en: "With evidence (JSON)", ru: "С источниками (JSON)", ja: "典拠付き（JSON）" },
};

export async function mount(element) {
  const root = element.dataset.root ?? "";
  const lang = element.dataset.lang || document.documentElement.lang || "en";
  const text = element.querySelector("textarea")?.value;
  const response = await fetch(`${root}/vocabulary`, { headers: { Accept: "application/json" } });
  if (!response.ok) return undefined; // The form is left as it is.
  const vocabulary = await response.json();
  complete(vocabulary);
  tabulate(vocabulary);
  const place = document.createElement("div");
  const editor = new Yasgui(place, settings(vocabulary, `${location.origin}${root}/sparql`));
  element.replaceChildren(examples(vocabulary.examples, lang, element.dataset.examples ?? "", editor), place, links(root, lang, editor));
  if (text) editor.getTab().setQuery(text);
  for (const moment of ["tabAdd", "tabSelect"]) editor.on(moment, () => setTimeout(describe, 0, place));
  describe(place);
  element.dataset.state = "ready";
  return editor;
}

// What a reader of the screen is told, and keys reach: a name for the text, which can be moved, and no button among the tabs.
function describe(place) {
  for (const area of place.querySelectorAll(".CodeMirror textarea")) area.setAttribute("aria-label", "SPARQL");
  for (const moved of place.querySelectorAll(".CodeMirror-scroll")) moved.setAttribute("tabindex", "0");
  place.querySelector(".tabsList")?.setAttribute("role", "group");
  for (const tab of place.querySelectorAll(".tabsList .tab")) tab.setAttribute("role", "tablist");
}

function settings({ prefixes, own }, endpoint) {
  const declared = [...own, "rdfs"].map((name) => `PREFIX ${name}: <${prefixes[name]}>`).join("\n");
  const requestConfig = { ...Yasgui.Yasqe.defaults.requestConfig, endpoint, method: "POST" };
  Object.assign(Yasgui.Yasqe.defaults, {
    autocompleters: COMPLETED,
    persistenceId: null,
    prefixCcApi: null,
    value: `${declared}\n\nSELECT ?thing ?label WHERE {\n  ?thing a ?class ;\n    rdfs:label ?label .\n}\nLIMIT 20\n`,
  });
  Object.assign(Yasgui.Yasr.defaults, { persistenceId: null, prefixes });
  return {
    autofocus: false,
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => undefined },
    persistenceId: null,
    populateFromUrl: false,
    requestConfig,
  };
}

function complete({ prefixes, classes, properties, things }) {
  const { Yasqe } = Yasgui;
  // Under its own name, for the editor declares a prefix by itself once it is used.
  const declarations = Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  Object.assign(Yasqe.Autocompleters.prefixes, { persistenceId: null, get: async () => declarations });
  const { class: ofClasses, property: ofProperties } = Yasqe.Autocompleters;
  const add = (name, base, iris, more) =>
    Yasqe.registerAutocompleter({ ...base, name, bulk: true, persistenceId: null, get: async () => iris, ...more }, false);
  add("our-properties", ofProperties, properties);
  // A thing may stand wherever a class may, and wherever else no property does.
  const isValidCompletionPosition = (yasqe) =>
    ofClasses.isValidCompletionPosition(yasqe) || (/^[^?$"'\d]/.test(yasqe.getCompleteToken().string) && !ofProperties.isValidCompletionPosition(yasqe));
  add("our-terms", ofClasses, [...classes, ...things].sort(), { isValidCompletionPosition });
}

// IRIs in answers lead to the pages of this server.
function tabulate({ pages }) {
  const { Yasr } = Yasgui;
  Yasr.registerPlugin("table", class extends Yasr.plugins.table {
    getUriLinkFromBinding({ value }, prefixes) {
      const [name, namespace] = Object.entries(prefixes ?? {}).find(([, iri]) => value.startsWith(iri)) ?? [];
      const link = document.createElement("a");
      link.className = "iri";
      if (/^https?:/.test(value)) link.href = value.startsWith(pages.base) ? pages.root + value.slice(pages.base.length) : value;
      link.textContent = name === undefined ? value : `${name}:${value.slice(namespace.length)}`;
      return link.outerHTML;
    }

    // Nothing is cut off: half a number is another number.
    draw(settings) {
      super.draw({ isEllipsed: false, ...settings });
    }

    // Values without their types, which the query knows.
    formatLiteral(literal) {
      const text = document.createElement("bdi");
      text.textContent = literal.value;
      const language = document.createElement("sup");
      language.textContent = literal["xml:lang"] ? ` ${literal["xml:lang"]}` : "";
      return text.outerHTML + (language.textContent ? language.outerHTML : "");
    }
  });
}

function examples(queries, lang, title, editor) {
  const menu = document.createElement("select");
  menu.setAttribute("aria-label", title);
  menu.append(new Option(title, ""));
  for (const { name, question } of queries) menu.append(new Option(question[lang] ?? question.en, name));
  menu.addEventListener("change", () => {
    const chosen = queries.find(({ name }) => name === menu.value);
    if (chosen) editor.getTab().setQuery(chosen.text);
  });
  return menu;
}

// What is asked, as addresses that can be passed on; they are written when they are followed.
function links(root, lang, editor) {
  const line = document.createElement("p");
  line.className = "line";
  for (const [word, more] of [["page", { lang }], ["evidence", { evidence: "1", format: "json" }]]) {
    const link = document.createElement("a");
    link.textContent = WORDS[word][lang] ?? WORDS[word].en;
    link.href = `${root}/sparql`;
    const write = () => {
      link.href = `${root}/sparql?${new URLSearchParams({ query: editor.getTab().getQuery(), ...more })}`;
    };
    for (const moment of ["pointerdown", "focus", "click"]) link.addEventListener(moment, write);
    line.append(link, " ");
  }
  return line;
}
