"""Loads the plugin."""

pytest_plugins = ["vendorproof.plugin"]
