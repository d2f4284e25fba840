"""targets.toml: where requests go and with what rights. docs/targets.md explains every key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from vendorproof.contract import pointer
from vendorproof.contract.model import Contract, Effect
from vendorproof.contract.schemas import schema_problems
from vendorproof.contract.wording import suggest
from vendorproof.errors import Place, Problem, TargetError, UsageError
from vendorproof.exchange.secrecy import discreet
from vendorproof.target.access import access_of, scoping_values
from vendorproof.target.address import checked_base_url
from vendorproof.target.draft import Draft
from vendorproof.target.environment import read_environment
from vendorproof.target.pasted import Discreet, pasted
from vendorproof.target.profile import READ_ONLY, Binding, Environment, Target, Timeouts
from vendorproof.target.rights import effects_of
from vendorproof.target.route import climbs, route
from vendorproof.target.toml_source import TomlSource, read_toml

Json = Any

TARGETS_FILE: Final = "targets.toml"
"""The file's name, in the folder where the command runs."""

_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_LONGEST_VARIABLE: Final = 64
_VARIABLES: Final = ("credentials", "proxy")
"""Keys that name environment variables; the proxy may be a URL instead."""

_FILES: Final = ("tls_roots", "known")
"""Keys that name one file, relative to the targets file."""


@dataclass(frozen=True)
class TargetsFile:
    """A targets file that keeps its schema. Environment variables are looked at only when a target is asked for."""

    source: TomlSource

    @property
    def path(self) -> Path:
        return self.source.path

    @property
    def names(self) -> tuple[str, ...]:
        """The targets, in the order of the file."""
        return tuple(self.source.data["targets"])

    @property
    def known_files(self) -> tuple[Path, ...]:
        """The files of known deviations that targets name, each once."""
        named = [table["known"] for table in self.source.data["targets"].values() if "known" in table]
        return tuple(self.path.parent / name for name in dict.fromkeys(named))

    def vendor_of(self, name: str) -> str:
        """The vendor of a target. Raises UsageError, with the likely name, where there is no such target."""
        return str(self._table(name)["vendor"])

    def names_of(self, vendor: str) -> tuple[str, ...]:
        """The targets of a vendor."""
        return tuple(name for name in self.names if self.vendor_of(name) == vendor)

    def target(self, name: str, contract: Contract, environ: Mapping[str, str] | None = None) -> Target:
        """One target, its secrets taken from `environ` (default: the process's) and the .env file beside the file.

        Raises UsageError where there is no such target; TargetError where it does not fit the contract or its default
        credential is not set. Of other roles that are not set, `Target.unset` tells the variables.
        """
        table = self._table(name)
        problems = list(self._misfits(name, contract))
        if problems:
            raise TargetError(*map(Discreet(self.source.data).problem, problems))
        environment = read_environment(self.path.parent, environ)
        place = self.source.place(_at(name))
        kind = Environment(table["environment"])
        base_url = checked_base_url(
            table.get("base_url", contract.base_url), kind, self.source.place(_at(name, "base_url"))
        )
        access = access_of(contract, table.get("credentials", {}), environment, lambda role: self._role(name, role))
        target = Target(
            name=name,
            vendor=contract.vendor,
            base_url=base_url,
            environment=kind,
            allow=READ_ONLY | {Effect(word) for word in table.get("allow", ())},
            values=scoping_values(contract, environment) | table.get("values", {}),
            place=place,
            **_plain(table, self.path.parent),
        )
        proxy = access.proxy(base_url, table.get("proxy"), self.source.place(_at(name, "proxy")))
        return replace(target, credentials=access.credentials, logins=access.logins, unset=access.unset, proxy=proxy)

    def credential(self, name: str, role: str) -> str | Mapping[str, str] | None:
        """The variable, or for a login the variables by field, that hold a role's credential; None where the file does
        not say. Raises UsageError where there is no such target."""
        named: str | Mapping[str, str] | None = self._table(name).get("credentials", {}).get(role)
        return named

    def problems(self, contracts: Mapping[str, Contract]) -> tuple[Problem, ...]:
        """What does not fit the contracts, in the order of the file. No environment variable is looked at."""
        found: list[Problem] = []
        for name in self.names:
            contract = contracts.get(self.vendor_of(name))
            if contract is None:
                vendor = self.vendor_of(name)
                message = f"there is no contract of {vendor!r}"
                found.append(self.source.problem(_at(name, "vendor"), message, suggest(vendor, contracts)))
            else:
                found += self._misfits(name, contract)
        words = Discreet(self.source.data)
        return tuple(words.problem(problem) for problem in sorted(found, key=lambda problem: problem.place.line))

    def _table(self, name: str) -> Mapping[str, Json]:
        targets: Mapping[str, Mapping[str, Json]] = self.source.data["targets"]
        if name not in targets:
            raise UsageError(f"{self.path}: there is no target {discreet(repr(name))}; {suggest(name, targets)}")
        return targets[name]

    def _role(self, name: str, role: str) -> Place:
        return self.source.place(_at(name, "credentials", role))

    def _misfits(self, name: str, contract: Contract) -> Iterator[Problem]:
        table = self._table(name)
        if table["vendor"] != contract.vendor:
            message = f"the target is one of {table['vendor']!r}, not of {contract.vendor!r}"
            yield self.source.problem(_at(name, "vendor"), message, "name a target of the vendor")
            return
        operations = [operation.id for operation in contract.operations]
        for key in ("bodies", "bindings", "files"):
            yield from self._unknown(_at(name, key), "operation", table.get(key, {}), operations)
        yield from self._misbound(name, contract)
        for tenant, ids in table.get("ids", {}).items():
            yield from self._unknown(_at(name, "ids", tenant), "resource", ids, contract.conventions.resources)
        for index, provocation in enumerate(table.get("confirmed", ())):
            if provocation not in contract.conventions.provocations:
                message = f"no provocation is called {provocation!r}"
                fix = suggest(provocation, contract.conventions.provocations)
                yield self.source.problem(_at(name, "confirmed", str(index)), message, fix)
        yield from self._login_misfits(name, contract)
        for at, path in _paths(name, table):
            if not (self.path.parent / path).is_file():
                fix = f"the name is relative to {self.path.parent}"
                yield self.source.problem(at, f"there is no such file: {path}", fix)

    def _unknown(self, at: str, what: str, given: Mapping[str, Json], known: Any) -> Iterator[Problem]:
        for key in given:
            if key not in known:
                message = f"no {what} is called {key!r}"
                yield self.source.problem(f"{at}{pointer.join(key)}", message, suggest(key, known))

    def _misbound(self, name: str, contract: Contract) -> Iterator[Problem]:
        """Bindings that leave their place, and those by which an operation needs a right that the target does not
        give: a binding lifts none."""
        table = self._table(name)
        allowed = {Effect.READ, *map(Effect, table.get("allow", ()))}
        bindings = {key: Binding(**binding) for key, binding in table.get("bindings", {}).items()}
        bound = Target(name, contract.vendor, contract.base_url, Environment.SANDBOX, bindings=bindings)
        for key in bindings.keys() & {operation.id for operation in contract.operations}:
            operation = contract.operation(key)
            place = route(operation, bound)
            at = _at(name, "bindings", key)
            if climbs(place.path):
                fix = "write the path below the base URL, as the vendor documents it"
                yield self.source.problem(at, f"the path {place.path!r} climbs out of its place", fix)
                continue
            draft = Draft(place.method, place.path, operation=key, effects=operation.effects)
            missing = effects_of(draft, contract, bound) - operation.effects - allowed
            for effect in sorted(missing):
                message = f"{place.method} {place.path} needs the right {effect.value!r}, which {key} alone does not"
                fix = f'bind what {key} really is, or allow it: allow = [..., "{effect.value}"]'
                yield self.source.problem(at, message, fix)

    def _login_misfits(self, name: str, contract: Contract) -> Iterator[Problem]:
        login = contract.conventions.authentication.login
        for role, given in self._table(name).get("credentials", {}).items():
            if isinstance(given, str):
                continue
            at = _at(name, "credentials", role)
            if login is None:
                variable = contract.conventions.authentication.variable
                fix = f'write the one variable of the credential: {role} = "{variable}"'
                yield self.source.problem(at, f"{contract.title} documents no login", fix)
                continue
            yield from self._unknown(at, "field of the login", given, login.request)
            for field in login.request:
                if field not in given:
                    yield self.source.problem(at, f"the login's {field!r} is missing", f'add {field} = "VARIABLE"')


def read_targets(path: Path) -> TargetsFile:
    """A targets file.

    Raises TargetError for one that can't be read, is no TOML or breaks contracts/schema/targets.schema.json: every
    problem with its line and the likely fix. What looks like a secret in the place of a variable's name is not shown.
    """
    source = read_toml(path)
    no_variables: list[Problem] = []
    shown = replace(source, data=_without_secrets(source, no_variables))
    words = Discreet(source.data)
    problems = [*no_variables, *pasted(shown), *schema_problems(shown, "targets", show=words.show)]
    if problems:
        raise TargetError(*map(words.problem, sorted(problems, key=lambda problem: problem.place.line)))
    return TargetsFile(source)


def _without_secrets(source: TomlSource, problems: list[Problem]) -> Json:
    """The document with a harmless name in place of whatever is no variable's name, so that no message repeats it."""

    def harmless(at: str, value: Json) -> Json:
        if isinstance(value, dict):
            return {key: harmless(at + pointer.join(key), item) for key, item in value.items()}
        if isinstance(value, list):
            return [harmless(at, item) for item in value]
        if not isinstance(value, str) or (_VARIABLE.fullmatch(value) and len(value) <= _LONGEST_VARIABLE):
            return value
        message = "not the name of an environment variable in capitals (not shown, it may be the secret itself)"
        problems.append(source.problem(at, message, "set a variable, here or in .env, and write its name"))
        return "VARIABLE"

    targets = source.data.get("targets")
    if not isinstance(targets, dict):
        return source.data

    def cleaned(name: str, table: Json) -> Json:
        if not isinstance(table, dict):
            return table
        named = [key for key in _VARIABLES if key in table and not (key == "proxy" and "://" in str(table[key]))]
        return {**table, **{key: harmless(_at(name, key), table[key]) for key in named}}

    return {**source.data, "targets": {name: cleaned(name, table) for name, table in targets.items()}}


def _at(name: str, *keys: str) -> str:
    return pointer.join("targets", name, *keys)


def _paths(name: str, table: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for key in _FILES:
        if key in table:
            yield _at(name, key), table[key]
    for operation, files in table.get("files", {}).items():
        for index, file in enumerate(files):
            yield _at(name, "files", operation) + pointer.join(index), file


def _plain(table: Mapping[str, Json], folder: Path) -> dict[str, Any]:
    """The keys that mean what they say; of those that are not given the target's own defaults hold."""
    given: dict[str, Any] = {
        key: table[key]
        for key in (
            "budget", "rate", "drain", "http_url", "bodies", "values_of",
            "max_seconds", "max_wait", "max_body_bytes", "max_redirects",
        )
        if key in table
    }  # fmt: skip
    usual = Timeouts()
    given["timeouts"] = Timeouts(
        connect=table.get("connect_timeout", usual.connect), read=table.get("read_timeout", usual.read)
    )
    given["ids"] = {
        tenant: {resource: tuple(ids) for resource, ids in known.items()}
        for tenant, known in table.get("ids", {}).items()
    }
    given["bindings"] = {key: Binding(**binding) for key, binding in table.get("bindings", {}).items()}
    given["files"] = {key: tuple(folder / file for file in files) for key, files in table.get("files", {}).items()}
    given["confirmed"] = frozenset(table.get("confirmed", ()))
    given |= {key: folder / table[key] for key in _FILES if key in table}
    return given
