"""What a tester would know of the mock: keys, ids, bodies; and the mock bundled with all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from vendorproof.contract.model import Contract, Effect, Kind
from vendorproof.mock.app import Mock
from vendorproof.mock.data.blueprint import Blueprint, blueprint_of
from vendorproof.mock.data.principals import TENANTS
from vendorproof.mock.deviations.fault import Fault
from vendorproof.target.clock import VirtualClock
from vendorproof.target.draft import DEFAULT
from vendorproof.target.gate import DISPOSABLE
from vendorproof.target.profile import Environment, Secret, Target

Json = Any
_KNOWN = 6


@dataclass(frozen=True)
class MockFacts:
    """Everything that a tester of the mock holds in hand. `credentials` by role; `values` for path parameters and
    scoping headers, `values_of` those that another role has instead; `ids` by tenant and resource, under "disposable"
    those that may be changed and deleted; `bodies` by operation id; `variables` what to set in the environment to call
    the mock as the tester."""

    credentials: Mapping[str, str]
    values: Mapping[str, str]
    values_of: Mapping[str, Mapping[str, str]]
    ids: Mapping[str, Mapping[str, tuple[str, ...]]]
    bodies: Mapping[str, Json]
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Embedded:
    """A mock in this process: the application, the clock that a test can turn, and what its tester knows."""

    app: Mock
    clock: VirtualClock
    facts: MockFacts
    target: Target = field(repr=False)


def facts(contract: Contract, mock: Mock | None = None) -> MockFacts:
    """What a tester knows of a vendor's mock; of this one, where its data is not the usual one."""
    mock = mock or Mock(contract)
    blueprint = blueprint_of(contract)
    credentials = {principal.role: principal.credential for principal in blueprint.principals}
    values_of = {tenant: _values(blueprint, tenant) for tenant in TENANTS}
    ids = {tenant: _ids(mock, tenant, 0) for tenant in TENANTS}
    return MockFacts(
        credentials=MappingProxyType(credentials),
        values=values_of.pop(DEFAULT),
        values_of=MappingProxyType(values_of),
        ids=MappingProxyType({**ids, DISPOSABLE: _ids(mock, DEFAULT, _KNOWN)}),
        bodies=MappingProxyType(_bodies(mock)),
        variables=MappingProxyType(_variables(blueprint, credentials)),
    )


def _assumed_bodies(contract: Contract) -> dict[str, Json]:
    """The bodies that the documentation does not give: here our reading of them is the truth."""
    found: dict[str, Json] = {}
    for operation in contract.operations:
        examples = [example for media in operation.request for example in media.examples.values()]
        if "body" not in operation.assumed or not examples:
            continue
        resource = contract.conventions.resources.get(operation.resource or "")
        change = resource.change if resource and operation.kind is Kind.UPDATE else {}
        whole = examples[0] if operation.method == "PUT" or not change else {}
        found[operation.id] = {**whole, **change} if isinstance(whole, dict) else whole
    return found


def _bodies(mock: Mock) -> dict[str, Json]:
    """Our readings of bodies, and in their place the vendor's own: with the id of a thing that is there for its
    resource's name in braces. One that names a thing which is not there is no body that a tester would know."""
    own = {name: _with_ids(mock, body) for name, body in mock.character.bodies.items()}
    known = {name: body for name, body in own.items() if not any(text.startswith("{") for text in _texts(body))}
    return {name: body for name, body in _assumed_bodies(mock.contract).items() if name not in own} | known


def _with_ids(mock: Mock, value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _with_ids(mock, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_ids(mock, inner) for inner in value]
    named = value[1:-1] if isinstance(value, str) and value.startswith("{") and value.endswith("}") else ""
    rows = mock.store.rows(DEFAULT, named) if named in mock.blueprint.shapes else ()
    return rows[0].id if rows else value


def _texts(value: Json) -> list[str]:
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _values(blueprint: Blueprint, tenant: str) -> Mapping[str, str]:
    named = {name: by_tenant[tenant] for name, by_tenant in blueprint.character.values.items() if tenant in by_tenant}
    for context in blueprint.contract.conventions.authentication.context:
        named[context.value] = blueprint.character.context_value(context.value, tenant)
    return MappingProxyType(named)


def _ids(mock: Mock, tenant: str, first: int) -> Mapping[str, tuple[str, ...]]:
    """A few ids of each resource whose things are asked for by id."""
    resources = mock.contract.conventions.resources.values()
    return MappingProxyType(
        {
            resource.name: tuple(row.id for row in mock.store.rows(tenant, resource.name)[first : first + _KNOWN])
            for resource in resources
            if resource.parameter
        }
    )


def _variables(blueprint: Blueprint, credentials: Mapping[str, str]) -> dict[str, str]:
    authentication = blueprint.contract.conventions.authentication
    found = {authentication.variable: credentials[DEFAULT]}
    for context in authentication.context:
        found[context.variable] = blueprint.character.context_value(context.value, DEFAULT)
    if authentication.login is not None:
        for name, variable in authentication.login.request.items():
            found[variable] = blueprint.character.context_value(name, DEFAULT)
    return found


def embedded(
    contract: Contract,
    *,
    faults: Sequence[Fault] = (),
    variants: Sequence[str] = (),
    clock: VirtualClock | None = None,
) -> Embedded:
    """A mock for this process alone, on a clock of its own."""
    clock = clock or VirtualClock()
    app = Mock(contract, faults=faults, variants=variants, clock=clock)
    known = facts(contract, app)
    return Embedded(app, clock, known, _target(contract, known))


def _target(contract: Contract, known: MockFacts) -> Target:
    """The mock as a target that allows everything. The default credential is got by the login where there is one."""
    variable = contract.conventions.authentication.variable
    login = contract.conventions.authentication.login
    fields = {name: Secret(named, known.variables[named]) for name, named in login.request.items()} if login else {}
    return Target(
        name="mock",
        vendor=contract.vendor,
        base_url=f"https://mock.{contract.vendor}.example{urlsplit(contract.base_url).path.rstrip('/')}",
        environment=Environment.MOCK,
        credentials=MappingProxyType(
            {
                role: Secret(variable if role == DEFAULT else f"{variable}_{role.upper()}", credential)
                for role, credential in known.credentials.items()
                if role != DEFAULT or not fields
            }
        ),
        logins=MappingProxyType({DEFAULT: MappingProxyType(fields)} if fields else {}),
        allow=frozenset(Effect),
        ids=known.ids,
        values=known.values,
        values_of=known.values_of,
        bodies=known.bodies,
        drain=True,
        confirmed=frozenset(contract.conventions.provocations),
    )


def export_lines(contract: Contract) -> tuple[str, ...]:
    """The shell lines that make the tester's environment: `export LEADIOSA_TOKEN=…`."""
    return tuple(f"export {name}={value}" for name, value in _exports(contract).items())


def _exports(contract: Contract) -> Mapping[str, str]:
    blueprint = blueprint_of(contract)
    return _variables(blueprint, {principal.role: principal.credential for principal in blueprint.principals})
