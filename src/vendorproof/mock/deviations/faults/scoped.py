"""Faults of the other modules where they are hard to see: now and then, at one operation, on one page, in pairs."""

from __future__ import annotations

from vendorproof.mock.deviations.catalogue import Break, paired, scoped
from vendorproof.mock.deviations.faults.choosing import SUCCESSES, readings_of, writes_of
from vendorproof.mock.deviations.faults.errors.fields import REQUIRED
from vendorproof.mock.deviations.traits import bare_carrier

_RARELY = 20


def _field(name: str) -> list[Break]:
    return [Break("errors.field", "field-missing", {"field": name, **REQUIRED})]


_NOT_JSON_TYPE = [Break("content.json_responses", "not-json-type", SUCCESSES)]
_STAMPS = [
    Break("formats.timestamps", "not-a-timestamp"),
    Break("schema.success_body", "schema-violated", certain=False),
]
# Where nothing stands before a credential, a malformed one is an unknown one.
_MALFORMED = Break("auth.malformed_refused", "accepted", when=bare_carrier, certain=False)

# One answer in twenty.
scoped(
    "drops-the-message",
    every=_RARELY,
    breaks=[*_field("message"), Break("errors.names_field", "field-not-named", certain=False)],
)
scoped("drops-the-code", every=_RARELY, breaks=_field("code"))
scoped("drops-the-request-id", every=_RARELY)
scoped("drops-the-trace-id", every=_RARELY)
scoped("drops-the-path", every=_RARELY)
scoped("gives-every-error-the-same-request-id", every=_RARELY)
scoped("gives-every-error-the-same-trace-id", every=_RARELY)
scoped("writes-codes-in-camel-case", every=_RARELY)
scoped("echoes-another-status", every=_RARELY)
scoped("echoes-the-credential-in-refusals", every=_RARELY)
scoped(
    "names-no-content-type",
    every=_RARELY,
    breaks=[*_NOT_JSON_TYPE, Break("streaming.accept_decides", "other-type", certain=False)],
)
scoped("writes-timestamps-without-a-zone", every=_RARELY, breaks=_STAMPS)
scoped("shows-empty-fields-as-null", every=_RARELY)
scoped("leaves-out-the-remaining-count", every=_RARELY)
scoped("leaves-the-limit-out-of-errors", every=_RARELY)
scoped("has-more-left-than-the-limit", every=_RARELY)
scoped("writes-a-reset-in-the-past", every=_RARELY)

# One operation.
scoped(
    "drops-the-message", on=["creations"], breaks=[*_field("message"), Break("errors.names_field", "field-not-named")]
)
scoped("drops-the-code", on=["lists", "!public"], breaks=_field("code"))
scoped("drops-the-request-id", on=["deletions"])
scoped("drops-the-trace-id", on=["creations"])
scoped(
    "flattens-the-error-envelope",
    on=["creations"],
    breaks=[Break("errors.envelope", "envelope-missing"), Break("errors.names_field", "field-not-named")],
)
scoped("writes-timestamps-without-a-zone", on=["lists"], breaks=_STAMPS)
scoped("leaves-out-the-remaining-count", on=["creations"])
scoped("writes-the-reset-in-milliseconds", on=["updates"])
scoped(
    "accepts-unknown-tokens",
    on=writes_of("auth.invalid_refused"),
    breaks=[Break("auth.invalid_refused", "accepted"), _MALFORMED],
)
scoped(
    "accepts-requests-without-credentials",
    on=writes_of("auth.missing_refused"),
    breaks=[Break("auth.missing_refused", "accepted")],
)
scoped(
    "accepts-unknown-tokens",
    on=readings_of("auth.invalid_refused"),
    breaks=[Break("auth.invalid_refused", "accepted"), _MALFORMED],
)
scoped("answers-absent-things-with-400", on=readings_of("errors.status"))
scoped("lists-things-of-other-tenants", on=["lists", "!public"])
scoped("changes-things-of-other-tenants", on=["updates"])
scoped("forgets-a-change", on=["updates"])

# One page.
scoped("repeats-the-last-item-on-the-next-page", page=2)
scoped("skips-an-item-behind-each-page", page=3)
scoped("drops-the-last-item-of-a-page", page=1)
scoped("leaves-out-the-cursor-while-there-is-more", page=2)
scoped("drops-the-end-signal", page=2)

# Two at once.
paired("drops-the-message", "gives-every-error-the-same-request-id")
paired("drops-the-code", "drops-the-trace-id")
paired("drops-the-path", "echoes-another-status")
paired("accepts-unknown-tokens", "lets-read-only-credentials-write")
paired("drops-the-last-item-of-a-page", "has-a-smaller-default-size")
paired("drops-an-item-at-one-page-boundary", "exceeds-the-maximum")
paired("counts-offsets-from-one", "has-a-larger-default-size")
paired("lists-things-of-other-tenants", "shows-the-other-end-first")
paired("reads-things-of-other-tenants", "does-not-list-what-was-created")
paired("forgets-idempotency-keys", "demands-a-key")
paired("keeps-keys-for-ever", "takes-no-key-but-uuids")
paired("forgets-retry-after", "writes-the-limit-with-its-unit")
paired("never-counts-down", "writes-the-reset-of-another-day")
paired("breaks-the-json-of-events", "ends-a-stream-inside-an-event")
paired("keeps-one-file-of-several", "refuses-user-fields")
paired("spends-no-allowance", "gives-every-environment-the-same-limit")
paired("logs-in-without-a-token", "fails-on-a-wrong-password")
paired("calls-every-token-valid", "keeps-what-was-deleted")
paired("writes-timestamps-without-a-zone", "shows-empty-fields-as-null")
paired("writes-amounts-as-numbers", "stores-something-else")
