"""Files of known deviations that a team keeps beside the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vendorproof.contract import KnownDeviation, contracts_root, load_contract, load_known
from vendorproof.errors import ContractError

CONTRACTS = {name: load_contract(contracts_root() / name) for name in ("leadiosa", "leni")}
OTHERS = ("athena", "leadiosa", "leni")


def written(tmp_path: Path, *entries: dict[str, Any]) -> Path:
    path = tmp_path / "team.yaml"
    lines = ["deviations:" if entries else "deviations: []"]
    for entry in entries:
        usual = {"reason": "they know", "link": "https://t.example.com/7", "expires": "2026-12-01"}
        for number, (key, value) in enumerate((usual | entry).items()):
            lines.append(f"  {'-' if number == 0 else ' '} {key}: {value}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_deviations_go_to_their_vendors(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"requirement": "leadiosa.pagination.limit-honoured", "operation": "listConversations"},
        {"requirement": "leni.auth.revoked-key-is-401"},
        {"requirement": "athena.auth.key-is-required"},
    )
    found = load_known(path, CONTRACTS, OTHERS)
    assert set(found) == {"leadiosa", "leni"}
    (first,) = found["leadiosa"]
    assert isinstance(first, KnownDeviation)
    assert (first.operation, first.expires, first.reason) == ("GET /conversations", "2026-12-01", "they know")
    assert (first.place.path, first.place.line) == (path, 2)
    assert [one.operation for one in found["leni"]] == [None]


def test_an_empty_file_accepts_nothing(tmp_path: Path) -> None:
    assert load_known(written(tmp_path), CONTRACTS) == {"leadiosa": (), "leni": ()}


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"requirement": "leadiosa.pagination.limit-honored"}, r"did you mean 'leadiosa\.pagination\.limit-honoured'"),
        ({"requirement": "leadiosa.auth.x", "operation": "list"}, r"there is no operation 'list'"),
        ({"requirement": "leadiossa.auth.x"}, r"there is no vendor 'leadiossa'\n.*'leadiosa'"),
        ({"requirement": "leni.auth.revoked-key-is-401", "expires": "soon"}, r"expires"),
        ({"requirement": "leni.auth.revoked-key-is-401", "until": "2026-12-01"}, r"until"),
    ],
)
def test_what_nobody_knows_is_refused_with_its_line(entry: dict[str, str], complaint: str, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=rf"team\.yaml:\d+: [\s\S]*{complaint}"):
        load_known(written(tmp_path, entry), CONTRACTS, OTHERS)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="there is no such file"):
        load_known(tmp_path / "gone.yaml", CONTRACTS)
