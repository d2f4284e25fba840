"""docs/vendors.md says what the contracts say."""

from __future__ import annotations

from pathlib import Path

from vendorproof.contract import contracts_root, load_contracts
from vendorproof.report.register import register_markdown


def test_the_document_is_what_the_contracts_say() -> None:
    written = (Path(__file__).parents[2] / "docs" / "vendors.md").read_text("utf-8")
    assert written == register_markdown(load_contracts(contracts_root()).values()), (
        "vendorproof vendors > docs/vendors.md"
    )
