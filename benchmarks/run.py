"""What a run costs: seconds and calls of every vendor's suites against the embedded mock.

    python benchmarks/run.py [--rounds N] [VENDOR...]

Without vendors: every one that has a register of requirements. Each run is a process of its own, as a person starts it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from vendorproof.report.ledger import read_ledger
from vendorproof.report.run import RunFooter

ROOT = Path(__file__).parents[1]


def measure(vendor: str, folder: Path) -> tuple[float, RunFooter]:
    """Seconds from start to end of one run, and the footer of its ledger."""
    started = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-m", "vendorproof", "run", vendor, "--report-dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    footer = read_ledger(folder).footer if finished.returncode == 0 else None
    if footer is None:
        sys.exit(f"vendorproof run {vendor} ended with {finished.returncode}:\n{finished.stdout}{finished.stderr}")
    return seconds, footer


def main() -> None:
    """Prints one line a vendor."""
    shipped = sorted(path.parent.name for path in (ROOT / "contracts").glob("*/requirements.yaml"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", default=shipped)
    parser.add_argument("--rounds", type=int, default=3, help="runs a vendor; the median is shown (default 3)")
    arguments = parser.parse_args()
    print(f"{'vendor':<12}{'seconds':>9}{'calls':>8}  verdicts")
    for vendor in arguments.vendors:
        with tempfile.TemporaryDirectory() as folder:
            rounds = [measure(vendor, Path(folder) / str(number)) for number in range(arguments.rounds)]
        seconds = statistics.median(seconds for seconds, _ in rounds)
        footer = rounds[-1][1]
        told = ", ".join(f"{count} {word}" for word, count in footer.counts.items() if count)
        print(f"{vendor:<12}{seconds:>9.1f}{footer.calls:>8}  {told}")


if __name__ == "__main__":
    main()
