"""YAML 1.2 files as JSON values that know their lines.

PyYAML reads YAML 1.1: `no` becomes False, `12:30` becomes 750, `on` a key that is True, and of duplicate keys the last
one wins. Here its C parser only builds nodes; scalars follow the core schema of YAML 1.2 (section 10.3.2), keys are
their own text, and what JSON can't hold is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Final

import yaml

from vendorproof.contract.files import regular
from vendorproof.contract.pointer import tokens
from vendorproof.errors import ContractError, Place, Problem

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # a PyYAML built without libyaml reads the same, slower
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

Json = Any

_STRING: Final = "tag:yaml.org,2002:str"
_NULL: Final = "tag:yaml.org,2002:null"
_BOOLEAN: Final = "tag:yaml.org,2002:bool"
_INTEGER: Final = "tag:yaml.org,2002:int"
_FLOAT: Final = "tag:yaml.org,2002:float"
_SEQUENCE: Final = "tag:yaml.org,2002:seq"
_MAPPING: Final = "tag:yaml.org,2002:map"

_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), _NULL),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), _BOOLEAN),
}
_IS_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_IS_FLOAT: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_NUMBER_STARTS: Final = frozenset("0123456789+-.")


def _core_tag(text: str) -> str:
    """The tag of a plain scalar in the core schema of YAML 1.2."""
    word = _WORDS.get(text)
    if word is not None:
        return word
    if text[0] in _NUMBER_STARTS:
        if _IS_INTEGER.fullmatch(text):
            return _INTEGER
        if _IS_FLOAT.fullmatch(text):
            return _FLOAT
    return _STRING


class _Loader(_Base):
    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _core_tag(value or "") if implicit[0] else _STRING
        return _SEQUENCE if kind is yaml.SequenceNode else _MAPPING


_CONVERT: Final[dict[str, Callable[[str], Json]]] = {
    _STRING: str,
    _NULL: lambda text: None,
    _BOOLEAN: lambda text: text.lower() == "true",
    _INTEGER: lambda text: int(text, 0) if text[:2] in ("0o", "0x") else int(text),
    _FLOAT: lambda text: float(text.replace(".", "", 1) if text[-1].isalpha() else text),
}


@dataclass(frozen=True)
class Source:
    """A file's content as a JSON value, and where in the file each part of it stands."""

    path: Path
    data: Json
    _root: yaml.Node | None

    def line(self, pointer: str) -> int:
        """The line of the part at a JSON pointer, counted from 1: of a mapping's entry the line of its key.

        Where nothing stands at the pointer, the line of the nearest part above it.
        """
        line = 1
        node = self._root
        if node is not None:
            line = node.start_mark.line + 1
        for token in tokens(pointer):
            found = _child(node, token)
            if found is None:
                break
            line, node = found
        return line

    def place(self, pointer: str = "") -> Place:
        """The file and line of the part at a JSON pointer."""
        return Place(self.path, self.line(pointer))

    def problem(self, pointer: str, message: str, fix: str = "") -> Problem:
        """A problem with the part at a JSON pointer."""
        return Problem(self.place(pointer), message, fix)


def read_yaml(path: Path) -> Source:
    """The content of a YAML 1.2 file.

    Raises ContractError for a file that can't be read, that is no YAML, that holds more than one document, that says a
    key twice or that holds what JSON can't: each with its line.
    """
    try:
        text = regular(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContractError(Problem(Place(path), "there is no such file", "create it, or correct the name")) from None
    except UnicodeDecodeError as error:
        fix = "save the file as UTF-8"
        raise ContractError(Problem(Place(path), f"not UTF-8 at byte {error.start}: {error.reason}", fix)) from None
    except OSError as error:
        raise ContractError(Problem(Place(path), f"can't be read: {error.strerror}")) from None
    root = _compose(path, text)
    builder = _Builder(path)
    data = builder.build(root) if root is not None else None
    if builder.problems:
        raise ContractError(*builder.problems)
    return Source(path, data, root)


def _compose(path: Path, text: str) -> yaml.Node | None:
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = ", ".join(part for part in (error.context, error.problem) if part)
        fix = "check the indentation (spaces, no tabs), the quotes and the brackets on the line and above it"
        raise ContractError(Problem(Place(path, mark.line + 1 if mark else 0), f"no YAML: {why}", fix)) from None
    except yaml.YAMLError as error:
        raise ContractError(Problem(Place(path), f"no YAML: {error}".replace("\n", " "))) from None
    except RecursionError:
        raise ContractError(Problem(Place(path), "nested too deeply to be read", "flatten it")) from None


MOST_VALUES: Final = 1_000_000
"""The values that a file may hold once its aliases are written out: whoever reads them walks through all."""


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [child for _, child in node.value]
    return list(node.value)


class _Builder:
    """Turns nodes into values and collects what is wrong with them. Aliases share one value."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._shared: dict[int, Json] = {}
        self._open: set[int] = set()
        self._sizes: dict[int, int] = {}
        """How many values a part is once its aliases are written out."""

    def build(self, node: yaml.Node) -> Json:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        identity = id(node)
        if identity in self._shared:
            return self._shared[identity]
        if identity in self._open:
            return self._wrong(node, "an alias stands inside the part that it names", "write the part out")
        self._open.add(identity)
        value = self._mapping(node) if isinstance(node, yaml.MappingNode) else self._sequence(node)
        self._open.remove(identity)
        self._shared[identity] = value
        sizes = [self._sizes.get(id(child), 1) for child in _children(node)]
        self._sizes[identity] = 1 + sum(sizes)
        if self._sizes[identity] > MOST_VALUES >= max(sizes):
            self._wrong(node, f"aliases make more than {MOST_VALUES:,} values of it", "write out what it means")
        return value

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        convert = _CONVERT.get(node.tag)
        if convert is None:
            return self._wrong_tag(node)
        if node.tag != _STRING and _core_tag(node.value) != node.tag:
            return self._wrong(node, f"{node.value!r} is not what its tag says", "remove the tag")
        value = convert(node.value)
        if node.tag == _FLOAT and not isfinite(value):
            return self._wrong(node, f"{node.value} is no JSON number", "quote it, or write a number")
        return value

    def _sequence(self, node: yaml.Node) -> Json:
        if node.tag != _SEQUENCE:
            return self._wrong_tag(node)
        return [self.build(child) for child in node.value]

    def _mapping(self, node: yaml.Node) -> Json:
        if node.tag != _MAPPING:
            return self._wrong_tag(node)
        value: dict[str, Json] = {}
        lines: dict[str, int] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(key, "a key is a list or a mapping", "keys are words")
                continue
            name = key.value
            line = key.start_mark.line + 1
            if name == "<<":
                self._wrong(key, "merge keys ('<<') are not part of YAML 1.2", "write the entries out")
            if name in lines:
                self._wrong(key, f"the key {name!r} stands twice, first on line {lines[name]}", "keep one of the two")
            lines[name] = line
            value[name] = self.build(child)
        return value

    def _wrong_tag(self, node: yaml.Node) -> None:
        self._wrong(node, f"the tag {node.tag!r} means nothing in a contract", "remove the tag")

    def _wrong(self, node: yaml.Node, message: str, fix: str) -> None:
        self.problems.append(Problem(Place(self.path, node.start_mark.line + 1), message, fix))


def _child(node: yaml.Node | None, token: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == token:
                return key.start_mark.line + 1, child
    if isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        child = node.value[int(token)]
        return child.start_mark.line + 1, child
    return None
