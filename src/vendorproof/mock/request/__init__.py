"""One call on its way through the mock, and the points at which it may be bent."""
