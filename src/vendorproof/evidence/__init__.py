"""What tests ask for: exchanges found in the journal, or made when nobody has made them yet."""

from __future__ import annotations

from vendorproof.evidence.created.ledger import Created, CreatedLedger, ledgers_in, residue_lines
from vendorproof.evidence.evidence import Evidence

__all__ = ["Created", "CreatedLedger", "Evidence", "ledgers_in", "residue_lines"]
