"""Posts a message to a webhook: the one thing that leaves for a host which is no vendor's."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from vendorproof.errors import Unreachable, UsageError
from vendorproof.target.address import is_loopback

_SECONDS = 15.0


def post_webhook(url: str, body: bytes, *, name: str) -> None:
    """Posts JSON to the URL that the environment variable `name` holds.

    The URL of a webhook is a secret: messages show the variable's name alone, and redirects are not followed. Raises
    UsageError where it is no https URL (http is for this machine), Unreachable where nobody takes the message.
    """
    try:
        parts = urlsplit(url.strip())
        fine = bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _here(parts.hostname)))
    except ValueError:
        fine = False
    if not fine:
        raise UsageError(f"${name} holds no https URL\n    fix: set it to the address that the webhook's page shows")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    try:
        answer = httpx.post(url.strip(), content=body, headers=headers, timeout=_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Only its kind: the words of an error may hold the URL.
        raise Unreachable(f"the webhook of ${name} was not reached: {type(error).__name__}") from None
    if not answer.is_success:
        raise Unreachable(f"the webhook of ${name} answered HTTP {answer.status_code}")


def _here(host: str | None) -> bool:
    return host is not None and is_loopback(host)
