"""A plain URL as a target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vendorproof.contract.model import Effect
from vendorproof.errors import TargetError
from vendorproof.target import Environment, target_from_url

TOKEN = "acme_live_0123456789abcdef"


def test_it_may_only_read(contract: Any, tmp_path: Path) -> None:
    target = target_from_url("http://127.0.0.1:8080/v1/", contract, {"ACME_TOKEN": TOKEN, "ACME_ORG": "o1"}, tmp_path)
    assert (target.name, target.base_url) == ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1")
    assert (target.allow, target.drain, target.environment) == (frozenset({Effect.READ}), False, Environment.PRODUCTION)
    assert (target.credentials["default"].value, target.values) == (TOKEN, {"org": "o1"})
    assert target.roles == {"default"}


def test_a_missing_credential_is_named(contract: Any, tmp_path: Path) -> None:
    with pytest.raises(
        TargetError, match=r"--target: no credential for Acme: \$ACME_TOKEN not set\n    fix: .*export"
    ) as caught:
        target_from_url("https://api.acme.example", contract, {}, tmp_path)
    assert caught.value.exit_code == 2


def test_a_missing_login_names_its_variables(login_contract: Any, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"\$ACME_EMAIL, \$ACME_PASSWORD not set"):
        target_from_url("https://api.acme.example", login_contract, {}, tmp_path)


def test_a_login(login_contract: Any, tmp_path: Path) -> None:
    environ = {"ACME_EMAIL": "me@a.example", "ACME_PASSWORD": "hush-hush"}
    target = target_from_url("https://api.acme.example", login_contract, environ, tmp_path)
    assert (set(target.logins), target.credentials) == ({"default"}, {})


def test_a_dot_env_of_the_folder_is_read(contract: Any, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"ACME_TOKEN={TOKEN}\n")
    assert target_from_url("https://api.acme.example", contract, {}, tmp_path).credentials["default"].value == TOKEN


def test_the_current_folder_is_the_default(contract: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"ACME_TOKEN={TOKEN}\n")
    monkeypatch.chdir(tmp_path)
    assert target_from_url("https://api.acme.example", contract, {}).roles == {"default"}


def test_the_proxy_of_the_environment(contract: Any, tmp_path: Path) -> None:
    environ = {"ACME_TOKEN": TOKEN, "HTTPS_PROXY": "http://me:hush-hush@proxy.example:3128"}
    proxy = target_from_url("https://api.acme.example", contract, environ, tmp_path).proxy
    assert proxy is not None
    assert proxy.value == "http://me:hush-hush@proxy.example:3128"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.acme.example",
        "http://127.0.0.1.example",
        "https://me:secret-password@api.acme.example",
        "https://secret-password@api.acme.example",
        "https://api.acme.example/?key=secret-password",
        "https://api.acme.example/#secret-password",
        "api.acme.example",
        "ftp://api.acme.example",
        "https://",
        "https://api.acme.example:0",
        "https://api.acme.example:abc",
        "https://api.acme.example/a b",
        "https://[::1",
        "https://[v1.a]",
        "https://256.1.1.1",
        "https://-a.example",
        "https://a^b.example",
        "https://user%40.example",
        "https://api.acme.example/\x7f",
        "https://\u00e4pi.acme.example",
        "",
    ],
)
def test_a_bad_url_is_one_clear_message(url: str, contract: Any, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"^--target: ") as caught:
        target_from_url(url, contract, {"ACME_TOKEN": TOKEN}, tmp_path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].fix
    assert "secret-password" not in str(caught.value)
