"""Marks by which a run recognises what it made."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from vendorproof.checks.reading import values
from vendorproof.contract.conventions import Resource
from vendorproof.contract.model import Contract

Json = Any

_SEGMENT = re.compile(r"/vendorproof-\w+-\d+$")


class Marks:
    """The marks of one run. A resource carries one in a text field, or as an amount where that field is a decimal
    number."""

    def __init__(self, contract: Contract, run_id: str) -> None:
        self._decimals = contract.conventions.formats.decimal_strings
        self._run_id = run_id
        self._made = 0
        self._amounts: dict[str, str] = {}

    def fresh(self) -> str:
        """A mark that this run has not used."""
        self._made += 1
        return f"vendorproof-{self._run_id}-{self._made}"

    def put(self, resource: Resource | None, body: Json, mark: str) -> Json:
        """A body with the mark in it, where the resource has a field for it."""
        name = mark_field(resource, body) if resource is not None and resource.mark is not None else None
        if name is None:
            return body
        if name in self._decimals:
            self._amounts[amount_of(mark)] = mark
            return {**body, name: amount_of(mark)}
        return {**body, name: _marked(body.get(name), mark)}

    def find(self, body: bytes) -> str:
        """The mark of this run that a request's body carries, "" where it carries none."""
        text = body.decode("utf-8", "replace")
        found = re.search(rf"vendorproof-{re.escape(self._run_id)}-\d+", text)
        if found is not None:
            return found[0]
        return next((mark for amount, mark in self._amounts.items() if amount in text), "")

    def shown(self, resource: Resource, thing: Json, mark: str) -> bool:
        """Whether a thing carries the mark that `put` gave its body."""
        return resource.mark is not None and self.carried(resource, thing, mark)

    def carried(self, resource: Resource, thing: Json, mark: str) -> bool:
        """Whether a thing carries a mark, be it that `put` gave its body or the name of a file."""
        if not isinstance(thing, dict):
            return False
        if resource.mark in self._decimals:
            return same_amount(thing.get(resource.mark), amount_of(mark))
        whole = re.compile(rf"{re.escape(mark)}(?!\d)")
        return any(isinstance(value, str) and whole.search(value) for _, _, value in values(thing))


def mark_field(resource: Resource | None, body: Json) -> str | None:
    """The field of a body that takes the mark: the resource's. Where the tester's body has none of that name, or there
    is no resource, the first text of more than one word, which is no id and no choice among words."""
    if not isinstance(body, dict):
        return None
    named = resource.mark if resource is not None else None
    if named in body:
        return named
    texts = (name for name, value in body.items() if isinstance(value, str) and " " in value.strip())
    return next(texts, named)


def _marked(former: Json, mark: str) -> str:
    """The mark as a text; where a URL stands, the URL with the mark as its last segment."""
    if not isinstance(former, str) or not former.startswith(("http://", "https://")):
        return mark
    return f"{re.sub(_SEGMENT, '', former).rstrip('/')}/{mark}"


def amount_of(mark: str) -> str:
    """A number that no other thing is likely to have: whole, since few pages say that an amount may have decimals, from
    100,000 to 1,000,000, and never a round one."""
    seed = int.from_bytes(hashlib.sha256(mark.encode()).digest()[:8], "big")
    return f"{10_000 + seed % 90_000}{1 + seed // 90_000 % 9}"


def same_amount(found: Json, amount: str) -> bool:
    """Whether a value is this amount, however it is written."""
    try:
        return not isinstance(found, bool) and Decimal(str(found)) == Decimal(amount)
    except InvalidOperation:
        return False
