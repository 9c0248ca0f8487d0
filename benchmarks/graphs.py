"""Graphs to measure reasoning on, as N-Triples of any size: the same bytes for the same shape and size.

A graph is an ontology and then blocks of data until the size is reached. Blocks are alike, so that what follows grows in
proportion to what is given, and are tied to earlier ones here and there, so that no engine can take them one by one.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

SIZES = {"25k": 25_000, "250k": 250_000, "2.5M": 2_500_000, "10M": 10_000_000}

_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "d": "https://example.org/diplomacy#",
    "c": "https://example.org/campus#",
    "i": "https://example.org/id/",
}

# The axioms, a line each: words with prefixes, `( … )` for a list and `[ … ]` for a class without a name.
_DIPLOMACY = """
d:State rdfs:subClassOf d:Actor
d:Organisation rdfs:subClassOf d:Actor
d:CentralAsianState rdfs:subClassOf d:State
d:Official rdfs:subClassOf d:Person
d:HeadOfState rdfs:subClassOf d:Official
d:Summit rdfs:subClassOf d:Event
d:HeadsOfStateSummit rdfs:subClassOf d:Summit
d:Agreement rdfs:subClassOf d:Document
d:Treaty rdfs:subClassOf d:Agreement
d:Memorandum rdfs:subClassOf d:Agreement
d:Terminal rdfs:subClassOf d:Place
d:Port rdfs:subClassOf d:Terminal
d:Mineral rdfs:subClassOf d:Resource
d:CriticalMineral rdfs:subClassOf d:Mineral
d:Convention owl:equivalentClass d:Treaty
d:Actor owl:disjointWith d:Event
d:Event owl:disjointWith d:Document
d:Resource owl:disjointWith d:Actor
_:disjoint rdf:type owl:AllDisjointClasses
_:disjoint owl:members ( d:Person d:Place d:Document d:Resource )
d:hosted rdfs:subPropertyOf d:attended
d:attended rdfs:domain d:Actor
d:attended rdfs:range d:Event
d:attended owl:inverseOf d:hadParticipant
d:attended owl:propertyDisjointWith d:boycotted
d:signed owl:inverseOf d:signedBy
d:signed rdfs:domain d:Actor
d:signed rdfs:range d:Agreement
d:ratified rdfs:subPropertyOf d:signed
d:borders rdf:type owl:SymmetricProperty
d:borders rdfs:subPropertyOf d:neighbourOf
d:partnerOf rdf:type owl:SymmetricProperty
d:partnerOf rdf:type owl:IrreflexiveProperty
d:precedes rdf:type owl:TransitiveProperty
d:precedes rdf:type owl:AsymmetricProperty
d:follows owl:inverseOf d:precedes
d:kindOf rdf:type owl:TransitiveProperty
d:produces rdfs:subPropertyOf d:supplies
d:supplies rdfs:domain d:Actor
d:supplies rdfs:range d:Resource
d:supplies owl:propertyChainAxiom ( d:supplies d:kindOf )
d:representedBy owl:inverseOf d:represents
d:represents rdfs:range d:State
d:attended owl:propertyChainAxiom ( d:representedBy d:delegateAt )
d:minedAt rdfs:domain d:Resource
d:dependsOn owl:propertyChainAxiom ( d:needs d:minedAt d:inState )
d:startOf owl:inverseOf d:startsAt
d:linkedTo owl:propertyChainAxiom ( d:startOf d:endsAt )
d:linkedTo rdfs:subPropertyOf d:leadsTo
d:leadsTo rdf:type owl:TransitiveProperty
d:leadsTo rdfs:domain d:Place
d:segmentOf owl:inverseOf d:hasSegment
d:crosses owl:propertyChainAxiom ( d:hasSegment d:endsAt d:inState )
d:heldIn rdf:type owl:FunctionalProperty
d:Agreement owl:hasKey ( d:registry d:number )
[ d:signed owl:someValuesFrom d:Treaty ] rdfs:subClassOf d:TreatyParty
[ d:supplies owl:someValuesFrom d:CriticalMineral ] rdfs:subClassOf d:CriticalSupplier
[ d:crosses owl:someValuesFrom d:CentralAsianState ] rdfs:subClassOf d:CentralAsianCorridor
[ d:hosted owl:someValuesFrom owl:Thing ] rdfs:subClassOf d:Host
[ d:memberOf owl:hasValue i:c5 ] rdfs:subClassOf d:CentralAsianState
d:Summit rdfs:subClassOf [ d:adopted owl:allValuesFrom d:Document ]
d:KeyPartner owl:intersectionOf ( d:CriticalSupplier d:TreatyParty )
d:Gathering owl:unionOf ( d:Summit d:Consultation )
"""

_CAMPUS = """
c:School rdfs:subClassOf c:Body
c:Faculty rdfs:subClassOf c:Body
c:Group rdfs:subClassOf c:Body
c:Staff rdfs:subClassOf c:Person
c:Teacher rdfs:subClassOf c:Staff
c:Professor rdfs:subClassOf c:Teacher
c:FullProfessor rdfs:subClassOf c:Professor
c:JuniorProfessor rdfs:subClassOf c:Professor
c:Lecturer rdfs:subClassOf c:Teacher
c:Bachelor rdfs:subClassOf c:Student
c:Doctorand rdfs:subClassOf c:Person
c:Doctorand rdfs:subClassOf [ c:attends owl:someValuesFrom c:Seminar ]
c:Seminar rdfs:subClassOf c:Course
c:Course rdfs:subClassOf c:Work
c:Paper rdfs:subClassOf c:Publication
c:Publication rdfs:subClassOf c:Work
c:Person owl:disjointWith c:Body
c:worksFor rdfs:subPropertyOf c:belongsTo
c:leads rdfs:subPropertyOf c:worksFor
c:belongsTo owl:inverseOf c:hasMember
c:partOf rdf:type owl:TransitiveProperty
c:partOf rdfs:domain c:Body
c:partOf rdfs:range c:Body
c:bachelorOf rdfs:subPropertyOf c:degreeOf
c:masterOf rdfs:subPropertyOf c:degreeOf
c:doctorOf rdfs:subPropertyOf c:degreeOf
c:degreeOf rdfs:domain c:Person
c:degreeOf rdfs:range c:School
c:degreeOf owl:inverseOf c:hasGraduate
c:advisedBy rdfs:domain c:Person
c:advisedBy rdfs:range c:Professor
c:teaches rdfs:domain c:Teacher
c:teaches rdfs:range c:Course
c:attends rdfs:range c:Course
c:writtenBy rdfs:domain c:Publication
c:writtenBy rdfs:range c:Person
c:assists rdfs:domain c:Assistant
c:LearningPerson owl:intersectionOf ( c:Person [ c:attends owl:someValuesFrom c:Course ] )
c:Student owl:equivalentClass c:LearningPerson
c:Head owl:intersectionOf ( c:Person [ c:leads owl:someValuesFrom c:Faculty ] )
c:Employee owl:intersectionOf ( c:Person [ c:worksFor owl:someValuesFrom c:Body ] )
"""


def _iri(short: str) -> str:
    prefix, _, local = short.partition(":")
    return short if prefix == "_" else f"<{_PREFIXES[prefix]}{local}>"


class _Axioms:
    """Writes axioms as triples; the nodes of lists and classes without a name are numbered."""

    def __init__(self, text: str) -> None:
        self._lines = text.strip().splitlines()
        self._nodes = 0
        self._triples: list[str] = []

    def triples(self) -> list[str]:
        for line in self._lines:
            words = line.split()
            subject, predicate, object = (self._term(words) for _ in range(3))
            self._say(subject, predicate, object)
        return self._triples

    def _say(self, subject: str, predicate: str, object: str) -> None:
        self._triples.append(f"{subject} {predicate} {object} .\n")

    def _node(self) -> str:
        self._nodes += 1
        return f"_:n{self._nodes}"

    def _term(self, words: list[str]) -> str:
        word = words.pop(0)
        return {"(": self._list, "[": self._restriction}[word](words) if word in "([" else _iri(word)

    def _list(self, words: list[str]) -> str:
        if words[0] == ")":
            words.pop(0)
            return _iri("rdf:nil")
        node = self._node()
        self._say(node, _iri("rdf:first"), self._term(words))
        self._say(node, _iri("rdf:rest"), self._list(words))
        return node

    def _restriction(self, words: list[str]) -> str:
        on, kind, filler, _ = (words.pop(0) for _ in range(4))
        node = self._node()
        self._say(node, _iri("rdf:type"), _iri("owl:Restriction"))
        self._say(node, _iri("owl:onProperty"), _iri(on))
        self._say(node, _iri(kind), _iri(filler))
        return node


class _Block:
    """Triples about the things of one block, and chance that is the same in every run and release of Python."""

    def __init__(self, number: int, words: str) -> None:
        self.number = number
        self._words = _PREFIXES[words]
        self._chance = random.Random(number)
        self.triples: list[str] = []

    def thing(self, kind: str, at: int, block: int | None = None) -> str:
        return f"<{_PREFIXES['i']}{kind}-{self.number if block is None else block}-{at}>"

    def below(self, end: int) -> int:
        # Of Python's generator, only random() is promised to stay as it is.
        return int(self._chance.random() * end)

    def earlier(self) -> int:
        """The number of this block or one before it."""
        return self.below(self.number + 1)

    def is_a(self, thing: str, name: str) -> None:
        self.triples.append(f"{thing} <{_PREFIXES['rdf']}type> <{self._words}{name}> .\n")

    def say(self, subject: str, predicate: str, *objects: str) -> None:
        self.triples.extend(f"{subject} <{self._words}{predicate}> {object} .\n" for object in objects)

    def name(self, thing: str, text: str, language: str = "en") -> None:
        self.triples.append(f'{thing} <{_PREFIXES["rdfs"]}label> "{text}"@{language} .\n')

    def value(self, subject: str, predicate: str, text: str, datatype: str = "string") -> None:
        suffix = "" if datatype == "string" else f"^^<{_PREFIXES['xsd']}{datatype}>"
        self.say(subject, predicate, f'"{text}"{suffix}')


def _diplomacy(number: int) -> list[str]:
    """A region: eight states, their officials, summits and agreements, two corridors and a tree of resources."""
    block = _Block(number, "d")
    states = [block.thing("state", at) for at in range(8)]
    _states(block, states)
    _resources(block, states)
    _corridors(block, states)
    _summits(block, states)
    _agreements(block, states)
    return block.triples


def _states(block: _Block, states: list[str]) -> None:
    for at, state in enumerate(states):
        block.is_a(state, "State")
        block.name(state, f"State {block.number}.{at}")
        block.name(state, f"Государство {block.number}.{at}", "ru")
        block.say(state, "borders", states[at - 1])
        block.say(state, "partnerOf", block.thing("state", (at + 1 + block.below(7)) % 8, block.earlier()))
        official = block.thing("official", at)
        block.is_a(official, "HeadOfState" if at % 2 else "Official")
        block.say(official, "represents", state)
        block.say(official, "delegateAt", block.thing("summit", block.below(4)))
    for state in states[:5]:
        block.say(state, "memberOf", _iri("i:c5"))


def _resources(block: _Block, states: list[str]) -> None:
    for at in range(12):
        resource, parent = block.thing("resource", at), block.thing("resource", (at - 1) // 2)
        block.is_a(resource, "CriticalMineral" if at % 3 == 0 else "Mineral")
        block.name(resource, f"Resource {block.number}.{at}")
        block.say(resource, "kindOf", parent if at else _iri(f"i:resources-{block.number % 20}"))
        mine = block.thing("mine", at)
        block.say(resource, "minedAt", mine)
        block.say(mine, "inState", states[block.below(8)])
        block.say(states[block.below(8)], "produces", resource)
        block.say(states[block.below(8)], "needs", resource)


def _corridors(block: _Block, states: list[str]) -> None:
    for corridor_at in range(2):
        corridor = block.thing("corridor", corridor_at)
        block.is_a(corridor, "Corridor")
        stops = [block.thing(f"terminal{corridor_at}", at) for at in range(7)]
        for at, stop in enumerate(stops):
            block.is_a(stop, "Terminal" if at else "Port")
            block.say(stop, "inState", states[at])
        for at, (start, end) in enumerate(pairwise(stops)):
            segment = block.thing(f"segment{corridor_at}", at)
            block.say(corridor, "hasSegment", segment)
            block.say(segment, "startsAt", start)
            block.say(segment, "endsAt", end)
            block.value(segment, "order", str(at), "integer")
            block.value(segment, "kilometres", f"{200 + block.below(9000) / 10:.1f}", "decimal")


def _summits(block: _Block, states: list[str]) -> None:
    for at in range(4):
        summit = block.thing("summit", at)
        block.is_a(summit, "HeadsOfStateSummit" if at % 2 else "Summit")
        block.name(summit, f"Summit {block.number}.{at}")
        block.value(summit, "date", f"{2004 + at * 5}-{1 + block.below(12):02}-{1 + block.below(28):02}", "date")
        block.say(states[at], "hosted", summit)
        block.say(summit, "heldIn", block.thing("city", at))
        block.say(summit, "adopted", block.thing("declaration", at))
        for guest in range(4, 8):
            block.say(states[guest], "attended", summit)
        if at:
            block.say(block.thing("summit", at - 1), "precedes", summit)


def _agreements(block: _Block, states: list[str]) -> None:
    for at in range(12):
        agreement = block.thing("agreement", at)
        block.is_a(agreement, "Treaty" if at % 3 == 0 else "Memorandum")
        block.name(agreement, f"Agreement {block.number}.{at}")
        first = block.below(8)
        block.say(agreement, "signedBy", states[first], states[(first + 1 + block.below(7)) % 8])
        block.say(states[first], "ratified", agreement)
        block.value(agreement, "amount", f"{block.below(1_000_000) / 100:.2f}", "decimal")
        block.value(agreement, "date", f"20{10 + block.below(15)}-{1 + block.below(12):02}-{1 + block.below(28):02}", "date")
        block.say(agreement, "registry", _iri(f"i:registry-{block.number % 50}"))
        block.value(agreement, "number", f"{block.number}/{at}")
    if block.number % 4 == 0:
        # The same agreement under another name: the key finds it.
        twin = block.thing("treaty", 0)
        block.is_a(twin, "Convention")
        block.say(twin, "registry", _iri(f"i:registry-{block.number % 50}"))
        block.value(twin, "number", f"{block.number}/0")


def _campus(number: int) -> list[str]:
    """A faculty of a school that has twenty: teachers with their courses and papers, and those who study there."""
    block = _Block(number, "c")
    school, faculty = block.thing("school", 0, number // 20), block.thing("faculty", 0)
    block.is_a(school, "School")
    block.is_a(faculty, "Faculty")
    block.name(faculty, f"Faculty {number}")
    block.say(faculty, "partOf", school)
    for at in range(10):
        block.is_a(block.thing("group", at), "Group")
        block.say(block.thing("group", at), "partOf", faculty)
    _teachers(block, faculty)
    _bachelors(block, faculty)
    _doctorands(block, faculty)
    return block.triples


def _contact(block: _Block, person: str, kind: str, at: int) -> None:
    block.name(person, f"{kind} {at}")
    block.value(person, "mail", f"{kind}{at}@faculty{block.number}.example.org")
    block.value(person, "telephone", f"+{block.below(10**9)}")


def _degrees(block: _Block, person: str, *degrees: str) -> None:
    for degree in degrees:
        block.say(person, degree, block.thing("school", 0, block.earlier() // 20))


def _teachers(block: _Block, faculty: str) -> None:
    block.say(block.thing("teacher", 0), "leads", faculty)
    for at in range(36):
        teacher = block.thing("teacher", at)
        block.is_a(teacher, ("FullProfessor", "JuniorProfessor", "Lecturer")[at % 3])
        _contact(block, teacher, "Teacher", at)
        block.say(teacher, "worksFor", faculty)
        _degrees(block, teacher, "bachelorOf", "masterOf", "doctorOf")
        for kind in ("course", "seminar"):
            course = block.thing(kind, at)
            block.is_a(course, kind.capitalize())
            block.name(course, f"{kind.capitalize()} {at}")
            block.say(teacher, "teaches", course)
        for paper_at in range(10):
            paper = block.thing("paper", at * 10 + paper_at)
            block.is_a(paper, "Paper")
            block.name(paper, f"Paper {at}.{paper_at}")
            block.say(paper, "writtenBy", teacher, block.thing("doctorand", block.below(80)))


def _bachelors(block: _Block, faculty: str) -> None:
    for at in range(400):
        bachelor = block.thing("bachelor", at)
        block.is_a(bachelor, "Bachelor")
        _contact(block, bachelor, "Bachelor", at)
        block.say(bachelor, "belongsTo", faculty)
        first = block.below(30)
        block.say(bachelor, "attends", *(block.thing("course", first + offset) for offset in range(3)))
        if at % 5 == 0:
            block.say(bachelor, "advisedBy", block.thing("teacher", 3 * block.below(12)))


def _doctorands(block: _Block, faculty: str) -> None:
    for at in range(80):
        doctorand = block.thing("doctorand", at)
        block.is_a(doctorand, "Doctorand")
        _contact(block, doctorand, "Doctorand", at)
        block.say(doctorand, "belongsTo", faculty)
        _degrees(block, doctorand, "bachelorOf")
        block.say(doctorand, "advisedBy", block.thing("teacher", 3 * block.below(12)))
        first = block.below(30)
        block.say(doctorand, "attends", *(block.thing("seminar", first + offset) for offset in range(2)))
        if at % 4 == 0:
            block.say(doctorand, "assists", block.thing("course", block.below(36)))


SHAPES: dict[str, tuple[str, Callable[[int], list[str]]]] = {
    "diplomacy": (_DIPLOMACY, _diplomacy),
    "lubm": (_CAMPUS, _campus),
}


def equal(shape: str, number: int) -> list[str]:
    """The lines of a graph of one thing with so many names, of each of which three triples tell.

    In a `clique` each name is said to be the same as each other, in a `chain` each as the next.

    >>> len(equal("clique", 5)), len(equal("chain", 5))
    (25, 19)
    """
    names = [_iri(f"i:name-{at}") for at in range(number)]
    pairs = combinations(names, 2) if shape == "clique" else pairwise(names)
    same = [f"{one} {_iri('owl:sameAs')} {other} .\n" for one, other in pairs]
    return same + [f"{name} {_iri(f'd:says{at}')} {name.replace('name', f'value{at}')} .\n" for name in names for at in range(3)]


def blocks(shape: str, triples: int) -> Iterator[list[str]]:
    """The lines of a graph, block by block: its ontology, then data until there are as many triples.

    >>> sum(len(block) for block in blocks("diplomacy", 25_000)) - 25_000 < 500
    True
    """
    axioms, block_of = SHAPES[shape]
    block, number = _Axioms(axioms).triples(), 0
    while triples > 0:
        yield block
        triples -= len(block)
        block, number = block_of(number), number + 1


def written(shape: str, size: str, folder: Path) -> Path:
    """The file that holds a graph, written if this version of the generator has not done so."""
    version = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
    file = folder / f"{shape}-{size}-{version}.nt"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        begun = file.with_suffix(".part")
        with begun.open("w", encoding="utf-8") as out:
            for block in blocks(shape, SIZES[size]):
                out.writelines(block)
        begun.rename(file)
    return file
