"""What a tester knows of the mock works at the mock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vendorproof.contract import Contract
from vendorproof.contract.model import Effect
from vendorproof.mock import Mock, embedded, export_lines, facts, find_fault
from vendorproof.target import Environment


def test_the_facts_are_of_the_mock_they_come_from(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, variants=["other-ids"])
    known = facts(acme, call.mock)
    assert known.ids["default"]["crates"] == tuple(call.ids("/crates")[:6])
    assert not set(known.ids["default"]["crates"]) & set(known.ids["disposable"]["crates"])
    assert known.ids["second_tenant"]["crates"][0] in call.ids("/crates", role="second_tenant")
    assert known.ids["default"]["crates"] != facts(acme).ids["default"]["crates"]


def test_an_embedded_mock_is_a_target_that_allows_everything(acme: Contract) -> None:
    made = embedded(acme, faults=[find_fault(acme, "drops-the-message")], variants=["gzip"])
    target = made.target
    assert target.base_url == "https://mock.acme.example/v3"
    assert target.environment is Environment.MOCK
    assert target.allow == set(Effect)
    assert target.drain
    assert target.credentials["default"].variable == "ACME_KEY"
    assert target.credentials["second_tenant"].variable == "ACME_KEY_SECOND_TENANT"
    assert {role: secret.value for role, secret in target.credentials.items()} == made.facts.credentials
    assert target.value("space") == "fake-space-default"
    assert target.value("space", "second_tenant") == "fake-space-second-tenant"
    assert made.app.clock is made.clock


def test_bodies_that_the_page_leaves_open_are_known_with_the_change_that_shows(acme: Contract) -> None:
    assert facts(acme).bodies == {"updateCrate": {"label": "Changed"}}


def test_the_shell_lines_are_the_tester_s_environment(acme: Contract, calling: Callable[..., Any]) -> None:
    assert export_lines(acme) == ("export ACME_KEY=fake-key-default", "export ACME_SPACE=fake-space-default")
    headers = {"Authorization": "Bearer fake-key-default", "X-Space": "space:fake-space-default"}
    assert calling(acme)("GET", "/crates", role=None, headers=headers).status == 200


def test_a_mock_needs_nothing_but_a_contract(acme: Contract) -> None:
    assert Mock(acme).clock.now() > 1_790_000_000
