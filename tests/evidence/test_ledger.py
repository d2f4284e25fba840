"""The ledger of created things: on disk before anything leaves, readable wherever it is cut."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from vendorproof.errors import UsageError
from vendorproof.evidence import Created, CreatedLedger, ledgers_in, residue_lines
from vendorproof.evidence.created.ledger import Origin, read

ORIGIN = Origin("acme", "sandbox", "https://api.acme.test/v1", "run1")
ONE = Created(1, "things", "default", "vendorproof-run1-1")
TWO = Created(2, "parts", "second_tenant", "", {"thingId": "t/1"})


def ledger_at(path: Path) -> CreatedLedger:
    ledger = CreatedLedger(path)
    ledger.begin(ORIGIN)
    return ledger


def filled(path: Path) -> list[Created]:
    """A ledger in which two things were made and one removed; every state that it ever had."""
    ledger = ledger_at(path)
    states = [ONE, TWO, replace(ONE, id="t1"), replace(TWO, id="p1"), replace(TWO, id="p1", removed=True)]
    for state in states:
        ledger.note(state)
    return states


def test_a_note_is_on_disk_when_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    path = tmp_path / "reports" / "created-acme-run1.jsonl"
    real = os.fsync

    def fsync(descriptor: int) -> None:
        real(descriptor)
        synced.append(path.read_bytes())

    monkeypatch.setattr(os, "fsync", fsync)
    ledger = ledger_at(path)
    assert not path.exists()
    for thing in (ONE, TWO, replace(ONE, id="t1")):
        ledger.note(thing)
        assert synced[-1] == path.read_bytes()
        assert thing in read(path)[1]
    assert len(synced) == 3


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    filled(tmp_path / "x.jsonl")
    ledger = CreatedLedger(tmp_path / "x.jsonl")
    assert ledger.origin == ORIGIN
    assert ledger.things == (replace(ONE, id="t1"), replace(TWO, id="p1", removed=True))
    assert list(ledger.left()) == [replace(ONE, id="t1")]
    assert ledger.next_number == 3


def test_a_ledger_that_was_read_keeps_whose_it_is(tmp_path: Path) -> None:
    filled(tmp_path / "x.jsonl")
    ledger = CreatedLedger(tmp_path / "x.jsonl")
    ledger.begin(replace(ORIGIN, run="run2"))
    assert ledger.origin == ORIGIN


def test_wherever_a_kill_cuts_the_file_it_can_be_read_and_gone_on_with(tmp_path: Path) -> None:
    states = filled(tmp_path / "x.jsonl")
    whole = (tmp_path / "x.jsonl").read_bytes()
    path = tmp_path / "cut.jsonl"
    for end in range(len(whole) + 1):
        path.write_bytes(whole[:end])
        known = max(whole[:end].count(b"\n") - 1, 0)
        before = {state.number: state for state in states[:known]}
        found = {thing.number: thing for thing in read(path)[1]}
        assert found == before or (end < len(whole) and whole[end : end + 1] == b"\n")
        three = Created(9, "things", "default", id="t9")
        ledger = ledger_at(path)
        ledger.note(three)
        assert read(path)[1] == [*found.values(), three]
        path.unlink()


@pytest.mark.parametrize("line", ["no JSON", "[]", '{"number": 1}', '{"kind": "header", "run": 1}', "17", '{"a": {}}'])
def test_what_is_no_ledger_is_told_with_its_line(line: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    filled(path)
    path.write_text(path.read_text("utf-8") + line + "\n" + "{}", "utf-8")
    with pytest.raises(UsageError, match=r"x\.jsonl:7: not an entry of a ledger of created things"):
        CreatedLedger(path)


def test_a_file_is_gone_when_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    filled(path)
    ledger = CreatedLedger(path)
    ledger.close()
    assert path.exists()
    ledger.note(replace(ONE, removed=True))
    ledger.close()
    assert not path.exists()
    ledger.note(ONE)
    assert read(path)[:2] == (ORIGIN, [ONE])


def test_nothing_is_written_without_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ledger = CreatedLedger()
    ledger.begin(ORIGIN)
    ledger.note(ONE)
    ledger.close()
    assert list(ledger.left()) == [ONE]
    assert list(tmp_path.iterdir()) == []


def test_no_secret_is_written(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    ledger = CreatedLedger(path, lambda text: text.replace("hush", "$TOKEN"))
    ledger.begin(ORIGIN)
    ledger.note(replace(ONE, id="hush", why="answered HTTP 403: hush"))
    assert list(ledger.left()) == [replace(ONE, id="hush", why="answered HTTP 403: hush")]
    assert "hush" not in path.read_text("utf-8")
    assert read(path)[1] == [replace(ONE, why="answered HTTP 403: $TOKEN")]


def test_the_ledgers_of_a_folder_the_newest_first(tmp_path: Path) -> None:
    for age, name in enumerate(("created-acme-a.jsonl", "created-acme-b.jsonl", "ledger.jsonl")):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (100.0 + age, 100.0 + age))
    assert [path.name for path in ledgers_in(tmp_path)] == ["created-acme-b.jsonl", "created-acme-a.jsonl"]


def test_what_is_left_is_told_by_resource_and_reason() -> None:
    undeletable = [Created(n, "orders", "default", id=f"o{n}", why="no way") for n in range(1, 6)]
    assert residue_lines([ONE, *undeletable, replace(TWO, why="answered HTTP 500")]) == [
        "left behind: 1 of things (id unknown, vendorproof-run1-1)",
        "left behind: 5 of orders (o1, o2, o3 and 2 more): no way",
        "left behind: 1 of parts (id unknown, without a mark): answered HTTP 500",
    ]
