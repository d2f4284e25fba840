"""YAML 1.2 as the core schema has it, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vendorproof.contract.yaml_source import Source, read_yaml
from vendorproof.errors import ContractError


def read(tmp_path: Path, text: str) -> Source:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("12:30", "12:30"),
        ("2026-12-31", "2026-12-31"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("-7", -7),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1.", 1.0),
        ("1.2.3", "1.2.3"),
        ("+", "+"),
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("'401'", "401"),
        ('"true"', "true"),
        ("!!str 401", "401"),
        ("!!int 401", 401),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_a_scalar_is_what_the_core_schema_says(tmp_path: Path, text: str, value: Any) -> None:
    data = read(tmp_path, f"key: {text}\n").data
    assert data == {"key": value}
    assert type(data["key"]) is type(value)


def test_keys_are_their_own_text(tmp_path: Path) -> None:
    assert read(tmp_path, "{on: 1, 401: 2, null: 3, 1.50: 4}").data == {"on": 1, "401": 2, "null": 3, "1.50": 4}


def test_an_alias_is_what_its_anchor_names(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


def test_an_empty_file_is_null(tmp_path: Path) -> None:
    source = read(tmp_path, "# nothing\n")
    assert source.data is None
    assert source.line("/a") == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "the key 'a' stands twice, first on line 1"),
        ("a:\n  - {b: 1, b: 2}\n", 2, "the key 'b' stands twice, first on line 2"),
        ("a: [1,\n", 2, "no YAML"),
        ("a: 1\n\tb: 2\n", 2, "no YAML"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("a: *b\n", 1, "undefined alias"),
        ("b: 1\na: &x\n  - *x\n", 2, "inside the part that it names"),
        ("a:\n  b: !thing 1\n", 2, "the tag '!thing'"),
        ("a: !set [1]\n", 1, "the tag '!set'"),
        ("a: !set {b: 1}\n", 1, "the tag '!set'"),
        ("a: !!int x\n", 1, "'x' is not what its tag says"),
        ("a: .nan\n", 1, ".nan is no JSON number"),
        ("a: -.inf\n", 1, "-.inf is no JSON number"),
        ("a: 1e999\n", 1, "1e999 is no JSON number"),
        ("? [a]\n: 1\n", 1, "a key is a list or a mapping"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", 3, "merge keys"),
    ],
)
def test_what_json_or_yaml_12_does_not_have_is_refused(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(ContractError) as caught:
        read(tmp_path, text)
    [problem] = caught.value.problems
    assert problem.place.line == line
    assert message in problem.message
    assert problem.fix


def test_every_problem_of_a_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        read(tmp_path, "a: 1\na: .inf\nb: !x 2\n")
    assert [problem.place.line for problem in caught.value.problems] == [2, 2, 3]


def test_a_control_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="control characters"):
        read(tmp_path, "a: \x07\n")


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(ContractError, match="not UTF-8 at byte 3"):
        read_yaml(tmp_path / "file.yaml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"absent\.yaml: there is no such file"):
        read_yaml(tmp_path / "absent.yaml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="can't be read"):
        read_yaml(tmp_path)


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 2),
        ("/a", 2),
        ("/a/1", 4),
        ("/a/1/b~1c", 5),
        ("/d", 6),
        ("/d/e", 6),
        ("/a/7", 2),
        ("/a/x", 2),
        ("/none", 2),
    ],
)
def test_a_pointer_has_the_line_of_its_key_or_of_what_is_above_it(tmp_path: Path, pointer: str, line: int) -> None:
    source = read(tmp_path, "# first\na:\n  - 1\n  - x: 2\n    b/c: 3\nd: 4\n")
    assert source.line(pointer) == line
    assert str(source.place(pointer)) == f"{source.path}:{line}"


def test_aliases_that_multiply_are_refused_where_they_do(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 30)]
    with pytest.raises(ContractError) as caught:
        read(tmp_path, "\n".join(levels))
    (problem, *_) = caught.value.problems
    assert (problem.place.line, problem.message) == (6, "aliases make more than 1,000,000 values of it")


def test_a_few_aliases_are_no_harm(tmp_path: Path) -> None:
    assert read(tmp_path, "a: &a [1, 2]\nb: [*a, *a]\n").data == {"a": [1, 2], "b": [[1, 2], [1, 2]]}
