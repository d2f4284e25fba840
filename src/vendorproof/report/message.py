"""What changed, as the body of a webhook: a template makes any JSON of it, the shipped one a message for Slack."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2

from vendorproof.checks.outcome import Word
from vendorproof.errors import Place, Problem, TargetError
from vendorproof.exchange.redaction import Redactor
from vendorproof.report.allure.context import build_url, configuration
from vendorproof.report.changes import Change, Changes, Kind
from vendorproof.report.explain import short
from vendorproof.report.overview import WHOLE_API, without_access
from vendorproof.report.text import cut, legible, plural

_SHOWN = 8
_LINE_SHOWN = 260
_WORDS_SHOWN = 160
_NOTHING = Redactor()
"""A ledger was redacted when it was written."""


def payload(changes: Changes, environ: Mapping[str, str], template: Path | None = None) -> bytes:
    """The body of the webhook as JSON.

    The template, a Jinja template of JSON, is given `title`, `lines` (a list of `heading` and `items`), `text` (all of
    it as plain text), `exit_code`, `url` (the CI build, "" where there is none) and the filters `tojson` and `mrkdwn`,
    which keeps what a vendor said from being markup. Raises TargetError for a template that is none, or makes no JSON.
    """
    path = template or configuration("slack.json")
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters["mrkdwn"] = mrkdwn
    title, groups = headline(changes), list(_groups(changes))
    try:
        text = environment.from_string(path.read_text(encoding="utf-8")).render(
            title=title,
            lines=groups,
            text="\n".join(plain(changes)),
            exit_code=_exit_code(changes),
            url=build_url(environ),
        )
        return json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "backslashreplace")
    except (OSError, UnicodeDecodeError) as error:
        raise TargetError(Problem(Place(path), f"can't be read: {error}")) from None
    except jinja2.TemplateSyntaxError as error:
        raise TargetError(Problem(Place(path, error.lineno), f"no template: {error.message}")) from None
    except jinja2.TemplateError as error:
        fix = "title, lines, text, exit_code and url are there"
        raise TargetError(Problem(Place(path), f"can't be filled: {error}", fix)) from None
    except ValueError as error:
        fix = "write every value with the filter tojson"
        raise TargetError(Problem(Place(path), f"makes no JSON: {error}", fix)) from None


def headline(changes: Changes) -> str:
    """One line: who, where, and what changed."""
    header, footer = changes.ledger.header, changes.ledger.footer
    where = f"{', '.join(header.vendors)} at {header.target}"
    if not changes.ledger.complete:
        return legible(f"{where}: the run did not finish")
    shut = without_access(changes.ledger.verdicts)
    if shut:
        return legible(f"{where}: {' '.join(shut)}")
    counts = [f"{len(found)} {kind}" for kind in Kind if (found := changes.of(kind))]
    if changes.first:
        counts = [f"first night, {plural(footer.red if footer else 0, 'failure')}"]
    exit_code = _exit_code(changes)
    if changes.ended_otherwise or not counts:
        counts.append(_ENDS.get(exit_code, f"exit code {exit_code}"))
    return legible(f"{where}: {', '.join(counts)}")


_ENDS = {
    0: "all decided requirements hold",
    1: "a stated requirement is broken",
    3: "nothing could be exercised",
    4: "vendorproof itself failed",
}


def plain(changes: Changes) -> Iterator[str]:
    """The message as lines of text."""
    yield headline(changes)
    for group in _groups(changes):
        yield f"{group['heading']}:"
        yield from (f"- {item}" for item in group["items"])


def mrkdwn(text: str) -> str:
    """Text that Slack shows as it is: no link, mention or emphasis comes of a vendor's words."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A zero-width space keeps Slack from pairing the signs of its markup.
    return "".join(f"{sign}\u200b" if sign in "*_~`" else sign for sign in escaped)


def _groups(changes: Changes) -> Iterator[dict[str, Any]]:
    for kind in Kind:
        found = changes.of(kind)
        if found:
            items = [_item(change) for change in found[:_SHOWN]]
            if len(found) > _SHOWN:
                items.append(f"{len(found) - _SHOWN} more in the report")
            yield {"heading": f"{kind[0].upper()}{kind[1:]} ({len(found)})", "items": items}


def _item(change: Change) -> str:
    verdict = change.verdict
    where = "" if verdict.operation == WHOLE_API else f" at {verdict.operation}"
    if change.after is None:
        return legible(f"{verdict.requirement}{where}: not asked any more")
    if verdict.verdict is Word.PASS:
        return legible(f"{verdict.requirement}{where}")
    words = short(verdict, _NOTHING, limit=_WORDS_SHOWN)
    return cut(legible(f"{verdict.requirement}{where} (blame: {verdict.blame}): {words}"), _LINE_SHOWN)


def _exit_code(changes: Changes) -> int:
    return changes.ledger.footer.exit_code if changes.ledger.footer else 4
