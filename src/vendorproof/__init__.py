"""Finds out whether an API vendor does what its documentation says, and notices the night it stops."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("vendorproof")
