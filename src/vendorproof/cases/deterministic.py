"""Hypothesis without what differs from one process to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis.core
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.vendor import pretty


@contextmanager
def deterministic() -> Iterator[None]:
    """While this lasts, values are drawn from the seed alone.

    Hypothesis also draws from the literals of every module that happens to be loaded, which would send our own source
    to vendors, and other cases from an installed package than from a checkout. Nothing public turns that off.

    schemathesis keeps Hypothesis from printing values, for the whole process; after this they are printed again.
    """
    literals = providers._get_local_constants
    providers._get_local_constants = _no_literals
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        providers._get_local_constants = literals
        providers.CONSTANTS_CACHE.cache.clear()
        hypothesis.core.RepresentationPrinter = pretty.RepresentationPrinter  # type: ignore[attr-defined]


def quiet(examples: int, **more: Any) -> settings:
    """Hypothesis's settings for at most so many examples: silent, the same in every run, nothing kept on disk, as slow
    as a vendor may be. `more` are further settings by their names."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        **more,
    )


def _no_literals() -> Constants:
    return Constants()
