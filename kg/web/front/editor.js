// The SPARQL editor. `mount(element)`: the element holds a plain form, whose text field becomes an editor; the form stays.
//
// All words are the form's own, or in data attributes of the element. Nothing is asked of other hosts: prefixes, classes,
// properties, things and the saved queries as examples come from this server (`/vocabulary`).
import Yasqe from "@zazuko/yasqe";
import { completer } from "./completing.js";
import { Asking } from "./asking.js";

export async function mount(element) {
  const form = element.querySelector("form");
  const editor = draw(form.elements.query, element.dataset);
  const asking = new Asking(form, editor, element.dataset);
  setKeys(editor, () => form.requestSubmit());
  element.dataset.state = "ready";
  const response = await fetch(`${element.dataset.root}/vocabulary`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!response?.ok) return; // One can ask without them.
  const vocabulary = await response.json();
  offerWords(editor, completer(vocabulary, element.dataset), element.dataset);
  offerExamples(form, vocabulary.examples, element.dataset, (text) => asking.begin(text));
  element.dataset.state = "complete";
}

// The text field goes on holding the text, for the form sends it.
function draw(area, words) {
  const place = document.createElement("div");
  place.className = "yasgui";
  area.after(place);
  // Settings are merged into the defaults, item by item: what is to be empty is emptied there.
  Yasqe.defaults.autocompleters = [];
  const settings = {
    consumeShareLink: null,
    createShareableLink: null,
    editorHeight: "auto",
    indentUnit: 2,
    persistenceId: null,
    resizeable: false,
    showQueryButton: false,
    syntaxErrorCheck: false,
    tabSize: 2,
    value: area.value,
  };
  const editor = new Yasqe(place, settings).getDoc().getEditor();
  Object.assign(editor.getInputField(), { id: "query-text" }).setAttribute("aria-describedby", "keys");
  area.labels[0].htmlFor = "query-text";
  Object.assign(area, { hidden: true, required: false });
  editor.on("change", () => (area.value = editor.getValue()));
  return editor;
}

// Tab indents, but after Escape it leaves.
function setKeys(editor, run) {
  const keys = { ...editor.getOption("extraKeys"), "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false };
  const indent = () => editor.execCommand(editor.somethingSelected() ? "indentMore" : "insertSoftTab");
  const staying = { ...keys, Tab: indent, "Shift-Tab": "indentLess", Esc: () => editor.setOption("extraKeys", leaving) };
  const leaving = { ...keys, Tab: false, "Shift-Tab": false, Esc: false };
  editor.setOption("extraKeys", staying);
  for (const moment of ["blur", "mousedown", "change"]) editor.on(moment, () => editor.setOption("extraKeys", staying));
}

// Where a word can be none of SPARQL's own, what fits it shows while it is typed; elsewhere Ctrl+Space shows it.
function offerWords(editor, complete, { words }) {
  const container = editor.getWrapperElement().parentElement;
  const hint = () => {
    const found = complete(editor);
    Yasqe.on(found, "shown", () => editor.state.completionActive.widget.hints.setAttribute("aria-label", words));
    return found;
  };
  const show = () => editor.showHint({ hint, container, completeSingle: false, closeCharacters: /[\s()[\]{};>,]/ });
  editor.addKeyMap({ "Ctrl-Space": show });
  editor.on("inputRead", (_, { text }) => {
    const { line, ch } = editor.getCursor();
    const word = /[^\s{}()]*$/.exec(editor.getLine(line).slice(0, ch))[0];
    if (text[0].trim() && /^[?$]\w|:.|[^\x00-\x7f]/.test(word) && !editor.state.completionActive) show();
  });
}

function offerExamples(form, queries, { root, lang }, begin) {
  const menu = form.querySelector("#example");
  const page = form.querySelector("#example-page");
  const asked = ({ question }) => question[lang] ?? question.en;
  menu.append(...queries.map((each) => new Option(asked(each), each.name)));
  menu.addEventListener("change", () => {
    const chosen = queries.find(({ name }) => name === menu.value);
    page.hidden = !chosen;
    if (!chosen) return;
    page.href = `${root}/query/${chosen.name}?lang=${lang}`;
    begin(`# ${asked(chosen)}\n${chosen.text}`);
  });
}
