"""What a run created: written down before the request leaves, and marked."""
