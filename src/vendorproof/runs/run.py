"""One run: which items there are, the session of each vendor, the ledger as verdicts come, the report at the end."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from vendorproof import __version__
from vendorproof.checks.outcome import Verdict
from vendorproof.checks.registry import check_parameters
from vendorproof.contract.files import writable
from vendorproof.contract.lint import demand_checks
from vendorproof.contract.model import Contract
from vendorproof.drift import pins, write_pins
from vendorproof.errors import TimeOver, UsageError
from vendorproof.evidence import Created, CreatedLedger, ledgers_in
from vendorproof.exchange import Redactor
from vendorproof.exchange.model import Exchange
from vendorproof.report import (
    NOTHING,
    FinishedRun,
    Former,
    LedgerWriter,
    Paths,
    RunFooter,
    RunHeader,
    State,
    read_former,
    without_access,
    write_report,
)
from vendorproof.runs.choice import choose
from vendorproof.runs.known import known_at
from vendorproof.runs.opening import opened
from vendorproof.runs.options import RunOptions
from vendorproof.runs.session import Session, exit_code
from vendorproof.runs.spending import Spending
from vendorproof.suite import Item, Phase, items, known_items, selected, suite_modules
from vendorproof.target import Deadline
from vendorproof.target.clock import Tell, nobody


@dataclass(frozen=True)
class Finished:
    """What a run came to. `without_access` names the vendors that could not be got at, `residue` is what could not be
    removed, `earlier` how many things other runs left that the report folder still tells of."""

    footer: RunFooter
    without_access: tuple[str, ...]
    paths: Paths
    residue: tuple[Created, ...]
    earlier: int
    live: bool


class Run:
    """One run over one or more vendors. Sessions open when their first item is decided.

    Raises, before anything is sent, ContractError for a requirement that names no check, UsageError for a selector that
    matches nothing or for nothing to go on from, TargetError where a credential is missing.
    """

    def __init__(
        self, options: RunOptions, contracts: Mapping[str, Contract], modules: Sequence[ModuleType] | None = None
    ) -> None:
        self.options = options
        self.contracts = contracts
        demand_checks(contracts.values(), check_parameters())
        modules = suite_modules() if modules is None else modules
        found = items(modules, contracts)
        chosen = selected(found, options.select)
        if not chosen:
            raise UsageError("nothing to run: no requirement of the chosen vendors has a check")
        self._known = known_at(contracts, options.choice, options.known)
        for vendor, contract in contracts.items():
            chosen += known_items(modules, contract, self._known[vendor], found, chosen)
        chosen.sort(key=lambda item: item.turn)
        self.items: dict[str, Item] = {item.obligation.id: item for item in chosen}
        live = {} if options.choice.is_embedded else contracts
        self._targets = {vendor: choose(contract, options.choice) for vendor, contract in live.items()}
        self._redactor = self._knowing_the_keys()
        self._former = self._read_former() if options.resume else NOTHING
        self._kept: dict[str, Verdict] = {}
        decided = frozenset(name for name, item in self.items.items() if self._decided_before(item) is not None)
        self._spending = Spending(options, contracts, self._targets, decided)
        self._expected = frozenset(self.items)
        self._decided: set[str] = set()
        self._sessions: dict[str, Session] = {}
        self._stack = ExitStack()
        self._ledger: LedgerWriter | None = None
        self._began = time.monotonic()
        self._deadline = None if options.max_time is None else Deadline(options.max_time)
        self._header: RunHeader | None = None
        self.tell: Tell = nobody
        """Whom the run tells of waits that would be noticed."""

    def _knowing_the_keys(self) -> Redactor:
        redactor = Redactor()
        for target in self._targets.values():
            for label, secret in target.secrets.items():
                redactor.add(label, secret)
        return redactor

    @property
    def redactor(self) -> Redactor:
        """Knows every secret of the targets, and each that the open sessions are given."""
        return self._redactor

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Every verdict so far."""
        return tuple(verdict for session in self._sessions.values() for verdict in session.verdicts)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every exchange so far, vendor by vendor; first those of the run that this one goes on from."""
        own = (exchange for session in self._sessions.values() for exchange in session.journal)
        return (*self._former.exchanges, *own)

    @property
    def begun(self) -> bool:
        """Whether anything was decided, or about to be."""
        return self._ledger is not None

    @property
    def state(self) -> State:
        """How far the run is, for whoever looks on."""
        budgets = [session.client.budget for session in self._sessions.values()]
        left = budgets[-1].left if budgets else None
        time_left = None if self._deadline is None else self._deadline.left
        return State(sum(budget.spent for budget in budgets), left, time.monotonic() - self._began, time_left)

    def judged(self, verdict: Verdict) -> list[Exchange]:
        """The exchanges that a verdict rests on, as far as they are known."""
        wanted = frozenset(verdict.exchanges)
        own = self.session(verdict.vendor).journal
        before = [one for one in self._former.exchanges if one.vendor == verdict.vendor and one.number in wanted]
        first = self._former.last_number(verdict.vendor)
        return [*before, *(own[number] for number in verdict.exchanges if number > first)]

    def session(self, vendor: str) -> Session:
        """The session of a vendor, opened when it is first asked for."""
        if vendor not in self._sessions:
            run_id = os.urandom(3).hex()
            path = self.options.report_dir / f"created-{vendor}-{run_id}.jsonl"
            context = opened(
                self.contracts[vendor],
                self.options.choice,
                created=CreatedLedger(path, self._redactor.text),
                run_id=run_id,
                redactor=self._redactor,
                examples=self.options.examples,
                known=self._known[vendor],
                repeat=self._spending.repeats(vendor),
                deadline=self._deadline,
                last=self._former.last_number(vendor),
                looks_first=self._spending.looks_first(vendor),
                tell=lambda words: self.tell(f"{vendor}: {words}"),
            )
            self._sessions[vendor] = self._stack.enter_context(context)
        return self._sessions[vendor]

    def open_folder(self) -> None:
        """Makes the report folder. Raises UsageError where nothing can be written there, before anything is sent."""
        folder = self.options.report_dir
        try:
            writable(folder)
        except OSError as error:
            fix = "name a folder that you may write to, on a disk with room"
            where = f"--report-dir {str(folder)!r}"
            raise UsageError(f"{where} can't be written: {error.strerror or error}\n    fix: {fix}") from None

    def expect(self, ids: Iterable[str]) -> None:
        """Says which obligations are to be decided, by their ids; all that were chosen where nobody says."""
        self._expected = frozenset(ids)

    @property
    def complete(self) -> bool:
        """Whether every obligation that is to be decided has a verdict, be it that it could not be."""
        return self._expected <= self._decided

    def decide(self, item: Item) -> Verdict:
        """The verdict of one item, written to the ledger before this returns."""
        verdict = self._decide(item)
        self._decided.add(item.obligation.id)
        return verdict

    def _decide(self, item: Item) -> Verdict:
        writer = self._writer()
        if item.obligation.id in self._kept:
            return self._kept[item.obligation.id]
        session = self.session(item.obligation.contract.vendor)
        over = self._over(item)
        if over is not None:
            verdict = session.pass_over(item, str(over), over.need)
        elif self._spending.affords(item):
            verdict = session.decide(item)
        else:
            verdict = session.pass_over(item, f"the budget of {self.options.choice.budget} calls goes to others")
        writer.verdict(verdict)
        return verdict

    def _over(self, item: Item) -> TimeOver | None:
        """That no time is left to decide an item; what the team accepted is judged by verdicts alone."""
        if self._deadline is None or item.phase is Phase.KNOWN:
            return None
        try:
            self._deadline.check()
        except TimeOver as over:
            return over
        return None

    def _read_former(self) -> Former:
        options = self.options
        header = RunHeader(
            version=__version__,
            started="",
            vendors=tuple(self.contracts),
            target=options.choice.target,
            environment="",
            base_urls={vendor: target.base_url for vendor, target in self._targets.items()},
            contracts={vendor: fingerprint(contract) for vendor, contract in self.contracts.items()},
        )
        return read_former(options.report_dir, header, self._redactor)

    def _decided_before(self, item: Item) -> Verdict | None:
        """The verdict of the run that this one goes on from; what the team accepted is judged anew by all verdicts."""
        if item.phase is Phase.KNOWN:
            return None
        key = (item.obligation.requirement.id, item.obligation.place, item.check.name)
        return self._former.verdicts.get(key)

    def _writer(self) -> LedgerWriter:
        if self._ledger is None:
            # What an earlier run decided stays readable, should this one be killed at once.
            path = self.options.report_dir / "ledger.jsonl"
            beside = path.with_name("ledger.jsonl.new")
            with LedgerWriter(beside, self._redactor) as beginning:
                beginning.header(self.header())
                for item in self.items.values():
                    verdict = self._decided_before(item)
                    if verdict is not None:
                        kept = self.session(verdict.vendor).keep(verdict)
                        self._kept[item.obligation.id] = kept
                        beginning.verdict(kept)
            beside.replace(path)
            self._ledger = LedgerWriter(path, self._redactor, onward=True)
        return self._ledger

    def header(self) -> RunHeader:
        """What is known before the first verdict."""
        if self._header is None:
            targets = {vendor: self.session(vendor).target for vendor in self.contracts}
            self._header = RunHeader(
                version=__version__,
                started=datetime.now(UTC).isoformat(timespec="seconds"),
                vendors=tuple(self.contracts),
                target=self.options.choice.target,
                environment=", ".join(sorted({str(target.environment) for target in targets.values()})),
                base_urls={vendor: target.base_url for vendor, target in targets.items()},
                selection=self.options.select,
                budget=self.options.choice.budget,
                contracts={vendor: fingerprint(contract) for vendor, contract in self.contracts.items()},
            )
        return self._header

    def finish(self, *, interrupted: int = 0) -> Finished:
        """Removes what the run made, closes the sessions, writes the footer and the report. `interrupted` is the signal
        that ended the run, 0 where none did."""
        writer = self._writer()
        try:
            self._stack.close()
        except KeyboardInterrupt:
            # Whoever interrupts the tidying up as well wants out; what is left stands in the ledger of created things.
            interrupted = interrupted or signal.SIGINT
        verdicts, exchanges = self.verdicts, self.exchanges
        answered = any(session.answered for session in self._sessions.values())
        complete = self.complete and not interrupted
        code = exit_code(verdicts, answered=answered, complete=complete)
        footer = RunFooter.of(
            verdicts,
            calls=len(exchanges),
            seconds=round(time.monotonic() - self._began, 3),
            exit_code=128 + interrupted if interrupted else code,
            complete=complete,
        )
        writer.footer(footer)
        writer.close()
        finished = FinishedRun(
            self.header(), footer, verdicts, tuple(self.contracts.values()), exchanges, self._redactor
        )
        residue = tuple(thing for session in self._sessions.values() for thing in session.residue)
        observed = [pin for contract in self.contracts.values() for pin in pins(contract, exchanges)]
        write_pins(self.options.report_dir, observed, self._redactor)
        paths = write_report(self.options.report_dir, finished)
        live = not self.options.choice.is_embedded
        return Finished(footer, without_access(verdicts), paths, residue, self._left_earlier() if live else 0, live)

    def _left_earlier(self) -> int:
        own = {session.created.path for session in self._sessions.values()}
        others = (path for path in ledgers_in(self.options.report_dir) if path not in own)
        return sum(_left_in(path) for path in others)


def _left_in(path: Path) -> int:
    """How many things a ledger tells of; 0 for one that this installation did not write, which `clean` refuses."""
    try:
        return sum(1 for _ in CreatedLedger(path).left())
    except UsageError:
        return 0


def fingerprint(contract: Contract) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of a contract's files."""
    digest = hashlib.sha256()
    for path in sorted(contract.folder.glob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
