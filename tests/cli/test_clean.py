"""`vendorproof clean` removes what this user's runs left behind, and trusts nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Say, Serve, Server
from vendorproof.evidence import Created, CreatedLedger
from vendorproof.evidence.created.ledger import Origin
from vendorproof.evidence.created.seal import SEAL, seal_of
from vendorproof.mock.data.store import Row

RUN = "a1b2c3"


@pytest.fixture
def server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Server:
    found = serve()
    for name, value in found.variables.items():
        monkeypatch.setenv(name, value)
    return found


def articles(server: Server) -> list[Row]:
    return list(server.mock.store.rows("default", "knowledge"))


def written(server: Server, folder: Path, thing: str, target: str | None = None) -> Path:
    """The ledger of a run that was killed after it had made an article."""
    path = folder / f"created-leadiosa-{RUN}.jsonl"
    ledger = CreatedLedger(path)
    ledger.begin(Origin("leadiosa", target or server.url, server.url, RUN))
    ledger.note(Created(1, "knowledge", "default", f"vendorproof-{RUN}-1", id=thing))
    return path


def test_what_a_run_left_is_removed(server: Server, tmp_path: Path, say: Say) -> None:
    thing = articles(server)[0].id
    path = written(server, tmp_path, thing)
    said = say("clean", "--target", server.url, "--report-dir", tmp_path)
    assert (said.code, said.err) == (0, "")
    assert f"run {RUN}: removed 1 of 1" in said.out
    assert thing not in [row.id for row in articles(server)]
    assert not path.exists()


def test_an_address_never_comes_out_of_a_ledger(server: Server, tmp_path: Path, say: Say) -> None:
    written(server, tmp_path, articles(server)[0].id)
    said = say("clean", "--report-dir", tmp_path)
    assert said.code == 1
    assert f"not touched (to go there, say --target {server.url})" in said.out
    assert server.mock.asked == 0


def another_id(line: dict[str, object]) -> None:
    line["id"] = "art_somebodys"


def no_id_and_a_mark_of_one_letter(line: dict[str, object]) -> None:
    line |= {"id": "", "mark": "e"}


def another_server(line: dict[str, object]) -> None:
    line["base_url"] = "http://127.0.0.1:9/api/v1"


def a_key_of_their_own(line: dict[str, object]) -> None:
    another_id(line)
    line[SEAL] = seal_of(b"guessed", "", line)


def no_seal(line: dict[str, object]) -> None:
    del line[SEAL]


FORGERIES: dict[str, tuple[int, Callable[[dict[str, object]], None]]] = {
    "another id": (1, another_id),
    "no id and a mark of one letter": (1, no_id_and_a_mark_of_one_letter),
    "another server": (0, another_server),
    "a key of their own": (1, a_key_of_their_own),
    "no seal": (1, no_seal),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_ledger_that_was_forged_is_refused(server: Server, tmp_path: Path, say: Say, name: str) -> None:
    place, forge = FORGERIES[name]
    path = written(server, tmp_path, articles(server)[0].id)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    forge(lines[place])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    before = articles(server)
    said = say("clean", "--target", server.url, "--report-dir", tmp_path)
    assert said.code == 2
    assert f"{path}:{place + 1}: " in said.err
    assert (articles(server), server.mock.asked) == (before, 0)


def test_lines_of_two_ledgers_are_none(server: Server, tmp_path: Path, say: Say) -> None:
    path = written(server, tmp_path, articles(server)[0].id)
    line = path.read_text("utf-8").splitlines()[1]
    path.write_text(path.read_text("utf-8") + line + "\n", encoding="utf-8")
    said = say("clean", "--target", server.url, "--report-dir", tmp_path)
    assert said.code == 2
    assert f"{path}:3: this line was not written by vendorproof" in said.err


def test_one_forged_ledger_holds_all_back(server: Server, tmp_path: Path, say: Say) -> None:
    written(server, tmp_path, articles(server)[0].id)
    forged = tmp_path / "created-leadiosa-ffffff.jsonl"
    forged.write_text('{"kind": "header", "vendor": "leadiosa", "target": "x", "base_url": "y", "run": "z"}\n')
    said = say("clean", "--target", server.url, "--report-dir", tmp_path)
    assert (said.code, server.mock.asked) == (2, 0)
    assert "nothing was sent" in said.err


def test_only_the_user_can_read_the_key(server: Server, tmp_path: Path) -> None:
    written(server, tmp_path, articles(server)[0].id)
    assert ((tmp_path / "state" / "created.key").stat().st_mode & 0o777) == 0o600
