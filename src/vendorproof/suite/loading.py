"""Finds the suites and imports them, for the runners that do without pytest."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

from vendorproof.contract.place import suites_root
from vendorproof.errors import InternalError


@cache
def suite_modules(root: Path | None = None) -> tuple[ModuleType, ...]:
    """Every suite module below `suites/`, in the order of their names."""
    folder = root or suites_root()
    return tuple(_imported(folder, path) for path in sorted(folder.rglob("test_*.py")))


def _imported(folder: Path, path: Path) -> ModuleType:
    name = "suites." + ".".join(path.relative_to(folder).with_suffix("").parts)
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InternalError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
