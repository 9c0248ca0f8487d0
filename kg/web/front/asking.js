// Asking from the editor: the answer is the one of the page that the server would show, put below the editor without leaving it.
//
// The address of the page is the state: it says what is asked, and back and forward lead to what was asked before.

// What is longer has no address, for not every server on the way would take it, and is sent as a form.
const LONGEST = 6000;

export class Asking {
  constructor(form, editor, words) {
    Object.assign(this, { form, editor, words, result: document.getElementById("result") });
    this.cancel = form.querySelector("#cancel");
    this.run = form.querySelector("button.primary");
    this.state = form.querySelector("#state");
    this.fault = new Fault(editor, words.fault);
    this.shown = new URL(location);
    this.at = moment();
    form.addEventListener("submit", (event) => this.submit(event));
    this.cancel.addEventListener("click", () => this.running?.abort());
    this.result.addEventListener("click", (event) => this.follow(event));
    window.addEventListener("popstate", () => this.restore());
    this.fault.show(this.result);
    if (history.state?.query && !this.shown.searchParams.has("query")) this.editor.setValue(history.state.query);
  }

  // A text to begin with takes the place of what was asked.
  begin(text) {
    this.editor.setValue(text);
    this.editor.focus();
  }

  // With a format, the browser gets the answer as a file.
  submit(event) {
    const address = this.address();
    this.form.method = isLong(address) ? "post" : "get";
    if (this.form.elements.format.value) return;
    event.preventDefault();
    this.ask(address, { keep: true });
  }

  address() {
    const address = new URL(this.form.action);
    for (const [name, value] of new FormData(this.form)) if (value) address.searchParams.append(name, value);
    return address;
  }

  async ask(address, { keep }) {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.begun();
    try {
      const page = await pageOf(await fetch(...requestOf(address, running.signal)));
      if (this.running !== running) return;
      if (keep) this.keep(address);
      this.adopt(page, address);
    } catch {
      if (this.running === running) this.ended(running.signal.aborted ? this.words.cancelled : this.words.lost);
    }
  }

  begun() {
    this.result.setAttribute("aria-busy", "true");
    this.state.textContent = this.words.running;
    this.state.classList.add("running");
    this.form.querySelector("#done").textContent = "";
    this.cancel.hidden = false;
  }

  ended(told) {
    this.running = undefined;
    this.result.removeAttribute("aria-busy");
    this.state.textContent = told;
    this.state.classList.remove("running");
    if (document.activeElement === this.cancel) this.run.focus();
    this.cancel.hidden = true;
  }

  // What has no address is kept beside it, for the way back.
  keep(address) {
    const [kept, query] = [new URL(address), address.searchParams.get("query")];
    if (isLong(address)) kept.searchParams.delete("query");
    if (kept.href !== location.href || isLong(address)) history.pushState({ query }, "", kept);
    this.at = moment();
  }

  adopt(page, address) {
    this.shown = address;
    this.result.toggleAttribute("data-posted", isLong(address));
    this.result.replaceChildren(...document.importNode(page.getElementById("result"), true).childNodes);
    document.querySelector("nav.languages").replaceChildren(...document.importNode(page.querySelector("nav.languages"), true).childNodes);
    this.result.dispatchEvent(new CustomEvent("shown", { bubbles: true }));
    this.ended(isLong(address) ? this.words.long : "");
    this.form.querySelector("#done").textContent = this.result.querySelector("h2")?.textContent ?? "";
    this.fault.show(this.result);
  }

  // Where the reader went back or forward to.
  restore() {
    if (this.at === moment()) return;
    this.at = moment();
    const address = new URL(location);
    const query = history.state?.query ?? address.searchParams.get("query");
    if (query === null) return this.forget();
    address.searchParams.set("query", query);
    this.editor.setValue(query);
    this.form.elements.asserted.checked = address.searchParams.has("asserted");
    return this.ask(address, { keep: false });
  }

  forget() {
    this.running?.abort();
    this.result.replaceChildren();
    this.ended("");
  }

  // Other pages of the answer open in its place; what has no address is sent as a form to a page of its own.
  follow(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const address = new URL(link.href);
    const isPosted = this.result.hasAttribute("data-posted") && /\/(sparql|evidence)$/.test(address.pathname);
    if (isPosted) address.searchParams.set("query", this.shown.searchParams.get("query"));
    const isPage = ["prev", "next"].includes(link.rel);
    if (!isPosted && !isPage) return;
    event.preventDefault();
    event.stopPropagation();
    if (isPage) this.ask(address, { keep: true }).then(() => this.result.scrollIntoView());
    else post(address);
  }
}

// Where the reader is in what was asked; a jump within the page changes nothing.
const moment = () => `${location.href.split("#")[0]} ${history.state?.query ?? ""}`;

const isLong = (address) => address.href.length > LONGEST;

function requestOf(address, signal) {
  const shared = { headers: { Accept: "text/html" }, signal };
  return isLong(address) ? [address.href.split("?")[0], { ...shared, method: "POST", body: address.searchParams }] : [address, shared];
}

// What is no page of this server, as where a proxy answers in its place, is no answer.
async function pageOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.getElementById("result")) throw new Error("no page of this server");
  return page;
}

function post(address) {
  const form = Object.assign(document.createElement("form"), { action: address.href.split("?")[0], method: "post", target: "_blank", hidden: true });
  for (const [name, value] of address.searchParams) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
  form.remove();
}

// The place of a fault in the text, until the text is changed.
class Fault {
  constructor(editor, word) {
    Object.assign(this, { editor, word });
    editor.on("change", () => this.clear());
  }

  show(result) {
    this.clear();
    const place = /^query:(\d+):(\d+)$/.exec(result.querySelector("[data-place]")?.dataset.place ?? "");
    if (place) this.mark(Number(place[1]) - 1, Number(place[2]) - 1);
  }

  // Columns are counted in characters, as people do, not in halves of them.
  mark(line, column) {
    const text = this.editor.getLine(line) ?? "";
    const ch = [...text].slice(0, column).join("").length;
    const end = ch + Math.max(1, /^[\w:?$]*/.exec(text.slice(ch))[0].length);
    this.line = this.editor.addLineClass(line, "wrap", "fault-line");
    this.part = this.editor.markText({ line, ch }, { line, ch: end }, { className: "fault" });
    this.editor.setGutterMarker(line, "gutterErrorBar", sign(this.word));
    this.editor.setCursor({ line, ch });
  }

  clear() {
    if (!this.line) return;
    this.editor.removeLineClass(this.line, "wrap", "fault-line");
    this.part.clear();
    this.editor.clearGutter("gutterErrorBar");
    this.line = undefined;
  }
}

function sign(word) {
  const found = Object.assign(document.createElement("span"), { className: "fault-sign", textContent: "!", title: word });
  found.setAttribute("role", "img");
  found.setAttribute("aria-label", word);
  return found;
}
