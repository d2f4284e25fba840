"""targets.toml: what it says becomes a target, and what is wrong with it one clear message with its line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vendorproof.contract.load import load_contracts
from vendorproof.contract.model import Effect
from vendorproof.contract.place import schema_folder
from vendorproof.errors import TargetError, UsageError
from vendorproof.target import Binding, Environment, Secret, TargetsFile, Timeouts, read_targets

ROOT = Path(__file__).parents[2]
TOKEN = "acme_live_0123456789abcdef"
ENV = {"ACME_TOKEN": TOKEN, "ACME_OTHER": "acme_live_fedcba9876543210"}

FULL = """
[targets.sandbox]
vendor = "acme"
base_url = "https://api.acme.example/v2/"
environment = "sandbox"
allow = ["write", "delete-own"]
budget = 50
rate = 2.5
drain = true
confirmed = ["close-twice"]
tls_roots = "roots.pem"
proxy = "CORPORATE_PROXY"
http_url = "http://api.acme.example:8080/v2"
connect_timeout = 1
read_timeout = 2.5
max_seconds = 30
max_wait = 61
max_body_bytes = 1000
max_redirects = 0

[targets.sandbox.credentials]
default = "MY_TOKEN"
second_tenant = "ACME_OTHER"
revoked = "ACME_REVOKED"

[targets.sandbox.ids.default]
things = ["t1", "t2"]
[targets.sandbox.ids.second_tenant]
things = ["t9"]
[targets.sandbox.values]
org = "o1"
[targets.sandbox.values_of.second_tenant]
org = "o2"
[targets.sandbox.bodies]
createThing = {name = "x", made = 2026-05-12, tags = ["a"]}
[targets.sandbox.bindings]
search = {method = "PUT", path = "/find"}
[targets.sandbox.files]
createThing = ["a.pdf"]

[targets.production]
vendor = "acme"
environment = "production"
"""


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a targets file, and what it names."""

    def make(text: str) -> Path:
        for name in ("roots.pem", "a.pdf"):
            (tmp_path / name).write_text("x")
        path = tmp_path / "targets.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[[str], TargetsFile]:
    return lambda text: read_targets(write(text))


def test_every_key_arrives(load: Any, contract: Any, tmp_path: Path) -> None:
    environ = {**ENV, "MY_TOKEN": TOKEN, "CORPORATE_PROXY": "http://me:hush-hush@proxy.example:3128"}
    target = load(FULL).target("sandbox", contract, environ)
    assert (target.name, target.vendor, target.environment) == ("sandbox", "acme", Environment.SANDBOX)
    assert (target.base_url, target.http_url) == ("https://api.acme.example/v2", "http://api.acme.example:8080/v2")
    assert target.credentials == {
        "default": Secret("MY_TOKEN", TOKEN),
        "second_tenant": Secret("ACME_OTHER", ENV["ACME_OTHER"]),
    }
    assert target.unset == {"revoked": "ACME_REVOKED"}
    assert target.roles == {"default", "second_tenant"}
    assert target.allow == {Effect.READ, Effect.WRITE, Effect.DELETE_OWN}
    assert (target.budget, target.rate, target.drain) == (50, 2.5, True)
    assert target.confirmed == {"close-twice"}
    assert (target.tls_roots, target.files) == (tmp_path / "roots.pem", {"createThing": (tmp_path / "a.pdf",)})
    assert target.proxy == Secret("CORPORATE_PROXY", "http://me:hush-hush@proxy.example:3128")
    assert target.timeouts == Timeouts(1, 2.5)
    assert (target.max_seconds, target.max_wait, target.max_body_bytes, target.max_redirects) == (30, 61, 1000, 0)
    assert (target.known_ids("things"), target.known_ids("things", "second_tenant")) == (("t1", "t2"), ("t9",))
    assert target.known_ids("people") == ()
    assert (target.value("org"), target.value("org", "second_tenant"), target.value("x")) == ("o1", "o2", None)
    assert target.bodies == {"createThing": {"name": "x", "made": "2026-05-12", "tags": ["a"]}}
    assert target.bindings == {"search": Binding("PUT", "/find")}
    assert (target.place.path.name, target.place.line) == ("targets.toml", 2)


def test_what_is_left_out_is_safe(load: Any, contract: Any) -> None:
    target = load(FULL).target("production", contract, {**ENV, "ACME_ORG": "o7"})
    assert target.base_url == contract.base_url
    assert target.allow == {Effect.READ}
    assert target.credentials == {"default": Secret("ACME_TOKEN", TOKEN)}
    assert target.values == {"org": "o7"}
    assert (target.budget, target.rate, target.drain, target.proxy, target.tls_roots) == (None, None, False, None, None)
    assert (target.max_body_bytes, target.max_seconds, target.max_redirects) == (4 * 1024 * 1024, 15, 5)
    assert (target.timeouts, target.unset, target.files, target.ids) == (Timeouts(), {}, {}, {})


def test_the_names(load: Any, contract: Any) -> None:
    file = load(FULL)
    assert file.names == ("sandbox", "production")
    assert (file.vendor_of("sandbox"), file.names_of("acme"), file.names_of("other")) == ("acme", file.names, ())
    with pytest.raises(UsageError, match=r"targets\.toml: there is no target 'sandbx'; did you mean 'sandbox'\?"):
        file.target("sandbx", contract, ENV)


def test_the_files_values_win_over_the_environments(load: Any, contract: Any) -> None:
    environ = {**ENV, "MY_TOKEN": TOKEN, "CORPORATE_PROXY": "http://p.example", "ACME_ORG": "o7"}
    assert load(FULL).target("sandbox", contract, environ).values == {"org": "o1"}


class TestCredentials:
    """Secrets come from variables, and the default one has to be there."""

    def test_the_default_one_is_missing(self, load: Any, contract: Any) -> None:
        with pytest.raises(TargetError) as caught:
            load(FULL).target("sandbox", contract, {"ACME_TOKEN": TOKEN})
        text = str(caught.value)
        assert re.match(r"\S+targets\.toml:22: no credential for Acme: \$MY_TOKEN not set\n    fix: set it ", text)
        assert "export MY_TOKEN=" in text

    def test_the_default_one_is_missing_and_not_named(self, load: Any, contract: Any) -> None:
        with pytest.raises(TargetError, match=r"targets\.toml:41: no credential for Acme: \$ACME_TOKEN not set"):
            load(FULL).target("production", contract, {"ACME_TOKEN": ""})

    def test_a_vendor_that_is_public_needs_none(self, load: Any, contract: Any) -> None:
        operations = tuple(replace(operation, public=True) for operation in contract.operations)
        target = load(FULL).target("production", replace(contract, operations=operations), {})
        assert target.credentials == {}

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            ("x?z", r"the value of \$ACME_TOKEN has 3 characters, too few to be kept out of reports"),
            ("x?z4567", r"the value of \$ACME_TOKEN has 7 characters, too few"),
            ("one two\nthree", r"the value of \$ACME_TOKEN has line ends"),
        ],
    )
    def test_what_is_no_secret(self, value: str, message: str, load: Any, contract: Any) -> None:
        with pytest.raises(TargetError, match=message) as caught:
            load(FULL).target("production", contract, {"ACME_TOKEN": value})
        assert value not in str(caught.value).replace("ACME_TOKEN", "")

    def test_space_around_a_secret_is_none_of_it(self, load: Any, contract: Any) -> None:
        target = load(FULL).target("production", contract, {"ACME_TOKEN": f" {TOKEN}\n"})
        assert target.credentials["default"].value == TOKEN

    LOGIN = '[targets.t]\nvendor="acme"\nenvironment="sandbox"\n[targets.t.credentials]\n'

    def test_a_login(self, load: Any, login_contract: Any) -> None:
        text = self.LOGIN + 'default = {email = "E1", password = "P1"}\nread_only = {email = "E2", password = "P2"}\n'
        environ = {"E1": "me@a.example", "P1": "hush-hush", "E2": "you@a.example"}
        target = load(text).target("t", login_contract, environ)
        assert target.logins == {
            "default": {"email": Secret("E1", "me@a.example"), "password": Secret("P1", "hush-hush")}
        }
        assert (target.credentials, target.unset) == ({}, {"read_only": "P2"})

    def test_a_login_by_the_vendors_own_names(self, load: Any, login_contract: Any) -> None:
        file = load(self.LOGIN)
        environ = {"ACME_EMAIL": "me@a.example", "ACME_PASSWORD": "hush-hush"}
        assert set(file.target("t", login_contract, environ).logins["default"]) == {"email", "password"}
        both = file.target("t", login_contract, {**environ, "ACME_TOKEN": TOKEN})
        assert both.credentials["default"].value == TOKEN
        assert set(both.logins["default"]) == {"email", "password"}
        alone = file.target("t", login_contract, {"ACME_TOKEN": TOKEN, "ACME_EMAIL": "me@a.example"})
        assert alone.logins == {}
        with pytest.raises(
            TargetError, match=r"\$ACME_PASSWORD not set\n.*ACME_PASSWORD=.*, or \$ACME_TOKEN to a token"
        ):
            file.target("t", login_contract, {"ACME_EMAIL": "me@a.example"})

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ('default = {email = "E1"}', "targets.toml:5: the login's 'password' is missing"),
            ('default = {email = "E1", pasword = "P", password = "P"}', "no field of the login is called 'pasword'"),
        ],
    )
    def test_a_login_that_does_not_fit(self, line: str, message: str, load: Any, login_contract: Any) -> None:
        with pytest.raises(TargetError, match=re.escape(message)):
            load(self.LOGIN + line).target("t", login_contract, {})

    def test_a_login_where_there_is_none(self, load: Any, contract: Any) -> None:
        with pytest.raises(TargetError, match=r'Acme documents no login\n    fix: .*default = "ACME_TOKEN"'):
            load(self.LOGIN + 'default = {email = "E1", password = "P1"}').target("t", contract, {})


class TestDotEnv:
    """A .env file beside the targets file."""

    def test_it_is_read_and_the_environment_wins(self, load: Any, contract: Any, tmp_path: Path) -> None:
        file = load(FULL)
        (tmp_path / ".env").write_text("# mine\nexport ACME_TOKEN='from $HOME file'\nACME_ORG=o3\n")
        assert file.target("production", contract, {}).credentials["default"].value == "from $HOME file"
        assert file.target("production", contract, {"ACME_TOKEN": ""}).credentials["default"].value == "from $HOME file"
        assert file.target("production", contract, ENV).credentials["default"].value == TOKEN
        assert file.target("production", contract, ENV).values == {"org": "o3"}

    def test_a_line_that_is_none(self, load: Any, contract: Any, tmp_path: Path) -> None:
        file = load(FULL)
        (tmp_path / ".env").write_text(f"A=1\n'{TOKEN}\n")
        with pytest.raises(TargetError, match=r"\.env:2: not of the form NAME=value") as caught:
            file.target("production", contract, {})
        assert TOKEN not in str(caught.value)

    def test_a_file_that_is_no_text(self, load: Any, contract: Any, tmp_path: Path) -> None:
        file = load(FULL)
        (tmp_path / ".env").write_bytes(b"A=\xff")
        with pytest.raises(TargetError, match=r"\.env: can't be read: not UTF-8"):
            file.target("production", contract, {})

    def test_the_process_environment_is_the_default(
        self, load: Any, contract: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ACME_TOKEN", "from_the_process")
        assert load(FULL).target("production", contract).credentials["default"].value == "from_the_process"


PROXIES: dict[str, tuple[str, dict[str, str], str | None]] = {
    "none": ("", {}, None),
    "the environment's": ("", {"HTTPS_PROXY": "http://p.example:1"}, "$HTTPS_PROXY"),
    "in small letters": ("", {"https_proxy": "http://p.example:1"}, "$https_proxy"),
    "for all": ("", {"ALL_PROXY": "http://p.example:1"}, "$ALL_PROXY"),
    "of the other scheme": ("", {"HTTP_PROXY": "http://p.example:1"}, None),
    "excepted by host": ("", {"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "x.example, api.acme.example"}, None),
    "excepted by domain": ("", {"HTTPS_PROXY": "http://p.example:1", "no_proxy": ".acme.example"}, None),
    "all excepted": ("", {"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "*"}, None),
    "another excepted": (
        "",
        {"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "me.example,,pi.acme.example"},
        "$HTTPS_PROXY",
    ),
    "not for loopback": ('base_url = "http://127.0.0.1:1"', {"HTTP_PROXY": "http://p.example:1"}, None),
    "named wins": ('proxy = "MINE"', {"MINE": "https://q.example", "HTTPS_PROXY": "http://p.example"}, "$MINE"),
    "written": ('proxy = "http://q.example:3128"', {"HTTPS_PROXY": "http://p.example"}, "$proxy"),
}


@pytest.mark.parametrize("case", PROXIES)
def test_the_proxy(case: str, load: Any, contract: Any) -> None:
    line, environ, label = PROXIES[case]
    text = f'[targets.t]\nvendor = "acme"\nenvironment = "sandbox"\n{line}\n'
    proxy = load(text).target("t", contract, {**ENV, **environ}).proxy
    assert (proxy.label if proxy else None) == label


HEAD = '[targets.t]\nvendor = "acme"\nenvironment = "sandbox"\n'

MISFITS: dict[str, tuple[str, str]] = {
    "another vendor": (
        '[targets.t]\nvendor = "acne"\nenvironment = "mock"\n',
        ":2: the target is one of 'acne', not of 'acme'",
    ),
    "a proxy with a password": (
        HEAD + 'proxy = "http://me:hush-hush@p.example"',
        ":4: a URL with a user and a password (not shown",
    ),
    "a proxy that is not set": (HEAD + 'proxy = "MINE"', ":4: $MINE is not set"),
    "a proxy of another kind": (HEAD + 'proxy = "socks5://p.example"', ":4: $proxy holds no http(s) URL of a proxy"),
    "an unknown resource": (
        HEAD + "\n[targets.t.ids.default]\nthigns = []",
        ":6: no resource is called 'thigns'\n    fix: did you mean 'things'?",
    ),
    "an unknown body": (
        HEAD + "bodies.createThin = {}",
        ":4: no operation is called 'createThin'\n    fix: did you mean 'createThing'?",
    ),
    "an unknown provocation": (
        HEAD + 'confirmed = ["close-twise"]',
        ":4: no provocation is called 'close-twise'\n    fix: did you mean 'close-twice'?",
    ),
    "an unknown binding": (HEAD + '[targets.t.bindings.x]\nmethod="GET"\npath="/x"', ":4: no operation is called 'x'"),
    "a binding that leaves its place": (
        HEAD + '[targets.t.bindings.listThings]\nmethod="GET"\npath="/things/%2e./admin"',
        ":4: the path '/things/%2e./admin' climbs out of its place",
    ),
    "a reading bound to a deletion": (
        HEAD + '[targets.t.bindings.listThings]\nmethod="DELETE"\npath="/x"',
        ":4: DELETE /x needs the right 'delete-own', which listThings alone does not",
    ),
    "a reading bound to what the contract calls dangerous": (
        HEAD + '[targets.t.bindings.search]\nmethod="POST"\npath="/flip"',
        ":4: POST /flip needs the right 'dangerous'",
    ),
    "a file that is not there": (
        HEAD + 'files.createThing = [\n  "a.pdf",\n  "b.pdf",\n]',
        ":4: there is no such file: b.pdf",
    ),
    "roots that are not there": (HEAD + 'tls_roots = "b.pem"', ":4: there is no such file: b.pem"),
    "no URL": (HEAD + 'base_url = "api.acme.example"', ":4: no absolute http(s) URL: 'api.acme.example'"),
    "another scheme": (HEAD + 'base_url = "ftp://api.acme.example"', ":4: no absolute http(s) URL"),
    "a URL without host": (HEAD + 'base_url = "https:///v1"', ":4: no absolute http(s) URL"),
    "a bad port": (HEAD + 'base_url = "https://a.example:99999"', ":4: no URL: Port out of range"),
    "plain HTTP": (
        HEAD + 'base_url = "http://api.acme.example"',
        ":4: credentials would go to api.acme.example unencrypted",
    ),
    "a key in the URL": (
        HEAD + f'base_url = "https://a.example/?apiKey={TOKEN}"',
        ":4: a base URL has no user, password, query",
    ),
    "a password in the URL": (
        HEAD + f'base_url = "https://me:{TOKEN}@a.example/"',
        ":4: a URL with a user and a password (not shown",
    ),
}


@pytest.mark.parametrize("case", MISFITS)
def test_a_target_that_does_not_fit(case: str, load: Any, contract: Any) -> None:
    text, message = MISFITS[case]
    with pytest.raises(TargetError) as caught:
        load(text).target("t", contract, ENV)
    assert f"targets.toml{message}" in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:1",
        "http://a.localhost/v1",
        "https://10.1.2.3",
        "https://a_b.example.",
    ],
)
def test_urls_that_are_good(url: str, load: Any, contract: Any) -> None:
    assert load(f'{HEAD}base_url = "{url}"').target("t", contract, ENV).base_url == url


def test_plain_http_to_a_mock_elsewhere(load: Any, contract: Any) -> None:
    text = '[targets.t]\nvendor = "acme"\nenvironment = "mock"\nbase_url = "http://mock:8080"\n'
    assert load(text).target("t", contract, ENV).base_url == "http://mock:8080"


def test_lint_tells_all_that_does_not_fit_and_looks_at_no_variable(load: Any, contract: Any) -> None:
    text = (
        '[targets.a]\nvendor = "acm"\nenvironment = "mock"\n'
        '[targets.b]\nvendor = "acme"\nenvironment = "mock"\nbodies.x = 1\nfiles.ping = ["none"]\n'
    )
    problems = load(text).problems({"acme": contract})
    assert [(problem.place.line, problem.message) for problem in problems] == [
        (2, "there is no contract of 'acm'"),
        (7, "no operation is called 'x'"),
        (8, "there is no such file: none"),
    ]
    assert problems[0].fix == "did you mean 'acme'?"
    assert load(FULL).problems({"acme": contract}) == ()


BROKEN: dict[str, tuple[str, str]] = {
    "empty": ("", ":1: the key 'targets' is missing in the file"),
    "no targets": ("[targets]", ":1: "),
    "an unknown key": (HEAD + "alow = []", ":4: unknown key 'alow' in /targets/t\n    fix: did you mean 'allow'?"),
    "an unknown table": (HEAD + "[other]", ":4: unknown key 'other'"),
    "no vendor": ('[targets.t]\nenvironment = "mock"', ":1: the key 'vendor' is missing in /targets/t"),
    "an unknown environment": (
        '[targets.t]\nvendor = "acme"\n\nenvironment = "sand"',
        ':4: /targets/t/environment: "sand" is none of',
    ),
    "an unknown right": (
        HEAD + 'allow = [\n  "read",\n  "wirte",\n]',
        ":4: /targets/t/allow/1: \"wirte\" is none of the allowed values\n    fix: did you mean 'write'?",
    ),
    "a budget of none": (HEAD + "budget = 0", ":4: /targets/t/budget"),
    "a budget that is text": (HEAD + 'budget = "5"', ':4: /targets/t/budget: "5" is not of type integer'),
    "a rate of none": (HEAD + "rate = 0", ":4: /targets/t/rate"),
    "a rate that is no number": (HEAD + "rate = nan", ':4: /targets/t/rate: "nan" is not of type number'),
    "ids that are no list": (HEAD + 'ids.default.things = "t1"', ":4: /targets/t/ids/default/things"),
    "ids that are numbers": (
        HEAD + "ids.default.things = [1]",
        ":4: /targets/t/ids/default/things/0: 1 is not of type string\n    fix: An id, in quotes.",
    ),
    "ids of an unknown tenant": (HEAD + "ids.third.things = []", ":4: the key 'third' does not fit in /targets/t/ids"),
    "a value that is a number": (HEAD + "values.org = 5", ":4: /targets/t/values/org: 5 is not of type string"),
    "half a binding": (
        HEAD + 'bindings.search = {method = "GET"}',
        ":4: the key 'path' is missing in /targets/t/bindings/search",
    ),
    "a binding without slash": (
        HEAD + 'bindings.search = {method = "GET", path = "x"}',
        ':4: /targets/t/bindings/search/path: "x" does not fit',
    ),
    "a role called none": (
        HEAD + 'credentials.none = "X"',
        ":4: the key 'none' does not fit in /targets/t/credentials",
    ),
    "a twin with TLS": (HEAD + 'http_url = "https://a.example"', ":4: /targets/t/http_url"),
    "endless patience": (HEAD + "max_seconds = 99999", ":4: /targets/t/max_seconds"),
    "no TOML": (HEAD + "allow = [read]", ":4: no TOML: Invalid value"),
    "an open string": (HEAD + 'proxy = "x\n', ":4: no TOML: Illegal character"),
    "an open list": (HEAD + "allow = [", ":4: no TOML: "),
    "a key twice": (HEAD + 'vendor = "x"', ":4: no TOML: Cannot overwrite a value"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_breaks_its_schema(case: str, write: Any) -> None:
    text, message = BROKEN[case]
    with pytest.raises(TargetError) as caught:
        read_targets(write(text))
    assert f"targets.toml{message}" in str(caught.value)


def test_all_problems_are_told_at_once_in_the_order_of_the_file(write: Any) -> None:
    with pytest.raises(TargetError) as caught:
        read_targets(write('[targets.t]\nx = 1\nvendor = 5\n[targets.u]\nvendor = "a"\nenvironment = "b"\n'))
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3, 6]


@pytest.mark.parametrize(
    "line",
    [
        f'default = "{TOKEN}"',
        f'default = "{TOKEN.upper()}-X"',
        f'default = {{email = "E", password = "{TOKEN}"}}',
        f'default = ["{TOKEN}"]',
        f"default = {TOKEN}",
        f'default = "{"A" * 65}"',
    ],
)
def test_a_secret_pasted_into_the_file_is_not_repeated(line: str, write: Any) -> None:
    with pytest.raises(TargetError, match=r"targets\.toml:5: ") as caught:
        read_targets(write(f"{HEAD}[targets.t.credentials]\n{line}\n"))
    assert TOKEN.lower() not in str(caught.value).lower()
    assert "A" * 65 not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        TargetError, match=r"targets\.toml: there is no such file\n    fix: create it \(targets\.example"
    ):
        read_targets(tmp_path / "targets.toml")


def test_a_folder_and_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(TargetError, match=r"x\.toml: not UTF-8 at byte 5"):
        read_targets(tmp_path / "x.toml")
    with pytest.raises(TargetError, match="can't be read: Is a directory"):
        read_targets(tmp_path)


def test_line_ends_of_windows_count_as_lines(tmp_path: Path) -> None:
    path = tmp_path / "targets.toml"
    path.write_bytes((HEAD + "\nalow = []\n").replace("\n", "\r\n").encode("utf-8-sig"))
    with pytest.raises(TargetError, match=r"targets\.toml:5: unknown key 'alow'"):
        read_targets(path)


class TestExample:
    """The example that is shipped."""

    DATA = tomllib.loads((ROOT / "targets.example.toml").read_text("utf-8"))
    SCHEMA = json.loads((schema_folder() / "targets.schema.json").read_text("utf-8"))

    def test_it_keeps_its_schema(self) -> None:
        assert read_targets(ROOT / "targets.example.toml").names == tuple(self.DATA["targets"])
        jsonschema.Draft202012Validator.check_schema(self.SCHEMA)
        jsonschema.validate(self.DATA, self.SCHEMA)

    def test_it_fits_the_shipped_contracts(self) -> None:
        contracts = load_contracts(schema_folder().parent, ["leadiosa", "athena", "leancore"])
        assert read_targets(ROOT / "targets.example.toml").problems(contracts) == ()

    def test_every_key_is_explained_in_the_documentation(self) -> None:
        page = (ROOT / "docs" / "targets.md").read_text("utf-8")
        keys = self.SCHEMA["$defs"]["target"]["properties"]
        assert [key for key in keys if f"`{key}`" not in page] == []

    def test_the_documentation_names_no_key_that_is_none(self) -> None:
        page = (ROOT / "docs" / "targets.md").read_text("utf-8")
        listed = re.findall(r"^\| `(\w+)` \|", page.split("## Every key")[1].split("\n## ")[0], re.MULTILINE)
        assert sorted(listed) == sorted(self.SCHEMA["$defs"]["target"]["properties"])
