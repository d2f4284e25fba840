"""One run: what it refuses before anything is sent, the ledger as verdicts come, and its end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.outcome import Word
from vendorproof.contract import contracts_root, load_contract
from vendorproof.contract.model import Contract
from vendorproof.errors import ContractError, TargetError, UsageError
from vendorproof.runs.choice import Choice
from vendorproof.runs.options import RunOptions
from vendorproof.runs.run import Run, fingerprint

FEW = ("leadiosa.versioning", "leadiosa.pagination.limit-honoured")


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract(contracts_root() / "leadiosa")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VENDORPROOF_ALLURE", "none")
    monkeypatch.setenv("VENDORPROOF_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("LEADIOSA_TOKEN", raising=False)


Begin = Callable[..., Run]


@pytest.fixture
def begin(contract: Contract, tmp_path: Path) -> Begin:
    """Begins runs of the vendor; `given` are fields of the options."""

    def make(*contracts: Contract, **given: Any) -> Run:
        options = RunOptions(**{"select": FEW, "report_dir": tmp_path / "out", **given})
        return Run(options, {one.vendor: one for one in contracts or (contract,)})

    return make


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "ledger.jsonl").read_text("utf-8").splitlines()]


def decided(run: Run) -> list[Word]:
    return [run.decide(item).verdict for item in run.items.values()]


def test_a_run_writes_what_it_finds(begin: Begin, tmp_path: Path) -> None:
    run = begin()
    assert not (tmp_path / "out").exists()
    words = decided(run)
    assert set(words) == {Word.PASS}
    finished = run.finish()
    header, *found, footer = lines(tmp_path / "out")
    assert (header["kind"], header["vendors"], header["target"]) == ("header", ["leadiosa"], "mock")
    assert [line["verdict"] for line in found] == [word.value for word in words]
    assert (footer["kind"], footer["exit_code"], footer["complete"]) == ("footer", 0, True)
    assert footer["calls"] == len(run.exchanges)
    assert finished.footer.exit_code == 0
    assert finished.paths.page.is_file()
    assert not finished.live


def test_a_verdict_is_on_disk_before_the_next(begin: Begin, tmp_path: Path) -> None:
    run = begin()
    for count, item in enumerate(run.items.values(), 1):
        verdict = run.decide(item)
        written = lines(tmp_path / "out")
        assert len(written) == count + 1
        assert (written[-1]["requirement"], written[-1]["operation"]) == (verdict.requirement, verdict.operation)
    run.finish()


def test_without_a_footer_there_is_no_result(begin: Begin, tmp_path: Path) -> None:
    run = begin()
    run.decide(next(iter(run.items.values())))
    assert lines(tmp_path / "out")[-1]["kind"] == "verdict"
    finished = run.finish()
    assert not finished.footer.complete
    assert not lines(tmp_path / "out")[-1]["complete"]


def test_a_run_is_complete_when_what_it_was_to_decide_is_decided(begin: Begin) -> None:
    run = begin()
    first = next(iter(run.items.values()))
    run.decide(first)
    before = run.complete
    run.expect([first.obligation.id])
    assert (before, run.complete, run.finish().footer.complete) == (False, True, True)


def test_an_interrupted_run_says_by_what(begin: Begin) -> None:
    run = begin()
    run.decide(next(iter(run.items.values())))
    footer = run.finish(interrupted=2).footer
    assert (footer.exit_code, footer.complete) == (130, False)


def test_several_vendors_are_one_run(contract: Contract, begin: Begin, tmp_path: Path) -> None:
    other = load_contract(contracts_root() / "athena")
    run = begin(contract, other, select=("pagination.limit_honoured",))
    assert {item.obligation.contract.vendor for item in run.items.values()} == {"athena", "leadiosa"}
    decided(run)
    run.finish()
    assert {line["vendor"] for line in lines(tmp_path / "out")[1:-1]} == {"athena", "leadiosa"}
    assert {exchange.vendor for exchange in run.exchanges} == {"athena", "leadiosa"}


@pytest.mark.parametrize("budget", [0, 1, 4])
def test_a_budget_passes_over_what_it_does_not_reach(begin: Begin, budget: int) -> None:
    run = begin(choice=Choice(budget=budget))
    words = decided(run)
    assert len(run.exchanges) <= budget
    over = [one for one in run.verdicts if one.reason == f"the budget of {budget} calls goes to others"]
    assert over
    assert {one.verdict for one in over} == {Word.INCONCLUSIVE}
    assert words.count(Word.PASS) == len(words) - len(over)
    assert run.finish().footer.exit_code == (0 if budget else 3)


def test_a_selector_that_matches_nothing(begin: Begin, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="matches no requirement"):
        begin(select=("leadiosa.versoning",))
    assert not (tmp_path / "out").exists()


def test_a_vendor_without_any_check(contract: Contract, begin: Begin) -> None:
    bare = replace(contract, requirements=tuple(one for one in contract.requirements if one.check is None))
    with pytest.raises(UsageError, match="nothing to run"):
        begin(bare, select=())


def test_a_requirement_that_names_no_check(contract: Contract, begin: Begin) -> None:
    wrong = [
        replace(one, check="auth.mising_refused") if one.check == "auth.missing_refused" else one
        for one in contract.requirements
    ]
    with pytest.raises(ContractError, match=r"auth\.mising_refused") as caught:
        begin(replace(contract, requirements=tuple(wrong)))
    assert "requirements.yaml:" in str(caught.value)


def test_a_credential_that_is_not_set(begin: Begin, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="LEADIOSA_TOKEN"):
        begin(choice=Choice("http://127.0.0.1:9"))
    assert not (tmp_path / "out").exists()


def test_a_fingerprint_is_of_the_files(contract: Contract, tmp_path: Path) -> None:
    copied = replace(contract, folder=Path(shutil.copytree(contract.folder, tmp_path / "leadiosa")))
    assert fingerprint(copied) == fingerprint(contract)
    with (copied.folder / "known.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# a word\n")
    assert fingerprint(copied) != fingerprint(contract)
