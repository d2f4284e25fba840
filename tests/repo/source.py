"""The source as modules: what each imports, and whether arrows go in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = "vendorproof"
SOURCE = ROOT / "src" / PACKAGE


@dataclass(frozen=True)
class Module:
    """One module: its dotted name, its tree, the room it lies in."""

    name: str
    tree: ast.Module
    package: bool = False

    @property
    def room(self) -> str:
        parts = self.name.split(".")
        if parts[0] == "suites":
            return "suites"
        return parts[1] if len(parts) > 1 else ""


def _modules(folder: Path, top: str) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        parts = [top, *path.relative_to(folder).with_suffix("").parts]
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        yield Module(name, ast.parse(path.read_text(encoding="utf-8"), str(path)), package)


MODULES = [*_modules(SOURCE, PACKAGE), *_modules(ROOT / "suites", "suites")]


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported at any depth; `from a import b` gives `a.b`, as b may be a module."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names):
                for alias in names:
                    yield node.lineno, alias.name
            case ast.ImportFrom(source, names, level):
                parts = module.name.split(".")
                keep = len(parts) - level + module.package if level else 0
                base = ".".join([*parts[:keep], *([source] if source else [])])
                for alias in names:
                    yield node.lineno, f"{base}.{alias.name}"
            case ast.Call(ast.Name("__import__") | ast.Attribute(attr="import_module"), [ast.Constant(str(name)), *_]):
                yield node.lineno, name


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """A way that leads from somewhere back to it, empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
