"""Every kind of clock: whoever sees it finds its count, staff and companies, complainants, members of bodies, all."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework import receipts, recusals, stop_contacts
from casework.models import Forwarding
from core.db import transaction
from notices import queries as notices
from registry.clock_kinds import KINDS
from registry.models_clocks import Clock, ClockState
from sanctions import measures, review_bodies, reviews, rounds
from tests.builders import Desk, person_of, rendered
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.proceedings.test_pages import BEGUN, House, today
from tests.sanctions.reviewing import Reviewing

__all__ = ["today"]

OF = {
    "complaint": ("K01", "K02", "K05", "K06", "K07"),
    "forwarding": ("K03", "K04", "K30", "K35"),
    "stop_contact": ("K08", "K09"),
    "service": ("K19", "K28", "K29"),
    "publication": ("K32", "K33", "K36"),
    "review": ("K21",),
    "recusal": ("K34",),
}


@dataclass(frozen=True)
class Seen:
    """What a clock is about, and who sees it besides the staff."""

    id: int
    subject_type: str
    visible_party: int | None
    visible_complaint: int | None


@dataclass
class Everything(House):
    """One thing of each kind, on which every clock of its kind runs."""

    pages: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    clocks: dict[str, Seen] = field(default_factory=dict)
    code: str = ""
    review: int = 0


def _things(house: Everything, at: Session, chain: Reviewing) -> dict[str, int]:
    """Brought there by verbs."""
    track = chain.effective([1, 5], "V-I02")
    measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(at, track)
    assert publication is not None
    chain.publish(publication, chain.later(9))
    said = {"basis": "ERROR", "grounds": "认定有误", "favour": True, "actor": actor(chain.head), "now": chain.later(10)}
    review = reviews.own_motion(at, track, **said)
    review_bodies.draw(at, review, actor=actor(chain.secretary), now=chain.later(10), seed="四")
    about, by = chain.investigator.id, actor(chain.lead)
    recusal = recusals.ask(at, track.case, about, ground="SHARES", facts="持股", actor=by, now=chain.later(10))
    desk = Desk(at, NOW)
    forwarding = desk.accepted().forwardings[0]
    letter = notices.last_document(at, ["D05b"], "forwarding", forwarding.id)
    assert letter is not None
    [service] = rendered(at, letter, NOW)
    own = person_of(forwarding.complaint)
    [stop] = stop_contacts.request(at, forwarding.complaint, number="13912345678", own=True, actor=own, now=NOW)
    stop_contacts.relay(at, stop, party=desk.lender, actor=desk.intake, now=NOW)
    house.track, house.slug, house.review = track.id, publication.slug, review.id
    house.code = receipts.renew(at, forwarding.complaint, "k", actor=desk.intake, now=NOW)
    house.people = {"head": chain.head.id, "lead": chain.lead.id, "asked": desk.lead.id}
    panel = rounds.panel(at, track)
    assert panel is not None
    house.people |= {"panel": panel.members[0].account_id, "body": review.members[0].account_id}
    house.pages = {
        "complaint": f"/staff/complaints/{forwarding.complaint.ref}",
        "stop_contact": f"/staff/complaints/{forwarding.complaint.ref}",
        "forwarding": f"/staff/forwardings/{forwarding.id}",
        "service": f"/staff/notices/{letter.id}",
        "track": f"/staff/tracks/{track.id}",
        "review": f"/staff/tracks/{track.id}",
        "recusal": f"/staff/recusals/{recusal.id}",
        "publication": f"/staff/publications/{publication.slug}",
    }
    house.theirs = {
        "forwarding": f"/portal/forwardings/{forwarding.id}",
        "stop_contact": f"/portal/stop-contacts/{stop.id}",
        "service": f"/portal/notices/{letter.id}",
        "track": f"/portal/cases/{track.id}",
    }
    return {
        "complaint": forwarding.complaint_id,
        "forwarding": forwarding.id,
        "stop_contact": stop.id,
        "service": service.id,
        "track": track.id,
        "review": review.id,
        "recusal": recusal.id,
        "publication": publication.id,
    }


@pytest.fixture
@brought_once
def house(app: Flask) -> Everything:
    made = Everything(app)
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN + timedelta(days=15)).fill_pool()
        things = _things(made, at, chain)
        kind_of = {key: kind for kind, keys in OF.items() for key in keys}
        parties = dict.fromkeys(things, chain.lender.id)
        asked = at.get_one(Forwarding, things["forwarding"]).party_id
        parties |= {"forwarding": asked, "stop_contact": asked, "service": asked}
        at.query(Clock).delete()
        for key, kind in KINDS.items():
            subject = kind_of.get(key, "track")
            seen = kind.owner == "respondent" or key in ("K28", "K29")
            clock = Clock(
                key=key,
                subject_type=subject,
                subject_id=things[subject],
                state=ClockState.RUNNING,
                length=kind.length,
                unit=kind.unit,
                basis=kind.basis,
                extend_to=[],
                day0=NOW.date(),
                started_at=NOW,
                due_on=NOW.date() + timedelta(days=9),
                provisional=False,
                visible_party=parties[subject] if seen else None,
                visible_complaint=things["complaint"] if kind.owner == "complainant" or key == "K35" else None,
                created_at=NOW,
            )
            at.add(clock)
            at.flush()
            made.clocks[key] = Seen(clock.id, subject, clock.visible_party, clock.visible_complaint)
    return made


def test_every_clock_opens_its_count_for_whoever_sees_it(house: Everything) -> None:
    head = house.enter("head")
    pages = {kind: head.get(url) for kind, url in house.pages.items()}
    for key, clock in house.clocks.items():
        assert f'/staff/clocks/{clock.id}"' in pages[clock.subject_type], key
        assert "Day by day" in head.get(f"/staff/clocks/{clock.id}"), key
    seen = {kind: house.enter("lead" if kind == "track" else "asked").get(url) for kind, url in house.theirs.items()}
    for key, clock in house.clocks.items():
        if clock.visible_party is not None:
            assert f'/portal/clocks/{clock.id}"' in seen[clock.subject_type], key
    client = house.app.test_client()
    assert client.post("/track/", data={"code": house.code}).status_code == 303
    page = client.get("/track/complaint").text
    for key, clock in house.clocks.items():
        assert (f'/track/clocks/{clock.id}"' in page) is (clock.visible_complaint is not None), key
    bulletin = house.enter().get(f"/bulletins/{house.slug}?lang=en")
    assert "How was this date computed?" in bulletin
    assert bulletin.count("Month counted") == 36


def test_who_was_drawn_reads_how_long_the_body_has_and_no_more(house: Everything) -> None:
    own = {
        "panel": (f"/staff/panel/{house.track}", ("K17", "K18")),
        "body": (f"/staff/reviews/{house.review}", ("K21",)),
    }
    for who, (url, keys) in own.items():
        browser = house.enter(who)
        page = browser.get(url)
        for key in keys:
            clock = house.clocks[key].id
            assert f'/staff/clocks/{clock}"' in page, key
            assert f'href="{url}"' in browser.get(f"/staff/clocks/{clock}"), key
        for key in ("K01", "K20", "K32"):
            browser.get(f"/staff/clocks/{house.clocks[key].id}", 404)
        room = f"/staff/panel/{house.track}"
        for key in ("K17", "K18"):
            assert (f'href="{room}"' in browser.get(f"/staff/clocks/{house.clocks[key].id}")) is (url == room)
        browser.get(f"/staff/clocks/of/track/{house.track}", 403)
