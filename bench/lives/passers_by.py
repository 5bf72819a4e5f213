"""What everybody reads in random lives: bulletins, their feed and what was withdrawn, as a browser gets them."""

import json
from collections.abc import Iterator

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.lives.readings import Found

PAGE = "the address of a bulletin gives what stands, tells what was withdrawn, and nothing before it is published"
FEED = "the feed holds what stands and each notice of withdrawal, and nothing else"
LIST = "the list names what stands"
NAMES = (PAGE, FEED, LIST)
EVERY = text(
    "SELECT slug, scope = 'PUBLIC' AND published_at IS NOT NULL AS out, state, ended_at IS NOT NULL AS over "
    "FROM publication WHERE state <> 'NEW' ORDER BY id"
)
ASKED = (
    (
        "a mail about bulletins stands only for an address that is subscribed",
        (
            "SELECT m.key, NOT EXISTS (SELECT 1 FROM bulletin_subscription s "
            "WHERE s.id::text = reverse(split_part(reverse(m.key), ':', 1))) FROM mail m "
            "WHERE m.key LIKE 'bulletin:%' OR m.key LIKE 'subscribe:%'"
        ),
    ),
    (
        "whoever subscribed before something was published is told of it once",
        (
            "SELECT 'publication ' || p.id || ' to ' || s.id, (SELECT count(*) FROM mail m "
            "WHERE m.key LIKE 'bulletin:' || p.id || ':published:%:' || s.id) <> 1 FROM publication p "
            "JOIN outbox o ON o.job = 'sanctions.tell_subscribers' AND o.args ->> 'number' = p.id::text "
            "AND o.args ->> 'what' = 'published' AND o.done_at IS NOT NULL "
            "JOIN bulletin_subscription s ON s.confirmed_at < o.asked_at "
            "WHERE p.scope = 'PUBLIC' AND p.state = 'PUBLISHED'"
        ),
    ),
)


def read(at: Session) -> Iterator[Found]:
    """Every address that there is, and the newest of the feed, asked by somebody who is not signed in."""
    every = at.execute(EVERY).all()
    if not every:
        return
    standing = {each.slug for each in every if each.out and each.state == "PUBLISHED" and not each.over}
    gone = {each.slug for each in every if each.out and each.state == "WITHDRAWN" and not each.over}
    with current_app.app_context():  # a session and a reader of its own
        client = current_app.test_client()
        came = {each.slug: client.get(f"/bulletins/{each.slug}").status_code for each in every}
        listed = client.get("/bulletins").text
        items = json.loads(client.get("/bulletins.json").text)["items"]
    for each in every:
        wanted = 200 if each.slug in standing else 410 if each.out else 404
        yield PAGE, f"{each.slug} {each.state}: {came[each.slug]}", came[each.slug] != wanted
    for slug in standing:
        yield LIST, slug, slug not in listed
    told = {each["id"].rpartition("/")[2] for each in items}
    yield FEED, f"{sorted(told)}", told != standing | {f"{slug}#withdrawn" for slug in gone}
