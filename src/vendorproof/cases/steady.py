"""Hypothesis without what differs from one process to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import hypothesis.core
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.vendor import pretty


@contextmanager
def steady() -> Iterator[None]:
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


def _no_literals() -> Constants:
    return Constants()
