"""People of one company on one draft: nobody's text goes by not looking, and the lead sees that one was prepared."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, template_rendered
from sqlalchemy.orm import Session

from casework import shared_drafts
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.db import transaction
from core.errors import Changed
from registry.models_accounts import Account
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.portal.house import (  # noqa: F401 - fixtures
    ANSWER,
    Enter,
    Sent,
    address,
    case,
    enter,
    opened,
    sent,
    today,
)
from tests.sanctions.chain import Chain
from tests.signed_in import Browser
from tests.two_at_once import at_once

PLACE = "answer:1:0"
WRITTEN, CHECKED = "我们已停止联系您，并向您致歉。", "已核对通话记录。"


def stood(page: str) -> str:
    """What the page says of the fields as its reader found them."""
    found = re.search(r'name="before" value="([^"]*)"', page)
    return found[1] if found else ""


def chosen(page: str) -> dict[str, str]:
    """Whose version of each field is chosen beforehand."""
    return dict(re.findall(r'name="pick-(\w+)" value="(\w+)" checked', page))


def both(enter: Enter, sent: Sent) -> tuple[Browser, Browser, str]:  # noqa: F811
    """A member and the lead, who opened the same empty draft."""
    lead, member = opened(enter, sent), enter(sent.member)
    return member, lead, stood(lead.get(address(sent, "answer")))


def test_what_only_a_colleague_wrote_stays_and_what_only_i_wrote_as_well(enter: Enter, sent: Sent) -> None:  # noqa: F811
    member, lead, before = both(enter, sent)
    url = address(sent, "answer")
    member.post(url, outcome="EXPLAINED", to_complainant=WRITTEN, seen="0", before=before, act="save")
    mine = {"outcome": "", "to_association": CHECKED, "to_complainant": "", "seen": "0", "before": before}
    page = lead.post(url, 409, **mine, act="save")
    assert chosen(page) == {"outcome": "theirs", "to_complainant": "theirs"}
    again = mine | {"seen": "1", "before": stood(page)} | {f"pick-{name}": "theirs" for name in chosen(page)}
    lead.post(url, **again, act="save")
    kept = member.get(url)
    assert WRITTEN in kept
    assert CHECKED in kept


def test_an_answer_sent_after_the_sign_in_ran_out_stands_in_its_form_again(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, url = opened(enter, sent), address(sent, "answer")
    with lead.client.session_transaction() as held:
        sid = held.pop("sid")
    said = {"outcome": "EXPLAINED", "to_association": CHECKED, "to_complainant": WRITTEN, "seen": "0", "act": "look"}
    lead.client.post(url, data=said, headers={"Referer": f"http://localhost{url}"})
    with lead.client.session_transaction() as held:
        held["sid"] = sid
    page = lead.get(url)
    assert f"{CHECKED}</textarea>" in page
    assert f"{WRITTEN}</textarea>" in page
    assert 'class="notice notice-info kept"' not in page


def test_who_presses_without_the_box_is_told_first_that_a_colleague_changed_the_text(enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, member, url = opened(enter, sent), enter(sent.member), address(sent, "answer")
    lead.post(url, **ANSWER, seen="0", act="look")
    member.post(url, **ANSWER | {"to_complainant": WRITTEN}, seen="1", act="save")
    page = lead.post(f"{url}/check", 409, seen="1")
    assert "after you opened it" in page
    assert "shows nothing of the debt" in lead.post(f"{url}/check", 422, seen="2")


def test_a_number_of_a_draft_that_nobody_was_shown_sends_nothing(enter: Enter, sent: Sent) -> None:  # noqa: F811
    member, lead, before = both(enter, sent)
    url = address(sent, "answer")
    member.post(url, outcome="EXPLAINED", to_complainant=WRITTEN, seen="0", before=before, act="save")
    for seen in ("x", "9" * 30, ""):
        assert WRITTEN in lead.post(f"{url}/check", 409, seen=seen, warned="y")


def test_of_two_who_begin_a_draft_at_once_the_second_is_told_and_the_first_text_stays(app: Flask, sent: Sent) -> None:  # noqa: F811
    def people(at: Session) -> tuple[Actor, Actor]:
        return actor(at.get_one(Account, sent.lead)), actor(at.get_one(Account, sent.member))

    def writes(at: Session, which: int, text: str) -> None:
        said = {"fields": {"to_association": text}, "files": [], "seen": 0, "now": NOW}
        shared_drafts.keep(at, PLACE, actor=people(at)[which], **said)

    with app.app_context():
        second = at_once(app, lambda at: writes(at, 0, CHECKED), lambda at: writes(at, 1, WRITTEN))
        assert isinstance(second, Changed)
        with transaction() as at:
            kept = shared_drafts.find(at, PLACE, actor=people(at)[1])
            assert (kept.fields["to_association"], kept.number) == (CHECKED, 1)


def test_where_both_wrote_the_form_shows_and_keeps_ones_own(enter: Enter, sent: Sent) -> None:  # noqa: F811
    member, lead, before = both(enter, sent)
    url, said = address(sent, "answer"), {"seen": "0", "before": before, "act": "save"}
    member.post(url, outcome="EXPLAINED", to_complainant=WRITTEN, **said)
    page = lead.post(url, 409, outcome="REJECTED_BY_INST", to_complainant="未发现您所述的情况。", **said)
    assert chosen(page) == {"outcome": "mine", "to_complainant": "mine"}


def test_whoever_empties_a_draft_with_which_a_colleague_went_on_is_told_and_the_text_stays(
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    member, lead, before = both(enter, sent)
    url, said = address(sent, "answer"), {"outcome": "EXPLAINED", "to_complainant": WRITTEN, "act": "save"}
    member.post(url, **said, seen="0", before=before)
    before = stood(lead.get(url))
    member.post(url, **said, to_association=CHECKED, seen="1", before=before)
    empty = dict.fromkeys(("outcome", "to_complainant", "to_association"), "")
    lead.post(url, 409, **empty, seen="1", before=before, act="save")
    assert CHECKED in member.get(url)


def test_the_lead_is_told_of_a_draft_that_a_member_prepared(enter: Enter, sent: Sent) -> None:  # noqa: F811
    member, lead, before = both(enter, sent)
    assert "Draft of" not in lead.get("/portal/") + lead.get(address(sent))
    member.post(
        address(sent, "answer"), outcome="EXPLAINED", to_complainant=WRITTEN, seen="0", before=before, act="save"
    )
    assert "Draft of" in lead.get("/portal/")
    page = lead.get(address(sent))
    assert "Draft of your company, last saved by" in page
    assert "Go on with the draft" in page


def _served(track: CaseTrack, chain: Chain, kind: str) -> CaseTrack:
    chain.serve(track, kind, NOW - timedelta(hours=1))
    return track


BEGUN: dict[str, tuple[Callable[[Chain], CaseTrack], str]] = {
    "explanation": (lambda chain: _served(chain.filed(), chain, "D11b"), "text"),
    "statement": (lambda chain: _served(chain.proposed([1]), chain, "D17"), "text"),
    "report": (lambda chain: chain.executing([1]), "report_1"),
    "review": (lambda chain: _served(chain.decided([2]), chain, "D20"), "grounds"),
}


@pytest.mark.parametrize("page", BEGUN)
def test_the_lead_is_told_of_every_kind_of_draft_in_a_case(app: Flask, enter: Enter, page: str) -> None:  # noqa: F811
    bring, field = BEGUN[page]
    it = case(app, bring)
    member, lead = enter(it.member), enter(it.lead)
    assert "Draft of" not in lead.get("/portal/") + lead.get(it.at())
    member.post(it.at(page), **{field: CHECKED}, seen="0", act="save")
    assert "Draft of 青屿经办" in lead.get("/portal/")
    shown = lead.get(it.at())
    assert "Draft of your company, last saved by 青屿经办" in shown
    assert "Go on with the draft" in shown


def _announced(chain: Chain) -> CaseTrack:
    track = chain.proposed([1, 4], "V-I02")
    chain.serve(track, "D17", chain.later(11))
    return track


def _decided(chain: Chain) -> CaseTrack:
    track = chain.decided([1, 4], "V-I02")
    chain.serve(track, "D20", chain.later(8))
    return track


BROUGHT: dict[str, tuple[Callable[[Chain], CaseTrack], set[str]]] = {
    "announced": (_announced, {"Waive", "Ask", "Ask for a recusal"}),
    "decided": (_decided, {"Waive", "Ask for a recusal"}),
    "ordered": (
        lambda chain: chain.executing([1, 2, 3]),
        {"We will come", "Another time…", "Enrol people", "Ask for time", "Ask for a recusal"},
    ),
}
DRAFT, SAVE = ("save it as a draft", "Draft it with your colleagues"), 'name="act" value="save"'


@pytest.mark.parametrize("stage", BROUGHT)
def test_who_is_not_the_lead_is_told_to_save_a_draft_only_where_one_can_be_saved(
    app: Flask,
    enter: Enter,  # noqa: F811
    stage: str,
) -> None:
    bring, off = BROUGHT[stage]
    it = case(app, bring)
    member, offered = enter(it.member), []
    with template_rendered.connected_to(lambda _app, context, **_: offered.extend(context.get("actions", [])), app):
        member.get(it.at())
    assert {each["button"] for each in offered if each["refused"]} == off
    for each in offered:
        page = "" if each.get("method") == "post" else member.get(each["url"])
        said = " ".join(map(str, (page, each.get("note", ""), *each["refused"])))
        assert SAVE in page or not any(draft in said for draft in DRAFT), each["title"]
    assert any(DRAFT[1] in each.get("note", "") for each in offered)
