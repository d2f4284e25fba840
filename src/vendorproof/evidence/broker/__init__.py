"""The one that attempts requests: makes what is missing, remembers what was seen."""
