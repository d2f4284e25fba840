"""Faults: what a hook may change, where and how often, and what the catalogue promises of each."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import vendorproof.checks
from vendorproof.checks.registry import all_checks
from vendorproof.contract import Contract, contracts_root, load_contract
from vendorproof.errors import InternalError, UsageError
from vendorproof.mock import Fault, faults_of, find_fault
from vendorproof.mock.deviations.catalogue import fault, recipes
from vendorproof.mock.deviations.fault import Breach, Scope
from vendorproof.mock.request import points
from vendorproof.mock.request.call import Call

VENDORS = sorted(folder.name for folder in contracts_root().iterdir() if (folder / "requirements.yaml").is_file())


def _stripped(document: Any, call: Call) -> Any:
    return {"stripped": True}


STRIPS = Fault("strips", "Successes say nothing.", ((points.DOCUMENT, _stripped),))


def _stripped_at(call: Any, *paths: str, **options: Any) -> list[bool]:
    return [call("GET", path, **options).json == {"stripped": True} for path in paths]


def test_a_fault_changes_what_passes_its_point(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, faults=[STRIPS])
    assert _stripped_at(call, "/crates", "/status") == [True, True]
    assert call("GET", "/crates/absent").status == 404


def test_a_fault_of_one_operation_leaves_the_others_alone(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, faults=[STRIPS.only(operations=["readStatus", "readSpecial"])])
    assert _stripped_at(call, "/crates", "/status", "/crates/special") == [False, True, True]


def test_a_fault_shows_once_in_so_many_chances(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, faults=[STRIPS.only(every=3)])
    assert _stripped_at(call, *["/status"] * 7) == [False, False, True, False, False, True, False]
    assert calling(acme, faults=[STRIPS.only(every=3)])("GET", "/status").json == {}


def test_what_a_fault_leaves_as_it_is_counts_as_no_chance(acme: Contract, calling: Callable[..., Any]) -> None:
    drops = find_fault(acme, "drops-the-last-item-of-a-page").only(every=2)
    call = calling(acme, faults=[drops])
    whole = len(calling(acme).ids("/crates"))
    assert [len(call.ids("/crates", limit=40)) for _ in range(4)] == [whole, whole - 1, whole, whole - 1]


def test_a_fault_of_one_page_shows_there_alone(acme: Contract, calling: Callable[..., Any]) -> None:
    faithful, faulty = calling(acme), calling(acme, faults=[find_fault(acme, "drops-an-item-at-one-page-boundary")])
    lengths = [[len(page) for page in call.pages("/crates", limit=7)] for call in (faithful, faulty)]
    assert [before - after for before, after in zip(*lengths, strict=True)] == [0, 1] + [0] * (len(lengths[0]) - 2)


def test_a_fault_of_one_carrier_shows_with_it_alone(bolt: Contract, calling: Callable[..., Any]) -> None:
    call = calling(bolt, faults=[STRIPS.only(carrier="query")])
    assert call("GET", "/crates").json != {"stripped": True}
    assert call("GET", "/crates", role=None, apiKey="fake-key-default").json == {"stripped": True}


def test_faults_add_up(acme: Contract, calling: Callable[..., Any]) -> None:
    chosen = [find_fault(acme, "drops-the-message"), find_fault(acme, "drops-the-code")]
    shown = calling(acme, faults=chosen)("GET", "/crates/absent").json["error"]
    assert not {"message", "code"} & set(shown)


def test_a_restriction_names_itself_and_narrows_what_was_narrow(acme: Contract) -> None:
    narrow = STRIPS.only(operations=["readStatus", "watch"], every=20, page=2, carrier="bearer")
    assert narrow.id == "strips@operation=readStatus+watch,every=20,page=2,carrier=bearer"
    assert narrow.only(operations=["watch", "live"]).scope.operations == frozenset({"watch"})
    assert STRIPS.only() is STRIPS


def test_a_fault_is_found_by_its_id_and_restriction(acme: Contract) -> None:
    found = find_fault(acme, "drops-the-message@operation=readCrate+listItems,every=20")
    assert found.scope == Scope(frozenset({"readCrate", "listItems"}), every=20)
    assert find_fault(acme, "drops-the-message").scope == Scope()
    made = find_fault(acme, "fails-a-valid-request@operation=readCrate")
    assert made.scope.operations == frozenset({"readCrate"})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("drops-the-mesage", "did you mean drops-the-message"),
        ("drops-the-message@operation=nothing", "no operation 'nothing'"),
        ("drops-the-message@every=0", "'every=0' restricts nothing"),
        ("drops-the-message@", "'' restricts nothing"),
        ("drops-the-message@colour=red", "'colour=red' restricts nothing"),
        ("writes-the-end-signal-as-text", "no fault"),
    ],
)
def test_a_fault_that_is_not_there_is_a_usage_error(acme: Contract, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        find_fault(acme, name)


def test_checks_become_the_requirements_that_they_decide(acme: Contract) -> None:
    missing = find_fault(acme, "drops-the-message")
    assert missing.breaches == (Breach("acme.errors.message", "field-missing"),)
    assert (missing.violates, missing.reason, missing.family) == (("acme.errors.message",), "field-missing", "errors")


def test_a_fault_breaks_nothing_that_speaks_of_other_operations(acme: Contract) -> None:
    failing = [one.id for one in faults_of(acme) if one.id.startswith("fails-a-valid-request@")]
    assert failing == [
        f"fails-a-valid-request@operation={name}"
        for name in ("listCrates", "createCrate", "readCrate", "deleteCrate", "updateCrate")
    ]
    scoped = replace(
        acme, requirements=tuple(replace(one, on=("listCrates",)) for one in acme.requirements if one.check)
    )
    lists_open = "forgets-the-credential-on-one-operation"
    assert lists_open in {one.id for one in faults_of(acme)}
    assert lists_open not in {one.id for one in faults_of(scoped)}


def test_two_faults_may_not_share_a_name() -> None:
    with pytest.raises(InternalError, match="drops-the-message"):
        fault("drops-the-message", at=points.DOCUMENT, breaks=[])(_stripped)


def _reasons() -> dict[str, set[str]]:
    """The plain strings in the module of each check, and in the modules of checks that it hands on to: its reasons are
    among them."""
    trees = {
        path.stem: ast.parse(path.read_text("utf-8")) for path in Path(vendorproof.checks.__file__).parent.glob("*.py")
    }
    texts = {
        name: {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        for name, tree in trees.items()
    }
    heard = {name: {name} | _imported_checks(tree) for name, tree in trees.items()}
    found = {name: set().union(*(texts[one] for one in heard[name] if one in texts)) for name in trees}
    return {name: found[check.function.__module__.rpartition(".")[2]] for name, check in all_checks().items()}


def _imported_checks(tree: ast.Module) -> set[str]:
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {str(node.module).rpartition(".")[2] for node in nodes if str(node.module).startswith("vendorproof.checks.")}


def test_the_catalogue_names_checks_and_reasons_that_exist() -> None:
    reasons = _reasons()
    for vendor in VENDORS:
        for recipe in recipes(vendor).values():
            for broken in recipe.breaks:
                assert broken.check in reasons, (recipe.id, broken.check)
                known = broken.reason in reasons[broken.check] or broken.reason.startswith("details-not-")
                assert known, (recipe.id, broken.check, broken.reason)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_fault_says_what_it_does_and_breaks(vendor: str) -> None:
    contract = load_contract(contracts_root() / vendor)
    found = faults_of(contract)
    assert len({one.id for one in found}) == len(found) > 20
    for one in found:
        assert one.summary.endswith(".")
        assert one.vendor == vendor
        assert one.family
        assert {contract.requirement(name).check for name in one.violates} <= set(all_checks())


def test_every_check_of_the_register_has_a_fault(leadiosa: Contract) -> None:
    broken = {name for one in faults_of(leadiosa) for name in one.violates}
    assert [one.id for one in leadiosa.requirements if one.check and one.id not in broken] == []
