"""A PDF that could not be made after several tries: who is responsible sees it, and has it tried again."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework.models import Task
from core import outbox
from core.db import transaction
from core.errors import NotAllowed, NotNow
from core.journal import JournalEntry
from core.outbox import TRIES, Outbox
from notices import queries, rendering, trying_again
from notices.models import Document, Service
from printing import signing
from printing.pdf_failures import Reason, RenderFailed
from tests.builders import Desk
from tests.conftest import NOW
from tests.notices.test_approvals import House


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield
    signing.SIGNING.end()


class Letter(House):
    """A letter whose PDF can't be made, as long as ``broken`` says so."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.app, self.broken = app, True
        drawn = rendering.pdf_in_limits

        def draw(*given: Any, **named: Any) -> bytes:
            if self.broken:
                raise RenderFailed(Reason.BROKEN)
            return drawn(*given, **named)

        patch.setattr(rendering, "pdf_in_limits", draw)
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            document = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
            assert document is not None
            self.officer, self.head, self.number = desk.officer, desk.head, document.id

    def worked(self, times: int = 1) -> None:
        """The worker does what waits about the letter."""
        with self.app.app_context():
            row = self.row()
            for _ in range(times):
                outbox.perform(row.id)

    def row(self) -> Outbox:
        with transaction() as at:
            return at.scalars(select(Outbox).where(Outbox.key == f"render:{self.number}")).one()

    def tasks(self) -> list[str]:
        """What is open for people about it."""
        with self.app.app_context(), transaction() as at:
            mine = at.scalars(select(Service.id).where(Service.document_id == self.number))
            of_it = [("service", number) for number in mine]
            row = at.scalars(select(Outbox.id).where(Outbox.key == f"render:{self.number}")).one()
            found = at.execute(select(Task.kind, Task.subject_kind, Task.subject_id).where(Task.done_at.is_(None)))
            return sorted(kind for kind, name, about in found if (name, about) in {*of_it, ("outbox", row)})


@pytest.fixture
def letter(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Letter:
    return Letter(app, monkeypatch)


def test_what_was_given_up_is_a_task_with_a_button_that_has_it_tried_again(letter: Letter) -> None:
    page, officer = f"/staff/notices/{letter.number}", letter.browser(letter.officer)
    letter.worked()
    assert "being tried again by itself" in officer.get(page).text
    assert officer.post(f"{page}/try-again", data={"key": "a"}).status_code == 409
    letter.worked(TRIES - 1)
    assert letter.tasks() == ["job_failed", "not_rendered"]
    assert page in letter.browser(letter.head).get("/staff/tasks").text
    shown = officer.get(page).text
    assert "The document could not be laid out" in shown
    assert "Try again" in shown
    assert officer.post(f"{page}/try-again", data={"key": "b"}).status_code == 303
    assert letter.tasks() == ["not_rendered"]
    letter.worked(TRIES)
    assert letter.tasks() == ["job_failed", "not_rendered"], "given up again, it is a task again"

    letter.broken = False
    assert officer.post(f"{page}/try-again", data={"key": "c"}).status_code == 303
    with letter.app.app_context():
        outbox.run_all()  # the others of its dossier as well
    assert letter.tasks() == []
    with letter.app.app_context(), transaction() as at:
        document = at.get_one(Document, letter.number)
        assert document.pdf_sha256
        assert [each.state for each in document.services] != ["FAILED"]
        noted = at.scalars(select(JournalEntry.actor).where(JournalEntry.row == "document.try_again")).all()
        assert noted == [letter.officer.who] * 2


def test_nobody_without_the_role_has_anything_tried_again(letter: Letter) -> None:
    with letter.app.app_context(), transaction() as at:
        document = at.get_one(Document, letter.number)
        reviewer = letter.officer.__class__(letter.head.id, frozenset({"reviewer"}), audience="staff")
        with pytest.raises(NotAllowed):
            trying_again.once_more(at, document, actor=reviewer, now=NOW)
        with pytest.raises(NotNow):
            trying_again.once_more(at, document, actor=letter.officer, now=NOW)
