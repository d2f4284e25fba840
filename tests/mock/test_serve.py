"""The mock as a real server."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

import vendorproof
from vendorproof.contract import Contract
from vendorproof.errors import UsageError
from vendorproof.mock import Mock, Served, running, serve

AUTHORISED = {"Authorization": "Bearer fake-key-default", "X-Space": "space:fake-space-default"}
CONTRACT = Path(__file__).parent / "contracts" / "acme"


def test_the_documented_base_path_is_served(acme: Contract) -> None:
    with running(Mock(acme)) as served, httpx.Client(base_url=served.base_url, headers=AUTHORISED) as client:
        assert served.base_url.endswith("/v3")
        assert served.tls_roots is None
        assert client.get("/crates", params={"limit": 3}).json()["next_cursor"]
        got = client.get("/crates/absent")
        assert (got.status_code, got.headers["X-Limit"]) == (404, "300")
        assert client.head("/status").status_code == 405
        assert client.delete(f"/crates/{client.get('/crates').json()['data'][0]['id']}").status_code == 204
        assert client.get(f"{served.base_url.removesuffix('/v3')}/crates").status_code == 404


def test_a_server_without_tls_redirects_only_when_asked_to(acme: Contract) -> None:
    with running(Mock(acme)) as served:
        assert httpx.get(f"{served.base_url}/status").status_code == 200
    with running(Mock(acme), redirects=True) as served:
        assert httpx.get(f"{served.base_url}/status").headers["location"].startswith("https://127.0.0.1")


def test_tls_is_trusted_with_the_root_that_is_told(acme: Contract) -> None:
    with running(Mock(acme), tls=True) as served:
        assert served.base_url.startswith("https://")
        trusting = ssl.create_default_context(cafile=served.tls_roots)
        assert httpx.get(f"{served.base_url}/status", verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{served.base_url}/status")


def test_the_mock_of_a_server_ends_with_its_context(acme: Contract) -> None:
    with running(Mock(acme)) as served:
        pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.base_url}/status")


def test_events_come_one_by_one(acme: Contract) -> None:
    with running(Mock(acme)) as served, httpx.Client(base_url=served.base_url, headers=AUTHORISED) as client:
        with client.stream("POST", "/watch") as got:
            text = "".join(got.iter_text())
        assert got.headers["content-type"] == "text/event-stream"
        assert text.split("\n\n")[0] == 'data: {"text":"Fake "}'
        assert text.endswith('event: done\ndata: {"done":true}\n\n')
        assert client.post("/ask").json() == {}
        assert client.post("/ask", headers={"Accept": "text/event-stream"}).text.startswith("data: ")


def test_a_websocket_lets_in_who_has_a_key(acme: Contract) -> None:
    with running(Mock(acme)) as served:
        place = f"ws{served.base_url.removeprefix('http')}/live"
        with connect(place, additional_headers=AUTHORISED) as live:
            assert '"type": "hello"' in live.recv(timeout=5)
        with pytest.raises(InvalidStatus) as refused, connect(place):
            pass
        assert refused.value.response.status_code == 401
        with pytest.raises(InvalidStatus) as lost, connect(f"{place}s", additional_headers=AUTHORISED):
            pass
        assert lost.value.response.status_code == 404


def test_many_threads_get_their_own_ids(acme: Contract) -> None:
    made: list[str] = []
    with running(Mock(acme)) as served:

        def create() -> None:
            with httpx.Client(base_url=served.base_url, headers=AUTHORISED) as client:
                for _ in range(20):
                    made.append(client.post("/crates", json={"label": "x"}).json()["data"]["id"])

        threads = [threading.Thread(target=create) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(made)) == 100


def test_answers_are_not_held_back(acme: Contract) -> None:
    with running(Mock(acme)) as served, httpx.Client(base_url=served.base_url) as client:
        client.get("/status")
        started = monotonic()
        for _ in range(50):
            client.get("/status")
        assert monotonic() - started < 50 * 0.02


def test_a_port_that_is_taken_is_a_usage_error(acme: Contract) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} .* take another"):
            serve(Mock(acme), port=port, announce=_never)


def _never(served: Served) -> None:
    raise AssertionError(served)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_server_stops_in_good_order(number: signal.Signals) -> None:
    program = (
        "import sys; from pathlib import Path; from vendorproof.contract import load_contract;"
        "from vendorproof.mock import Mock, serve;"
        "serve(Mock(load_contract(Path(sys.argv[1]))), announce=lambda served: print(served.base_url, flush=True))"
    )
    source = str(Path(vendorproof.__file__).parents[1])
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(CONTRACT)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    with process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        _answers(base_url)
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
    assert errors == ""
    assert process.returncode in (0, -number)


def _answers(base_url: str) -> None:
    deadline = monotonic() + 20
    while monotonic() < deadline:
        try:
            assert httpx.get(f"{base_url}/status").status_code == 200
        except httpx.TransportError:
            continue
        return
    raise AssertionError(f"{base_url} never answered")
