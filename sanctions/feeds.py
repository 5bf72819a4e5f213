"""The Atom feed of public bulletins."""

from collections.abc import Iterable

from feedgen.feed import FeedGenerator

from sanctions.queries import Line

MOST = 50


WITHDRAWN = ("【已撤回】", "Withdrawn: ")
"""Stands before the title of what no longer holds; nothing else of it is told."""


def atom(lines: Iterable[Line], *, title: str, author: str, home: str, own: str, lang: str) -> bytes:
    """Bulletins as an Atom feed; `home` is the page of the list, `own` the address of the feed itself."""
    feed = FeedGenerator()
    feed.id(own)
    feed.title(title)
    feed.author(name=author)
    feed.link(href=own, rel="self")
    feed.link(href=home, rel="alternate")
    feed.language("en" if lang == "en" else "zh-CN")
    newest = None
    for line in list(lines)[:MOST]:
        publication, text = line.publication, line.text
        if text is None or publication.published_at is None:
            continue
        address = f"{home.rstrip('/')}/{publication.slug}"
        entry = feed.add_entry(order="append")
        entry.id(address)
        withdrawn = publication.state == "WITHDRAWN"
        entry.title(f"{WITHDRAWN[lang == 'en']}{text.title}" if withdrawn else text.title)
        entry.link(href=address)
        entry.published(publication.published_at)
        entry.updated(max(text.at, publication.published_at))
        if not withdrawn:
            entry.summary(_summary(text.summary))
        newest = max(newest or text.at, text.at)
    if newest is not None:
        feed.updated(newest)
    return bytes(feed.atom_str(pretty=True))


def _summary(summary: dict[str, str]) -> str:
    said = [summary.get(name, "") for name in ("respondent", "violations", "measures", "decision_number")]
    return "；".join(each for each in said if each)
