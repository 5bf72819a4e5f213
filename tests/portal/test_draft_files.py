"""Files of a draft that colleagues share: each stands in its own part, once, and leaves that part alone."""

import re
from io import BytesIO

from flask import Flask
from sqlalchemy import select

from casework.models_cases import CaseTrack
from filestore import files
from sanctions.models_measures import Measure, RectificationItem
from tests.filestore import making_files as made
from tests.portal.house import ANSWER, Enter, Sent, address, case, enter, opened, sent, today
from tests.sanctions.chain import Chain

__all__ = ["enter", "sent", "today"]


def two_problems(chain: Chain) -> CaseTrack:
    """An order of two problems that waits for its report."""
    track = chain.executing([1])
    order = chain.session.scalars(select(Measure).where(Measure.track_id == track.id)).one()
    asked = {"problem": "未培训", "correction": "培训", "proof": "名单"}
    chain.session.add(RectificationItem(measure_id=order.id, no=2, days=30, **asked))
    return track


def boxes(page: str) -> list[str]:
    """What the boxes that take files out of a draft send."""
    return re.findall(r'name="gone" value="([^"]+)"', page)


def test_one_file_that_proves_two_problems_is_taken_out_of_one_alone(app: Flask, enter: Enter) -> None:
    it = case(app, two_problems)
    lead = enter(it.lead)
    said = {"report_1": "已停止。", "report_2": "已培训。", "signed_by": "周岚", "act": "save"}
    proofs = {f"files_{no}": (BytesIO(made.picture()), "证明.png") for no in (1, 2)}
    lead.post(it.at("report"), **said, seen="0", **proofs)
    first, _second = boxes(lead.get(it.at("report")))
    lead.post(it.at("report"), **said, seen="1", gone=[first])
    assert len(boxes(lead.get(it.at("report")))) == 1, "the other problem keeps its proof"


def test_a_file_sent_twice_at_once_stands_once_in_the_draft(enter: Enter, sent: Sent) -> None:
    lead = opened(enter, sent)
    twice = [(BytesIO(made.picture()), name) for name in ("记录.png", "记录.png")]
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="save", files=twice)
    assert len(boxes(lead.get(address(sent, "answer")))) == 1


def test_of_a_file_that_cannot_be_taken_the_page_says_why_though_nothing_else_was_written(
    enter: Enter, sent: Sent
) -> None:
    lead = opened(enter, sent)
    empty = dict.fromkeys(ANSWER, "")
    page = lead.post(address(sent, "answer"), 422, **empty, seen="0", act="save", files=[(BytesIO(b"MZ"), "记录.exe")])
    assert "记录.exe" in page
    assert "no draft is kept" not in page
    assert "last saved by" not in page
    page = lead.post(address(sent, "answer"), 422, **ANSWER, seen="0", act="save", files=[(BytesIO(b"MZ"), "记录.exe")])
    assert "<title>Error: " in page, "what was written is kept, the file is not"


def test_a_file_that_came_with_an_unfinished_answer_stays_in_its_draft(enter: Enter, sent: Sent) -> None:
    lead, url, unfinished = opened(enter, sent), address(sent, "answer"), ANSWER | {"to_association": ""}
    came = {"files": [(BytesIO(made.picture()), "记录.png")]}
    page = lead.post(url, 422, **unfinished, **came, seen="0", act="look", key="first")
    assert 'value="first"' not in page, "what is sent next is another sending"
    assert re.search(r'name="seen"[^>]*value="1"', page), "of the draft as it is now"
    lead.post(url, **ANSWER, seen="1", act="look")
    assert "记录.png" in lead.get(address(sent, "answer", "check"))


def test_a_draft_holds_as_many_files_as_can_be_sent_together_and_no_more(enter: Enter, sent: Sent) -> None:
    lead, url = opened(enter, sent), address(sent, "answer")
    every = [(BytesIO(made.picture(size=(8, 6 + each))), f"{each}.png") for each in range(files.AT_ONCE + 1)]
    lead.post(url, **ANSWER, seen="0", act="save", files=every[:-1])
    lead.post(url, 422, **ANSWER, seen="1", act="save", files=every[-1:])
    assert len(boxes(lead.get(url))) == files.AT_ONCE


def test_whoever_sends_opens_what_a_colleague_attached_and_another_company_does_not(enter: Enter, sent: Sent) -> None:
    lead, member, url = opened(enter, sent), enter(sent.member), address(sent, "answer")
    member.post(url, **ANSWER, seen="0", act="save", files=(BytesIO(made.picture()), "记录.png"))
    for page in (url, f"{url}/check"):
        found = re.findall(r'href="(/portal/drafts/[^"]+)"', lead.get(page))
        assert len(found) == 1, page
    assert lead.client.get(found[0]).data.startswith(b"\x89PNG")
    enter(sent.stranger).get(found[0], 404)


def test_a_draft_that_nobody_sends_any_more_is_deleted_as_its_reader_saw_it(enter: Enter, sent: Sent) -> None:
    lead, member, url = opened(enter, sent), enter(sent.member), address(sent, "answer")
    lead.post(url, **ANSWER, seen="0", act="save", files=(BytesIO(made.picture()), "记录.png"))
    away = re.findall(r'action="(/portal/drafts/[^"]+)"', lead.get(url))[0]
    member.post(url, **ANSWER, seen="1", act="save")
    assert "after you opened it" in lead.post(away, 409, seen="1")
    enter(sent.stranger).post(away, 404, seen="2")
    lead.post(away, seen="2")
    assert "Go on with the draft" not in member.get(address(sent))
    lead.post(url, 409, **ANSWER, seen="2", act="save")
