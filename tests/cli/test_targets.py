"""What each target could exercise and what it lacks, without a request."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Say
from vendorproof.cli.targets import lines_of
from vendorproof.contract import contracts_root, load_contract
from vendorproof.runs.choice import Choice
from vendorproof.runs.readiness import readiness
from vendorproof.runs.rehearsal import rehearse
from vendorproof.target import read_targets

TARGETS = """
[targets.mine]
vendor = "leni"
environment = "sandbox"
allow = ["read", "write", "delete-own"]
budget = 20

[targets.mine.credentials]
default = "LENI_API_KEY"
revoked = "LENI_REVOKED"

[targets.poor]
vendor = "leadiosa"
environment = "sandbox"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A targets file, and no way out."""

    def sends(*args: object, **given: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", sends)
    monkeypatch.setattr("vendorproof.target.network.NetworkTransport.handle_request", sends)
    monkeypatch.setenv("LENI_API_KEY", "a-key-of-a-tester")
    monkeypatch.delenv("LEADIOSA_TOKEN", raising=False)
    path = tmp_path / "targets.toml"
    path.write_text(TARGETS, "utf-8")
    return path


def test_every_target_is_told(say: Say, file: Path) -> None:
    said = say("targets")
    assert said.code == 0, said.all
    mine, poor = said.out.strip().split("\n\n")
    assert mine.startswith("mine: leni, sandbox, https://")
    assert "  may read, write, delete-own; may not costly, dangerous\n" in mine
    assert "  roles: default, revoked ($LENI_REVOKED is not set)\n" in mine
    assert "  budget: 20 calls (what decides most comes first)\n" in mine
    assert "a credential for the role 'second_tenant'\n" in mine
    assert "[targets.mine.credentials]" in mine
    assert "the right 'write'" not in mine
    assert "[targets.mine.bodies] runModels = {" in mine
    assert "a-key-of-a-tester" not in said.all
    assert poor.startswith("poor: leadiosa, sandbox, https://leadiosa.com/api/v1\n")
    assert "the right 'write'" in poor
    assert "  problem: " in poor
    assert "no credential for Leadiosa: $LEADIOSA_TOKEN not set" in poor
    assert "could decide " in poor
    assert "[targets.poor.bindings] getConversation = {" in poor


def test_what_it_could_decide_is_what_a_run_decides(file: Path) -> None:
    contract = load_contract(contracts_root() / "leni")
    found = readiness(read_targets(file), "mine", contract)
    rehearsal = rehearse(contract, Choice("mine", file))
    assert found.rehearsal is not None
    assert found.rehearsal.decided == rehearsal.decided
    assert found.rehearsal.calls == rehearsal.calls
    undecided = {one for missing in found.missing for one in missing.requirements}
    assert undecided
    assert not undecided & found.rehearsal.decided


def test_what_is_given_is_not_missing(file: Path) -> None:
    contract = load_contract(contracts_root() / "leni")
    before = readiness(read_targets(file), "mine", contract)
    file.write_text(TARGETS.replace('default = "LENI', 'second_tenant = "LENI_API_KEY"\ndefault = "LENI'), "utf-8")
    after = readiness(read_targets(file), "mine", contract)
    needs = [{missing.need for missing in one.missing} for one in (before, after)]
    assert "a credential for the role 'second_tenant'" in needs[0] - needs[1]
    assert len(list(lines_of(after))) < len(list(lines_of(before)))


def test_what_the_target_tells_is_no_reading_of_ours(file: Path) -> None:
    contract = load_contract(contracts_root() / "leni")
    before = readiness(read_targets(file), "mine", contract)
    file.write_text(f'{TARGETS}\n[targets.mine.bodies]\nrunModels = {{prompt = "hello"}}\n', "utf-8")
    after = readiness(read_targets(file), "mine", contract)
    gone = {one.line for one in before.readings} - {one.line for one in after.readings}
    assert gone == {"[targets.mine.bodies] runModels = {...}"}


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (('"leni"', '"lenni"'), 2, "there is no contract of 'lenni'"),
        (('environment = "sandbox"\nallow', 'environment = "moon"\nallow'), 2, "moon"),
        (("budget = 20", "confirmed = ['x']"), 2, "no provocation is called 'x'"),
    ],
)
def test_a_file_that_is_wrong(change: tuple[str, str], code: int, words: str, say: Say, file: Path) -> None:
    file.write_text(TARGETS.replace(*change), "utf-8")
    said = say("targets")
    assert said.code == code
    assert words in said.all


def test_a_target_that_is_not_there(say: Say, file: Path) -> None:
    said = say("targets", "min")
    assert said.code == 2
    assert "there is no target 'min'; did you mean 'mine'?" in said.err


def test_all_names_everything(say: Say, file: Path) -> None:
    assert "(--all)" in say("targets", "mine").out
    assert "(--all)" not in say("targets", "mine", "--all").out
