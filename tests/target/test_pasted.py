"""A secret that somebody pasted into a targets file is repeated by no message, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from vendorproof.contract.model import Contract
from vendorproof.errors import Place, TargetError, UsageError
from vendorproof.exchange.secrecy import NOT_SHOWN, discreet
from vendorproof.target import read_targets
from vendorproof.target.address import checked_base_url
from vendorproof.target.profile import Environment

KEY = "a8Kq3zP0xW7mV2nB5tR9yU4c"
SECRETS = {
    "a key": KEY,
    "a key of a known kind": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "a JSON Web Token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    "a long one": "0123456789abcdef" * 12,
    "a header": "Bearer 8f3a9c1d7e5b2046",
    "a key with signs": "cnry_d1/Zq+9fRw0K=x7Lm~Tn3.aB-uVe",
    "a password in a URL": "https://me:pa55w0rd@api.acme.example/v1",
}
HEAD = '[targets.t]\nvendor = "acme"\nenvironment = "sandbox"\n'
PLACES = {
    "vendor": '[targets.t]\nvendor = "KEY"\nenvironment = "sandbox"\n',
    "environment": '[targets.t]\nvendor = "acme"\nenvironment = "KEY"\n',
    "a right": HEAD + 'allow = ["read", "KEY"]',
    "the rights": HEAD + 'allow = "KEY"',
    "the budget": HEAD + 'budget = "KEY"',
    "the rate": HEAD + 'rate = "KEY"',
    "drain": HEAD + 'drain = "KEY"',
    "a provocation": HEAD + 'confirmed = ["KEY"]',
    "the base URL": HEAD + 'base_url = "KEY"',
    "the plain twin": HEAD + 'http_url = "KEY"',
    "the proxy": HEAD + 'proxy = "KEY"',
    "the roots": HEAD + 'tls_roots = "KEY"',
    "the known failures": HEAD + 'known = "KEY"',
    "a bound": HEAD + 'max_seconds = "KEY"',
    "a role": HEAD + '[targets.t.credentials]\ndefault = "KEY"',
    "the name of a role": HEAD + '[targets.t.credentials]\n"KEY" = "TOKEN"',
    "a list in the place of a role": HEAD + '[targets.t.credentials]\ndefault = ["KEY"]',
    "a field of a login": HEAD + '[targets.t.credentials]\ndefault = {password = "KEY"}',
    "the name of a field of a login": HEAD + '[targets.t.credentials]\ndefault = {"KEY" = "TOKEN"}',
    "the credentials": HEAD + 'credentials = "KEY"',
    "a tenant": HEAD + '[targets.t.ids."KEY"]\nthings = ["1"]',
    "a resource": HEAD + '[targets.t.ids.default]\n"KEY" = ["1"]',
    "ids": HEAD + '[targets.t.ids.default]\nthings = "KEY"',
    "values": HEAD + 'values = "KEY"',
    "a value": HEAD + '[targets.t.values]\nworkspace = ["KEY"]',
    "the values of a role": HEAD + 'values_of = {default = "KEY"}',
    "an operation of a body": HEAD + '[targets.t.bodies]\n"KEY" = {}',
    "an operation of a binding": HEAD + '[targets.t.bindings."KEY"]\nmethod = "GET"\npath = "/x"',
    "a method": HEAD + '[targets.t.bindings.listThings]\nmethod = "KEY"\npath = "/x"',
    "a path": HEAD + '[targets.t.bindings.listThings]\nmethod = "GET"\npath = "KEY"',
    "a key of a binding": HEAD + '[targets.t.bindings.listThings]\nmethod = "GET"\npath = "/x"\n"KEY" = 1',
    "an operation of files": HEAD + '[targets.t.files]\n"KEY" = ["a.pdf"]',
    "a file": HEAD + '[targets.t.files]\ncreateThing = ["KEY"]',
    "a key of a target": HEAD + '"KEY" = 1',
    "the name of a target": '[targets."KEY"]\nvendor = "acme"\nenvironment = "nothing"\n',
    "a key of the file": HEAD + '["KEY"]\na = 1',
    "a key that stands twice": HEAD + 'values = {"KEY" = "a", "KEY" = "b"}',
    "a table that stands twice": HEAD + '[targets.t.values."KEY"]\na = "b"\n[targets.t.values."KEY"]\n',
    "no TOML": HEAD + "default = KEY",
}


def said_of(path: Path, contract: Contract) -> str:
    """What is said of a targets file, by reading it, by comparing it with the contracts, and by asking for a target."""
    try:
        file = read_targets(path)
    except TargetError as error:
        return str(error)
    problems = "\n".join(map(str, file.problems({"acme": contract})))
    try:
        file.target("t", contract, {"ACME_TOKEN": "acme_0123456789", "TOKEN": "acme_0123456789"})
    except (TargetError, UsageError) as error:
        return f"{problems}\n{error}"
    return problems


@pytest.mark.parametrize("kind", SECRETS)
@pytest.mark.parametrize("place", PLACES)
def test_no_message_repeats_a_pasted_secret(place: str, kind: str, tmp_path: Path, contract: Contract) -> None:
    secret = SECRETS[kind]
    path = tmp_path / "targets.toml"
    path.write_text(PLACES[place].replace("KEY", secret), "utf-8")
    said = said_of(path, contract)
    assert said
    pieces = {secret[start : start + 12] for start in range(len(secret) - 11)} - {"https://api."}
    pieces = {piece for piece in pieces if piece not in "https://me:@api.acme.example/v1"}
    assert [piece for piece in pieces if piece in said] == []


@pytest.mark.parametrize(
    "line",
    [
        'base_url = "https://me:pa55w0rd@api.acme.example/v1"',
        'http_url = "http://me:pa55w0rd@api.acme.example/v1"',
        'proxy = "http://me:pa55w0rd@proxy.example:3128"',
        'values = {callback = "https://me:pa55w0rd@hooks.example"}',
        'bodies = {createThing = {url = "https://me:pa55w0rd@hooks.example"}}',
        'values = {workspace = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"}',
        'ids = {default = {things = ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3"]}}',
    ],
)
def test_what_is_a_secret_without_doubt_is_an_error(line: str, tmp_path: Path) -> None:
    (tmp_path / "targets.toml").write_text(HEAD + line, "utf-8")
    with pytest.raises(TargetError, match=r"targets\.toml:4: .*not shown"):
        read_targets(tmp_path / "targets.toml")


def test_what_is_none_is_shown(tmp_path: Path, contract: Contract) -> None:
    shown: Mapping[str, str] = {
        "environment = 'staging-europe-west'": "staging-europe-west",
        "tls_roots = 'certificates/corporate-2026.pem'": "certificates/corporate-2026.pem",
        "base_url = 'ftp://api.acme.example/v1/2026-01-01'": "ftp://api.acme.example/v1/2026-01-01",
        "[targets.t.bindings.listEverythingAtOnce]\nmethod='GET'\npath='/x'": "listEverythingAtOnce",
    }
    for line, word in shown.items():
        head = HEAD.replace('environment = "sandbox"\n', "") if line.startswith("environment") else HEAD
        (tmp_path / "targets.toml").write_text(head + line, "utf-8")
        assert word in said_of(tmp_path / "targets.toml", contract)


def test_a_name_or_a_url_on_the_command_line_is_not_repeated(tmp_path: Path, contract: Contract) -> None:
    (tmp_path / "targets.toml").write_text(HEAD, "utf-8")
    with pytest.raises(UsageError, match=r"there is no target .not shown") as caught:
        read_targets(tmp_path / "targets.toml").target(KEY, contract, {})
    assert KEY not in str(caught.value)
    with pytest.raises(TargetError) as refused:
        checked_base_url(f"ftp://api.acme.example/{KEY}", Environment.PRODUCTION, Place(Path("--target")))
    assert KEY not in str(refused.value)
    assert discreet(f"a value '{KEY}' here") == f"a value {NOT_SHOWN} here"
    assert discreet("a value 'nothing special' here") == "a value 'nothing special' here"
