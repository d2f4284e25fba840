"""A documentation page as sections, and the fingerprints that tell a changed section from an unchanged one."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

INTRODUCTION = "Introduction"
"""The section name of the text before a page's first heading."""


def fingerprint(text: str) -> str:
    """The first 16 hex digits of the SHA-256 of a text whose runs of whitespace count as one space.

    A page that is merely wrapped or indented otherwise keeps its fingerprints.
    """
    return sha256(" ".join(text.split()).encode()).hexdigest()[:16]


def split(page_text: str, headings: Sequence[str]) -> dict[str, str]:
    """Cuts a page at the first line equal to each heading; the sections in the order in which the page has them.

    A heading's own line belongs to no section. The text before the first heading is the section "Introduction", ""
    where there is none. A heading that the page does not have is absent from the answer, and later lines equal to a
    heading are text: so a renamed, removed or moved section shows.
    """
    wanted = set(headings)
    sections: dict[str, list[str]] = {INTRODUCTION: []}
    current = sections[INTRODUCTION]
    for line in page_text.splitlines():
        heading = line.strip()
        if heading in wanted:
            wanted.remove(heading)
            current = sections.setdefault(heading, [])
        else:
            current.append(line)
    return {name: "\n".join(lines) for name, lines in sections.items()}


def section_fingerprints(page_text: str, headings: Sequence[str]) -> dict[str, str]:
    """The fingerprint of every section that `split` finds, as `sections:` of requirements.yaml holds them."""
    return {name: fingerprint(text) for name, text in split(page_text, headings).items()}
