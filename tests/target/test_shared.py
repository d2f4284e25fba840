"""A budget and a rate hold over all processes that use one credential at the same time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep, time_ns
from typing import Any

import pytest

from vendorproof.errors import BudgetSpent, UsageError
from vendorproof.target import STATE_VARIABLE, Environment, Secret, Shared, Target, state_folder
from vendorproof.target.shared import fingerprint

TOKEN = "acme_live_0123456789abcdef"
TARGET = Target(
    "sandbox",
    "acme",
    "https://api.acme.example",
    Environment.SANDBOX,
    credentials={"default": Secret("ACME_TOKEN", TOKEN)},
    budget=10,
)


class Processes:
    """What one process after another shares, as long as they live."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.open: list[Shared] = []

    def start(self, **given: Any) -> Shared:
        self.open.append(Shared(replace(TARGET, **given), self.folder))
        return self.open[-1]

    def end(self, one: Shared) -> None:
        self.open.remove(one)
        one.close()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    made = Processes(tmp_path / "state")
    yield made
    for one in [*made.open]:
        made.end(one)


def spend(shared: Shared) -> int:
    """Takes every call that is left."""
    budget = shared.budget
    while budget.offer():
        pass
    return budget.spent


def test_two_share_one_budget(processes: Processes) -> None:
    first, second = processes.start().budget, processes.start().budget
    first.take(3)
    assert (first.left, second.left, second.spent) == (7, 7, 0)
    second.take(6)
    with pytest.raises(BudgetSpent, match="the budget of 10 calls is spent: 2 calls are needed and 1 left"):
        first.take(2)
    first.reserve()
    with pytest.raises(BudgetSpent, match="no call is left"):
        second.take()


def test_what_was_set_aside_and_is_not_needed_stays_with_whoever_set_it_aside(processes: Processes) -> None:
    first, second = processes.start().budget, processes.start().budget
    first.take(8)
    first.reserve()
    first.reserve()
    first.release()
    assert (first.left, second.left) == (1, 0)
    first.take()
    first.take_reserved()
    assert (first.spent, second.offer()) == (10, False)


def test_each_keeps_to_its_own_number(processes: Processes) -> None:
    few, many = processes.start(budget=4), processes.start(budget=9)
    assert spend(few) == 4
    assert spend(many) == 5
    assert spend(processes.start(budget=9)) == 0
    assert spend(processes.start(budget=0)) == 0


def test_when_the_last_one_ends_the_next_begins_anew(processes: Processes) -> None:
    first, second = processes.start(), processes.start()
    assert spend(first) == 10
    processes.end(first)
    assert spend(second) == 0
    processes.end(second)
    assert spend(processes.start()) == 10


@pytest.mark.parametrize(
    "other",
    [
        {"credentials": {"default": Secret("ACME_TOKEN", TOKEN[::-1])}},
        {"base_url": "https://other.acme.example"},
        {"vendor": "other"},
    ],
)
def test_another_key_or_address_is_another_budget(other: dict[str, Any], processes: Processes) -> None:
    assert spend(processes.start()) == 10
    assert spend(processes.start(**other)) == 10


def test_roles_of_one_tester_share_one_budget(processes: Processes) -> None:
    roles = {"default": Secret("ACME_TOKEN", TOKEN), "second_tenant": Secret("ACME_OTHER", TOKEN[::-1])}
    assert spend(processes.start()) == 10
    assert spend(processes.start(name="elsewhere", credentials=roles)) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://localhost:8000/v1", "http://127.0.0.1:8000", True),
        ("http://localhost:8000", "http://[::1]:8000/v2", True),
        ("http://localhost:8000", "http://[::ffff:127.0.0.1]:8000", True),
        ("http://localhost:8000", "http://localhost:8001", False),
        ("https://API.acme.example./v1", "https://api.acme.example:443", True),
        ("https://api.acme.example", "https://www.acme.example", False),
    ],
)
def test_a_key_is_one_at_a_host_however_it_is_written(one: str, other: str, same: bool) -> None:
    made = {fingerprint(replace(TARGET, base_url=url)) for url in (one, other)}
    assert (len(made) == 1) is same


def test_a_login_is_a_key_too() -> None:
    login = {"default": {"email": Secret("E", "me@acme.example"), "password": Secret("P", "correct horse")}}
    other = {"default": {**login["default"], "password": Secret("P", "battery staple")}}
    made = {fingerprint(replace(TARGET, credentials={}, logins=logins)) for logins in (login, other, {})}
    assert len(made) == 3
    assert fingerprint(TARGET) not in made


CHILD = """
import sys, time
from pathlib import Path
from tests.target.test_shared import TARGET
from dataclasses import replace
from vendorproof.target import Shared
shared = Shared(replace(TARGET, budget=int(sys.argv[2]), rate=float(sys.argv[3]) or None), Path(sys.argv[1]))
budget, spacing = shared.budget, shared.spacing
print("ready", flush=True)
sys.stdin.readline()
while budget.offer():
    while spacing is not None and (delay := spacing.delay()) > 0:
        time.sleep(delay)
print(budget.spent, time.monotonic(), flush=True)
sys.stdin.readline()
"""


def child(folder: Path, budget: int, rate: float = 0) -> subprocess.Popen[str]:
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root / "src"), str(root), os.environ.get("PYTHONPATH", "")])
    one = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(budget), str(rate)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert one.stdout is not None
    assert one.stdout.readline() == "ready\n"
    return one


def say(one: subprocess.Popen[str]) -> None:
    assert one.stdin is not None
    one.stdin.write("go\n")
    one.stdin.flush()


def heard(one: subprocess.Popen[str]) -> list[float]:
    assert one.stdout is not None
    return [float(word) for word in one.stdout.readline().split()]


def test_processes_that_run_together_never_exceed_one_budget_or_rate(tmp_path: Path) -> None:
    children = [child(tmp_path, 60, 100) for _ in range(2)]
    begun = monotonic()
    for one in children:
        say(one)
    told = [heard(one) for one in children]
    assert sum(spent for spent, _ in told) == 60
    assert min(spent for spent, _ in told) > 0
    assert max(end for _, end in told) - begun >= 0.58
    for one in children:
        one.communicate("go\n", timeout=20)


def test_one_that_is_killed_lets_go(tmp_path: Path, processes: Processes) -> None:
    one = child(processes.folder, 10)
    say(one)
    assert heard(one)[0] == 10
    assert spend(processes.start()) == 0
    processes.end(processes.open[0])
    one.kill()
    one.communicate(timeout=20)
    assert spend(processes.start()) == 10


def test_no_credential_is_in_the_state_folder(processes: Processes) -> None:
    spend(processes.start(rate=1000))
    written = b"".join(path.name.encode() + path.read_bytes() for path in processes.folder.iterdir())
    assert TOKEN.encode() not in written
    assert b"acme" not in written


@pytest.mark.skipif(os.name != "posix", reason="the modes of POSIX")
def test_the_state_folder_is_its_owners_alone(processes: Processes) -> None:
    processes.start()
    assert stat.S_IMODE(processes.folder.stat().st_mode) == 0o700


def test_the_last_one_leaves_nothing_but_a_lock(processes: Processes) -> None:
    for one in (processes.start(), processes.start(rate=5)):
        processes.end(one)
    assert {path.suffix for path in processes.folder.iterdir()} <= {".lock"}


def test_a_rate_keeps_calls_apart(processes: Processes) -> None:
    one, other = processes.start(budget=None, rate=50).spacing, processes.start(budget=None, rate=50).spacing
    assert one is not None
    assert other is not None
    assert one.delay() == 0
    delay = other.delay()
    assert 0 < delay <= 0.021
    sleep(0.025)
    assert other.delay() == 0


def test_without_a_budget_or_rate_nothing_is_limited(processes: Processes) -> None:
    shared = processes.start(budget=None)
    assert (shared.budget.left, shared.spacing) == (None, None)


def test_a_folder_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=rf"the state folder .*file.* can't be used: .*\n    fix: .*{STATE_VARIABLE}"):
        Shared(TARGET, tmp_path / "file" / "state")


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path))
    assert state_folder() == tmp_path
    monkeypatch.delenv(STATE_VARIABLE)
    assert state_folder().name == "vendorproof"


def test_a_pace_noted_before_the_clock_was_set_back_holds_nobody_up(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    spacing = processes.start(rate=1.0).spacing
    assert spacing is not None
    assert spacing.delay() == 0
    monkeypatch.setattr("vendorproof.target.shared._now", lambda: time_ns() // 1_000_000 - 3_600_000)
    assert 0 < spacing.delay() <= 1
    assert spacing.delay() == 0


def test_what_another_noted_a_moment_ago_is_not_of_the_future(
    processes: Processes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process reads the clock, another one notes its turn, and only then the first one looks for its own."""
    moments = iter([5_000, 4_999, 5_001, 5_002, 5_003])
    monkeypatch.setattr("vendorproof.target.shared._now", lambda: next(moments))
    spacing = processes.start(rate=1.0).spacing
    assert spacing is not None
    assert spacing.delay() == 0
    assert spacing.delay() > 0
    assert spacing.delay() > 0
