"""`vendorproof judge`: the checks over recorded traffic."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from vendorproof.checks.outcome import Word
from vendorproof.cli.options import contracts_of
from vendorproof.contract.model import Effect
from vendorproof.evidence import CreatedLedger, Evidence
from vendorproof.exchange import read_har
from vendorproof.runs.known import known_of
from vendorproof.runs.session import exit_code
from vendorproof.suite import decide, items, selected, suite_modules
from vendorproof.target import Environment, RecordedClient, Target


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
    own = [exchange for exchange in read_har(har, vendor) if _is_below(exchange.request.url, base)]
    target = Target("recording", vendor, base, Environment.MOCK, allow=frozenset(Effect))
    evidence = Evidence(contract, RecordedClient(contract, target, own), CreatedLedger(), "recorded")
    chosen = selected(items(suite_modules(), {vendor: contract}), select)
    accepted = known_of(contract, known)
    verdicts = [accepted.accept(decide(item, evidence)) for item in chosen]
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


def _is_below(url: str, base: str) -> bool:
    asked, wanted = urlsplit(url), urlsplit(base)
    return asked.netloc == wanted.netloc and asked.path.startswith(wanted.path.rstrip("/"))
