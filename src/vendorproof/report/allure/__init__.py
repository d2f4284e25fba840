"""Allure: what a running test tells it, and its HTML.

`labels`, `attachments` and `redaction` talk to allure-pytest while tests run, and importing them imports it;
`redaction` has to be imported before pytest is configured. `context`, `tool` and `generate` work on files alone.
"""
