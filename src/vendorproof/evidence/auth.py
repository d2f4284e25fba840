"""The same request with other credentials, or none."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from vendorproof.checks.pages import identities
from vendorproof.checks.reading import document, resource_of
from vendorproof.checks.shapes import Foreign, Pair, Sequence
from vendorproof.contract.conventions import Carrier
from vendorproof.contract.model import Effect, Kind, Operation
from vendorproof.errors import BudgetSpent, Lack, Need, NeedsValue, Unavailable, Undocumented
from vendorproof.evidence.broker.broker import Broker
from vendorproof.evidence.requests.drafting import OVER_THE_BODY, absent_twin, demand_body, guessed_body, never_issued
from vendorproof.exchange.model import Exchange
from vendorproof.target.draft import DEFAULT, NOBODY, Draft

SECOND_TENANT = "second_tenant"

_OTHER = {"basic": "Bearer"}
"""The scheme (RFC 9110, 11.1) under which a good credential should be refused, by the documented one."""


class AuthEvidence:
    """Evidence about who may send what."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def _probe(self, operation: Operation) -> Draft:
        """A valid request that does no harm should it be accepted: it names only things that this run made."""
        broker = self._broker
        if operation.kind is Kind.UPDATE:
            return broker.update_draft(operation, broker.own_path(operation))
        own = operation.kind is Kind.DELETE
        values = broker.own_path(operation) if own else broker.path_values(operation)
        return broker.valid(operation, values)

    def _refused(self, operation: Operation, draft: Draft) -> Exchange:
        """The answer to a request that should be refused for its credential.

        Raises NeedsValue where it was refused for its body before anybody looked at the credential: that proves nothing
        while the body is our reading, unless the same was taken from us.
        """
        exchange = self._send(operation, replace(draft, refusal=True))
        if exchange.status not in OVER_THE_BODY or not guessed_body(operation, self._broker.target):
            return exchange
        with contextlib.suppress(Unavailable):
            if self._broker.attempt(operation).succeeded:
                return exchange
        demand_body(operation, self._broker.target, exchange.status)
        return exchange

    def _send(self, operation: Operation, draft: Draft) -> Exchange:
        if operation.kind is Kind.DELETE:
            # To see whether it is there takes a thing; so that is asked only where the answer leaves it open.
            exchange = self._broker.ask(draft)
            if exchange.status in (404, 405):
                self._broker.attempt_if_assumed(operation)
            return exchange
        self._broker.attempt_if_assumed(operation)
        if operation.kind is Kind.SOCKET:
            return self._broker.handshake(draft)
        return self._broker.ask(draft)

    def none(self, operation: Operation) -> Exchange:
        """The request without credentials; an operation that is open to everybody is always asked so."""
        if operation.public:
            return self._broker.attempt(operation)
        return self._broker.once(("no credentials", operation.id), lambda: self._none(operation))

    def _none(self, operation: Operation) -> Exchange:
        draft = self._probe(operation)
        return self._refused(operation, replace(draft, role=NOBODY, purpose="the same without credentials"))

    def public(self, operation: Operation) -> Sequence:
        """The request without credentials; where it is refused, the same with everything that others need as well."""
        broker = self._broker
        plain = broker.attempt(operation)
        if plain.response is None or not 400 <= plain.status < 500 or plain.status in (402, 429):
            return Sequence((plain,))
        draft = broker.valid(operation, broker.path_values(operation))
        told = ((one, broker.target.value(one.value)) for one in broker.contract.conventions.authentication.context)
        scope = tuple((one.header, one.written(value)) for one, value in told if value is not None)
        known = replace(draft, role=DEFAULT, headers=(*draft.headers, *scope), purpose="the same with credentials")
        try:
            return Sequence((plain, broker.ask(known)))
        except Unavailable:
            return Sequence((plain,))

    def unknown(self, operation: Operation, carrier: str | None = None) -> Exchange:
        """The request with a credential of the right shape that was never issued, in the named carrier or the first.
        How it differs from the good one is dealt out among the operations."""
        made_up = self._dealt(operation, never_issued(self._broker.client.secret(DEFAULT)))
        draft = replace(self._probe(operation), role="unknown", credential=made_up, carrier=carrier)
        where = f" as {carrier}" if carrier else ""
        return self._refused(operation, replace(draft, purpose=f"the same with an unknown credential{where}"))

    def malformed(self, operation: Operation, among: tuple[Operation, ...] = ()) -> tuple[Exchange, ...]:
        """The request with a good credential in another form than any documented carrier's, and with nothing where the
        credential belongs. The other form is another scheme; at the second of the operations `among` which it is asked,
        none, since a server that takes a credential without one may be called lenient; or half a credential where
        nothing stands before it.
        """
        carrier = self._broker.contract.conventions.authentication.carriers[0]
        secret = self._broker.client.secret(DEFAULT)
        bare = carrier.template == "{credential}"
        scheme = carrier.template.partition(" ")[0].lower()
        forms = (secret[: len(secret) // 2],) if bare else (f"{_OTHER.get(scheme, 'Basic')} {secret}", secret)
        broken = forms[(among.index(operation) if among else 0) % len(forms)]
        nothing = carrier.template.replace("{credential}", "").strip()
        return tuple(self._carrying(operation, carrier, value) for value in (broken, nothing))

    def _dealt(self, operation: Operation, ways: tuple[str, ...]) -> str:
        """One of several ways, so that each is tried at some operation."""
        return ways[self._broker.contract.operations.index(operation) % len(ways)]

    def _carrying(self, operation: Operation, carrier: Carrier, value: str) -> Exchange:
        """The request with a text of ours where the credential belongs."""
        draft = replace(self._probe(operation), role=NOBODY, purpose="the same with a malformed credential")
        if carrier.location == "header":
            draft = replace(draft, headers=(*draft.headers, (carrier.parameter, value)))
        else:
            draft = replace(draft, query=(*draft.query, (carrier.parameter, value)))
        return self._refused(operation, draft)

    def similar(self, operation: Operation) -> Sequence:
        """The request with credentials that a careless comparison takes for a good one: a character longer, a character
        shorter, and in other case."""
        secret = self._broker.client.secret(DEFAULT)
        made_up = {f"{secret}0", secret[:-1], secret.swapcase()} - {"", secret}
        draft = replace(self._probe(operation), role="unknown", purpose="the same with a credential like a good one")
        return Sequence(tuple(self._refused(operation, replace(draft, credential=one)) for one in sorted(made_up)))

    def beside(self, operation: Operation, role: str) -> Pair:
        """The answer to the default credential, and the same with the target's credential of another role."""
        return Pair(self._broker.attempt(operation), self.role(operation, role))

    def role(self, operation: Operation, role: str) -> Exchange:
        """The request with the target's credential of another role."""
        draft = self._probe(operation)
        return self._refused(operation, replace(draft, role=role, purpose=f"the same as {role}"))

    def carrier(self, operation: Operation, carrier: str) -> Exchange:
        """The request with the credential in the named carrier."""
        if carrier == self._broker.contract.conventions.authentication.carrier.name:
            return self._broker.attempt(operation)
        draft = self._harmless(operation)
        return self._send(operation, replace(draft, carrier=carrier, purpose=f"the credential as {carrier}"))

    def _harmless(self, operation: Operation) -> Draft:
        """A valid request that is meant to succeed. What changes or deletes a thing gets one of its own, since those
        who should be refused have to find theirs as it was."""
        if operation.kind not in (Kind.UPDATE, Kind.DELETE):
            return self._probe(operation)
        return self._broker.valid(operation, self._broker.new_path(operation))

    def carriers_compared(self, operation: Operation) -> tuple[Sequence, ...]:
        """The answer to the first carrier beside that to each other one, and where they differ, the first once more: an
        answer may change by itself."""
        first, *others = self._broker.contract.conventions.authentication.carriers
        if not others:
            raise Undocumented("the documentation names one carrier only")
        plain = self.carrier(operation, first.name)
        return tuple(self._compared(operation, plain, self.carrier(operation, other.name)) for other in others)

    def _compared(self, operation: Operation, plain: Exchange, other: Exchange) -> Sequence:
        if not plain.succeeded or (plain.status == other.status and document(plain) == document(other)):
            return Sequence((plain, other))
        draft = self._probe(operation)
        return Sequence((plain, other, self._broker.ask(replace(draft, purpose="the same once more"), fresh=True)))

    def without_header_somewhere(self, header: str) -> Sequence:
        """Readings that succeed, sent again without a scoping header, up to the first that is refused."""
        for context in self._broker.contract.conventions.authentication.context:
            if context.header.lower() == header.lower() and self._broker.target.value(context.value) is None:
                raise NeedsValue(
                    f"no request carries {header} (add its value under [targets.NAME.values]: {context.value} = "
                    f'"...", or set {context.variable})',
                    Need(Lack.VALUE, context.value),
                )
        made: list[Exchange] = []
        readings = [one for one in self._broker.contract.operations if one.kind in (Kind.LIST, Kind.READ)]
        for operation in sorted(readings, key=lambda one: one.kind is Kind.READ):
            if operation.public or operation.effects != {Effect.READ}:
                continue
            try:
                if not self._broker.attempt(operation).succeeded:
                    continue
                made.append(self.without_header(operation, header))
            except BudgetSpent:
                break
            except Unavailable:
                continue
            if 400 <= made[-1].status < 500 and made[-1].status not in (402, 429):
                break
        return Sequence(tuple(made))

    def without_header(self, operation: Operation, header: str) -> Exchange:
        """The request without one of its scoping headers."""
        draft = self._probe(operation)
        return self._send(
            operation, replace(draft, without=(header,), refusal=True, purpose=f"the same without {header}")
        )

    def foreign_context(self, operation: Operation, header: str) -> Pair:
        """The second tenant's own listing, and the same in its name with our credential."""
        broker = self._broker
        context = next(
            one for one in broker.contract.conventions.authentication.context if one.header.lower() == header.lower()
        )
        broker.success(operation)
        value = broker.target.values_of.get(SECOND_TENANT, {}).get(context.value)
        if value is None:
            raise NeedsValue(
                f"the second tenant's value for {header} is not known "
                f'(add it to the target: [targets.NAME.values_of.{SECOND_TENANT}] {context.value} = "...")',
                Need(Lack.VALUE, f"{context.value} of {SECOND_TENANT}"),
            )
        valid = broker.valid(operation, broker.path_values(operation))
        theirs = broker.ask(replace(valid, role=SECOND_TENANT, purpose="another tenant's listing"))
        named = (context.header, context.written(value))
        draft = replace(valid, headers=(*valid.headers, named), purpose=f"names another tenant in {header}")
        return Pair(theirs, broker.ask(draft))

    def foreign(self, operation: Operation) -> Foreign:
        """A thing of ours asked for by us and by the second tenant."""
        broker = self._broker
        owner = broker.success(operation)
        values = broker.path_values(operation)
        if not values:
            raise Undocumented(f"{operation.label} takes no id")
        valid = broker.valid(operation, values)
        other = broker.ask(replace(valid, role=SECOND_TENANT, purpose="another tenant asks for it"))
        return Foreign(owner, other)

    def foreign_and_absent(self, operation: Operation) -> Foreign:
        """A thing of ours asked for by us and by the second tenant, and one that does not exist."""
        broker = self._broker
        foreign = self.foreign(operation)
        absent = broker.valid(operation, broker.twin_path(operation, absent_twin))
        return replace(foreign, absent=broker.ask(replace(absent, purpose="asks for what does not exist")))

    def both_listings(self, operation: Operation) -> Pair:
        """The listing as we get it, and as the second tenant does; with something of ours in it, if need be."""
        broker = self._broker
        ours = broker.success(operation)
        draft = broker.valid(operation, broker.path_values(operation))
        if not identities(broker.contract, operation, ours):
            resource = resource_of(broker.contract.conventions, operation)
            if resource is not None and resource.create is not None:
                broker.own_id(resource)
                ours = broker.ask(draft)
        if not identities(broker.contract, operation, ours):
            raise Unavailable(f"{operation.label} lists nothing of ours")
        return Pair(ours, broker.ask(replace(draft, role=SECOND_TENANT, purpose="another tenant's listing")))
