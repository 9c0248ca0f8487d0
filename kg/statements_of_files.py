"""Which file states which quad, as the sources write it: a table by which a file that changed can be taken out again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import pyoxigraph as ox

from kg.reasoning.database import Database, connect


class StatementsOfFiles:
    """The table; it is made where there is none, and let go of at the end of a `with`."""

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        self._database = Database(connect(file, read_only=read_only))
        if not read_only:
            self._database.run("create table if not exists statement (file varchar, s varchar, p varchar, o varchar, g varchar)")

    def __enter__(self) -> StatementsOfFiles:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.connection.close()

    def add(self, file: str, quads: Iterable[ox.Quad]) -> None:
        """Notes the quads that a file states."""
        self._database.insert("statement", ((_named(file), *_texts(quad)) for quad in quads))

    def forget(self, file: str) -> set[ox.Quad]:
        """Takes a file out; the quads that it stated."""
        return _parsed(self._database.run("delete from statement where file = ? returning s, p, o, g", [_named(file)]))

    def withdraw(self, quads: Collection[ox.Quad]) -> None:
        """Takes quads out, whichever files state them."""
        rows = [list(column) for column in zip(*map(_texts, quads), strict=True)]
        if rows:
            gone = "select unnest($1), unnest($2), unnest($3), unnest($4)"
            self._database.run(f"delete from statement where (s, p, o, g) in ({gone})", rows)  # noqa: S608 - no text of others

    def like(self, quads: Collection[ox.Quad]) -> set[ox.Quad]:
        """The quads that some file states and that say something of the same subjects by the same predicates."""
        if not quads:
            return set()
        pairs = [[str(quad.subject) for quad in quads], [str(quad.predicate) for quad in quads]]
        sql = "select distinct s, p, o, g from statement semi join (select unnest($1) s, unnest($2) p) using (s, p)"
        return _parsed(self._database.run(sql, pairs))

    def count(self) -> int:
        """How many quads the files state, each as often as it is stated."""
        return int(self._database.value("select count(*) from statement"))

    def texts(self) -> list[tuple[str, ...]]:
        """Subject, predicate, object and graph of all that the files state, as N-Quads writes them."""
        return self._database.run("select distinct s, p, o, g from statement")

    def graphs(self) -> list[str]:
        """The named graphs, sorted."""
        return sorted(graph[1:-1] for (graph,) in self._database.run("select distinct g from statement where g != ''"))


def _named(file: str) -> str:
    """The name of a file, which need not be Unicode, as text that is."""
    return quote(os.fsencode(file))


def _texts(quad: ox.Quad) -> tuple[str, ...]:
    """The terms of a quad as N-Quads writes them; nothing stands for the default graph, which only a server's writer states."""
    *triple, graph = quad
    return (*map(str, triple), "" if isinstance(graph, ox.DefaultGraph) else str(graph))


def _parsed(rows: Iterable[tuple[str, ...]]) -> set[ox.Quad]:
    return {*ox.parse("".join(f"{' '.join(row)} .\n" for row in rows), format=ox.RdfFormat.N_QUADS)}
