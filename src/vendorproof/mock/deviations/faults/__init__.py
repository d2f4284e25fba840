"""The catalogue of faults, one module a convention."""
