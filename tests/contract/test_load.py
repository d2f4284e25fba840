"""A folder as a contract, and every way in which one of its files is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.contract.conftest import CONVENTIONS, Acme
from vendorproof.contract.conventions import (
    Authentication,
    Carrier,
    ContextHeader,
    Conventions,
    End,
    Errors,
    Formats,
    Idempotency,
    Login,
    Pagination,
    Provocation,
    Quota,
    RateLimit,
    Refusal,
    Resource,
    Step,
    Style,
    Transport,
    Versioning,
)
from vendorproof.contract.load import load_contract, load_contracts, vendor_folders
from vendorproof.contract.model import Basis, Level
from vendorproof.contract.place import contracts_root
from vendorproof.errors import ContractError, UsageError


def test_every_key_of_the_conventions_is_read(acme: Acme) -> None:
    assert acme.load().conventions == Conventions(
        authentication=Authentication(
            carriers=(Carrier("bearer", "header", "Authorization", "Bearer {credential}"),),
            variable="ACME_TOKEN",
            refusal=Refusal(401, 401, None),
            context=(ContextHeader("X-Team-Id", "team", "ACME_TEAM", "team:{value}", ("things",), False),),
            login=Login("login", {"email": "ACME_EMAIL"}, "/token"),
        ),
        errors=Errors({"code": "/error/code", "message": "/error/message"}),
        data="/data",
        pagination=Pagination(
            style=Style.CURSOR,
            request={"limit": "limit", "cursor": "after"},
            response={"items": "/data", "cursor": "/next"},
            default_page_size=25,
            max_page_size=None,
            over_maximum=None,
            end=End.NULL_CURSOR,
            applies=("listThings",),
        ),
        idempotency=Idempotency("Idempotency-Key", "replay", 86_400, None, ("creations",)),
        rate_limit=RateLimit(
            presence="every-response",
            headers={"limit": "X-Limit", "reset": "X-Reset"},
            reset_format="epoch-seconds",
            retry_after="seconds",
            window=60,
        ),
        quota=Quota(402, ("sandbox",)),
        formats=Formats("utc", None, "omitted", ("/next",), ("amount",)),
        resources={
            "things": Resource(
                name="things",
                parameter="thingId",
                id="/id",
                item="/data",
                items="/data",
                list="listThings",
                create="createThing",
                read="getThing",
                delete="deleteThing",
                mark="name",
                change={"name": "other"},
            ),
            "parts": Resource("parts", "", "/id", "", "/parts", parent="things", scope="team"),
        },
        provocations={
            "close-twice": Provocation(
                "close-twice",
                409,
                (
                    Step("createThing", {"name": "a"}),
                    Step("createThing", {"name": "a"}, {"limit": "3", "deep": "true"}, {"/data/state": "closed"}),
                ),
                "the documentation gives no body",
            )
        },
        versioning=Versioning("X-Deprecation", "/openapi.json"),
        transport=Transport("redirect"),
    )


def test_what_is_left_out_or_unspecified_is_none(acme: Acme) -> None:
    acme.file("conventions").write_text(
        "vendor: acme\n"
        "title: Acme\n"
        "authentication: {carriers: [{name: key, in: query, parameter: key}], variable: ACME_KEY}\n"
        "errors: {fields: unspecified}\n"
        "pagination: {style: none, applies: [listThings]}\n"
        "idempotency: unspecified\n"
        "rateLimit: {presence: unspecified, headers: {reset: X-Reset}, window: unspecified}\n"
        "resources: {things: {parameter: thingId, id: /id}}\n"
        "transport: {plainHttp: unspecified}\n",
        "utf-8",
    )
    assert acme.load().conventions == Conventions(
        authentication=Authentication((Carrier("key", "query", "key"),), "ACME_KEY"),
        pagination=Pagination(Style.NONE, {}, {}, None, None, None, None, ("listThings",)),
        rate_limit=RateLimit(None, {"reset": "X-Reset"}, None, None),
        resources={"things": Resource("things", "thingId", "/id", "", "")},
    )


@pytest.mark.parametrize(
    ("duration", "seconds"), [("PT24H", 86_400), ("P1D", 86_400), ("P1DT1H1M1S", 90_061), ("PT90S", 90)]
)
def test_a_window_is_a_duration_of_iso_8601(acme: Acme, duration: str, seconds: int) -> None:
    acme.spoil("conventions", "window: PT24H", f"window: {duration}")
    idempotency = acme.load().conventions.idempotency
    assert idempotency is not None
    assert idempotency.window == seconds


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        (
            "defaultPageSize: 25",
            "defaultPagSize: 25",
            "unknown key 'defaultPagSize' in /pagination",
            "'defaultPageSize'",
        ),
        ("title: Acme\n", "titel: Acme\ntitle: Acme\n", "unknown key 'titel' in the file", "remove it"),
        ("defaultPageSize: 25", "defaultPageSize: 0", "0 is less than the minimum of 1", "from 1 upwards"),
        (
            "defaultPageSize: 25",
            "defaultPageSize: many",
            '/pagination/defaultPageSize: "many" does not fit',
            "unspecified",
        ),
        (
            "defaultPageSize: 25",
            "defaultPageSize: null",
            "/pagination/defaultPageSize: null does not fit",
            "unspecified",
        ),
        ("end: null-cursor", "end: nul-cursor", '"nul-cursor" is none of the allowed values', "'null-cursor'"),
        (
            "presence: every-response",
            "presence: always",
            '"always" is none of the allowed values',
            "known: every-response",
        ),
        ("variable: ACME_TOKEN", "variable: acme_token", '"acme_token" does not fit', "environment variable"),
        ("variable: ACME_TOKEN", "variable: null", "null says nothing", "leave it out"),
        ("variable: ACME_TOKEN", "variable: 3", "3 is not of type string", "environment variable"),
        ('template: "Bearer {credential}"', "template: Bearer", '"Bearer" does not fit', "{credential}"),
        ("missing: 401", "missing: 500", "500 is greater than the maximum of 499", "from 400 to 499"),
        ("window: PT24H", "window: 24h", '"24h" does not fit', "PT24H"),
        ("window: PT24H", "window: P", '"P" does not fit', "PT24H"),
        ("{data: /data}", "{data: data}", '"data" does not fit', "JSON pointer"),
        ("{code: /error/code,", "{Code: /error/code,", "the key 'Code' does not fit in /errors/fields", "camelCase"),
        ("close-twice:", "Close Twice:", "the key 'Close Twice' does not fit in /provocations", "kebab case"),
        ("quota: {status: 402,", "quota: {", "the key 'status' is missing in /quota", "add status: The status"),
        ("quota: {status: 402, environments: [sandbox]}", "quota: 402", "/quota: 402 does not fit", "fixed allowance"),
        (
            "applies: [listThings]",
            "applies: []",
            "/pagination/applies: [] has less than 1 item",
            "an operationId, a tag",
        ),
        ("vendor: acme", "vendor: apex", "the vendor 'apex' lives in a folder named 'acme'", "write vendor: acme"),
        (
            "request: {limit: limit, cursor: after}",
            "request: {limit: limit}",
            "/pagination/request names no 'cursor'",
            "add",
        ),
    ],
)
def test_wrong_conventions_are_refused(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    line = acme.spoil("conventions", old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert fix in problem.fix
    assert problem.place.path == acme.file("conventions")
    assert problem.place.line == line


@pytest.mark.parametrize(
    ("old", "new", "message", "at"),
    [
        ("style: cursor", "style: offset", "/pagination/request names no 'offset'", "request: {limit"),
        ("style: cursor", "style: link-body", "/pagination/response names no 'next'", "response: {items"),
        ("end: null-cursor", "end: null-link", "/pagination/response names no 'next'", "response: {items"),
        ("end: null-cursor", "end: has-more-false", "/pagination/response names no 'hasMore'", "response: {items"),
    ],
)
def test_a_style_and_an_end_need_their_roles(acme: Acme, old: str, new: str, message: str, at: str) -> None:
    line = acme.spoil("conventions", at, at)
    acme.spoil("conventions", old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert problem.place.line == line


CUT = CONVENTIONS[CONVENTIONS.index("  style: cursor") : CONVENTIONS.index("  applies: [listThings]")]
"""How acme's contract has its listings cut into pages."""

NUMBERED = "  request: {limit: limit, page: page}\n"


@pytest.mark.parametrize(
    ("cut", "message", "line"),
    [
        (f"  style: page\n{NUMBERED}", "/pagination tells no firstPage, which style page counts from", 0),
        ("  style: page\n  firstPage: 1\n  request: {}\n", "/pagination/request names no 'page'", 3),
        ("  style: none\n  firstPage: 0\n", "/pagination/firstPage: style none has no page numbers", 2),
    ],
)
def test_pages_with_numbers_and_no_others_tell_the_first(acme: Acme, cut: str, message: str, line: int) -> None:
    begin = acme.spoil("conventions", CUT, cut) - 1
    [problem] = acme.load_problems()
    assert message in problem.message
    assert problem.place.line == begin + line


@pytest.mark.parametrize("first", [0, 1])
def test_pages_are_counted_from_a_number(acme: Acme, first: int) -> None:
    acme.spoil("conventions", CUT, f"  style: page\n  firstPage: {first}\n{NUMBERED}")
    pagination = acme.load().conventions.pagination
    assert pagination is not None
    assert (pagination.style, pagination.first_page) == (Style.PAGE, first)


@pytest.mark.parametrize(
    ("style", "response", "end"),
    [("link-header", "{items: /data}", "absent-link"), ("link-body", "{items: /data, next: /links/next}", "null-link")],
)
def test_links_are_in_a_header_or_a_body(acme: Acme, style: str, response: str, end: str) -> None:
    acme.spoil("conventions", CUT, f"  style: {style}\n  response: {response}\n  end: {end}\n")
    pagination = acme.load().conventions.pagination
    assert pagination is not None
    assert (pagination.linked, pagination.end) == (True, End(end))


def test_a_misspelt_key_that_is_needed_is_both_unknown_and_missing(acme: Acme) -> None:
    line = acme.spoil("conventions", "title: Acme", "titel: Acme")
    missing, unknown = acme.load_problems()
    assert missing.message == "the key 'title' is missing in the file"
    assert (unknown.message, unknown.fix) == ("unknown key 'titel' in the file", "did you mean 'title'?")
    assert unknown.place.line == line


def test_a_missing_part_is_reported_where_it_belongs(acme: Acme) -> None:
    line = acme.spoil("conventions", "  response: {items: /data, cursor: /next}\n", "")
    [problem] = acme.load_problems()
    assert "/pagination/response names no 'cursor'" in problem.message
    assert problem.place.line == line - 3  # the line of `pagination`, as `response` has none


def test_requirements_are_read(acme: Acme) -> None:
    contract = acme.load()
    assert [requirement.id for requirement in contract.requirements] == [
        "acme.operations.rows",
        "acme.pagination.limit-honoured",
        "acme.auth.bearer",
        "acme.transport.secret",
    ]
    limit = contract.requirement("acme.pagination.limit-honoured")
    assert (limit.page, limit.section, limit.fingerprint) == ("acme", "Lists", "aaaaaaaaaaaaaaaa")
    assert (limit.level, limit.basis, limit.check) == (Level.SHOULD, Basis.EXAMPLE, "pagination.limit_honoured")
    assert (limit.on, limit.parameters, limit.undecidable) == (("paginated",), {"sizes": [1, 2]}, None)
    assert (limit.convention, limit.binding) == ("pagination", False)
    assert str(limit.place) == f"{acme.file('requirements')}:10"
    assert contract.requirement("acme.transport.secret").undecidable == "Nothing outside shows who reads."
    [question] = contract.questions
    assert (question.id, question.reading) == ("acme.question.body", "A name.")
    assert contract.sections == {"Introduction": "0000000000000000", "Lists": "aaaaaaaaaaaaaaaa"}


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("level: should", "level: shall", '"shall" is none of the allowed values', "known: must, should, may"),
        ("    basis: example\n", "", "the key 'basis' is missing in /requirements/1", "add basis: Why"),
        ("    on: [paginated]\n", "    onn: [lists]\n", "unknown key 'onn'", "did you mean 'on'?"),
        (
            "acme.auth.bearer",
            "acme.authentication.bearer",
            '"acme.authentication.bearer" does not fit',
            "one of operations",
        ),
        ("acme.auth.bearer", "acme.auth.Bearer", '"acme.auth.Bearer" does not fit', "<vendor>.<convention>.<words>"),
        ("acme.auth.bearer", "apex.auth.bearer", "the id 'apex.auth.bearer' does not start", "write acme.auth.bearer"),
        (
            "acme.auth.bearer",
            "acme.operations.rows",
            "'acme.operations.rows' stands twice, first on line 3",
            "of its own",
        ),
        (
            "id: acme.question.body",
            "id: apex.question.body",
            "'apex.question.body' does not start",
            "acme.question.body",
        ),
        ("id: acme.question.body", "id: body", '"body" does not fit', "<vendor>.question.<words>"),
        ("aaaaaaaaaaaaaaaa", "aaaa", '"aaaa" does not fit', "16 hex digits"),
        ("check: auth.accepted", "check: accepted", '"accepted" does not fit', "rate_limit.headers_present"),
        (
            "    undecidable: Nothing outside shows who reads.\n",
            "",
            "acme.transport.secret names no check",
            "undecidable",
        ),
        ("undecidable: Nothing outside shows who reads.", "{check: a.b, undecidable: x}", "no YAML", "indentation"),
    ],
)
def test_a_wrong_register_is_refused(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    acme.spoil("requirements", old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert fix in problem.fix
    assert problem.place.path == acme.file("requirements")
    assert problem.place.line > 0


def test_a_check_beside_a_reason_why_there_is_none_is_refused(acme: Acme) -> None:
    line = acme.spoil("requirements", "    undecidable: Nothing", "    check: a.b\n    undecidable: Nothing")
    [problem] = acme.load_problems()
    assert "acme.transport.secret names a check and says why none can decide it" in problem.message
    assert problem.place.line == line + 1


def test_known_deviations_name_operations_as_verdicts_do(acme: Acme) -> None:
    [known] = acme.load().known
    assert (known.requirement, known.operation) == ("acme.pagination.limit-honoured", "GET /things")
    assert (known.reason, known.link, known.expires) == ("They know.", "https://acme.test/ticket/1", "2031-12-31")


@pytest.mark.parametrize(("old", "new"), [("listThings", "GET /things"), ("    operation: listThings\n", "")])
def test_a_known_deviation_is_anywhere_or_at_a_label(acme: Acme, old: str, new: str) -> None:
    acme.spoil("known", old, new)
    [known] = acme.load().known
    assert known.operation == ("GET /things" if new else None)


def test_known_deviations_may_be_absent(acme: Acme) -> None:
    acme.file("known").unlink()
    assert acme.load().known == ()


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("2031-12-31", "2031-02-30", '"2031-02-30" does not fit', "YYYY-MM-DD"),
        ("    link: https://acme.test/ticket/1\n", "", "the key 'link' is missing", "add link"),
        (
            "acme.pagination.limit-honoured",
            "acme.pagination.limit",
            "no requirement 'acme.pagination.limit'",
            "honoured'?",
        ),
        ("listThings", "listThing", "there is no operation 'listThing'", "did you mean 'listThings'?"),
    ],
)
def test_wrong_known_deviations_are_refused(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    acme.spoil("known", old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert fix in problem.fix
    assert problem.place.path == acme.file("known")


@pytest.mark.parametrize(
    ("name", "old", "new", "message", "fix"),
    [
        ("conventions", "list: listThings", "list: listThing", "no operation 'listThing'", "'listThings'"),
        ("conventions", "{operation: login,", "{operation: logIn,", "no operation 'logIn'", "'login'"),
        ("conventions", "token: /token}", "token: /token, refresh: relogin}", "no operation 'relogin'", "'login'"),
        ("conventions", "body: {name: a}}\n", "body: {}}\n      - {operation: getThink}\n", "'getThink'", "'getThing'"),
        ("conventions", "applies: [listThings]", "applies: [listThing]", "no selector 'listThing'", "'listThings'"),
        ("conventions", "applies: [listThings]", "applies: [paginated]", "no selector 'paginated'", "known: all"),
        (
            "conventions",
            "applies: [creations]",
            "applies: [lists, '!creation']",
            "no selector 'creation'",
            "'creations'",
        ),
        ("conventions", "applies: [things]", "applies: [thing]", "no selector 'thing'", "'things'"),
        ("conventions", "parent: things", "parent: thing", "no resource 'thing'", "'things'"),
        ("conventions", "scope: team}", "scope: teams}", "no scoping value 'teams'", "'team'"),
        ("openapi", "{kind: list, resource: things}", "{kind: list, resource: part}", "no resource 'part'", "'parts'"),
        (
            "openapi",
            "acme.question.body",
            "acme.question.bodies",
            "no question 'acme.question.bodies'",
            "question.body'",
        ),
        ("requirements", "on: [paginated]", "on: [paginatd]", "no selector 'paginatd'", "'paginated'"),
    ],
)
def test_a_name_that_nothing_declares_is_refused(
    acme: Acme, name: str, old: str, new: str, message: str, fix: str
) -> None:
    line = acme.spoil(name, old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert fix in problem.fix
    assert problem.place.path == acme.file(name)
    assert problem.place.line == line + new.count("\n", 0, -1)


def test_the_problems_of_all_files_come_together(acme: Acme) -> None:
    acme.spoil("conventions", "title: Acme", "titel: Acme")
    acme.spoil("openapi", "openapi: 3.1.0", "openapi: 3.0.3")
    acme.spoil("requirements", "level: should", "level: shall")
    acme.file("known").write_text("deviations: [\n", "utf-8")
    paths = {problem.place.path.name for problem in acme.load_problems()}
    assert paths == {"conventions.yaml", "openapi.yaml", "requirements.yaml", "known.yaml"}


def test_a_missing_file_is_a_problem(acme: Acme) -> None:
    acme.file("requirements").unlink()
    [problem] = acme.load_problems()
    assert str(problem).startswith(f"{acme.file('requirements')}: there is no such file")


@pytest.mark.parametrize("name", ["conventions", "openapi", "requirements", "known"])
def test_an_empty_file_is_a_problem(acme: Acme, name: str) -> None:
    acme.file(name).write_text("", "utf-8")
    assert [problem.place.path for problem in acme.load_problems()] == [acme.file(name)]


def test_a_folder_without_a_contract_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="there is no contract here"):
        load_contract(tmp_path)


def test_a_relative_folder_has_its_own_name(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(acme.folder)
    assert load_contract(Path()).vendor == "acme"


def test_contracts_come_by_name(acme: Acme) -> None:
    root = acme.folder.parent
    other = root / "apex"
    shutil.copytree(acme.folder, other)
    for path in other.iterdir():
        path.write_text(path.read_text("utf-8").replace("acme", "apex"), "utf-8")
    (root / "schema").mkdir()
    assert list(load_contracts(root)) == ["acme", "apex"]
    assert list(load_contracts(root, ["apex", "acme", "apex"])) == ["apex", "acme"]
    assert load_contracts(root, ["apex"])["apex"].vendor == "apex"


def test_an_unknown_vendor_is_refused_with_the_nearest_one(acme: Acme) -> None:
    with pytest.raises(UsageError, match=r"there is no vendor 'acne' .*did you mean 'acme'"):
        load_contracts(acme.folder.parent, ["acne"])


def test_the_problems_of_all_vendors_come_together(acme: Acme) -> None:
    root = acme.folder.parent
    for name in ("apex", "ajax"):
        (root / name).mkdir()
        (root / name / "known.yaml").write_text("{}", "utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(root)
    assert {problem.place.path.parent.name for problem in caught.value.problems} == {"apex", "ajax"}


VENDORS = [folder.name for folder in vendor_folders(contracts_root())]


def test_contracts_are_shipped() -> None:
    assert VENDORS


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_shipped_contract_loads(vendor: str) -> None:
    contract = load_contracts(contracts_root(), [vendor])[vendor]
    assert contract.operations
    assert contract.requirements
