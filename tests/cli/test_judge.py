"""`judge` shows no key of a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Say

KEY = "8f3Zq9fRw0Kx7Lm4Tn3aBuVe"
URL = "https://app.leadiosa.com/api/v1/conversations"


def recording(folder: Path, *entries: Any) -> Path:
    path = folder / "traffic.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return path


def entry(status: Any = 400, **request: Any) -> dict[str, Any]:
    """An exchange whose answer gives the key back where an error's envelope should be."""
    content = {"mimeType": "application/json", "text": json.dumps([f"unknown key {KEY}"])}
    return {
        "startedDateTime": "2026-01-01T00:00:00Z",
        "time": 5,
        "request": {"method": "GET", "url": URL, "headers": [], **request},
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": content,
        },
    }


@pytest.mark.parametrize(
    "request_",
    [
        {"headers": [{"name": "Authorization", "value": f"Bearer {KEY}"}]},
        {"headers": [{"name": "authorization", "value": KEY}]},
        {"headers": [{"name": "Cookie", "value": f"theme=dark; session={KEY}"}]},
        {"headers": [{"name": "X-Api-Key", "value": KEY}]},
        {"headers": [{"name": "X-Auth-Token", "value": KEY}]},
        {"url": f"{URL}?limit=3&access_token={KEY}"},
    ],
)
def test_no_key_of_a_recording_is_shown(request_: dict[str, Any], say: Say, tmp_path: Path) -> None:
    har = recording(tmp_path, entry(**request_))
    said = say("judge", har, "--vendor", "leadiosa", "--base-url", URL.removesuffix("/conversations"))
    assert "observed" in said.out, said
    assert "unknown key $RECORDED_" in said.out
    assert KEY not in said.all


def test_what_is_no_recording_is_told_without_what_stands_there(say: Say, tmp_path: Path) -> None:
    said = say("judge", recording(tmp_path, entry(status=f"Bearer {KEY}")), "--vendor", "leadiosa")
    assert said.code == 2
    assert "entry 1 is not as HAR 1.2 describes it" in said.err
    assert KEY not in said.all
