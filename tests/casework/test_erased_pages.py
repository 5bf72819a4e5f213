"""What pages say of erasing: of a complaint that was erased, of what is held back, of the years."""

import re
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from casework import receipts, rechecks
from casework.models_erasures import ErasureRequest
from core.db import transaction
from notices import queries as notices
from tests.builders import MAIL, Desk, account, actor_of, known_year
from tests.casework.house import House, fill
from tests.casework.test_erasing import AFTER, ENGLISH_READER, all_done, ended, erase
from tests.casework.test_erasing_kept import withdrawn
from tests.casework.test_erasure_requests import grant, propose
from tests.casework.test_guard_sentences_complaint import rejected
from tests.codes import opened
from tests.conftest import NOW
from tests.registry.test_notifications import last_code, taking  # noqa: F401 - a fixture


def test_the_pages_of_an_erased_complaint_say_so_and_its_code_opens_nothing(app: Flask) -> None:
    def build(desk: Desk) -> dict[str, Any]:
        it = ended(desk, MAIL)
        code = receipts.renew(desk.session, it, "key", actor=desk.intake, now=NOW)
        letter = notices.last_document(desk.session, ["D05b"], "forwarding", it.forwardings[0].id)
        assert letter is not None
        return {
            "ref": it.ref,
            "code": code,
            "sent": it.forwardings[0].id,
            "check": letter.check_code,
            "d": letter.id,
            "answer": it.forwardings[0].answers[0].id,
        }

    house = fill(House(app), build)
    ref = house.made["ref"]
    person = house.app.test_client()
    assert person.post("/track/", data={"code": house.made["code"]}).status_code == 303
    assert erase(house.app, AFTER) == 1
    page = house.enter("officer").get(f"/staff/complaints/{ref}")
    assert "The personal data of this complaint were erased on" in page
    assert "青屿消费金融有限公司" in page
    assert "该投诉的个人信息已于" in house.enter("head", "zh").get(f"/staff/complaints/{ref}")
    assert house.enter("officer").where(f"/staff/forwardings/{house.made['sent']}").endswith(ref)
    assert house.enter("officer").post(f"/staff/complaints/{ref}/messages", 302, "message", body="x")
    assert "Its text was erased on" in house.enter("officer").get(f"/staff/notices/{house.made['d']}")
    company = house.enter("lead").get(f"/portal/forwardings/{house.made['sent']}")
    assert "The texts and files of this complaint were erased" in company
    answered = f"/portal/forwardings/{house.made['sent']}/receipts/{house.made['answer']}.pdf"
    house.enter("lead").get(answered, 404)
    assert "Its text was erased on" in house.enter("lead").get(f"/portal/notices/{house.made['d']}")
    assert "erased with the text" in person.get(f"/verify?code={house.made['check']}", headers=ENGLISH_READER).text
    assert person.get("/track/complaint").status_code == 302, "also where it was open in a browser"
    again = house.app.test_client().post("/track/", data={"code": house.made["code"]}, headers=ENGLISH_READER)
    assert again.status_code == 422
    assert "opens nothing" in again.text


def test_the_head_holds_back_on_the_page_and_sees_what_is_erased_soon(app: Flask) -> None:
    house = fill(House(app), lambda desk: {"ref": ended(desk, MAIL).ref})
    ref, head = house.made["ref"], house.enter("head")
    assert "Personal data are erased from" in head.get(f"/staff/complaints/{ref}")
    assert "Hold back from erasing" not in house.enter("officer").get(f"/staff/complaints/{ref}")
    head.post(f"/staff/complaints/{ref}/note/hold-back", 422, reason="")
    head.post(f"/staff/complaints/{ref}/note/hold-back", reason="法院调取，〔2026〕1号")
    assert "法院调取" in head.get(f"/staff/complaints/{ref}")
    assert ref in head.get("/staff/erasing")
    house.enter("officer").get("/staff/erasing", 403)
    head.post(f"/staff/complaints/{ref}/note/let-go")
    assert "法院调取" not in head.get(f"/staff/complaints/{ref}")
    assert "Erasing" in head.get("/staff/workload")


def test_a_person_who_asks_to_be_forgotten_reads_from_when_on_the_code_opens_nothing(app: Flask) -> None:
    def build(desk: Desk) -> dict[str, Any]:
        it = ended(desk, MAIL)
        code = receipts.renew(desk.session, it, "key", actor=desk.intake, now=NOW)
        return {"ref": it.ref, "code": code, "open": desk.received().ref}

    house = fill(House(app), build)
    page, note = f"/staff/complaints/{house.made['ref']}", f"/staff/complaints/{house.made['ref']}/note/"
    officer, head, person = house.enter("officer"), house.enter("head"), house.app.test_client()
    officer.get(f"/staff/complaints/{house.made['open']}/note/ask-erasing", 302)  # it would be refused whatever it said
    assert "has not ended" in officer.get(f"/staff/complaints/{house.made['open']}")
    assert "Propose to delete the data early" in officer.get(page)
    officer.post(f"{note}ask-erasing", 422, asked_on="2026-11-25", reason="")
    officer.post(f"{note}ask-erasing", asked_on="2026-11-25", reason="来电")
    assert "proposed on 25 November 2026" in head.get("/staff/erasing")
    assert "Propose to delete the data early" not in officer.get(page)
    assert "Grant that the data are deleted early" not in officer.get(page)
    assert "Grant that the data are deleted early" in head.get(page)
    person.post("/track/", data={"code": house.made["code"]})
    assert "opens nothing any more" not in person.get("/track/complaint", headers=ENGLISH_READER).text
    head.post(f"{note}erase-early", why="债务已经结清")
    assert "3 December 2026" in head.get(page).partition("Personal data are erased from")[2][:200]
    assert "granted, erased from 3 December 2026" in head.get("/staff/erasing")
    assert "债务已经结清" in officer.get(page)
    told = person.get("/track/complaint", headers=ENGLISH_READER).text
    assert "from 3 December 2026 the receipt code opens nothing any more" in told
    assert "债务已经结清" in told
    head.post(f"{note}hold-back", reason="某法院调取", told="有关机关依法调取。")
    told = person.get("/track/complaint", headers=ENGLISH_READER).text
    assert "for now the association has to keep them" in told
    assert "有关机关依法调取。" in told
    assert "某法院" not in told, "what the head keeps to itself"
    head.post(f"{note}let-go")
    told = person.get("/track/complaint", headers=ENGLISH_READER).text
    assert "from 3 December 2026 the receipt code opens nothing any more" in told
    assert "暂缓删除的原因已经消除" in told
    head.post(f"{note}hold-back", reason="某法院调取", told="")
    house.read(lambda at: at.execute(update(ErasureRequest).values(erase_on=NOW.date())))
    head.post(f"{note}let-go")
    told = person.get("/track/complaint", headers=ENGLISH_READER).text
    assert "from 26 November 2026 the receipt code opens nothing any more" in told, "the day that the message says"
    (of,) = set(re.findall(r'name="of" value="([^"]+)"', told))
    assert "您的个人信息按规定年限保存" in person.post("/track/erasing", data={"of": of}, follow_redirects=True).text
    assert "opens nothing any more" not in person.get("/track/complaint", headers=ENGLISH_READER).text
    officer.post(f"{note}ask-erasing", asked_on="2026-11-25", reason="又来电")
    head.post(f"{note}erase-early", why="债务已经结清")
    house.read(lambda at: at.execute(update(ErasureRequest).values(erase_on=NOW.date())))
    told = person.get("/track/complaint", headers=ENGLISH_READER).text
    assert "once what still waits" in told, "no day is promised that is past"
    assert erase(house.app, NOW + timedelta(days=8)) == 1
    assert "The person asked for it on 25 November 2026" in officer.get(page)


def test_the_privacy_page_names_the_years(app: Flask) -> None:
    page = app.test_client().get("/privacy", headers=ENGLISH_READER).text
    assert "5 years after a complaint has ended" in page
    assert "10 years after that file went into the archive, what you told is erased" in page


def test_whoever_takes_a_granted_deletion_back_reads_on_the_page_that_and_when_it_was(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        known_year(at)
        taken, reopened = withdrawn(desk, 1), rejected(desk)
        all_done(desk, reopened)
        for it in (taken, reopened):
            propose(desk, it)
            grant(desk, it)
        rechecks.recheck(at, reopened, why="漏听录音", actor=actor_of(account(at, "丙", "head")), now=NOW)
        mine, other = taken.id, reopened.id

    def tracked(number: int) -> FlaskClient:
        person = app.test_client()
        person.set_cookie("lang", "en")
        with person.session_transaction() as cookie:
            cookie.update(opened(app, number))
        return person

    with time_machine.travel(NOW):
        person = tracked(mine)
        assert "you took back" not in person.get("/track/complaint").text
        assert person.post("/track/erasing", data={"key": "e"}).status_code == 303
        person.get("/track/complaint")
        shown = person.get("/track/complaint").text
        assert "On 25 November 2026 you took back that your data are deleted: the receipt code goes on" in shown
        assert "you took back" not in tracked(other).get("/track/complaint").text, "the association gave that up"
