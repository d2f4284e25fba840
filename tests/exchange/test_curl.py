"""The curl line sends what was sent, as a real shell reads it."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import pytest

from vendorproof.exchange import Headers, Redactor, Request, curl

SECRET = "wak_9f8e7d6c5b4a/+x"
REDACTOR = Redactor({"$ACME_TOKEN": SECRET})
URL = "https://api.example.com/v1/things"
SHELL = shutil.which("bash") or "/bin/sh"

pytestmark = pytest.mark.skipif(shutil.which("sh") is None, reason="no POSIX shell")


def words(line: str, **variables: str) -> tuple[list[str], bytes]:
    """The arguments that curl would get, and its standard input."""
    script = f'curl() {{ printf \'%s\\0\' "$@"; echo END; case "$*" in *@-*) cat;; esac; }}\n{line}\n'
    run = subprocess.run(
        [SHELL, "-c", script], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin", **variables}
    )
    arguments, _, body = run.stdout.partition(b"\0END\n")
    return [word.decode() for word in arguments.split(b"\0")], body


def sent(make_exchange: Any, method: str, url: str = URL, body: bytes = b"", **headers: str) -> Any:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return make_exchange(request=Request(method, url, Headers(fields), body))


def test_a_reading(make_exchange: Any) -> None:
    exchange = sent(make_exchange, "GET", f"{URL}?a=1&b=%20", Accept="application/json", Host="api.example.com")
    line = curl(exchange, REDACTOR)
    assert line == f"curl -sS -i '{URL}?a=1&b=%20' -H 'Accept: application/json'"


def test_a_secret_is_a_variable_that_the_shell_fills_in(make_exchange: Any) -> None:
    exchange = sent(make_exchange, "GET", f"{URL}?k={SECRET}", Authorization=f"Bearer {SECRET}", Accept="*/*")
    line = curl(exchange, REDACTOR)
    assert SECRET not in line
    assert '-H "Authorization: Bearer $ACME_TOKEN"' in line
    arguments, _ = words(line, ACME_TOKEN=SECRET)
    assert arguments == ["-sS", "-i", f"{URL}?k={SECRET}", "-H", f"Authorization: Bearer {SECRET}", "-H", "Accept: */*"]


@pytest.mark.parametrize(
    "text",
    [
        "it's",
        'say "hi"',
        "$HOME `id` $(id)",
        "a\\b\\\\c",
        "wow!",
        "line\nline\ttab",
        "é\N{SNOWMAN}",
        "{a}[b]",
        "",
        "-x",
        "@f",
    ],
)
@pytest.mark.parametrize("with_secret", [False, True], ids=["alone", "beside a secret"])
def test_a_body_reaches_curl_byte_by_byte(text: str, with_secret: bool, make_exchange: Any) -> None:
    body = (text + SECRET + text if with_secret else f"{text}.").encode()
    exchange = sent(make_exchange, "POST", body=body, Accept="*/*", Content_Type="text/plain")
    arguments, _ = words(curl(exchange, REDACTOR), ACME_TOKEN=SECRET)
    assert arguments[-2:] == ["--data-raw", body.decode()]


@pytest.mark.parametrize("body", [b"\x00\x01", b"\xff\xfe", b"--b\r\nA: b\r\n\r\nx\r\n--b--\r\n"])
def test_a_body_that_is_no_text_goes_through_standard_input(body: bytes, make_exchange: Any) -> None:
    exchange = sent(make_exchange, "POST", body=body, Accept="*/*", Content_Type="application/octet-stream")
    line = curl(exchange, REDACTOR)
    assert "\n" not in line
    arguments, piped = words(line)
    assert arguments[-2:] == ["--data-binary", "@-"]
    assert piped == body


def test_a_variable_in_the_request_itself_is_not_expanded(make_exchange: Any) -> None:
    exchange = sent(make_exchange, "GET", f"{URL}?after=$ACME_TOKEN", Accept="$ACME_TOKEN", X="$PATH")
    arguments, _ = words(curl(exchange, REDACTOR), ACME_TOKEN=SECRET)
    assert arguments == ["-sS", "-i", f"{URL}?after=$ACME_TOKEN", "-H", "Accept: $ACME_TOKEN", "-H", "X: $PATH"]


def test_text_right_behind_a_secret_is_no_part_of_the_variable(make_exchange: Any) -> None:
    exchange = sent(make_exchange, "GET", Accept=f"{SECRET}_more")
    arguments, _ = words(curl(exchange, REDACTOR), ACME_TOKEN=SECRET, ACME_TOKEN_more="wrong")
    assert arguments[-1] == f"Accept: {SECRET}_more"


METHODS = {
    "HEAD": ["-sS", "-I", URL],
    "DELETE": ["-sS", "-i", "-X", "DELETE", URL],
    "POST": ["-sS", "-i", "-X", "POST", URL],
}


@pytest.mark.parametrize("method", METHODS)
def test_methods(method: str, make_exchange: Any) -> None:
    arguments, _ = words(curl(sent(make_exchange, method, Accept="*/*"), REDACTOR))
    assert arguments == [*METHODS[method], "-H", "Accept: */*"]


def test_what_curl_would_add_or_change_is_prevented(make_exchange: Any) -> None:
    exchange = sent(
        make_exchange, "POST", f"{URL}/../[x]?a={{1}}", b"{}", X_Empty="", User_Agent="ours", Content_Length="2"
    )
    arguments, _ = words(curl(exchange, REDACTOR))
    assert arguments == [
        *["-sS", "-i", "-X", "POST", "--globoff", "--path-as-is", f"{URL}/../[x]?a={{1}}"],
        *["-H", "X-Empty;", "-H", "Accept:", "-H", "Content-Type:", "--data-raw", "{}"],
    ]
