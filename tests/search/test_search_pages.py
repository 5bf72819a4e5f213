"""The page of the search: it marks safely, keeps to its reader, leads to numbers, files and letters."""

import io
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from casework.intake import EvidenceFile
from core import clock
from filestore import files
from notices.kinds import KINDS
from notices.queries import last_document
from tests.builders import Desk, account
from tests.casework.house import Browser
from tests.casework.shelf import BEGUN, Shelf, shelf, stocked, today
from tests.casework.test_stop_contacts import relayed
from tests.statements import asked

__all__ = ["shelf", "today"]


def test_the_page_marks_safely_keeps_to_its_reader_and_jumps_to_numbers(shelf: Shelf) -> None:
    shelf.fill(stocked)
    made = shelf.made
    officer, lead = shelf.enter(made["officer"]), shelf.enter(made["lead"])
    found = officer.get("/staff/search?q=家人").text
    assert "<mark>家人</mark>" in found
    assert officer.get(f"/staff/search?q={made['ref']}").location == f"/staff/complaints/{made['ref']}"
    assert officer.get(f"/staff/search?q={made['ref']}&all=1").status_code == 200
    named = officer.get("/staff/search?q=青屿消费金融有限公司")
    assert named.status_code == 200, "a company's name, while its complaints are found as well"
    assert f"/staff/complaints/{made['ref']}" in named.text
    for page in ("/staff/search?q=", "/staff?view=open&text="):
        typed = officer.get(f"{page}ab2d-efgh-jklm-npqr-stuv-wxyz")
        assert typed.status_code == 302
        assert "ab2d" not in typed.location, "a receipt code opens a complaint to whoever reads the address"
        assert "receipt code" in officer.get(typed.location).text
    hostile = officer.get("/staff/search?q=<b>家人</b>")
    assert "<b>家人" not in hostile.text
    assert "Nothing was found" in hostile.text
    assert "Names of complainants are not looked for" in hostile.text
    assert "Names of complainants" not in lead.get("/portal/search?q=王").text
    assert f'placeholder="{clock.today():%Y%m%d}"' in officer.get("/staff/search").text
    assert officer.get("/staff/search?q=王").status_code == 422
    assert officer.get("/staff/search?q=家人&since=x&until=2026-11-30&kind=nothing&after=~").status_code == 200
    unread = officer.get("/staff/search?q=家人&since=abc&all=1&lang=en", follow_redirects=True).text
    assert "“abc” could not be read as a day" in unread
    assert 'value="abc"' in unread
    turned = officer.get("/staff/search?q=家人&since=2026-11-30&until=2026-01-01").text
    assert "The first day is after the last one" in turned
    assert "爆通讯录" not in lead.get("/portal/search?q=爆通讯").text.replace("爆通讯”", "")
    assert "/portal/forwardings/" in lead.get("/portal/search?q=致电").text
    assert lead.get(f"/portal/search?q={made['sent_ref']}").location.endswith(f"/portal/forwardings/{made['sent']}")
    assert 'action="/portal/search"' in lead.get("/portal/").text
    assert lead.get("/staff/search?q=家人").status_code in {302, 403}
    assert officer.get("/portal/search?q=家人").status_code in {302, 403}


def test_a_company_is_led_to_the_forwarding_that_its_own_file_answers(shelf: Shelf) -> None:
    def answered(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        it = desk.forwarded()
        kept = files.keep(at, io.BytesIO("外呼明细".encode()), "外呼明细.txt")
        sent = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False)
        desk.answer(it, files=[sent])
        return {"it": it.id, "lead": desk.lead.id, "firm_lead": desk.firm_lead.id}

    shelf.fill(answered)
    page = shelf.enter(shelf.made["lead"]).get("/portal/search?q=外呼明细&all=1")
    assert page.status_code == 200
    assert f'href="/portal/forwardings/{shelf.made["it"]}"' in page.text
    assert "外呼明细.txt" not in shelf.enter(shelf.made["firm_lead"]).get("/portal/search?q=外呼明细&all=1").text


def test_a_letter_to_a_complainant_is_found_by_whoever_may_open_it_alone(shelf: Shelf) -> None:
    def told(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        letter = last_document(at, ["D01"], "complaint", desk.received().id)
        assert letter is not None
        return {"number": letter.number, "officer": desk.officer.id, "publisher": account(at, "白川", "publisher").id}

    shelf.fill(told)
    address = f"/staff/search?q={shelf.made['number']}&all=1"
    assert "result-ref" in shelf.enter(shelf.made["officer"]).get(address).text
    found = shelf.enter(shelf.made["publisher"]).get(address)
    assert found.status_code == 200
    assert "result-ref" not in found.text


def test_the_number_of_a_stop_request_leads_to_it_for_whoever_may_see_it(shelf: Shelf) -> None:
    def asked(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        it = relayed(desk)
        people = {"officer": desk.officer.id, "lead": desk.lead.id, "stranger": desk.firm_lead.id}
        return people | {"it": it.id, "ref": it.ref, "complaint": it.complaint.ref}

    shelf.fill(asked)
    made = shelf.made
    address, wide = (
        f"search?q={made['ref'].lower()}",
        made["ref"].translate({sign: sign + 0xFEE0 for sign in range(33, 127)}),
    )
    for said in (address, f"search?q={wide}", address.replace("-", ""), address.replace("-", " — ")):
        assert f"/staff/complaints/{made['complaint']}" in shelf.enter(made["officer"]).get(f"/staff/{said}").location
    assert shelf.enter(made["lead"]).get(f"/portal/{address}").location == f"/portal/stop-contacts/{made['it']}"
    assert shelf.enter(made["stranger"]).get(f"/portal/{address}").status_code == 200
    ref = made["ref"]
    parts = (ref[:9], ref[2:9], ref[2:], ref[-6:], ref[-6:].lower(), f"TL{ref[-6:]}")
    for said in parts:
        found = shelf.enter(made["lead"]).get(f"/portal/search?q={said}&all=1").text
        assert f'href="/portal/stop-contacts/{made["it"]}"' in found, said
        assert made["complaint"] in shelf.enter(made["officer"]).get(f"/staff/search?q={said}&all=1").text, said
        assert made["ref"] not in shelf.enter(made["stranger"]).get(f"/portal/search?q={said}&all=1").text
    assert (
        shelf.enter(made["lead"]).get(f"/portal/search?q={ref[:9]}").location == f"/portal/stop-contacts/{made['it']}"
    )
    assert made["ref"] not in shelf.enter(made["lead"]).get("/portal/search?q=2026&all=1").text


def test_whoever_may_not_read_every_notice_is_told_of_twenty_at_once(app: Flask, shelf: Shelf) -> None:
    def told(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        for _each in range(6):
            desk.received()
        return {"publisher": account(at, "白川", "publisher").id}

    shelf.fill(told)
    browser, word = Browser(shelf.enter(shelf.made["publisher"])), KINDS["D01"].name("zh")
    said, page = asked(app, browser, f"/staff/search?q={word}&kind=document&all=1")
    assert "result-ref" not in page
    assert len([each for each in said if "FROM document" in each and "search_entry" not in each]) == 1
