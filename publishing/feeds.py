"""Feeds of public bulletins: Atom, and the same as JSON Feed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from feedgen.feed import FeedGenerator

from core.clock import local

MOST = 50


@dataclass(frozen=True)
class Entry:
    """One bulletin as a feed tells of it."""

    address: str
    title: str
    summary: str
    published: datetime
    updated: datetime
    tags: tuple[str, ...] = ()
    mark: str = ""
    """What tells it from another entry of the same address."""
    asked: str = ""
    """What its link asks beside, such as the language; its mark stays the same in all."""


@dataclass(frozen=True)
class Feed:
    """What the feed is of: its own address, and the page of the same list."""

    title: str
    author: str
    home: str
    own: str
    lang: str


def atom(feed: Feed, entries: Sequence[Entry]) -> bytes:
    """As Atom."""
    made = FeedGenerator()
    made.id(feed.own)
    made.title(feed.title)
    made.author(name=feed.author)
    made.link(href=feed.own, rel="self")
    made.link(href=feed.home, rel="alternate")
    made.language(feed.lang)
    made.updated(max((each.updated for each in entries), default=datetime.fromisoformat("2000-01-01T00:00:00+00:00")))
    for each in entries[:MOST]:
        entry = made.add_entry(order="append")
        entry.id(each.address + each.mark)
        entry.title(each.title)
        entry.link(href=each.address + each.asked)
        entry.published(each.published)
        entry.updated(each.updated)
        entry.summary(each.summary)
        for tag in each.tags:
            entry.category(term=tag)
    return bytes(made.atom_str(pretty=True))


def as_json(feed: Feed, entries: Sequence[Entry]) -> str:
    """As JSON Feed 1.1."""
    items = [
        {
            "id": each.address + each.mark,
            "url": each.address + each.asked,
            "title": each.title,
            "content_text": each.summary,
            "date_published": local(each.published).isoformat(),
            "date_modified": local(each.updated).isoformat(),
            "tags": list(each.tags),
        }
        for each in entries[:MOST]
    ]
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": feed.home,
            "feed_url": feed.own,
            "language": feed.lang,
            "authors": [{"name": feed.author}],
            "items": items,
        },
        ensure_ascii=False,
    )
