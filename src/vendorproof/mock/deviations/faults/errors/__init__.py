"""Lies about errors."""
