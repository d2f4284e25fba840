"""Lies about pages."""
