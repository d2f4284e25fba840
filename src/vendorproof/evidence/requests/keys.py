"""Idempotency keys: a fresh one for every request that may have one."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace

from vendorproof.contract.model import Contract
from vendorproof.contract.select import IDEMPOTENT, select
from vendorproof.target.draft import Draft


class Keys:
    """The idempotency keys of one run; a run with the same id uses the same ones."""

    def __init__(self, contract: Contract, run_id: str) -> None:
        self._convention = contract.conventions.idempotency
        self._operations = frozenset(operation.id for operation in select(contract, [IDEMPOTENT]))
        self._run_id = run_id
        self._made = 0

    def fresh(self) -> str:
        """A UUID of version 4 that this run has not used."""
        self._made += 1
        seed = hashlib.sha256(f"{self._run_id}/{self._made}".encode()).digest()
        return str(uuid.UUID(bytes=seed[:16], version=4))

    @staticmethod
    def beside(key: str) -> str:
        """Another key that differs from one of these in its last character alone."""
        return f"{key[:-1]}{int(key[-1], 16) ^ 1:x}"

    def keyed(self, draft: Draft) -> Draft:
        """A draft with a fresh key where its operation takes one and the draft does not say otherwise: few pages tell
        whether a request without a key is refused."""
        if self._convention is None or draft.operation not in self._operations:
            return draft
        header = self._convention.header
        if header in draft.without or any(name == header for name, _ in draft.headers):
            return draft
        return replace(draft, headers=(*draft.headers, (header, self.fresh())))
