"""Stories that Hypothesis tells: moves in any order, and the shortest ones that go wrong."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from vendorproof.cases.deterministic import deterministic, quiet
from vendorproof.errors import Unavailable
from vendorproof.evidence.generated import MOST_THINGS, Stage

MOVES = 8
"""A story has at most so many moves."""

_CHOICES = 14
"""So many moves are chosen for a story, of which some can't be made when it is their turn."""

_MOST_VERBS = 24
"""A number that the verbs of any stage divide."""


class _Wrong(Exception):
    """A story went wrong; Hypothesis looks for a shorter one."""


class _Teller:
    """Begins stories while moves are left, and keeps the stages. `moves` are those of all stories together."""

    def __init__(self, begin: Callable[[], Stage], moves: int) -> None:
        self._begin = begin
        self.left = moves
        self.stages: list[tuple[int, Stage]] = []
        """How many moves each has seen, and the stage."""
        self.failures: list[Exception] = []

    @property
    def over(self) -> bool:
        return self.left <= 0 or bool(self.failures)

    def begin(self) -> Stage | None:
        if self.over:
            return None
        stage = self._begin()
        self.stages.append((0, stage))
        return stage

    def moved(self, stage: Stage, verb: str, place: int) -> bool:
        """Makes the chosen move, where it can be made; whether the story goes on."""
        if self.over or self.stages[-1][0] >= MOVES:
            return False
        move = stage.move(verb, place)
        if move is None:
            return True
        self.left -= 1
        self.stages[-1] = (self.stages[-1][0] + 1, stage)
        try:
            move()
        except Unavailable:
            return False
        except Exception as error:  # noqa: BLE001  Hypothesis would take it for a finding and look for a shorter story
            self.failures.append(error)
            return False
        return True


def stories(begin: Callable[[], Stage], examples: int) -> list[Stage]:
    """The stages of at most `examples` stories. Raises what a move raises, apart from Unavailable, which ends a
    story."""
    teller = _Teller(begin, examples * MOVES)
    _tell(teller, examples, stop=False)
    return [stage for moves, stage in teller.stages if moves]


def shortest_wrong(begin: Callable[[], Stage], examples: int) -> Stage | None:
    """The stage of the shortest story that went wrong, None where none did. Looking takes at most `examples` stories,
    making it short at most twice as many moves."""
    teller = _Teller(begin, 3 * examples * MOVES)
    _tell(teller, examples, stop=True)
    wrong = [(moves, place) for place, (moves, stage) in enumerate(teller.stages) if stage.wrong]
    return teller.stages[min(wrong)[1]][1] if wrong else None


def _tell(teller: _Teller, examples: int, *, stop: bool) -> None:
    class Story(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self._stage = teller.begin()

        @rule(verb=st.integers(0, _MOST_VERBS - 1), place=st.integers(0, MOST_THINGS - 1))
        def move(self, verb: int, place: int) -> None:
            stage = self._stage
            if stage is None:
                return
            if not teller.moved(stage, stage.verbs[verb % len(stage.verbs)], place):
                self._stage = None
            if stop and stage.wrong:
                raise _Wrong

    # A server keeps what a story did, so the next telling may end otherwise: what was wrong once is kept as it was.
    with deterministic(), suppress(_Wrong, Flaky):
        run_state_machine_as_test(Story, settings=quiet(examples, stateful_step_count=_CHOICES))
    if teller.failures:
        raise teller.failures[0]
