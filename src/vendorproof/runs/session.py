"""One vendor at one target: the contract, the client, the evidence, and the verdicts as they come."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TypedDict, Unpack
from urllib.parse import urlsplit

from vendorproof.cases import case_source
from vendorproof.checks.outcome import Blame, Inconclusive, Verdict, Word
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import UsageError
from vendorproof.evidence import Created, CreatedLedger, Evidence
from vendorproof.exchange import Journal, Redactor
from vendorproof.mock import Fault, embedded
from vendorproof.suite import NOTHING_KNOWN, Item, Known, Phase, Repetitions, decide, verdict_of
from vendorproof.target import (
    TARGETS_FILE,
    Client,
    Deadline,
    EmbeddedTransport,
    Shared,
    Target,
    TargetsFile,
    read_targets,
    target_from_url,
)
from vendorproof.target.clock import Clock, RealClock
from vendorproof.target.draft import DEFAULT

EMBEDDED = "mock"
"""The name of the target that needs no network: the vendor's mock inside this process."""


@dataclass(frozen=True)
class Choice:
    """Which target a run goes to: a name of the targets file, a URL, or the embedded mock; and what the command line
    says over what the file says. `allow` None keeps the target's own rights."""

    target: str = EMBEDDED
    targets_file: Path = Path(TARGETS_FILE)
    budget: int | None = None
    rate: float | None = None
    allow: frozenset[Effect] | None = None

    @property
    def is_embedded(self) -> bool:
        return self.target == EMBEDDED


def rights(text: str | None) -> frozenset[Effect] | None:
    """The rights in a list by comma, None where there is no list; raises UsageError for a word that is none."""
    if text is None:
        return None
    try:
        return frozenset(Effect(word.strip()) for word in text.split(",") if word.strip())
    except ValueError as error:
        known = ", ".join(effect.value for effect in Effect)
        raise UsageError(f"--allow: {error}; the rights are {known}") from None


def choose(contract: Contract, choice: Choice) -> Target:
    """The target of a vendor.

    Raises TargetError where its credential is not set or its file is wrong, UsageError where no such target exists.
    """
    if "://" in choice.target:
        found = target_from_url(with_base_path(choice.target, contract), contract)
    else:
        file = read_targets(choice.targets_file)
        found = file.target(_name_of(file, choice.target, contract), contract)
    if choice.allow is not None:
        found = replace(found, allow=choice.allow | {Effect.READ})
    if choice.rate is not None:
        found = replace(found, rate=choice.rate)
    if choice.budget is not None:
        found = replace(found, budget=choice.budget)
    return found


def with_base_path(url: str, contract: Contract) -> str:
    """A URL without any path gets the documented base path; one with a path, if only a slash, stays as it is."""
    return url if urlsplit(url).path else url + urlsplit(contract.base_url).path.rstrip("/")


def _name_of(file: TargetsFile, wanted: str, contract: Contract) -> str:
    """The name of a vendor's target: the one asked for, else the vendor's only one of that environment
    (`--target sandbox`)."""
    own = file.names_of(contract.vendor)
    for name in (wanted, f"{contract.vendor}-{wanted}"):
        if name in own:
            return name
    known = f"it has {', '.join(own)}" if own else f"it has none for {contract.vendor}"
    raise UsageError(f"--target {wanted!r}: no such target of {contract.vendor} in {file.path} ({known})")


class Manner(TypedDict, total=False):
    """How a session goes about it, wherever it is; what each means and is by default, `Session` says."""

    redactor: Redactor | None
    examples: int
    known: Known
    repeat: int
    deadline: Deadline | None
    last: int


class Session:
    """Everything that belongs to one vendor in one run. Use it as a context manager: leaving it removes what the run
    made and closes the connections.

    `known` are the failures that the team accepted; `repeat` are the calls that repeating others may take, 0 for none.
    After `deadline` nothing more is asked; `shared` is what other processes with the same key share; `last` is the
    number of the last exchange of the run that this one goes on from.
    """

    def __init__(
        self,
        contract: Contract,
        target: Target,
        *,
        clock: Clock | None = None,
        transport: EmbeddedTransport | None = None,
        created: CreatedLedger | None = None,
        run_id: str | None = None,
        redactor: Redactor | None = None,
        examples: int = 0,
        known: Known = NOTHING_KNOWN,
        repeat: int = 0,
        deadline: Deadline | None = None,
        shared: Shared | None = None,
        last: int = 0,
    ) -> None:
        self.contract = contract
        self.target = target
        self.journal = Journal(last)
        self.clock = clock or RealClock()
        self.client = Client(
            contract,
            target,
            self.journal,
            self.clock,
            transport=transport,
            redactor=redactor,
            budget=shared.budget if shared else None,
            spacing=shared.spacing if shared else None,
            deadline=deadline,
        )
        self.created = created or CreatedLedger()
        cases = case_source(contract, self.client, examples)
        run_id = run_id or os.urandom(3).hex()
        self.evidence = Evidence(contract, self.client, self.created, run_id, cases)
        self.known = known
        self._repetitions = Repetitions(contract, self.client, run_id, repeat) if repeat else None
        self.verdicts: list[Verdict] = []
        self.residue: tuple[Created, ...] = ()

    def decide(self, item: Item) -> Verdict:
        """Runs one test and keeps its verdict."""
        verdict = decide(item, self.evidence, self.verdicts)
        if verdict.verdict is Word.FAIL and self._repetitions is not None and item.phase is not Phase.KNOWN:
            verdict = self._repetitions.confirm(item, verdict, self.evidence)
        verdict = self.known.accept(verdict)
        self.verdicts.append(verdict)
        return verdict

    def keep(self, verdict: Verdict) -> Verdict:
        """Keeps a verdict that an earlier run came to; the team may have accepted it since, or no longer."""
        verdict = self.known.accept(replace(verdict, known=""))
        self.verdicts.append(verdict)
        return verdict

    def pass_over(self, item: Item, reason: str) -> Verdict:
        """Keeps an inconclusive verdict for a test that is not run."""
        verdict = verdict_of(item.check, item.obligation, Inconclusive(reason), Blame.ENVIRONMENT)
        self.verdicts.append(verdict)
        return verdict

    @property
    def answered(self) -> bool:
        """Whether anything ever came back."""
        return any(exchange.response is not None for exchange in self.journal)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self, *, thorough: bool = False) -> None:
        """Removes what the run made, then closes the connections; `residue` is what could not be removed, also where an
        interrupt ends the removing."""
        try:
            self.evidence.clean_up(thorough=thorough)
        finally:
            self.residue = tuple(self.created.left())
            self.client.close()
            self.created.close()


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


def exit_code(verdicts: Sequence[Verdict], *, answered: bool) -> int:
    """The documented exit code of a run with these verdicts: our own error before the vendor's."""
    if any(verdict.verdict is Word.ERROR for verdict in verdicts):
        return 4
    if not answered or not any(verdict.verdict in (Word.PASS, Word.FAIL) for verdict in verdicts):
        return 3
    return 1 if any(verdict.red for verdict in verdicts) else 0


__all__ = ["EMBEDDED", "Choice", "Session", "at_mock", "choose", "exit_code", "opened", "rights", "sharing"]
