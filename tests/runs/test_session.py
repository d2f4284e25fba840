"""Which target a run goes to, what belongs to it, and what its verdicts come to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vendorproof.checks.outcome import Blame, Verdict, Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract, Effect
from vendorproof.errors import TargetError, UsageError
from vendorproof.exchange import Redactor
from vendorproof.exchange.model import Exchange
from vendorproof.mock import embedded
from vendorproof.runs.choice import Choice, choose
from vendorproof.runs.opening import at_mock, opened
from vendorproof.runs.session import Session, exit_code, fit_to_show
from vendorproof.suite import Item, items, suite_modules

KEY = "cnry_live_d1/Zq+9fRw0K=x7Lm~Tn3.aB-uVe"
TARGETS = """\
[targets.sandbox]
vendor = "athena"
environment = "sandbox"
[targets.sandbox.credentials]
default = "ATHENA_API_KEY"

[targets.leadiosa-sandbox]
vendor = "leadiosa"
environment = "sandbox"
allow = ["read", "write"]
budget = 300
rate = 4
[targets.leadiosa-sandbox.credentials]
default = "LEADIOSA_TOKEN"
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract(contracts_root() / "leadiosa")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LEADIOSA_TOKEN", "lead_live_0123456789")
    monkeypatch.setenv("VENDORPROOF_STATE", str(tmp_path / "state"))
    path = tmp_path / "targets.toml"
    path.write_text(TARGETS, encoding="utf-8")
    return path


def named(contract: Contract, *names: str) -> list[Item]:
    found = items(suite_modules(), {contract.vendor: contract})
    return [item for item in found if item.obligation.requirement.id in names]


def test_the_embedded_mock_is_the_usual_target() -> None:
    assert Choice().is_embedded
    assert not Choice("sandbox").is_embedded


@pytest.mark.parametrize("name", ["leadiosa-sandbox", "sandbox"])
def test_a_target_goes_by_its_name_or_without_the_vendors(contract: Contract, file: Path, name: str) -> None:
    target = choose(contract, Choice(name, file))
    assert (target.name, target.vendor) == ("leadiosa-sandbox", "leadiosa")
    assert (target.budget, target.rate) == (300, 4)
    assert target.allow == {Effect.READ, Effect.WRITE}


def test_the_command_line_counts_more_than_the_file(contract: Contract, file: Path) -> None:
    target = choose(contract, Choice("sandbox", file, budget=7, rate=0.5, allow=frozenset({Effect.DELETE_OWN})))
    assert (target.budget, target.rate) == (7, 0.5)
    assert target.allow == {Effect.READ, Effect.DELETE_OWN}


def test_a_budget_of_nothing_is_a_budget(contract: Contract, file: Path) -> None:
    assert choose(contract, Choice("sandbox", file, budget=0)).budget == 0


def test_a_target_that_is_not_there(contract: Contract, file: Path) -> None:
    with pytest.raises(UsageError, match=r"no such target of leadiosa in .*targets\.toml \(it has leadiosa-sandbox\)"):
        choose(contract, Choice("staging", file))
    with pytest.raises(UsageError, match="it has none for leni"):
        choose(replace(contract, vendor="leni"), Choice("staging", file))


def test_a_credential_that_is_not_set(contract: Contract, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADIOSA_TOKEN")
    for target in ("sandbox", "http://127.0.0.1:9"):
        with pytest.raises(TargetError, match="LEADIOSA_TOKEN"):
            choose(contract, Choice(target, file))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v1"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000/v2", "http://127.0.0.1:8000/v2"),
        ("http://127.0.0.1:8000/v2/", "http://127.0.0.1:8000/v2"),
    ],
)
def test_a_url_without_a_path_gets_the_documented_one(contract: Contract, file: Path, url: str, base: str) -> None:
    assert choose(contract, Choice(url, file)).base_url.rstrip("/") == base


def test_a_url_is_read_alone(contract: Contract, file: Path) -> None:
    assert choose(contract, Choice("http://127.0.0.1:8000", file)).allow == {Effect.READ}


def verdict(word: Word, *, level: str = "must", basis: str = "stated", known: str = "") -> Verdict:
    return Verdict("acme", "acme.a.b", "*", "a.b", word, level, basis, Blame.VENDOR, 1, known=known)


PASS, FAIL, ERROR = verdict(Word.PASS), verdict(Word.FAIL), verdict(Word.ERROR)
UNDECIDED, PASSED_OVER = verdict(Word.INCONCLUSIVE), verdict(Word.NOT_APPLICABLE)
WARNING = verdict(Word.FAIL, level="should")


@pytest.mark.parametrize(
    ("verdicts", "answered", "code"),
    [
        ([PASS, UNDECIDED, PASSED_OVER], True, 0),
        ([PASS, WARNING], True, 0),
        ([PASS, verdict(Word.FAIL, basis="implied")], True, 0),
        ([PASS, verdict(Word.FAIL, known="they know")], True, 0),
        ([PASS, FAIL], True, 1),
        ([FAIL], True, 1),
        ([UNDECIDED, PASSED_OVER], True, 3),
        ([], True, 3),
        ([PASS], False, 3),
        ([FAIL], False, 3),
        ([PASS, FAIL, ERROR], True, 4),
        ([ERROR], False, 4),
    ],
)
def test_the_exit_code_of_verdicts(verdicts: list[Verdict], answered: bool, code: int) -> None:
    assert exit_code(verdicts, answered=answered) == code


CREATED = "leadiosa.lifecycle.created-is-readable"


def test_leaving_a_session_removes_what_it_made(contract: Contract) -> None:
    with at_mock(contract) as session:
        found = [session.decide(item) for item in named(contract, CREATED)]
        assert {one.verdict for one in found} == {Word.PASS}
        assert session.verdicts == found
        assert session.answered
        made = [thing for thing in session.created.left() if thing.id]
        assert made
    removed = {one.request.path.rpartition("/")[2] for one in session.journal if one.request.method == "DELETE"}
    deletable = {name for name, one in contract.conventions.resources.items() if one.delete}
    assert {thing.id for thing in made if thing.resource in deletable} == removed
    assert {thing.resource for thing in session.residue} == {one.resource for one in made} - deletable


def test_a_session_that_breaks_closes_its_connections(contract: Contract) -> None:
    mock = embedded(contract)

    class Transport:
        closed = False

        def close(self) -> None:
            self.closed = True

    transport = Transport()
    session = Session(contract, mock.target, transport=transport)  # type: ignore[arg-type]

    def fail(**_: object) -> tuple[()]:
        raise ZeroDivisionError

    session.evidence.clean_up = fail  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        session.close()
    assert transport.closed


def test_a_test_that_is_passed_over_is_inconclusive(contract: Contract) -> None:
    with at_mock(contract) as session:
        (item, *_) = named(contract, CREATED)
        found = session.pass_over(item, "no calls for it")
    assert (found.verdict, found.blame, found.reason) == (Word.INCONCLUSIVE, Blame.ENVIRONMENT, "no calls for it")
    assert session.verdicts == [found]
    assert [*session.journal] == []
    assert not session.answered


def test_the_mock_like_another_target_has_no_more_than_that(contract: Contract, file: Path) -> None:
    like = choose(contract, Choice("sandbox", file))
    with at_mock(contract, like=like) as session:
        target = session.target
    assert target.allow == {Effect.READ, Effect.WRITE}
    assert target.roles == {"default"}
    assert target.ids == {}
    assert not target.drain


def test_two_sessions_at_the_mock_send_the_same(contract: Contract) -> None:
    def sent() -> list[Exchange]:
        with at_mock(contract) as session:
            for item in named(contract, CREATED, "leadiosa.pagination.nothing-missing"):
                session.decide(item)
        return [replace(one, elapsed=0.0) for one in session.journal]

    assert sent() == sent()


def test_a_session_opens_at_the_chosen_target(contract: Contract, file: Path) -> None:
    with opened(contract, Choice()) as session:
        assert session.target.name == "mock"
    with opened(contract, Choice("sandbox", file, budget=0)) as session:
        assert session.target.name == "leadiosa-sandbox"
        assert session.client.budget.left == 0


def test_what_a_verdict_quotes_is_redacted_before_it_is_cut() -> None:
    redactor = Redactor({"$KEY": KEY})
    for place in range(0, 700, 9):
        quoted = "x" * place + KEY + "y" * (700 - place)
        failed = replace(verdict(Word.FAIL), expected=quoted, observed=f"{quoted} at /a", reason=quoted)
        fit = fit_to_show(replace(failed, repetition=quoted), redactor)
        shown = f"{fit.expected} {fit.observed} {fit.reason} {fit.repetition}"
        assert [KEY[at : at + 12] for at in range(len(KEY) - 11) if KEY[at : at + 12] in shown] == []
        assert len(shown) < 4 * 660
