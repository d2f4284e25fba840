"""What the mock may do otherwise: faults break a promise, variants break none."""
