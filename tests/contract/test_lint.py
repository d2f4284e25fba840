"""What lint finds beyond what loading refuses; each problem once, with its place and fix."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.contract.conftest import CHECKS, Acme
from vendorproof.contract.lint import check_problems, lint


def test_a_good_contract_has_no_problems(acme: Acme) -> None:
    assert acme.lint() == []


REQUIREMENTS = [
    ("check: auth.accepted", "check: auth.acepted", "there is no check 'auth.acepted'", "'auth.accepted'"),
    ("with: {carrier: bearer}", "with: {carier: bearer}", "the check 'auth.accepted' takes no 'carier'", "'carrier'"),
    ("on: [paginated]", "on: [streams]", "on: [streams] selects no operation", "correct it"),
    ("section: Lists, text", "section: List, text", "the section 'List' has no fingerprint", "'Lists'"),
    ("{carrier: bearer}", "{carrier: bear}", "a carrier that conventions.yaml declares, not 'bear'", "'bearer'"),
]


@pytest.mark.parametrize(("old", "new", "message", "fix"), REQUIREMENTS)
def test_a_register_that_a_run_is_poorer_for(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    line = acme.spoil("requirements", old, new)
    problems = [problem for problem in acme.lint() if message in problem.message]
    assert len(problems) == 1
    assert fix in problems[0].fix
    assert (problems[0].place.path, problems[0].place.line) == (acme.file("requirements"), line)


@pytest.mark.parametrize(
    ("check", "message"),
    [
        (
            "errors.field\n    with: {field: codes}",
            "takes a field of errors that conventions.yaml declares, not 'codes'",
        ),
        (
            "errors.status\n    with: {status: 409, provoke: close-twise}",
            "a provocation that conventions.yaml declares, not 'close-twise'",
        ),
    ],
)
def test_an_argument_that_conventions_do_not_declare(acme: Acme, check: str, message: str) -> None:
    acme.spoil("requirements", "auth.accepted\n    with: {carrier: bearer}", check)
    [problem] = acme.lint()
    assert message in problem.message
    assert "did you mean" in problem.fix


@pytest.mark.parametrize("word", ["absent-id", "close-twice"])
def test_what_is_provoked_is_a_word_or_a_provocation(acme: Acme, word: str) -> None:
    arguments = f"errors.status\n    with: {{status: 409, provoke: {word}}}"
    acme.spoil("requirements", "auth.accepted\n    with: {carrier: bearer}", arguments)
    assert acme.lint() == []


def test_a_check_without_what_it_needs(acme: Acme) -> None:
    line = acme.spoil("requirements", "    with: {carrier: bearer}\n", "")
    [problem] = acme.lint()
    assert problem.message == "the check 'auth.accepted' needs 'carrier'"
    assert problem.fix == "add with: {carrier: …}"
    assert problem.place.line == line - 1


def test_an_argument_for_a_check_that_takes_none(acme: Acme) -> None:
    acme.spoil("requirements", "on: [things, login]", "with: {statuses: [200]}")
    [problem] = acme.lint()
    assert problem.message == "the check 'operations.answers' takes no 'statuses'"
    assert problem.fix == "remove it: the check takes none"


def test_unknown_checks_are_found_without_lint(acme: Acme) -> None:
    contract = acme.load()
    assert check_problems(contract, {"operations.answers": {}, "auth.accepted": CHECKS["auth.accepted"]})[
        0
    ].message == ("there is no check 'pagination.limit_honoured'")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("on: [things, login]", "on: [things]", "no requirement is about login (POST /login)"),
        ("on: [things, login]", "on: [all, '!login']", "no requirement is about login (POST /login)"),
    ],
)
def test_an_operation_that_no_requirement_is_about(acme: Acme, old: str, new: str, message: str) -> None:
    acme.spoil("requirements", old, new)
    [problem] = acme.lint()
    assert problem.message == message
    assert "operations.answers" in problem.fix
    assert problem.place.path == acme.file("openapi")


def test_a_requirement_about_every_operation_covers_none(acme: Acme) -> None:
    acme.spoil("requirements", "acme.operations.rows", "acme.content.rows")
    acme.file("requirements").write_text(
        acme.file("requirements").read_text("utf-8").replace("on: [things, login]", "on: [all, '!login']"), "utf-8"
    )
    assert len([problem for problem in acme.lint() if "no requirement is about" in problem.message]) == 5


def test_an_operations_requirement_without_selectors_covers_all(acme: Acme) -> None:
    acme.spoil("requirements", "    on: [things, login]\n", "")
    assert acme.lint() == []


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        (
            "{data: [{id: t1}]}",
            "{data: [{id: 1}]}",
            "the example breaks its schema: /data/0/id: 1 is not of type",
            "correct",
        ),
        ("smallest: {value: {name: a}}", "smallest: {value: {}}", "breaks its schema: as a whole", "correct"),
        ("example: 7}", "example: 0}", "0 is less than the minimum of 1", "correct"),
        ("examples: [{name: b}]", "examples: [{name: 3}]", '3 is not of type "string"', "correct"),
        ("{first: {value: cur_1}}", "{first: {value: 3}}", '3 is not of type "string"', "correct"),
        ("info: {title: Acme, version: v1}", "info: {title: Acme}", '"version" is a required property', "3.1.0"),
        ("responses: {204: {description: Gone.}}", "responses: {204: {}}", "required", "3.1.0"),
        ("tags: [accounts]", "tags: [lists]", "the tag 'lists' is a selecting word too", "another name"),
        ("tags: [accounts]", "tags: [login]", "the tag 'login' is an operationId too", "another name"),
    ],
)
def test_a_document_that_others_would_stumble_over(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    line = acme.spoil("openapi", old, new)
    fitting = [problem for problem in acme.lint() if message in problem.message]
    assert fitting
    assert fix in fitting[0].fix
    assert fitting[0].place.path == acme.file("openapi")
    assert fitting[0].place.line == line


def test_a_document_that_leaves_security_open(acme: Acme) -> None:
    acme.spoil("openapi", "security: [{bearer: []}]\n", "")
    [problem] = acme.lint()
    assert "the document has no security" in problem.message
    assert "security: [] at public operations" in problem.fix
    assert str(problem.place) == f"{acme.file('openapi')}:1"


def test_an_operation_that_is_named_like_a_word(acme: Acme) -> None:
    for name in ("conventions", "openapi", "requirements"):
        text = acme.file(name).read_text("utf-8").replace("deleteThing", "deletions")
        acme.file(name).write_text(text, "utf-8")
    assert [problem.message for problem in acme.lint()] == [
        "the operationId 'deletions' is a selecting word, so nothing can select it"
    ]


def test_a_document_of_another_shape_is_a_problem_and_no_traceback(acme: Acme) -> None:
    acme.spoil(
        "openapi", "    parameters:\n      - {name: thingId,", "    parameters:\n      - 3\n      - {name: thingId,"
    )
    messages = [problem.message for problem in acme.lint()]
    assert any("does not have the shape" in message for message in messages)


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("{limit: limit,", "{limit: limt,", "listThings has no query parameter 'limt'", "'limit'"),
        ("parameter: thingId", "parameter: thingID", "no path has the parameter 'thingID'", "'thingId'"),
    ],
)
def test_conventions_name_parameters_that_operations_have(
    acme: Acme, old: str, new: str, message: str, fix: str
) -> None:
    line = acme.spoil("conventions", old, new)
    [problem] = [problem for problem in acme.lint() if message in problem.message]
    assert fix in problem.fix
    assert (problem.place.path, problem.place.line) == (acme.file("conventions"), line)


def test_a_path_parameter_that_is_no_resources(acme: Acme) -> None:
    acme.spoil("conventions", "    parameter: thingId\n", "")
    assert {(problem.message, problem.fix) for problem in acme.lint()} == {
        (
            "the path parameter 'thingId' takes the id of no resource",
            "add parameter: thingId to one of the resources in conventions.yaml",
        )
    }


def test_problems_of_loading_come_too_in_the_order_of_the_files(acme: Acme) -> None:
    acme.spoil("requirements", "level: should", "level: shall")
    acme.spoil("conventions", "defaultPageSize: 25", "defaultPageSize: 0")
    acme.spoil("openapi", "info: {title: Acme, version: v1}", "info: {title: Acme}")
    names = [problem.place.path.stem for problem in acme.lint()]
    assert names == sorted(names)
    assert set(names) == {"conventions", "openapi", "requirements"}


def test_a_broken_reference_is_reported_once(acme: Acme) -> None:
    acme.spoil("openapi", '"#/components/schemas/NewThing"', '"#/components/schemas/NewThin"')
    assert len(acme.lint()) == 1


def test_a_root_is_linted_vendor_by_vendor(acme: Acme) -> None:
    root = acme.folder.parent
    shutil.copytree(acme.folder, root / "apex")
    assert {problem.place.path.parent.name for problem in lint(root, {})} == {"acme", "apex"}


def test_a_file_means_its_folder(acme: Acme) -> None:
    acme.spoil("requirements", "on: [paginated]", "on: [streams]")
    assert lint(acme.file("openapi"), {}) == lint(acme.folder, {})


def test_where_there_is_no_contract_lint_says_so(tmp_path: Path) -> None:
    [problem] = lint(tmp_path, {})
    assert problem.message == "there is no contract here"
    [problem] = lint(tmp_path / "absent", {})
    assert problem.message == "there is no contract here"
