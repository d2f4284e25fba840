"""Sessions where they are asked for: at the vendor's embedded mock, or at the chosen target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Unpack

from vendorproof.contract.model import Contract
from vendorproof.evidence import CreatedLedger
from vendorproof.mock import Fault, embedded
from vendorproof.runs.choice import Choice, choose
from vendorproof.runs.session import Manner, Session
from vendorproof.target import EmbeddedTransport, Shared, Target
from vendorproof.target.draft import DEFAULT


@contextmanager
def at_mock(
    contract: Contract,
    *,
    faults: Sequence[Fault] = (),
    variants: Sequence[str] = (),
    budget: int | None = None,
    like: Target | None = None,
    **manner: Unpack[Manner],
) -> Iterator[Session]:
    """A session at the vendor's embedded mock; with `like` it has no more rights, roles and values than that target."""
    mock = embedded(contract, faults=faults, variants=variants)
    target = mock.target if budget is None else replace(mock.target, budget=budget)
    if like is not None:
        target = _limited(target, like)
    with ExitStack() as stack:
        transport = EmbeddedTransport(mock.app)
        stack.callback(transport.close)
        session = Session(contract, target, clock=mock.clock, transport=transport, run_id="embedded", **manner)
        stack.enter_context(session)
        yield session


def _limited(mock: Target, like: Target) -> Target:
    """The mock's target with no more than another target has."""
    wanted = like.roles | {DEFAULT}
    roles = {role: secret for role, secret in mock.credentials.items() if role in wanted}
    logins = {role: fields for role, fields in mock.logins.items() if role in wanted}
    told = {
        tenant: {resource: ids for resource, ids in own.items() if resource in like.ids.get(tenant, {})}
        for tenant, own in mock.ids.items()
    }
    return replace(
        mock,
        allow=like.allow,
        credentials=roles,
        logins=logins,
        ids={tenant: ids for tenant, ids in told.items() if ids},
        values=_known_to(like, DEFAULT, mock.values),
        values_of={role: _known_to(like, role, values) for role, values in mock.values_of.items()},
        bodies={operation: body for operation, body in mock.bodies.items() if operation in like.bodies},
        drain=like.drain,
        confirmed=like.confirmed,
    )


def _known_to(like: Target, role: str, values: Mapping[str, str]) -> dict[str, str]:
    """Those of the mock's values that the tester of another target has as well."""
    return {name: value for name, value in values.items() if like.value(name, role) is not None}


@contextmanager
def opened(
    contract: Contract,
    choice: Choice,
    *,
    created: CreatedLedger | None = None,
    run_id: str | None = None,
    **manner: Unpack[Manner],
) -> Iterator[Session]:
    """A session at the chosen target.

    Raises TargetError and UsageError as `choose` does, and UsageError where a budget or rate can't be shared with other
    processes.
    """
    if choice.is_embedded:
        with at_mock(contract, budget=choice.budget, **manner) as session:
            yield session
        return
    target = choose(contract, choice)
    with ExitStack() as stack:
        shared = sharing(target, stack)
        session = Session(contract, target, created=created, run_id=run_id, shared=shared, **manner)
        yield stack.enter_context(session)


def sharing(target: Target, stack: ExitStack) -> Shared | None:
    """What other processes with the same key share, let go of with the stack; None where nothing is limited."""
    if target.budget is None and target.rate is None:
        return None
    shared = Shared(target)
    stack.callback(shared.close)
    return shared
