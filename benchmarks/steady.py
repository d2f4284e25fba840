"""Whether runs against the faithful mocks agree: many of them, in random order, with random seeds.

    python benchmarks/steady.py [--runs N] [--seed N] [VENDOR...]

Each run asks the same questions in another order (phases stay in theirs) and with other marks and idempotency keys;
each tenth also generates cases, from another seed. A run is compared with one in the usual order, with generated cases
or without as well. Exit code 1 where a verdict differs.
"""

from __future__ import annotations

import argparse
import functools
import random
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock as replaced

from vendorproof import cases
from vendorproof.checks.outcome import Blame, Word
from vendorproof.contract.load import load_contract
from vendorproof.contract.model import Contract
from vendorproof.mock import embedded
from vendorproof.runs import session
from vendorproof.suite import items, suite_modules
from vendorproof.target import EmbeddedTransport

ROOT = Path(__file__).parents[1]
GENERATING = 10
"""One run in so many generates cases as well."""

EXAMPLES = 2
"""Generated cases an operation."""

Said = Mapping[str, tuple[Word, Blame, str]]
"""Of each obligation its verdict, whose fault it is, and of a failure why."""


def said_by(contract: Contract, seed: int | None, examples: int = 0) -> Said:
    """What one run says of every obligation, with so many generated cases an operation; without a seed, in the order of
    a usual run."""
    order = random.Random(seed)
    chosen = items(suite_modules(), {contract.vendor: contract})
    if seed is not None:
        order.shuffle(chosen)
        chosen.sort(key=lambda item: item.phase)
    made = embedded(contract)
    transport = EmbeddedTransport(made.app)
    seeded = functools.partial(cases.case_source, seed=seed or cases.SEED)
    said: dict[str, tuple[Word, Blame, str]] = {}
    try:
        with (
            replaced.patch.object(session, "case_source", seeded),
            session.Session(
                contract,
                made.target,
                clock=made.clock,
                transport=transport,
                run_id=f"{order.getrandbits(24):06x}",
                examples=examples,
            ) as asked,
        ):
            for item in chosen:
                verdict = asked.decide(item)
                why = f"{verdict.reason}: {verdict.observed}" if verdict.verdict in (Word.FAIL, Word.ERROR) else ""
                said[item.obligation.id] = (verdict.verdict, verdict.blame, why)
    finally:
        transport.close()
    return said


def differences(contract: Contract, runs: int, first_seed: int = 1) -> Iterator[str]:
    """What any of so many runs says otherwise than a usual one, with the seed that shows it."""
    usual: dict[int, Said] = {}
    for seed in range(first_seed, first_seed + runs):
        examples = 0 if seed % GENERATING else EXAMPLES
        if examples not in usual:
            usual[examples] = said_by(contract, None, examples)
        other = said_by(contract, seed, examples)
        for name, said in usual[examples].items():
            if other[name] != said:
                yield f"seed {seed}: {name}: {_words(other[name])}, usually {_words(said)}"


def _words(said: tuple[Word, Blame, str]) -> str:
    word, blame, why = said
    return f"{word} (blame: {blame}{', ' if why else ''}{why})"


def main() -> None:
    """Prints one line a vendor, and every difference."""
    shipped = sorted(path.parent.name for path in (ROOT / "contracts").glob("*/requirements.yaml"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", default=shipped)
    parser.add_argument("--runs", type=int, default=200, help="runs a vendor (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (default 1)")
    arguments = parser.parse_args()
    differ = 0
    print(f"{'vendor':<12}{'runs':>6}{'verdicts':>10}{'seconds':>9}  differences")
    for vendor in arguments.vendors:
        contract = load_contract(ROOT / "contracts" / vendor)
        started = time.perf_counter()
        found = list(differences(contract, arguments.runs, arguments.seed))
        count = len(items(suite_modules(), {vendor: contract}))
        print(
            f"{vendor:<12}{arguments.runs:>6}{count:>10}{time.perf_counter() - started:>9.1f}  {len(found)}", flush=True
        )
        for line in found[:50]:
            print(f"    {line}")
        differ += len(found)
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
