// What a word in a query may become: prefixes and variables, and classes, properties and things by their name or their label in
// any language. The prefix of what is taken is declared, so that the query runs elsewhere, too.
const MOST = 60;
const KINDS = [["class", "classes"], ["property", "properties"], ["thing", "things"]];

// `vocabulary` is what the server tells, `words` say in the page's language what a class, a property … is called.
export function completer(vocabulary, words) {
  const terms = KINDS.flatMap(([kind, key]) => vocabulary[key].map((iri) => term(iri, kind, vocabulary, words)));
  return (editor) => {
    const { line, ch } = editor.getCursor();
    const before = editor.getLine(line).slice(0, ch);
    const word = wordAt(before);
    const from = { line, ch: ch - word.length };
    return { list: fitting(editor, before, word, from, terms, vocabulary.prefixes, words), from, to: { line, ch } };
  };
}

function term(iri, kind, { prefixes, labels }, { lang, ...words }) {
  const [prefix, namespace] = Object.entries(prefixes)
    .filter(([, each]) => iri.startsWith(each) && /^[\w.-]*\w$|^$/.test(iri.slice(each.length)))
    .reduce((best, each) => (each[1].length > (best[1]?.length ?? -1) ? each : best), []);
  const local = namespace === undefined ? iri : iri.slice(namespace.length);
  const own = labels[iri] ?? {};
  return {
    iri,
    kind,
    prefix: prefix === undefined ? {} : { [prefix]: namespace },
    text: prefix === undefined ? `<${iri}>` : `${prefix}:${local}`,
    names: [local, ...Object.values(own)].map((name) => name.toLowerCase()),
    told: [own[lang] ?? own.en, words[kind]].filter(Boolean).join(" · "),
  };
}

function wordAt(before) {
  return (/<[^<>\s"]*$/.exec(before) ?? /[^\s{}()[\],;|^/*+!'"=&<>]*$/.exec(before))[0];
}

function fitting(editor, before, word, from, terms, prefixes, words) {
  if (/^\s*prefix\s+\S*$/i.test(before)) return declarations(word, prefixes, words.prefix);
  if (/^[?$]/.test(word)) return variables(editor, word, words.variable);
  const wanted = word.toLowerCase();
  const kind = kindAt(editor, from);
  const ranked = terms.map((each) => [rank(each, wanted) + (each.kind === kind ? 0 : 10), each]).filter(([at]) => at < 20);
  ranked.sort(([one, first], [other, second]) => one - other || first.text.localeCompare(second.text));
  return ranked.slice(0, MOST).map(([, each]) => ({ text: each.text, told: each.told, prefix: each.prefix, render, hint: take }));
}

// What may stand at a place, as the grammar says.
function kindAt(editor, from) {
  const { state } = editor.getTokenAt(from, true);
  if (state.possibleNext?.includes("a")) return "property";
  return state.lastProperty === "a" ? "class" : "thing";
}

// Best where a name begins so, then where a word of it does, then where it has it anywhere; 20 where it does not.
function rank({ iri, text, names }, wanted) {
  if (wanted.startsWith("<")) return iri.toLowerCase().startsWith(wanted.slice(1)) ? 0 : 20;
  if (wanted.includes(":")) return text.toLowerCase().startsWith(wanted) ? 0 : 20;
  if (names.some((name) => name.startsWith(wanted))) return 1;
  if (names.some((name) => name.includes(` ${wanted}`))) return 2;
  return names.some((name) => name.includes(wanted)) ? 3 : 20;
}

function declarations(word, prefixes, told) {
  const found = Object.entries(prefixes).filter(([prefix]) => `${prefix}:`.startsWith(word));
  return found.map(([prefix, iri]) => ({ text: `${prefix}: <${iri}>`, told, render }));
}

function variables(editor, word, told) {
  const found = new Set(editor.getValue().match(/[?$]\w+/g));
  return [...found].filter((each) => each.startsWith(word) && each !== word).sort().map((text) => ({ text, told, render }));
}

function render(item, _data, { text, told }) {
  const code = document.createElement("code");
  const small = document.createElement("small");
  code.textContent = text;
  small.textContent = told;
  item.append(code, " ", small);
}

function take(editor, { from, to }, { text, prefix }) {
  editor.replaceRange(text, from, to);
  const declared = editor.getPrefixesFromQuery();
  const missing = Object.entries(prefix).filter(([name]) => declared[name] === undefined);
  if (missing.length) editor.addPrefixes(Object.fromEntries(missing));
}
