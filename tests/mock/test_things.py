"""Things are created, read, changed, listed and deleted, each tenant's its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vendorproof.contract import Contract
from vendorproof.mock import Mock


def test_a_thing_lives(call: Any) -> None:
    made = call("POST", "/crates", {"label": "Mine"})
    assert made.status == 201
    own = made["/data/id"]
    assert call("GET", f"/crates/{own}").json == made.json
    assert call.ids("/crates")[0] == own
    call.clock.sleep(5)
    changed = call("PATCH", f"/crates/{own}", {"weight": 2.5})
    assert changed["/data/updated_at"] > made["/data/updated_at"]
    before, after = made.json["data"], changed.json["data"]
    assert {**before, "weight": 2.5, "updated_at": after["updated_at"]} == after
    assert call("GET", f"/crates/{own}").json == changed.json
    gone = call("DELETE", f"/crates/{own}")
    assert (gone.status, gone.body, "content-type" in gone.headers) == (204, b"", False)
    for method in ("GET", "DELETE"):
        assert call(method, f"/crates/{own}").status == 404
    assert own not in call.ids("/crates")


def test_ids_stay_their_own(call: Any) -> None:
    made = [call("POST", "/crates", {"label": "Same"})["/data/id"] for _ in range(5)]
    assert len(set(made)) == 5
    assert not set(made) & set(call.ids("/crates", role="second_tenant"))


def test_a_caller_sets_documented_fields_alone(call: Any) -> None:
    made = call("POST", "/crates", {"label": "Mine", "id": "taken", "owner": "x@example.com", "created_at": "then"})
    assert made["/data/id"] != "taken"
    assert made["/data/created_at"] != "then"
    assert made.json["data"].get("owner") != "x@example.com"


def test_an_empty_field_is_left_out_or_null_as_the_contract_says(
    call: Any, calling: Callable[..., Any], bolt: Contract
) -> None:
    own = call("POST", "/crates", {"label": "Mine", "weight": None})["/data/id"]
    assert "weight" not in call("GET", f"/crates/{own}").json["data"]
    with_nulls = calling(bolt)
    own = with_nulls("POST", "/crates", {"label": "Mine"})["/data/id"]
    assert with_nulls("GET", f"/crates/{own}").json["data"]["weight"] is None


def test_things_inside_a_thing_go_with_it(call: Any) -> None:
    crate, other = call.ids("/crates")[:2]
    assert {item["crate_id"] for page in call.pages(f"/crates/{crate}/items") for item in page} == {crate}
    item = call("POST", f"/crates/{crate}/items", {"name": "Bolt"})
    assert (item.status, item["/data/crate_id"], item["/data/name"]) == (201, crate, "Bolt")
    assert call.ids(f"/crates/{crate}/items")[0] == item["/data/id"]
    assert item["/data/id"] not in call.ids(f"/crates/{other}/items")
    assert call("GET", "/crates/absent/items").status == 404
    assert call("POST", "/crates/absent/items", {"name": "Bolt"}).status == 404
    call("DELETE", f"/crates/{crate}")
    assert call("GET", f"/crates/{crate}/items").status == 404
    assert call.mock.store.rows("default", "items", crate) == ()


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"label": "Theirs"}), ("DELETE", None)])
def test_another_tenant_s_thing_is_like_none(call: Any, method: str, body: Any) -> None:
    own = call.ids("/crates")[0]
    before = call("GET", f"/crates/{own}").json
    foreign = call(method, f"/crates/{own}", body, role="second_tenant")
    absent = call(method, "/crates/absent", body, role="second_tenant")
    assert (foreign.status, foreign["/error/code"]) == (absent.status, absent["/error/code"])
    assert call("GET", f"/crates/{own}").json == before
    assert call("GET", f"/crates/{own}/items", role="second_tenant").status == 404


def test_tenants_share_nothing(call: Any) -> None:
    assert not set(call.ids("/crates")) & set(call.ids("/crates", role="second_tenant"))


def test_a_listing_is_filtered_by_a_documented_field(call: Any) -> None:
    shut = [item for page in call.pages("/crates", state="shut") for item in page]
    assert {item["state"] for item in shut} == {"shut"}
    everything = [item for page in call.pages("/crates") for item in page]
    assert len(shut) == sum(item.get("state") == "shut" for item in everything) > 0


def test_an_operation_without_a_memory_answers_the_contract_s_example(call: Any) -> None:
    own = call.ids("/crates")[0]
    assert call("POST", f"/crates/{own}/seal").json == {"sealed": True}
    assert call("POST", "/crates/absent/seal").status == 404


def test_two_mocks_share_nothing(acme: Contract, calling: Callable[..., Any]) -> None:
    one, other = calling(acme), calling(acme)
    assert one.ids("/crates") == other.ids("/crates")
    own = one.ids("/crates")[0]
    one("DELETE", f"/crates/{own}")
    assert other("GET", f"/crates/{own}").status == 200
    assert Mock(acme).store.find("default", "crates", own) is not None


def test_an_id_is_read_percent_encoded(acme: Contract, calling: Callable[..., Any]) -> None:
    call = calling(acme, variants=["other-ids"])
    own = call.ids("/crates")[0]
    assert any(sign in own for sign in ":~")
    encoded = "".join(f"%{ord(letter):02x}" for letter in own)
    assert call("GET", f"/crates/{encoded}")["/data/id"] == own
