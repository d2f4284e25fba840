"""What the mock keeps: things, principals, windows of calls."""
