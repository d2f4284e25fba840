"""Everything that is wrong with contracts, what a run would stop at and what it would only be poorer for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vendorproof.contract.check_parameters import CheckParameters
from vendorproof.contract.load import Assembly, assemble, is_vendor_folder, vendor_folders
from vendorproof.contract.model import Contract, Requirement
from vendorproof.contract.openapi_lint import document_problems, example_problems, security_problems
from vendorproof.contract.pointer import join
from vendorproof.contract.references import reference_problems
from vendorproof.contract.select import IDEMPOTENT, ONCE, PAGINATED, WORDS, select
from vendorproof.contract.wording import suggest
from vendorproof.contract.yaml_source import Source, read_yaml
from vendorproof.errors import ContractError, Place, Problem


def lint(path: Path, checks: CheckParameters) -> list[Problem]:
    """Everything wrong with the contract in a vendor's folder, or with those of all folders under a root.

    `path` may also be a file of a contract: its folder is meant. The problems are in the order of files and lines.
    """
    folder = path.parent if path.is_file() else path
    folders = [folder] if is_vendor_folder(folder) else vendor_folders(folder)
    if not folders:
        fix = "name a vendor's folder, or the folder that holds them"
        return [Problem(Place(path), "there is no contract here", fix)]
    return [problem for vendor in folders for problem in _lint_folder(vendor, checks)]


def check_problems(contract: Contract, checks: CheckParameters) -> list[Problem]:
    """The requirements that name no known check, or give their check what it does not take."""
    source: Source | None = None
    problems = []
    for index, requirement in enumerate(contract.requirements):
        for key, message, fix in _check_faults(contract, requirement, checks):
            source = source or read_yaml(contract.folder / "requirements.yaml")
            problems.append(source.problem(f"/requirements/{index}/{key}", message, fix))
    return problems


def demand_checks(contracts: Iterable[Contract], checks: CheckParameters) -> None:
    """Raises ContractError for contracts with requirements of which `check_problems` tells."""
    problems = [problem for contract in contracts for problem in check_problems(contract, checks)]
    if problems:
        raise ContractError(*problems)


def _lint_folder(folder: Path, checks: CheckParameters) -> list[Problem]:
    assembly = assemble(folder)
    problems = list(assembly.problems)
    openapi = assembly.sources.get("openapi")
    if openapi is not None and _can_be_followed(openapi):
        broken = list(document_problems(openapi))
        problems += broken or [*security_problems(openapi), *example_problems(openapi)]
    if assembly.contract is not None:
        problems += _contract_problems(assembly, assembly.contract, checks)
    return sorted(problems, key=lambda problem: (str(problem.place.path), problem.place.line))


def _can_be_followed(openapi: Source) -> bool:
    return isinstance(openapi.data, dict) and not reference_problems(openapi)


def _contract_problems(assembly: Assembly, contract: Contract, checks: CheckParameters) -> Iterator[Problem]:
    openapi = assembly.sources["openapi"]
    register = assembly.sources["requirements"]
    yield from _shadow_problems(contract, openapi)
    yield from _section_problems(register)
    yield from check_problems(contract, checks)
    if not assembly.problems:
        yield from _selection_problems(contract, register)
        yield from _coverage_problems(contract, openapi)
        yield from _parameter_problems(contract, assembly.sources["conventions"], openapi)


def _check_faults(
    contract: Contract, requirement: Requirement, checks: CheckParameters
) -> Iterator[tuple[str, str, str]]:
    """The key of the entry, the message and the fix of each fault."""
    if requirement.check is None:
        return
    if requirement.check not in checks:
        yield "check", f"there is no check {requirement.check!r}", suggest(requirement.check, checks)
        return
    keys = checks[requirement.check]
    for key, value in requirement.parameters.items():
        if key not in keys:
            fix = suggest(key, keys) if keys else "remove it: the check takes none"
            yield join("with", key)[1:], f"the check {requirement.check!r} takes no {key!r}", fix
            continue
        fault = keys[key].form.fault(value, contract)
        if fault is not None:
            yield join("with", key)[1:], f"{key!r} of the check {requirement.check!r} {fault[0]}", fault[1]
        beside, needed = keys[key].beside or (key, value)
        given = requirement.parameters.get(beside, needed)
        if given != needed:
            message = f"{key!r} of the check {requirement.check!r} fits {beside}: {needed}, not {beside}: {given}"
            yield join("with", key)[1:], message, f"remove it, or write {beside}: {needed}"
    for key, parameter in keys.items():
        if parameter.required and key not in requirement.parameters:
            yield "check", f"the check {requirement.check!r} needs {key!r}", f"add with: {{{key}: …}}"


def _section_problems(register: Source) -> Iterator[Problem]:
    sections = register.data["sections"]
    entries = [(f"/requirements/{i}/source/section", e["source"]) for i, e in enumerate(register.data["requirements"])]
    entries += [(f"/questions/{i}/section", e) for i, e in enumerate(register.data.get("questions", ()))]
    for at, entry in entries:
        section = entry["section"]
        if section not in sections:
            message = f"the section {section!r} has no fingerprint under sections:"
            yield register.problem(at, message, suggest(section, sections))


def _shadow_problems(contract: Contract, openapi: Source) -> Iterator[Problem]:
    words = {*WORDS, PAGINATED, IDEMPOTENT}
    ids = {operation.id for operation in contract.operations}
    for operation in contract.operations:
        at = join("paths", operation.path, operation.method.lower())
        if operation.id in words:
            message = f"the operationId {operation.id!r} is a selecting word, so nothing can select it"
            yield openapi.problem(f"{at}/operationId", message, "give it another name")
        for index, tag in enumerate(operation.tags):
            if tag in words or tag in ids:
                what = "a selecting word" if tag in words else "an operationId"
                message = f"the tag {tag!r} is {what} too, so nothing can select it"
                yield openapi.problem(f"{at}/tags/{index}", message, "give the tag another name")


def _selection_problems(contract: Contract, register: Source) -> Iterator[Problem]:
    for index, requirement in enumerate(contract.requirements):
        if requirement.on and ONCE not in requirement.on and not select(contract, requirement.on):
            message = f"on: [{', '.join(requirement.on)}] selects no operation"
            yield register.problem(f"/requirements/{index}/on", message, "correct it, or remove the requirement")


def _coverage_problems(contract: Contract, openapi: Source) -> Iterator[Problem]:
    """Operations that only requirements about every operation speak of.

    A requirement of the convention `operations` covers what it selects, any other what its `on:` selects by id or tag.
    """
    covered: set[str] = set()
    for requirement in contract.requirements:
        selectors = requirement.on or ("all",)
        if requirement.convention != "operations":
            selectors = tuple(name for name in selectors if name.startswith("!") or not _is_word(name))
            if all(name.startswith("!") for name in selectors):
                continue
        covered |= {operation.id for operation in select(contract, selectors)}
    for operation in contract.operations:
        if operation.id not in covered:
            at = join("paths", operation.path, operation.method.lower())
            message = f"no requirement is about {operation.id} ({operation.label})"
            fix = f"add a requirement with check: operations.answers and on: [{operation.id}] to requirements.yaml"
            yield openapi.problem(at, message, fix)


def _parameter_problems(contract: Contract, conventions: Source, openapi: Source) -> Iterator[Problem]:
    """Parameters that conventions.yaml names and openapi.yaml does not, and path parameters that are no resource's."""
    resources = contract.conventions.resources
    in_paths = {parameter.name for operation in contract.operations for parameter in operation.path_parameters}
    for name, resource in resources.items():
        if resource.parameter and resource.parameter not in in_paths:
            at = join("resources", name, "parameter")
            message = f"no path has the parameter {resource.parameter!r}"
            yield conventions.problem(at, message, suggest(resource.parameter, in_paths))
    owned = {resource.parameter for resource in resources.values()}
    for operation in contract.operations:
        for parameter in operation.path_parameters:
            if parameter.name not in owned:
                at = join("paths", operation.path)
                message = f"the path parameter {parameter.name!r} takes the id of no resource"
                fix = f"add parameter: {parameter.name} to one of the resources in conventions.yaml"
                yield openapi.problem(at, message, fix)
    pagination = contract.conventions.pagination
    for operation in select(contract, [PAGINATED]) if pagination else ():
        query = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
        for role, name in pagination.request.items() if pagination else ():
            if name not in query:
                message = f"{operation.id} has no query parameter {name!r}"
                yield conventions.problem(join("pagination", "request", role), message, suggest(name, query))


def _is_word(selector: str) -> bool:
    return selector in WORDS or selector in (PAGINATED, IDEMPOTENT)
