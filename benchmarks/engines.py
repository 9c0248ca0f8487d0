"""One run of one engine: `python -P engines.py ENGINE SOURCE RESULT [MEMORY]` closes a file, and prints as JSON what it took.

A program of its own, that needs nothing but the engine: each is run by the interpreter of the environment that holds it. The
engines are imported by name, since no environment holds all.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

NEMO_RULES = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@import given :- ntriples {{ resource = "{source}" }} .
t(?x, ?p, ?y) :- given(?x, ?p, ?y) .
type(?x, ?c) :- given(?x, rdf:type, ?c) .
sub(?c, ?d) :- given(?c, rdfs:subClassOf, ?d) .
sub(?c, ?d) :- given(?c, owl:equivalentClass, ?d) .
sub(?d, ?c) :- given(?c, owl:equivalentClass, ?d) .
sub(?c, ?e) :- sub(?c, ?d), sub(?d, ?e) .
t(?c, rdfs:subClassOf, ?d) :- sub(?c, ?d) .
type(?x, ?d) :- type(?x, ?c), sub(?c, ?d) .
below(?p, ?q) :- given(?p, rdfs:subPropertyOf, ?q) .
below(?p, ?q) :- below(?p, ?r), below(?r, ?q) .
t(?p, rdfs:subPropertyOf, ?q) :- below(?p, ?q) .
t(?x, ?q, ?y) :- t(?x, ?p, ?y), below(?p, ?q) .
flip(?p, ?q) :- given(?p, owl:inverseOf, ?q) .
flip(?q, ?p) :- given(?p, owl:inverseOf, ?q) .
flip(?p, ?p) :- given(?p, rdf:type, owl:SymmetricProperty) .
t(?y, ?q, ?x) :- t(?x, ?p, ?y), flip(?p, ?q) .
t(?x, ?p, ?z) :- given(?p, rdf:type, owl:TransitiveProperty), t(?x, ?p, ?y), t(?y, ?p, ?z) .
one(?l, ?a) :- given(?l, rdf:first, ?a), given(?l, rdf:rest, rdf:nil) .
two(?l, ?a, ?b) :- given(?l, rdf:first, ?a), given(?l, rdf:rest, ?m), one(?m, ?b) .
three(?l, ?a, ?b, ?c) :- given(?l, rdf:first, ?a), given(?l, rdf:rest, ?m), two(?m, ?b, ?c) .
chain(?p, ?q, ?r) :- given(?p, owl:propertyChainAxiom, ?l), two(?l, ?q, ?r) .
t(?x, ?p, ?z) :- chain(?p, ?q, ?r), t(?x, ?q, ?y), t(?y, ?r, ?z) .
long(?p, ?q, ?r, ?s) :- given(?p, owl:propertyChainAxiom, ?l), three(?l, ?q, ?r, ?s) .
t(?x, ?p, ?u) :- long(?p, ?q, ?r, ?s), t(?x, ?q, ?y), t(?y, ?r, ?z), t(?z, ?s, ?u) .
type(?x, ?c) :- given(?p, rdfs:domain, ?c), t(?x, ?p, ?y) .
type(?y, ?c) :- given(?p, rdfs:range, ?c), t(?x, ?p, ?y) .
some(?c, ?p, ?d) :- given(?c, owl:someValuesFrom, ?d), given(?c, owl:onProperty, ?p) .
type(?x, ?c) :- some(?c, ?p, ?d), t(?x, ?p, ?y), type(?y, ?d) .
type(?x, ?c) :- some(?c, ?p, owl:Thing), t(?x, ?p, ?y) .
all(?c, ?p, ?d) :- given(?c, owl:allValuesFrom, ?d), given(?c, owl:onProperty, ?p) .
type(?y, ?d) :- all(?c, ?p, ?d), type(?x, ?c), t(?x, ?p, ?y) .
value(?c, ?p, ?y) :- given(?c, owl:hasValue, ?y), given(?c, owl:onProperty, ?p) .
t(?x, ?p, ?y) :- value(?c, ?p, ?y), type(?x, ?c) .
type(?x, ?c) :- value(?c, ?p, ?y), t(?x, ?p, ?y) .
item(?l, ?x) :- given(?l, rdf:first, ?x) .
item(?l, ?x) :- given(?l, rdf:rest, ?m), item(?m, ?x) .
type(?x, ?c) :- given(?c, owl:unionOf, ?l), item(?l, ?d), type(?x, ?d) .
type(?x, ?d) :- given(?c, owl:intersectionOf, ?l), item(?l, ?d), type(?x, ?c) .
both(?c, ?d, ?e) :- given(?c, owl:intersectionOf, ?l), two(?l, ?d, ?e) .
type(?x, ?c) :- both(?c, ?d, ?e), type(?x, ?d), type(?x, ?e) .
key(?c, ?p, ?q) :- given(?c, owl:hasKey, ?l), two(?l, ?p, ?q) .
twin(?x, ?y, ?p) :- key(?c, ?p, ?q), t(?x, ?q, ?b), t(?y, ?q, ?b), ?x != ?y, type(?x, ?c), type(?y, ?c) .
same(?x, ?y) :- twin(?x, ?y, ?p), t(?x, ?p, ?a), t(?y, ?p, ?a) .
same(?x, ?y) :- given(?p, rdf:type, owl:FunctionalProperty), t(?u, ?p, ?x), t(?u, ?p, ?y), ?x != ?y .
same(?x, ?y) :- same(?y, ?x) .
same(?x, ?z) :- same(?x, ?y), same(?y, ?z), ?x != ?z .
t(?x, owl:sameAs, ?y) :- same(?x, ?y) .
t(?y, ?p, ?z) :- same(?x, ?y), t(?x, ?p, ?z) .
t(?z, ?p, ?y) :- same(?x, ?y), t(?z, ?p, ?x) .
type(?y, ?c) :- same(?x, ?y), type(?x, ?c) .
closed(?x, ?p, ?y) :- t(?x, ?p, ?y) .
closed(?x, rdf:type, ?c) :- type(?x, ?c) .
@export closed :- ntriples {{ resource = "{result}" }} .
"""

# What an engine took: seconds of each part that it tells apart.
Took = dict[str, float]
PROOFS, CHANGED = 200, 100


class _Watch:
    """Notes what passed since the last look."""

    def __init__(self) -> None:
        self.took: Took = {}
        self._last = time.perf_counter()

    def note(self, part: str) -> None:
        now = time.perf_counter()
        self.took[part], self._last = now - self._last, now


def _ours(source: Path, result: Path) -> Took:
    memory = [f"--memory={limit}" for limit in sys.argv[4:]]
    import_module("kg.cli").cli(["reason", str(source), "-o", str(result), *memory], standalone_mode=False)
    return {}


def _sparq(source: Path, result: Path) -> Took:
    watch = _Watch()
    graph = import_module("sparq").Graph.load(source, format="ntriples")
    watch.note("load")
    graph.reason("owl")
    watch.note("reason")
    with result.open("w", encoding="utf-8") as out:
        # It writes no files: all rows at once would need several times the memory of the graph.
        for row in graph.query("SELECT DISTINCT ?p { ?s ?p ?o }").rows:
            predicate = repr(row["p"])[5:-1]
            rows = graph.query(f"SELECT ?s ?o {{ ?s {predicate} ?o }}").rows
            out.writelines(f"{repr(row['s'])[5:-1]} {predicate} {repr(row['o'])[5:-1]} .\n" for row in rows)
    watch.note("write")
    return watch.took


def _reasonable(source: Path, result: Path) -> Took:
    reasoner = import_module("reasonable").PyReasoner()
    with tempfile.TemporaryDirectory() as folder:
        # It tells formats by their suffix, and knows Turtle's but not N-Triples'.
        turtle = Path(folder, "source.ttl")
        turtle.symlink_to(source.resolve())
        watch = _Watch()
        reasoner.load_file(str(turtle))
        watch.note("load")
    triples = reasoner.reason()
    watch.note("reason")
    with result.open("w", encoding="utf-8") as out:
        out.writelines(f"{s.n3()} {p.n3()} {o.n3()} .\n" for s, p, o in triples)
    watch.note("write")
    return watch.took


def _nemo(source: Path, result: Path) -> Took:
    nemo = import_module("nmo_python")
    watch = _Watch()
    engine = nemo.NemoEngine(nemo.load_string(NEMO_RULES.format(source=source.resolve(), result=result.name)))
    engine.reason()
    watch.note("reason")
    engine.write_result("closed", nemo.NemoOutputManager(str(result.parent), overwrite=True))
    watch.note("write")
    return watch.took


def _owlrl(source: Path, result: Path) -> Took:
    owlrl, graph = import_module("owlrl"), import_module("rdflib").Graph()
    watch = _Watch()
    graph.parse(source, format="nt")
    watch.note("load")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    watch.note("reason")
    graph.serialize(result, format="nt", encoding="utf-8")
    watch.note("write")
    return watch.took


def _changes(source: Path, _result: Path) -> Took:
    """One proof, and removing and adding some triples; times in seconds."""
    watch = _Watch()
    closure = import_module("kg.reasoning.closure").close_file(source, full=False)
    watch.note("close")
    triples = _parsed(source.read_text(encoding="utf-8").splitlines()[-CHANGED:])
    changes = ({"removed": triples}, {"added": triples}) * 3
    took = [*_each(lambda change: closure.change(**change), changes)]
    proof = median(_each(closure.proof, _inferred(source, closure)))
    return {**watch.took, "remove": min(took[::2]), "add": min(took[1::2]), "proof": proof}


def _equality(source: Path, result: Path) -> Took:
    """Closing where one thing has many names: what is done and stored until the output, and the output by itself."""
    watch = _Watch()
    closure = import_module("kg.reasoning.closure").close_file(source, full=False)
    watch.note("reason")
    watch.took["peak"] = _peak()
    watch.took["stored"] = closure._database.value("select (select count(*) from T) + (select count(*) from X)")
    watch.note("count")
    watch.took["written"] = closure.write(result)
    watch.note("write")
    return watch.took


def _inferred(source: Path, closure: Any) -> list[Any]:
    """Triples that follow, picked evenly from all of them."""
    given = set(source.read_bytes().splitlines())
    inferred = [line.decode() for line in closure.ntriples().splitlines() if line not in given]
    return _parsed(inferred[:: max(1, len(inferred) // PROOFS)])


def _parsed(lines: list[str]) -> list[Any]:
    ox = import_module("pyoxigraph")
    return [quad.triple for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)]


def _each(ask: Callable[[Any], object], about: Iterable[Any]) -> Iterator[float]:
    for one in about:
        start = time.perf_counter()
        ask(one)
        yield time.perf_counter() - start


ENGINES: dict[str, Callable[[Path, Path], Took]] = {
    "ours": _ours,
    "sparq-rdf": _sparq,
    "reasonable": _reasonable,
    "nemo-python": _nemo,
    "owlrl": _owlrl,
    "changes": _changes,
    "equality": _equality,
}


def _peak() -> int:
    """The most memory that this process held, in bytes; unlike getrusage, not that of the process that started it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    took = ENGINES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps({"took": took, "peak": _peak()}))
