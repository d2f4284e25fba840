"""The OpenAPI document that cases are generated from: the contract's, without what generating must not touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from vendorproof.cases.gateway import headers_of_ours
from vendorproof.contract.model import Contract
from vendorproof.contract.openapi import METHODS
from vendorproof.contract.pointer import resolve

Json = Any

_HOST: Final = r"[a-z0-9]{1,20}\.invalid"
# Names under .invalid exist nowhere (RFC 6761): a vendor told to call or write there reaches nobody.
_UNREACHABLE: Final = {
    "email": rf"^[a-z0-9]{{1,20}}@{_HOST}$",
    "idn-email": rf"^[a-z0-9]{{1,20}}@{_HOST}$",
    "hostname": rf"^{_HOST}$",
    "idn-hostname": rf"^{_HOST}$",
    "uri": rf"^https://{_HOST}/[a-z0-9]{{0,20}}$",
    "iri": rf"^https://{_HOST}/[a-z0-9]{{0,20}}$",
}


def document_for_cases(contract: Contract) -> dict[str, Json]:
    """The contract's document with no server but the gateway, no security and none of the headers that our client fills
    itself, so that nobody generates a credential or an address to send it to. Addresses in bodies are of hosts that
    do not exist."""
    document: dict[str, Json] = _unreachable(contract.openapi)
    document["servers"] = [{"url": "/"}]
    document.pop("security", None)
    document.get("components", {}).pop("securitySchemes", None)
    ours = headers_of_ours(contract)
    for item in document["paths"].values():
        _strip(item, document, ours)
        for method in METHODS:
            if method in item:
                _strip(item[method], document, ours)
    return document


def _strip(node: dict[str, Json], document: Mapping[str, Json], ours: Collection[str]) -> None:
    node.pop("servers", None)
    node.pop("security", None)
    if "parameters" in node:
        node["parameters"] = [one for one in node["parameters"] if not _is_ours(one, document, ours)]


def _is_ours(parameter: Mapping[str, Json], document: Mapping[str, Json], ours: Collection[str]) -> bool:
    while "$ref" in parameter:
        parameter = resolve(document, parameter["$ref"].removeprefix("#"))
    return parameter["in"] == "header" and parameter["name"].lower() in ours


def _unreachable(node: Json) -> Json:
    """A copy in which the schemas of addresses only admit hosts that do not exist."""
    if isinstance(node, list):
        return [_unreachable(one) for one in node]
    if not isinstance(node, dict):
        return node
    copied = {str(name): _unreachable(value) for name, value in node.items()}
    kind = node.get("format") if "type" in node and not {"pattern", "enum", "const"} & set(node) else None
    if isinstance(kind, str) and kind in _UNREACHABLE:
        copied = {name: value for name, value in copied.items() if name not in ("format", "minLength", "maxLength")}
        copied["pattern"] = _UNREACHABLE[kind]
    return copied
