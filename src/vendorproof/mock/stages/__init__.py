"""The way of a request through the mock, stage by stage."""
