"""An answer is written allegation by allegation and reaches the association under the heading of each."""

import re

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, forwardings, headings
from casework.models import Answer, Forwarding
from casework.models_cases import CaseTrack
from core.db import transaction
from portal import answer_points
from registry import rulebook
from tests.builders import Desk, account
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.portal.house import (  # noqa: F401 - fixtures
    ANSWER,
    BEGUN,
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


def test_each_allegation_has_a_text_of_its_own(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead = opened(enter, sent)
    with app.app_context(), transaction() as at:
        names = [answer_points.name_of(code) for code in at.get_one(Forwarding, sent.number).codes]
    assert names
    url = address(sent, "answer")
    page = lead.get(url)
    assert all(f'name="{name}"' in page for name in names)
    for name in (*names, "to_association"):
        label = page.partition(f'<label for="{name}">')[2].partition("</label>")[0]
        assert label, name
        assert "(optional)" not in label, "one of them is needed"
    assert "and “Look at it before sending” show it to your colleagues" in page
    assert "Kept for yourself alone" in page, "what is kept while one types is no draft of the company yet"
    lacking = lead.post(url, 422, outcome="", to_association="", to_complainant="", seen="0", act="look")
    told = ("Choose an outcome.", "Write the text for the complainant.", "Answer each point, or write in general")
    assert all(each in lacking for each in told), "all that is missing is told at once"
    bare = {name: text for name, text in ANSWER.items() if name != "to_association"}
    assert "Answer each point" in lead.post(url, 422, **bare, seen="0", act="look")
    points = {name: f"针对{number}：未发现。" for number, name in enumerate(names)}
    lead.post(url, **bare, **points, seen="0", act="look")
    assert "针对0：未发现。" in lead.get(f"{url}/check")
    lead.post(url, **ANSWER, **points, seen="1", act="look")
    assert f"[In general]\n{ANSWER['to_association']}" in lead.get(f"{url}/check")
    lead.post(f"{url}/check", seen="2", warned="y")
    with app.app_context(), transaction() as at:
        said = at.scalars(select(Answer.to_association)).one()
    assert said.startswith("[")
    assert all(text in said for text in points.values())


def test_a_further_answer_is_written_point_by_point_as_it_was_asked_for(app: Flask, enter: Enter) -> None:  # noqa: F811
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        it = desk.answer(desk.forwarded())
        forwardings.send_back(at, it, gaps=["何时停止联系", "谁拨打了电话"], actor=desk.intake, now=BEGUN)
        desk.serve("forwarding", it.id, "D07b", NOW)
        mine = Sent(it.id, desk.lead.id or 0, 0, 0, 0, 0)
    lead, url = enter(mine.lead), address(mine, "answer")
    page = lead.get(url)
    assert "On the point: 何时停止联系" in page
    assert "stands by itself" in page
    texts = {"point_open_1": "当日停止。", "point_open_2": "外包坐席。", "to_complainant": ANSWER["to_complainant"]}
    lead.post(url, outcome="EXPLAINED", **texts, seen="0", act="look")
    lead.post(f"{url}/check", seen="1", warned="y")
    with app.app_context(), transaction() as at:
        said = at.scalars(select(Answer.to_association).order_by(Answer.id.desc())).first()
    assert said == "[何时停止联系]\n当日停止。\n\n[谁拨打了电话]\n外包坐席。"
    page = lead.get(address(mine))
    assert "Points on which more was asked" in page
    assert "Points that are still open" not in page


def test_a_point_without_a_text_is_named_before_sending_and_to_whoever_reads_it(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, url = opened(enter, sent), address(sent, "answer")
    (name, _one), (_other, left_out) = re.findall(r'for="(point_\w+)">On the point: ([^<]+?) ?<', lead.get(url))
    half = {name: "当日停止。", "to_complainant": ANSWER["to_complainant"], "outcome": "EXPLAINED"}
    lead.post(url, **half, to_association="", seen="0", act="save")
    page = lead.get(f"{url}/check")
    assert f"<li>{left_out}</li>" in page
    assert "Answer each point" in page
    assert "data-off>Send the answer" in page
    assert 'name="general"' not in page, "where nothing is said in general it speaks to no point"
    assert "Answer each point" in lead.post(f"{url}/check", 422, seen="1", warned="y", general="y")
    lead.post(url, **half, to_association="无", seen="1", act="look")
    page = lead.get(f"{url}/check")
    assert "A point has no text of its own" in page
    assert f"<li>{left_out}</li>" in page
    assert "Say whether the general text" in lead.post(f"{url}/check", 422, seen="2", warned="y")
    lead.post(f"{url}/check", seen="2", warned="y", general="y")
    with app.app_context(), transaction() as at:
        said = at.scalars(select(Answer.to_association)).one()
    assert said.endswith(f"\n无\n\n[Without a text of its own; the general text speaks to it]\n{left_out}")


def test_headings_that_the_product_set_are_read_in_the_readers_language_also_in_old_answers(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
) -> None:
    lead, url = opened(enter, sent), address(sent, "answer")
    first, left_out = re.findall(r'for="(point_\w+)">On the point: ([^<]+?) ?<', lead.get(url))
    said = {first[0]: "当日停止。\n【附表】", "to_complainant": ANSWER["to_complainant"], "outcome": "EXPLAINED"}
    lead.post(url, **said, to_association="无", seen="0", act="look")
    lead.post(f"{url}/check", seen="1", warned="y", general="y")
    with app.app_context(), transaction() as at:
        officer, it = account(at, "经办人", "officer").id, at.get_one(Forwarding, sent.number)
        page, codes = f"/staff/complaints/{it.complaint.ref}", it.codes
        names = [each.zh for each in rulebook.violations(at) if each.code in codes]
    chinese = enter(officer)
    chinese.client.set_cookie("lang", "zh")
    now = chinese.get(page)
    old = {"[": "【", "]": "】"}
    with app.app_context(), transaction() as at:
        kept = at.scalars(select(Answer)).one()
        kept.to_association = kept.to_association.translate(str.maketrans(old))
    for read in (now, chinese.get(page)):
        assert f"【{names[0]}】\n当日停止。\n【附表】\n\n【总体说明】\n无" in read
        assert f"【没有单独答复，以总体说明答复】\n{names[1]}" in read
        assert left_out[1] not in read
    assert f"[{first[1]}]\n当日停止。\n【附表】\n\n[In general]" in lead.get(address(sent))


def test_a_company_s_own_line_below_the_list_of_silent_points_stays_its_own(session: Session) -> None:
    one, two = rulebook.violations(session)[:2]
    said = f"[{headings.SILENT[1]}]\n{one.en}\n{two.en}\n\nWe add later:\n{one.en}"
    read = headings.read(session, said, "zh")
    assert read == f"【{headings.SILENT[0]}】\n{one.zh}\n{two.zh}\n\nWe add later:\n{one.en}"


def test_an_explanation_has_a_text_for_each_allegation_of_the_filing_notice(app: Flask, enter: Enter) -> None:  # noqa: F811
    def filed(chain: Chain) -> CaseTrack:
        found = chain.case()
        given = {"actor": actor(chain.officer), "now": chain.now}
        cases.allege(chain.session, found.tracks[0], code="V-F02", facts="每日致电四次", **given)  # type: ignore[arg-type]
        track = chain.filed("V-C04", found)
        chain.serve(track, "D11b")
        cases.allege(chain.session, track, code="V-P02", facts="未提供录音", **given)  # type: ignore[arg-type]
        return track

    it = case(app, filed)
    lead, member, url = enter(it.lead), enter(it.member), it.at("explanation")
    page = lead.get(url)
    assert 'name="point_v_f02"' in page
    assert 'name="point_v_c04"' in page
    assert "point_v_p02" not in page, "the company was not told of it"
    one = {"point_v_c04": "系误拨。", "seen": "0", "act": "look"}
    assert "Answer each point" in lead.post(url, 422, text="", **one)
    lead.post(url, **one, point_v_f02="已核减频次。", text="")
    page = lead.get(f"{url}/check")
    assert "系误拨。" in page
    assert "no text of its own" not in page
    lead.post(url, **{**one, "seen": "1"}, text="其余见台账。", point_v_f02="", key="general")
    assert "A point has no text of its own" in lead.get(f"{url}/check")
    lead.post(f"{url}/check", 422, seen="2")
    lead.post(url, **{**one, "seen": "2", "act": "save"}, point_v_f02="", text="", key="half")
    page = lead.get(f"{url}/check")
    assert "Answer each point" in page
    assert "data-off>Send to the association" in page
    lead.post(url, **{**one, "seen": "3"}, point_v_f02="已核减频次。", text="", key="each")
    lead.post(f"{url}/check", seen="4")
    with app.app_context(), transaction() as at:
        said = at.get_one(CaseTrack, it.number).explanation or ""
    assert said.count("]\n") == 2
    assert "]\n系误拨。" in said
    assert "point_" not in lead.get(url), "what is added is one text"
    late = {"point_v_c04": "另有录音为证。", "point_v_f02": "台账另附。", "text": "", "seen": "4", "act": "save"}
    page = member.post(url, 409, **late)
    assert re.search(r'<textarea[^>]*name="text"[^>]*>\s*另有录音为证。\s+台账另附。', page), (
        "a stale page loses no text"
    )
