"""What staff and people write to each other, and what staff note of what they were told."""

import re
from io import BytesIO
from typing import Any

from sqlalchemy import func, select

from casework import intake as coming_in
from casework import messages
from casework.intake import EvidenceFile
from casework.models import Complaint, Note
from core.db import transaction
from filestore import files
from tests.builders import Desk, person_of
from tests.casework.house import House, fill, house, received, today
from tests.conftest import NOW
from tests.filestore import making_files as made

__all__ = ["house", "received", "today"]


def test_messages_go_both_ways_and_notes_stay_inside(received: House) -> None:
    ref = received.made["ref"]
    with received.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == ref)).one()
        coming_in.bring_evidence(at, it, _picture(at), actor=person_of(it), now=NOW)
    browser = received.enter("intake")
    assert "New evidence came in" in browser.get(f"/staff/complaints/{ref}")
    browser.post(f"/staff/complaints/{ref}/messages", prefix="message", body="请提供通话时间。")
    browser.post(f"/staff/complaints/{ref}/notes", prefix="note", text="电话里语气很急。")
    page = browser.get(f"/staff/complaints/{ref}")
    assert "请提供通话时间。" in page
    assert "电话里语气很急。" in page
    assert received.read(lambda at: at.scalar(select(func.count()).select_from(Note))) == 1
    assert "Write a message." in browser.post(f"/staff/complaints/{ref}/messages", 422, prefix="message", body=" ")


def test_what_the_complainant_wrote_waits_until_somebody_answers_it_or_says_it_needs_no_answer(received: House) -> None:
    ref = received.made["ref"]
    with received.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == ref)).one()
        messages.write(at, it, "他们今天又打来了。", actor=person_of(it), now=NOW)
    browser, said = received.enter("intake"), f"The complainant wrote: {ref}."
    assert said in browser.get(f"/staff/complaints/{ref}")
    page = browser.get(f"/staff/complaints/{ref}")
    assert said in page, "a glance ends nothing"
    assert f'<a href="#messages">{said}</a>' in page, "it leads to what was written"
    assert "Needs no answer" not in received.enter("reviewer").get(f"/staff/complaints/{ref}")
    [shown] = set(re.findall(r'name="shown" value="(\d+)"', page))
    browser.post(f"/staff/complaints/{ref}/seen", shown=shown)
    again = browser.get(f"/staff/complaints/{ref}")
    assert said not in again
    assert "Needs no answer" not in again
    assert "他们今天又打来了。" in again


def _picture(at: Any) -> list[EvidenceFile]:
    kept = files.keep(at, BytesIO(made.picture()), "新的截图.png")
    return [EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size)]


def test_staff_note_that_the_consent_to_be_named_was_taken_back_by_telephone(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.forwarded(share_identity=True).complaint
        return {"agreed": it.ref, "not": desk.received(contact="shen@example.invalid").ref}

    refs, intake = fill(house, make).made, house.enter("intake")
    page = f"/staff/complaints/{refs['agreed']}"
    note = f"{page}/note/unnamed"
    assert note in intake.get(page)
    assert "/note/unnamed" not in intake.get(f"/staff/complaints/{refs['not']}")
    intake.post(note)
    after = intake.get(page)
    assert "No company may learn who complains." in after
    assert "/note/unnamed" not in after
    assert "took back that the companies may know name and contact" in after
    assert "No consent to learn name and contact stands any more." in intake.post(note, 409)
