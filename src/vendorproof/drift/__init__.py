"""What a vendor chose where its page is silent, for a later run to compare."""

from vendorproof.drift.pins import Pin, pins
from vendorproof.drift.store import read_pins, write_pins

__all__ = ["Pin", "pins", "read_pins", "write_pins"]
