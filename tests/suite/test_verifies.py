"""Which tests there are for which requirements at which operations, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.builders import ACME, with_operation
from tests.suite.conftest import Suite, requirement, with_requirements
from vendorproof.checks.registry import all_checks
from vendorproof.contract.model import Basis, Contract, Effect
from vendorproof.errors import InternalError, UsageError
from vendorproof.suite import Phase, items, marked, obligations, selected, suite_modules, verifies

JSON = "content.json_responses"


def places(contract: Contract, check: str) -> list[str]:
    return [one.place for one in obligations(contract, all_checks()[check])]


def test_a_requirement_is_about_every_operation_that_its_check_is() -> None:
    contract = with_requirements(requirement("auth.key", "auth.missing_refused"))
    public = {"GET /ping", "POST /login"}
    assert places(contract, "auth.missing_refused") == [one.label for one in ACME.operations if one.label not in public]


def test_the_register_narrows() -> None:
    contract = with_requirements(requirement("auth.key", "auth.missing_refused", "lists", "getThing"))
    assert places(contract, "auth.missing_refused") == ["GET /things", "GET /things/{thingId}"]


def test_a_requirement_about_the_whole_api_has_no_operation() -> None:
    contract = with_requirements(requirement("errors.absent", "errors.status"), requirement("auth.key", JSON, "once"))
    assert places(contract, "errors.status") == ["*"]
    assert places(contract, JSON) == ["*"]


def test_a_check_of_every_answer_is_asked_about_those_of_no_operation_too() -> None:
    contract = with_requirements(requirement("content.json", JSON))
    assert places(contract, JSON) == [*(one.label for one in ACME.operations), "*"]
    scoped = with_requirements(requirement("content.json", JSON, "all"))
    assert places(scoped, JSON) == [one.label for one in ACME.operations]


def test_two_requirements_may_name_one_check() -> None:
    contract = with_requirements(
        requirement("errors.absent", "errors.status"), requirement("errors.bad", "errors.status")
    )
    found = list(obligations(contract, all_checks()["errors.status"]))
    assert [one.id for one in found] == ["acme.errors.absent|*", "acme.errors.bad|*"]


def test_a_requirement_that_nothing_decides_has_no_test() -> None:
    contract = with_requirements(requirement("transport.secret", None))
    assert [one for check in all_checks().values() for one in obligations(contract, check)] == []


def test_what_is_asked_of_an_assumed_operation_is_not_stated() -> None:
    contract = with_requirements(
        requirement("operations.rows", "operations.answers"), contract=with_operation("ping", basis=Basis.IMPLIED)
    )
    found = {one.place: one.basis for one in obligations(contract, all_checks()["operations.answers"])}
    assert found.pop("GET /ping") is Basis.IMPLIED
    assert set(found.values()) == {Basis.STATED}


def test_each_obligation_has_one_test(suite: Suite) -> None:
    @verifies("auth.missing_refused", "auth.invalid_refused")
    def test_refused(operation: Any, evidence: Any, judge: Any) -> None: ...

    def test_unmarked() -> None: ...

    contract = with_requirements(
        requirement("auth.missing", "auth.missing_refused", "lists"),
        requirement("auth.unknown", "auth.invalid_refused", "lists"),
        requirement("errors.absent", "errors.status"),
    )
    found = items([suite(test_refused=test_refused, test_unmarked=test_unmarked)], {"acme": contract})
    assert [(item.obligation.id, item.check.name) for item in found] == [
        ("acme.auth.missing|GET /things", "auth.missing_refused"),
        ("acme.auth.unknown|GET /things", "auth.invalid_refused"),
    ]
    assert {item.wants for item in found} == {frozenset({"operation", "evidence", "judge"})}


def test_tests_come_in_phases_and_vendor_by_vendor(suite: Suite) -> None:
    @verifies(JSON, phase=Phase.ALL)
    def test_all() -> None: ...

    @verifies("rate_limit.enforced", phase=Phase.DRAIN)
    def test_drain() -> None: ...

    @verifies("lifecycle.update_persists", phase=Phase.LIFE)
    def test_life() -> None: ...

    @verifies("auth.missing_refused")
    def test_read() -> None: ...

    tests = suite(test_all=test_all, test_drain=test_drain, test_life=test_life, test_read=test_read)
    wanted = with_requirements(
        requirement("content.json", JSON, "getThing"),
        requirement("rate-limit.enforced", "rate_limit.enforced"),
        requirement("lifecycle.update", "lifecycle.update_persists"),
        requirement("auth.missing", "auth.missing_refused", "getThing", "createThing"),
    )
    found = items([tests], {"beta": replace(wanted, vendor="beta"), "acme": wanted})
    order = [
        ("acme.auth.missing|GET /things/{thingId}", Phase.READ),
        ("acme.lifecycle.update|PATCH /things/{thingId}", Phase.LIFE),
        # What reads has its turn among the writes where its operation writes.
        ("acme.auth.missing|POST /things", Phase.WRITE),
        ("acme.rate-limit.enforced|*", Phase.DRAIN),
        ("acme.content.json|GET /things/{thingId}", Phase.ALL),
    ]
    assert [(item.obligation.id, item.phase) for item in found[:5]] == order
    assert [item.obligation.contract.vendor for item in found] == ["acme"] * 5 + ["beta"] * 5


def test_a_reading_by_post_is_a_reading(suite: Suite) -> None:
    @verifies("auth.missing_refused")
    def test_read() -> None: ...

    contract = with_requirements(
        requirement("auth.missing", "auth.missing_refused", "closeThing"),
        contract=with_operation("closeThing", effects=frozenset({Effect.READ})),
    )
    assert [item.phase for item in items([suite(test_read=test_read)], {"acme": contract})] == [Phase.READ]


def test_two_tests_may_not_decide_one_check(suite: Suite) -> None:
    @verifies("auth.missing_refused")
    def test_first() -> None: ...

    @verifies("auth.missing_refused")
    def test_second() -> None: ...

    first, second = suite("suites.a", test_first=test_first), suite("suites.b", test_second=test_second)
    with pytest.raises(InternalError, match=r"auth\.missing_refused is decided by test_first and by test_second"):
        items([first, second], {"acme": ACME})


def test_a_test_may_not_decide_an_unknown_check(suite: Suite) -> None:
    @verifies("auth.missing_refussed")
    def test_typo() -> None: ...

    with pytest.raises(InternalError, match=r"suites\.test_acme\.test_typo .* unknown check 'auth\.missing_refussed'"):
        items([suite(test_typo=test_typo)], {"acme": ACME})


def test_a_test_that_is_imported_belongs_to_its_own_module(suite: Suite) -> None:
    @verifies("auth.missing_refused")
    def test_refused() -> None: ...

    home = suite("suites.home", test_refused=test_refused)
    guest = suite("suites.guest")
    guest.test_refused = test_refused  # type: ignore[attr-defined]
    contract = with_requirements(requirement("auth.missing", "auth.missing_refused", "lists"))
    assert len(items([home, guest], {"acme": contract})) == 1


CONTRACT = with_requirements(
    requirement("auth.key-is-required", "auth.missing_refused", "lists"),
    requirement("auth.key-is-known", "auth.invalid_refused", "lists"),
    requirement("authors.key", "auth.malformed_refused", "lists"),
)


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ((), ["acme.auth.key-is-required", "acme.auth.key-is-known", "acme.authors.key"]),
        (("acme.auth.key-is-known",), ["acme.auth.key-is-known"]),
        (("acme.auth",), ["acme.auth.key-is-required", "acme.auth.key-is-known"]),
        (("acme",), ["acme.auth.key-is-required", "acme.auth.key-is-known", "acme.authors.key"]),
        (("*.key-is-*",), ["acme.auth.key-is-required", "acme.auth.key-is-known"]),
        (("auth.missing_refused",), ["acme.auth.key-is-required"]),
        (("auth.*_refused",), ["acme.auth.key-is-required", "acme.auth.key-is-known", "acme.authors.key"]),
        (("acme.authors.*", "acme.auth.key-is-known"), ["acme.auth.key-is-known", "acme.authors.key"]),
    ],
)
def test_selectors(suite: Suite, selectors: tuple[str, ...], expected: list[str]) -> None:
    @verifies("auth.missing_refused", "auth.invalid_refused", "auth.malformed_refused")
    def test_refused() -> None: ...

    found = items([suite(test_refused=test_refused)], {"acme": CONTRACT})
    assert [item.obligation.requirement.id for item in selected(found, selectors)] == expected


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("acme.auth.key-is-requird", "did you mean 'acme.auth.key-is-required'?"),
        ("acme.aut", "acme.auth"),
        ("zzz", "--select 'zzz' matches no requirement"),
        ("", "--select '' matches no requirement"),
    ],
)
def test_a_selector_that_matches_nothing_is_an_error(suite: Suite, selector: str, hint: str) -> None:
    @verifies("auth.missing_refused", "auth.invalid_refused", "auth.malformed_refused")
    def test_refused() -> None: ...

    found = items([suite(test_refused=test_refused)], {"acme": CONTRACT})
    with pytest.raises(UsageError) as caught:
        selected(found, ["acme.auth.key-is-known", selector])
    assert hint in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_function_without_a_mark_has_none() -> None:
    assert marked(test_a_function_without_a_mark_has_none) is None
    assert marked(verifies(JSON)(lambda: None)) is not None


def test_every_check_of_the_catalogue_has_a_test() -> None:
    marks = [mark for module in suite_modules() for test in vars(module).values() if (mark := marked(test))]
    decided = {name for mark in marks for name in mark.checks}
    assert set(all_checks()) - decided == set()


def test_suites_are_loaded_once_and_say_what_they_are_for() -> None:
    modules = suite_modules()
    assert suite_modules() is modules
    assert modules
    assert all(module.__name__.startswith("suites.") and module.__doc__ for module in modules)
