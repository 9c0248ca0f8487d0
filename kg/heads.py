"""The head of a saved query: YAML behind `#+`, with grlc's keys and ours.

#+ summary: Summits with a partner                # one line
#+ description: In order of time.                 # in English, or one for each language: {en: "…", ru: "…", ja: "…"}
#+ tags: [summits]
#+ question: {en: "…?", ru: "…?", ja: "…?"}       # required, at least in English
#+ parameters:
#+   partner:                                     # a variable that the query projects
#+     type: iri                                  # iri string integer decimal boolean date gYear
#+     class: cajad:Actor                         # for type iri: only members of this class
#+     required: true
#+     default: id:japan
#+     choices: [id:japan, id:eu]
#+     label: {en: partner, ru: партнёр, ja: 相手}
#+ defaults: [{partner: id:japan}]                # grlc's way to give a default
#+ enumerate: [{partner: [id:japan, id:eu]}]      # grlc's way to give choices
#+ view: {type: timeline, time: from}             # how to draw the answer; any keys
#+ compare:                                       # what it says of things side by side
#+   line: 6                                      # its place there; queries of one place share a line
#+   as: {en: Needs, ru: Потребности, ja: ニーズ}
#+   by: partner                                  # the variable that is one of the things
#+   show: [from]                                 # the variables that are shown, the first where it has a value
#+ reasoning: true                                # without inference the answer differs
#+ closed-world: true                             # the answer rests on what is not stated
#+ empty: {en: not stated}                        # what an empty answer means
#+ see: [other-query]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NoReturn

import yaml

from kg.errors import Place, SourceError, UsageError
from kg.languages import is_tag
from kg.names import did_you_mean
from kg.parameters import TYPES, Head, Parameter

_MARK = "#+"
_DEEPEST = 20
_LANGUAGES = "write it as {en: …, ru: …, ja: …}"
_EXAMPLE = "the head of kg/heads.py shows all keys; `#+ question: {en: …}` is the least"


def read_head(text: str, shown: str, projected: set[str] | None) -> Head:
    """The head at the top of a query text; SourceError at `shown`:line:column where something in it is wrong.

    `projected` are the variables that may be parameters; None where that is not known.
    """
    try:
        _refuse_loops(_yaml(text), shown)
        loader = yaml.CSafeLoader(_yaml(text))
        return _Reader(loader, shown, projected).head(loader.get_single_node())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Place(shown, mark.line + 1, mark.column + 1 + len(_MARK)) if mark else Place(shown, 1)
        raise SourceError(f"the head is no YAML: {error.problem}", place=place, hint=_EXAMPLE) from error
    except yaml.YAMLError as error:
        raise SourceError(f"the head is no YAML: {error}", place=Place(shown, 1), hint=_EXAMPLE) from error


def _refuse_loops(text: str, shown: str) -> None:
    """What could nest without end: to read it would overflow the stack, which kills the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            mark = event.start_mark
            place = Place(shown, mark.line + 1, mark.column + 1 + len(_MARK)) if mark else Place(shown, 1)
            raise SourceError("a head holds no aliases and no deep nesting", place=place, hint=_EXAMPLE)


def _yaml(text: str) -> str:
    """The lines of the head without their marks; its lines count as in the file."""
    lines = []
    for line in text.split("\n"):
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line.removeprefix(_MARK) if line.startswith(_MARK) else "")
    return "\n".join(lines)


class _Reader:
    """Nodes of YAML → values, each fault at its place."""

    def __init__(self, loader: yaml.CSafeLoader, shown: str, projected: set[str] | None) -> None:
        self._loader, self._shown, self._projected = loader, shown, projected
        self._head_keys: dict[str, Callable[[yaml.Node], Any]] = {
            "summary": self._text,
            "description": self._text_or_languages,
            "tags": self._texts,
            "question": self._languages,
            "parameters": self._parameters,
            "defaults": lambda node: [(key, self._text(value)) for key, value in self._pairs(node)],
            "enumerate": lambda node: [(key, self._texts(value)) for key, value in self._pairs(node)],
            "view": self._free,
            "compare": self._comparison,
            "reasoning": self._flag,
            "closed-world": self._flag,
            "empty": self._languages,
            "see": self._texts,
        }
        self._parameter_keys: dict[str, Callable[[yaml.Node], Any]] = {
            "type": self._type,
            "class": self._text,
            "required": self._flag,
            "default": self._text,
            "choices": self._texts,
            "label": self._languages,
        }

        self._comparison_keys: dict[str, Callable[[yaml.Node], Any]] = {
            "line": self._whole_number,
            "as": self._languages,
            "by": self._variable,
            "show": lambda node: list(map(self._variable, node.value if self._texts(node) else ())),
        }

    def head(self, node: yaml.Node | None) -> Head:
        read = self._record(node, self._head_keys) if node else {}
        if "en" not in read.get("question", {}):
            raise SourceError("the head has no question in English", place=Place(self._shown, 1), hint=_EXAMPLE)
        parameters: dict[str, Parameter] = read.pop("parameters", {})
        for key, value in read.pop("defaults", []):
            parameters[key.value] = self._checked(key, replace(self._known(parameters, key), default=value))
        for key, choices in read.pop("enumerate", []):
            parameters[key.value] = self._checked(key, replace(self._known(parameters, key), choices=choices))
        if read.get("compare") and (by := read["compare"]["by"]) not in parameters:
            hint = f"add it to `parameters`, or compare by one of {', '.join(parameters)}"
            raise SourceError(f"`compare` is by {by!r}, which is no parameter", place=Place(self._shown, 1), hint=hint)
        return Head(**{key.replace("-", "_"): value for key, value in read.items()}, parameters=parameters)

    def _known(self, parameters: Mapping[str, Parameter], key: yaml.Node) -> Parameter:
        return parameters.get(key.value) or Parameter(key.value)

    def _parameters(self, node: yaml.Node) -> dict[str, Parameter]:
        return {key.value: self._parameter(key, value) for key, value in self._pairs(node)}

    def _parameter(self, key: yaml.Node, node: yaml.Node) -> Parameter:
        read = self._record(node, self._parameter_keys)
        read["cls"] = read.pop("class", None)
        return self._checked(key, Parameter(name=key.value, **read))

    def _comparison(self, node: yaml.Node) -> dict[str, Any]:
        read = self._record(node, self._comparison_keys)
        if missing := [key for key in self._comparison_keys if not read.get(key)]:
            self._fail(node, f"`compare` lacks {', '.join(missing)}", _EXAMPLE)
        if "en" not in read["as"]:
            self._fail(node, "`compare` has no name in English", "as: {en: …}")
        return read

    def _variable(self, node: yaml.Node) -> str:
        name = self._text(node)
        if self._projected is not None and name not in self._projected:
            self._fail(node, f"the query does not project ?{name}", f"add ?{name} to the variables after SELECT")
        return name

    def _whole_number(self, node: yaml.Node) -> int:
        if not self._text(node).isdecimal():
            self._fail(node, "a whole number must stand here", "write it in digits: 1")
        return int(self._text(node))

    def _checked(self, key: yaml.Node, parameter: Parameter) -> Parameter:
        self._variable(key)
        if parameter.choices and parameter.default not in (None, *parameter.choices):
            self._fail(key, f"the default {parameter.default!r} is no choice", parameter.expects())
        try:
            parameter.check()
        except UsageError as error:
            self._fail(key, error.message, error.hint)
        return parameter

    def _record(self, node: yaml.Node, keys: Mapping[str, Callable[[yaml.Node], Any]]) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, value in self._pairs(node):
            if key.value not in keys:
                self._fail(
                    key, f"unknown key {key.value!r}", did_you_mean(key.value, keys, otherwise=f"the keys are {', '.join(keys)}")
                )
            read[key.value] = keys[key.value](value)
        return read

    def _pairs(self, node: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """The pairs of a mapping, or of a list of mappings as grlc writes them; each key once."""
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._pairs(item)
            return
        if not isinstance(node, yaml.MappingNode):
            self._fail(node, "pairs of key and value must stand here", _EXAMPLE)
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                self._fail(key, "this key stands here twice, or is no word", "leave one")
            seen.add(key.value)
            yield key, value

    def _text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self._fail(node, "a text must stand here", 'put it in quotes: "…"')
        return str(node.value).strip()

    def _texts(self, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._fail(node, "a list must stand here", "write it as [one, two]")
        return tuple(map(self._text, node.value))

    def _text_or_languages(self, node: yaml.Node) -> dict[str, str]:
        """A text in English, or one for each language."""
        if isinstance(node, yaml.SequenceNode):
            self._fail(node, "a text must stand here, or one for each language", _LANGUAGES)
        return self._languages(node) if isinstance(node, yaml.MappingNode) else {"en": self._text(node)}

    def _languages(self, node: yaml.Node) -> dict[str, str]:
        read = {}
        for key, value in self._pairs(node):
            if not is_tag(key.value):
                self._fail(key, f"{key.value!r} is no tag of a language", _LANGUAGES)
            read[key.value] = self._text(value)
        return read

    def _flag(self, node: yaml.Node) -> bool:
        if self._text(node) not in ("true", "false"):
            self._fail(node, "true or false must stand here", "write true or false")
        return self._text(node) == "true"

    def _type(self, node: yaml.Node) -> str:
        if self._text(node) not in TYPES:
            hint = did_you_mean(self._text(node), TYPES, otherwise=f"the types are {', '.join(TYPES)}")
            self._fail(node, f"unknown type {self._text(node)!r}", hint)
        return self._text(node)

    def _free(self, node: yaml.Node) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self._fail(node, "pairs of key and value must stand here", "write it as {type: table}")
        read: dict[str, Any] = self._loader.construct_document(node)
        return read

    def _fail(self, node: yaml.Node, message: str, hint: str) -> NoReturn:
        mark = node.start_mark
        raise SourceError(message, place=Place(self._shown, mark.line + 1, mark.column + 1 + len(_MARK)), hint=hint)
