"""Who is meant is told by the code of the register: every document that names a company carries it."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import inquiries
from core.clock import day_of
from core.db import transaction
from notices import samples, serving
from notices.kinds import KINDS
from notices.models import Document
from notices.rendering import html_of
from notices.samples import head_for, paper_for
from registry.models import Party
from registry.queries import service_address
from tests.builders import Desk, rendered
from tests.builders_cases import World, actor
from tests.conftest import NOW

NAMED = {
    *(kind for kind, about in KINDS.items() if about.to in samples.TO_A_COMPANY),
    *("D04a", "D10", "D11a", "D14", "D15", "D19", "D21", "D23c", "D23e", "D23f", "D29", "D30", "D31", "D32"),
    *("D36a", "D36b", "D37", "D42"),
}
"""What is written to a company, or is about one; letters to complainants, dispatch sheets and covers are neither."""
CODE = str(head_for("D20").recipient_uscc)


@pytest.mark.parametrize(("kind", "lang"), [(kind, lang) for kind in sorted(NAMED) for lang in samples.languages(kind)])
def test_what_names_a_company_names_its_code(kind: str, lang: str) -> None:
    paper, head = paper_for(kind, "en" if lang == "en" else "zh")
    page = html_of(paper, head).partition("<section")[0]
    assert (head.recipient_uscc or CODE) in page.replace("<wbr>", "")


@pytest.mark.parametrize("kind", sorted(set(KINDS) - NAMED))
def test_no_person_has_the_code_of_a_company(kind: str) -> None:
    assert head_for(kind).recipient_uscc == ""


def test_a_letter_to_a_company_and_its_proof_of_service_carry_the_code_of_the_register(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        forwarding = desk.accepted().forwardings[0]
        code = at.get_one(Party, forwarding.party_id).uscc
        letter = at.scalars(select(Document).where(Document.kind == "D05b")).first()
        assert letter is not None
        assert said(letter).count(code) == 1
        assert told(at, "D05a") == ""
        service = rendered(at, letter, NOW)[0]
        signed = {"served_on": day_of(NOW), "receiver": "前台 王某"}
        serving.step(at, service.id, "hand_over", actor=desk.officer, now=NOW, **signed)
        assert told(at, "D21") == code


def test_what_is_written_to_a_company_says_where_it_is_served(session: Session, now: datetime) -> None:
    world = World(session, now)
    track = world.filed()
    mine = service_address(session, track.party_id)
    assert mine is not None
    mine.postal_address = "滨海市港前路7号"
    letter = session.scalars(select(Document).where(Document.kind == "D11b")).one()
    assert "港前路" not in said(letter), "what was issued before stays as it was"
    world.serve(track, "D11b")
    suspended = {"cause": "CRIMINAL", "reasons": "公安机关已立案侦查", "version": None, "now": now}
    inquiries.suspend(session, track, actor=actor(world.head), **suspended)  # type: ignore[arg-type]
    letter = session.scalars(select(Document).where(Document.kind == "D13a")).one()
    assert "送达地址：滨海市港前路7号" in said(letter)


def told(session: Session, kind: str) -> str:
    """The code in the head of the first document of a kind."""
    document = session.scalars(select(Document).where(Document.kind == kind)).first()
    assert document is not None
    return document.head.recipient_uscc


def said(document: Document) -> str:
    page = html_of(document.frozen, document.head)
    return page.replace("<wbr>", "")
