"""docs/safety.md says what a run may do, from the contracts.

Write its table again with

    python tests/repo/test_safety.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.model import Contract, Effect

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "safety.md"
BLOCK = re.compile(r"(?<=<!-- begin: rights -->\n).*?(?=<!-- end: rights -->)", re.DOTALL)


def table() -> str:
    """A row for each vendor and set of rights beyond reading, with the operations that need exactly those."""
    rows = ["| vendor | needs | operations |", "| --- | --- | --- |"]
    for contract in load_contracts(contracts_root()).values():
        rows += _rows(contract)
    return "\n".join(rows) + "\n"


def _rows(contract: Contract) -> Iterator[str]:
    by_rights: dict[tuple[Effect, ...], list[str]] = {}
    for operation in contract.operations:
        needs: tuple[Effect, ...] = tuple(one for one in Effect if one in operation.effects and one != Effect.READ)
        if needs:
            by_rights.setdefault(needs, []).append(f"`{operation.label}`")
    for needs in sorted(by_rights, key=lambda one: [list(Effect).index(effect) for effect in one]):
        words = " and ".join(f"`{effect}`" for effect in needs)
        yield f"| {contract.title} | {words} | {', '.join(by_rights[needs])} |"


def test_the_page_names_every_operation_that_a_right_opens() -> None:
    assert BLOCK.findall(PAGE.read_text("utf-8")) == [table()]


if __name__ == "__main__":
    PAGE.write_text(BLOCK.sub(lambda match: table(), PAGE.read_text("utf-8")), "utf-8")
