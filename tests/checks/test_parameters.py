"""What a requirement may give its check: the right values are taken, and no wrong one goes by in silence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vendorproof.checks.registry import all_checks
from vendorproof.contract import contracts_root, load_contracts
from vendorproof.contract.check_parameters import (
    BODY_FIELD,
    CARRIER,
    CONTEXT_HEADER,
    ENVIRONMENTS,
    ERROR_FIELD,
    ERRORS,
    FLAG,
    LIMIT_HEADERS,
    MEDIA,
    PAGE_PART,
    PATH,
    PATTERN,
    POINTER,
    PROVOCATION,
    REFUSAL,
    ROLE,
    STATUSES,
    SUCCESSES,
    TEXT,
    TEXTS,
    UPLOAD_FORM,
    WRITING_METHODS,
    Form,
    one_of,
    some_of,
)
from vendorproof.contract.model import Contract

CONTRACTS = load_contracts(contracts_root(), None)
NEVER: list[Any] = [None, {}, {"a": 1}, 1.5, [[]], [None], ""]
"""What is a value of no parameter, whatever it means."""

FORMS: dict[str, tuple[Form, list[Any], list[Any]]] = {
    "a text": (TEXT, ["sandbox"], [7, True, " ", ["sandbox"]]),
    "texts": (TEXTS, [["createdAt"]], ["createdAt", [], [7]]),
    "a flag": (FLAG, [True, False], ["no", "true", 0, 1, []]),
    "a refusal": (REFUSAL, [404], ["404", True, 399, 500, 201, 404.0, [404]]),
    "successes": (SUCCESSES, [[200, 204]], [[404], [200, 301], 200]),
    "errors": (ERRORS, [[400, 503]], [[200], [600], 404]),
    "statuses": (STATUSES, [[200, 201]], [200, "200", [], ["200"], [True], [7], [600]]),
    "a pattern": (PATTERN, ["[a-z]+"], ["[a-z", "*", "a{99999999999}", "(" * 5000 + ")" * 5000, 7]),
    "a pointer": (POINTER, ["/created_at", "/a~1b"], ["created_at", "/a~2", 7]),
    "a path": (PATH, ["/swagger-ui/"], ["swagger-ui", "/a b", 7]),
    "a media type": (MEDIA, ["text/event-stream"], ["json", "text/", 7]),
    "methods": (WRITING_METHODS, [["POST", "PUT"]], ["POST", ["post"], ["PSOT"], ["GET"], []]),
    "a role": (ROLE, ["read_only", "ephemeral"], ["read_onyl", 7, ["read_only"]]),
    "environments": (ENVIRONMENTS, [["sandbox"]], ["sandbox", ["sanbdox"], []]),
    "a form of uploads": (UPLOAD_FORM, ["multipart", "filesBase64"], ["mulitpart", "fileBase64", 7]),
    "a field of a body": (BODY_FIELD, ["user"], ["usre", 7, ["user"]]),
    "a word": (one_of("present", "absent"), ["absent"], ["presnet", True, ["absent"]]),
    "words": (some_of("uuid4", "random"), [["uuid4"]], ["uuid4", ["uuid"], []]),
    "a carrier": (CARRIER, ["bearer"], ["baerer", 7, ["bearer"]]),
    "a scoping header": (CONTEXT_HEADER, ["X-Workspace-Id"], ["X-Workspace", 7]),
    "a field of errors": (ERROR_FIELD, ["code"], ["cod", 7, ["code"]]),
    "headers of the limit": (LIMIT_HEADERS, [["limit"]], ["limit", ["limits"], []]),
    "a part of a page": (PAGE_PART, ["items"], ["item", 7]),
    "a provocation": (PROVOCATION, ["absent-id"], ["absent", 7, ["absent-id"]]),
}


def contract_for(value: Any, form: Form) -> Contract:
    """A contract that declares the value, where some has to."""
    fits = (contract for contract in CONTRACTS.values() if form.fault(value, contract) is None)
    return next(fits, CONTRACTS["athena"])


@pytest.mark.parametrize("name", FORMS)
def test_a_right_value_is_taken(name: str) -> None:
    form, right, _ = FORMS[name]
    assert [form.fault(value, contract_for(value, form)) for value in right] == [None] * len(right)


def wrong() -> Iterator[tuple[str, Any]]:
    for name, (_, _, values) in FORMS.items():
        yield from ((name, value) for value in [*values, *NEVER])


@pytest.mark.parametrize(("name", "value"), list(wrong()), ids=repr)
def test_a_wrong_value_is_told_with_a_fix(name: str, value: Any) -> None:
    form = FORMS[name][0]
    for contract in CONTRACTS.values():
        fault = form.fault(value, contract)
        assert fault is not None
        message, fix = fault
        assert message.startswith("takes ")
        assert fix


PARAMETERS = [(check.name, key) for check in all_checks().values() for key in check.parameters]


@pytest.mark.parametrize(("name", "key"), PARAMETERS)
def test_every_parameter_of_every_check_says_what_it_means_and_takes_nothing_senseless(name: str, key: str) -> None:
    parameter = all_checks()[name].parameters[key]
    assert parameter.name == key
    assert parameter.summary
    for value in NEVER:
        assert all(parameter.form.fault(value, contract) is not None for contract in CONTRACTS.values())


def test_every_value_of_the_shipped_registers_is_right() -> None:
    checks = all_checks()
    faults = [
        (requirement.id, key, fault)
        for contract in CONTRACTS.values()
        for requirement in contract.requirements
        for key, value in requirement.parameters.items()
        if (fault := checks[requirement.check or ""].parameters[key].form.fault(value, contract)) is not None
    ]
    assert faults == []


def test_a_suite_reads_only_what_every_check_that_it_serves_is_given() -> None:
    checks = all_checks()
    read = [
        (name, key)
        for path in sorted(Path("suites").glob("test_*.py"))
        for test in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(test, ast.FunctionDef)
        for name in served(test)
        for key in keys_read(test)
    ]
    assert read
    assert [(name, key) for name, key in read if key not in checks[name].parameters] == []
    assert [(name, key) for name, key in read if not checks[name].parameters[key].required] == []


def served(test: ast.FunctionDef) -> list[str]:
    """The checks that a suite test names in @verifies."""
    calls = [one for one in test.decorator_list if isinstance(one, ast.Call)]
    return [str(name.value) for call in calls for name in call.args if isinstance(name, ast.Constant)]


def keys_read(test: ast.FunctionDef) -> list[str]:
    """The keys that a suite test reads as `obligation.parameters["key"]`."""
    return [
        str(node.slice.value)
        for node in ast.walk(test)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "parameters"
    ]
