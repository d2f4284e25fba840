"""`vendorproof judge`: the checks over recorded traffic."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import click

from vendorproof.checks.outcome import Word
from vendorproof.cli.options import contracts_of
from vendorproof.contract.model import Contract, Effect
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.exchange import Exchange, Redactor, read_har
from vendorproof.exchange.secrecy import label_of, names_a_secret, secrets_in_headers
from vendorproof.runs.known import known_of
from vendorproof.runs.session import exit_code, fit_to_show
from vendorproof.suite import decide, items, selected, suite_modules
from vendorproof.target import Environment, RecordedClient, Target
from vendorproof.target.issued import IssuedSecrets


@click.command(epilog="Example: vendorproof judge traffic.har --vendor athena")
@click.argument("har", type=click.Path(path_type=Path))
@click.option("--vendor", required=True, metavar="NAME", help="whose traffic it is")
@click.option("--base-url", metavar="URL", help="where the API was (default: the documented base URL)")
@click.option("--select", multiple=True, metavar="ID-OR-GLOB", help="requirements to decide (repeatable)")
@click.option("--known", type=click.Path(path_type=Path), metavar="FILE", help="failures that the team accepted")
def command(har: Path, vendor: str, base_url: str | None, select: tuple[str, ...], known: Path | None) -> None:
    """Judges recorded traffic (HAR 1.2). Sends nothing: what the recording does not show is inconclusive.

    Failures that the contract's known.yaml, or --known, accepts are shown and are not red.
    """
    contract = contracts_of([vendor])[vendor]
    base = (base_url or contract.base_url).rstrip("/")
    recorded = read_har(har, vendor)
    own = [exchange for exchange in recorded if _is_below(exchange.request.url, base)]
    redactor = _knowing_the_keys(contract, recorded)
    target = Target("recording", vendor, base, Environment.MOCK, allow=frozenset(Effect))
    evidence = Evidence(contract, RecordedClient(contract, target, own), CreatedLedger(), "recorded")
    chosen = selected(items(suite_modules(), {vendor: contract}), select)
    accepted = known_of(contract, known)
    verdicts = [fit_to_show(accepted.accept(decide(item, evidence)), redactor) for item in chosen]
    for verdict in verdicts:
        if verdict.verdict is Word.FAIL:
            word = "FAIL" if verdict.red else "accepted" if verdict.accepted else "warning"
            click.echo(f"{word}: {verdict.requirement} at {verdict.operation}: expected {verdict.expected}")
            click.echo(f"      observed {verdict.observed} (exchanges {', '.join(map(str, verdict.exchanges))})")
    counts = {word: sum(verdict.verdict is word for verdict in verdicts) for word in Word}
    click.echo(
        f"{len(own)} exchanges: " + ", ".join(f"{count} {word.value}" for word, count in counts.items() if count)
    )
    sys.exit(exit_code(verdicts, answered=bool(own)))


def _knowing_the_keys(contract: Contract, exchanges: Iterable[Exchange]) -> Redactor:
    """Knows the secrets that a recording holds: the credentials in its requests, and what its answers issue."""
    redactor = Redactor()
    issued = IssuedSecrets(contract)
    carriers = {carrier.parameter.lower() for carrier in contract.conventions.authentication.carriers}
    for exchange in exchanges:
        found = [*secrets_in_headers(exchange.request.headers)]
        query = exchange.request.query.items()
        found += [(name, value) for name, value in query if names_a_secret(name) or name.lower() in carriers]
        headers = exchange.request.headers
        found += [(name, value.rpartition(" ")[2]) for name, value in headers if name.lower() in carriers]
        if exchange.response is not None:
            found += issued.issued_by(contract.find(exchange.operation), exchange.response)
        for name, value in found:
            redactor.add(f"$RECORDED_{label_of(name)}", value)
    return redactor


def _is_below(url: str, base: str) -> bool:
    asked, wanted = urlsplit(url), urlsplit(base)
    return asked.netloc == wanted.netloc and asked.path.startswith(wanted.path.rstrip("/"))
