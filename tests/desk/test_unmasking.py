"""No page of the staff's shows who somebody is before it is revealed; each reveal stands in the journal."""

import html
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import (
    complaints,
    masking,
    messages,
    notes,
    papers_opened,
    policies_pages,
    putting_right,
    stop_contacts,
    taking_back,
    triage,
)
from casework.intake import EvidenceFile
from casework.models import Complainant, Complaint, Forwarding
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import ContactEvent
from core.db import transaction
from core.journal import JournalEntry
from desk import showing
from filestore import files
from notices import names_hidden
from notices.models import Document, Dossier, Service, ServiceStep
from tests.builders import NAME, PHONE, Desk, account, person_of
from tests.builders_cases import World
from tests.casework.house import Browser, House, fill
from tests.casework.test_passing_on import seen
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.statements import counted

IDENTITY, CARD, MAIL = "330106199003071234", "6222021234567890123", "shenruohe@example.invalid"
STREET, COLLEAGUE = "文三路18号2幢301室", "13700001111"
SECRETS = (NAME, PHONE, IDENTITY, CARD, MAIL, STREET, COLLEAGUE)
SAID = (
    f"催收员多次致电{NAME}的父母，电话{PHONE}，身份证{IDENTITY}，卡号{CARD}，邮箱{MAIL}，住杭州市西湖区{STREET}，"
    f"同事电话{COLLEAGUE}。多次致电。"
)
DAY = NOW - timedelta(days=5)
COMPANYS = "蓝湾市海望区潮汐路1号"


WRITTEN = ("/revise", "/refer_all", "/refer_part")
"""Forms in which staff write on a text that goes out as it stands there: it stands in its field unmasked."""
ROOMS = "complaints|forwardings|cases|tracks|evidence|parties|tasks|search|notices"
WALKED = rf'href="(/staff(?:/(?:{ROOMS})\b[^"#]*|\?[^"#]*))"'
"""Where the walk goes: what people wrote, and letters to them."""


@pytest.fixture(autouse=True)
def today(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    """Complaints in which people told everything of themselves, in every place where they can; one is a case."""

    def make(desk: Desk) -> dict[str, Any]:
        kept = files.keep(desk.session, BytesIO(made.picture()), f"{NAME}{PHONE}.png")
        told = {"name": NAME, "contact": PHONE, "id_no": IDENTITY, "facts": SAID, "request": SAID, "product": SAID}
        brought = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=False)
        fresh = desk.received(**told, files=[brought])
        sent = desk.forwarded(**told)
        desk.answer(sent, to_association=SAID)
        desk.release(sent)
        desk.serve("forwarding", sent.id, "D39")
        released = desk.releases(sent.complaint)[0].id
        sender = person_of(sent.complaint)
        complaints.dispute(desk.session, sent.complaint, releases=[released], why=SAID, actor=sender, now=DAY)
        for each in (fresh, sent.complaint):
            messages.write(desk.session, each, SAID, actor=person_of(each), now=DAY)
            notes.write(desk.session, each, text=SAID, actor=desk.intake, now=DAY)
            stop_contacts.request_with(desk.session, each, number=PHONE, own=True, now=DAY)
        again = desk.accepted(**told, files=[brought])
        desk.now = NOW - timedelta(days=1)  # nobody sends more than three on one day
        second = desk.received(**told)
        triage.merge(desk.session, second, lead=sent.complaint, same_facts=True, actor=desk.intake, now=NOW)
        messages.write(desk.session, sent.complaint, SAID, actor=person_of(sent.complaint), now=NOW)
        old = Complaint(
            ref="TS2024-HHHHHH", state="HISTORIC", channel="IMPORT", facts=SAID, received_at=DAY, source="x"
        )
        old.complainant = Complainant(role="DEBTOR", name=NAME, contact=PHONE)
        desk.session.add(old)
        return {
            "ref": again.ref,
            "fresh": fresh.ref,
            "disputed": sent.complaint.ref,
            "sent": sent.id,
            "merged": second.ref,
        }

    house = fill(House(app), make)
    officer = house.enter("officer")
    officer.post("/staff/cases/new", complaints=house.made["ref"], source="COMPLAINT")
    house.made["case"], house.made["track"] = house.read(
        lambda at: (at.scalar(select(CaseFile.id)), at.scalar(select(CaseFile)).tracks[0].id),
    )
    base = f"/staff/cases/{house.made['case']}"
    alleged, where = (
        {"code": "V-C01", "facts": SAID, "persons": "2", "acts": "6"},
        f"{base}/tracks/{house.made['track']}",
    )
    there = seen(officer.post(f"{where}/allege", 422, **alleged))
    officer.post(f"{where}/allege", **alleged, pass_on="y", pass_on_why="认定所必需", pass_on_seen=there)
    officer.post(f"{base}/notes", prefix="note", text=SAID)
    house.read(lambda at: at.add(_contact(house.made["case"])))
    return house


def _contact(case: int) -> ContactEvent:
    return ContactEvent(case_id=case, at=DAY, kind="SMS", number=PHONE, target_role="DEBTOR", said=SAID, added_at=DAY)


def pages(browser: Browser, starts: list[str]) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with its words as people read them."""
    seen, waiting = set(starts), list(starts)
    while waiting and len(seen) < 200:
        url = waiting.pop(0)
        answer = browser.client.get(url, follow_redirects=True)
        assert answer.status_code in {200, 403, 404}, (url, answer.status_code)
        if not answer.mimetype.startswith("text/html"):
            continue
        yield url, html.unescape(answer.text)
        for link in re.findall(WALKED, answer.text):
            found = html.unescape(link)
            plain = re.sub(r"[?&](?:sort|density|lang|after|before)=[^&]*", "", found)
            if plain not in seen and not plain.endswith((".pdf", ".xlsx", ".csv", ".zip")):
                seen.add(plain)
                waiting.append(plain)


@pytest.mark.parametrize("who", ["intake", "head"])
def test_no_page_shows_who_somebody_is_before_a_reveal(house: House, who: str) -> None:
    starts = [
        "/staff",
        "/staff?view=open",
        "/staff/cases?view=open",
        "/staff/tasks",
        "/staff?view=historic",
        "/staff/complaints/TS2024-HHHHHH/take-up",
        f"/staff/complaints/{house.made['merged']}/do/unmerge",
        f"/staff/cases/new?complaint={house.made['ref']}",
        f"/staff/tracks/{house.made['track']}",
        f"/staff/forwardings/{house.made['sent']}",
    ]
    starts += [f"/staff/complaints/{house.made[name]}" for name in ("fresh", "disputed", "ref", "merged")]
    starts += [f"/staff/cases/{house.made['case']}", f"/staff/cases/{house.made['case']}/contacts"]
    starts += ["/staff/search?q=多次致电", "/staff/search?q=沈若"]
    shown, many = [], 0
    for url, page in pages(house.enter(who), starts):
        many += 1
        if url.endswith(WRITTEN):
            page = re.sub(r"<textarea.*?</textarea>", "", page, flags=re.DOTALL)  # noqa: PLW2901 - the same page
        shown += [(url, each) for each in SECRETS if each in page]
    assert not sorted({url for url, _secret in shown})
    assert many > 20
    assert not [row for row in _rows(house) if "revealed" in row or "opened" in row or "seen" in row]


def _rows(house: House) -> list[str]:
    return list(house.read(lambda at: at.scalars(select(JournalEntry.row).order_by(JournalEntry.id)).all()))


def test_each_reveal_shows_what_it_names_and_stands_in_the_journal(house: House) -> None:
    intake, officer = house.enter("intake"), house.enter("officer")
    fresh, case = house.made["fresh"], house.made["case"]
    contact = house.read(lambda at: at.scalar(select(ContactEvent.id)))
    complaint = house.read(lambda at: at.scalar(select(Complaint.id).where(Complaint.ref == fresh)))
    disputed = house.read(lambda at: at.get_one(Forwarding, house.made["sent"]).complaint_id)
    reveals = (
        (
            intake,
            f"/staff/complaints/{fresh}/reveal",
            (NAME, PHONE, IDENTITY),
            ("complaint", complaint, "identity.revealed"),
        ),
        (intake, f"/staff/complaints/{fresh}/unmask", SECRETS, ("complaint", complaint, "facts.revealed")),
        (
            officer,
            f"/staff/forwardings/{house.made['sent']}/unmask",
            SECRETS,
            ("complaint", disputed, "facts.revealed"),
        ),
        (officer, f"/staff/cases/{case}/unmask", SECRETS, ("case", case, "case.revealed")),
        (officer, f"/staff/cases/{case}/contacts/{contact}/reveal", (PHONE,), ("case", case, "case.contact_seen")),
    )
    for browser, url, secrets, (kind, number, row) in reveals:
        page = browser.post(url, 200)
        assert not [each for each in secrets if each not in page], url
        who = "intake" if browser is intake else "officer"
        asked = select(JournalEntry).where(JournalEntry.row == row).order_by(JournalEntry.id.desc()).limit(1)
        noted = house.read(lambda at, asked=asked: at.scalar(asked))
        assert (noted.subject_kind, noted.subject_id, noted.actor) == (kind, number, f"account:{house.people[who]}")
        assert noted.at == NOW
        assert SAID not in str(noted.changes)
    assert NAME not in intake.get(f"/staff/complaints/{fresh}")  # the next look is masked again
    reviewer = house.enter("reviewer")
    reviewer.post(f"/staff/complaints/{fresh}/reveal", 403)
    house.enter("lead").post(f"/staff/complaints/{fresh}/unmask", 403)


def test_a_letter_to_a_person_is_opened_whole_on_a_press_that_is_noted_once(house: House) -> None:
    ref = house.made["fresh"]
    asked = select(Document.id, Complaint.id).join(Complaint, Complaint.id == Document.complaint_id)
    asked = asked.where(Complaint.ref == ref)
    letter, about = house.read(lambda at: at.execute(asked).first())
    with house.app.app_context(), transaction() as at:
        kept = files.keep(at, BytesIO(made.picture()), "x.png")
        at.execute(update(Document).where(Document.id == letter).values(pdf_sha256=kept.sha256, pdf_at=NOW))
        known = {"proof": {"place": f"杭州市西湖区{STREET}"}, "attempted_at": NOW}
        at.execute(update(Service).where(Service.document_id == letter).values(known))
        said = {"place": f"杭州市西湖区{STREET}", "reason": f"{NAME}不在家"}
        step = {"event": "attempted", "day": NOW.date(), "said": said, "noted_at": NOW}
        (number,) = at.scalars(select(Service.id).where(Service.document_id == letter))
        at.add(ServiceStep(service_id=number, **step))
    url = f"/staff/notices/{letter}"
    for who in ("intake", "reviewer"):
        browser = house.enter(who)
        before = _rows(house).count("identity.revealed")
        assert not [each for each in (NAME, STREET) if each in browser.get(url)]
        assert "沈某不在家" in browser.get(url)
        assert browser.where(f"{url}.pdf").endswith(url)
        for _twice in range(2):
            browser.post(f"{url}/open")
        assert not [each for each in (NAME, STREET, f"{NAME}不在家") if each not in browser.get(url)]
        assert browser.client.get(f"{url}.pdf").status_code == 200
        assert _rows(house).count("identity.revealed") == before + 1
        entry = house.read(lambda at: at.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one())
        said = (entry.subject_kind, entry.subject_id, entry.actor, entry.changes)
        assert said == ("complaint", about, f"account:{house.people[who]}", {"document": letter})
        with time_machine.travel(NOW + timedelta(hours=13), tick=False):
            assert NAME not in house.enter(who).get(url)


def _papers(at: Session, *kinds: str) -> list[Document]:
    return list(at.scalars(select(Document).where(Document.kind.in_(kinds)).order_by(Document.id)))


def _read(at: Session, it: Document, desk: Desk) -> str:
    return str(names_hidden.shown(it, names_hidden.veil(at, it, desk.intake, NOW)))


def test_what_a_letter_named_stays_masked_though_the_consent_is_taken_back_or_the_person_put_right(app: Flask) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        at = desk.session
        told = desk.forwarded(share_identity=True).complaint
        desk.forwarded(name=None, contact=None, id_no=None)  # whose letters name nobody
        known = [str(each.paper) for each in _papers(at, "D05a", "D05b", "D34")]
        assert [NAME in each for each in known].count(True) >= 3
        taking_back.name(at, told, actor=person_of(told), now=NOW)
        assert not [each.kind for each in _papers(at, "D05b") if NAME in _read(at, each, desk)]
        right = {"name": "顾明远", "contact": "gu@example.invalid", "why": "本人来电"}
        putting_right.person(at, told, **right, actor=desk.intake, now=NOW)
        read = {each.id: _read(at, each, desk) for each in _papers(at, "D05a", "D05b", "D34")}
        assert not [number for number, text in read.items() if NAME in text or PHONE in text]
        assert "投诉人" in " ".join(read.values())
        return {"letter": next(each.id for each in _papers(at, "D05b") if NAME in str(each.paper))}

    house = fill(House(app), make)
    browser, url = house.enter("intake"), f"/staff/notices/{house.made['letter']}"
    assert NAME not in browser.get(url)
    browser.post(f"{url}/open")
    assert NAME in browser.get(url)


def test_a_letter_that_names_a_person_shows_the_addresses_of_association_and_company_and_none_in_their_houses(
    app: Flask,
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.forwarded(share_identity=True)
        letter = next(
            each for each in _papers(at, "D05b") if each.party_id == desk.lender.id and NAME in str(each.paper)
        )
        head, _paper = names_hidden.shown(letter, hide := names_hidden.veil(at, letter, desk.intake, NOW))
        assert hide is not None
        assert head.address
        assert (head.address, head.recipient_address) == (letter.head.address, COMPANYS), "neither is a person's"
        for whose in (head.address, COMPANYS):
            assert whose in hide(f"递交或者交邮至本协会（{whose}）")
            for flat in ("3单元502室", " 2幢301室", "502", "，A座12层", "二楼"):
                assert whose not in hide(f"我住在{whose}{flat}。"), "nor where a neighbour of theirs lives"
        to_person = next(each for each in at.scalars(select(Document).where(Document.complaint_id.is_not(None))))
        assert papers_opened.addresses(to_person) == [to_person.head.address]


def test_a_letter_hides_the_number_that_shall_not_be_contacted_however_short(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        told = desk.forwarded().complaint
        asked = stop_contacts.request(at, told, number="8555 1234", own=True, actor=person_of(told), now=NOW)[0]
        stop_contacts.relay(at, asked, actor=desk.intake, now=NOW)
        letter = _papers(at, "D33")[-1]
        assert "85551234" in str(letter.paper)
        assert "85551234" not in _read(at, letter, desk)


def test_a_sheet_opens_for_whoever_may_not_see_the_first_of_those_it_names(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        first = desk.received()
        desk.received(name="顾明远")
        sheet = next(each for each in _papers(at, "D34") if "顾明远" in str(each.paper))
        letter = next(each for each in _papers(at, "D01") if each.complaint_id == first.id)
        letter.dossier = at.get_one(Dossier, sheet.subject_id)
        first.erased_at = NOW
        at.flush()
        at.expire_all()
        hide = names_hidden.veil(at, sheet, desk.intake, NOW)
        assert hide is not None
        assert hide(f"主送 {NAME}、顾明远") == "主送 沈某、顾某"
        names_hidden.open_it(at, sheet, actor=desk.intake, now=NOW)
        number = sheet.id
    with app.app_context(), transaction() as at:
        assert names_hidden.veil(at, at.get_one(Document, number), desk.intake, NOW) is None


def test_a_sheet_shows_nobody_whose_letter_is_closed_to_its_reader_however_much_of_it_was_opened(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.received(name="顾明")
        sheet = next(each for each in _papers(at, "D34") if "顾明" in str(each.paper))
        at.expunge(sheet)
        both = json.dumps(sheet.paper, ensure_ascii=False).replace('"顾明"', f'"{NAME}、顾明、顾明远"')
        sheet.paper = json.loads(both)
        for _opened in range(2):
            assert "'主送', '沈某、顾某乙、顾某甲'" in _read(at, sheet, desk)
            names_hidden.open_it(at, sheet, actor=desk.intake, now=NOW)


def test_a_sheet_opens_though_the_name_of_somebody_on_it_ends_in_a_full_stop(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        desk.received(name="Robert Gu, Jr.")
        sheet = next(each for each in _papers(at, "D34") if "Robert Gu" in str(each.paper))
        names_hidden.open_it(at, sheet, actor=desk.intake, now=NOW)
        number = sheet.id
    with app.app_context(), transaction() as at:
        assert "Robert Gu" in _read(at, at.get_one(Document, number), desk)


@pytest.mark.parametrize(
    ("whole", "typed"), [("95588", "13955881234"), ("12378", "110101199012378019"), ("5588", "139-5588-1234")]
)
def test_a_number_that_stays_whole_uncovers_no_longer_one(whole: str, typed: str) -> None:
    hide = papers_opened._but(masking.masker(), [whole])
    assert hide(f"致电{typed}") == f"致电{masking.masked(typed)}" != f"致电{typed}"
    assert hide(f"由{whole}致电") == f"由{whole}致电"


def test_who_seals_publishes_or_sits_in_the_council_alone_sees_no_original_and_nothing_unmasked(house: House) -> None:
    case = house.made["case"]
    with house.app.app_context(), transaction() as at:
        file = at.scalars(select(Evidence.id)).first()
        for role in policies_pages.ASIDE:
            house.people[role] = account(at, f"{role}某", role).id
    for role in policies_pages.ASIDE:
        aside = house.enter(role)
        page = aside.get(f"/staff/cases/{case}")
        assert not [each for each in SECRETS if each in page]
        assert "/unmask" not in page
        assert "/staff/evidence/" not in page + aside.get(f"/staff/cases/{case}/contacts")
        aside.get(f"/staff/evidence/{file}/room", 403)
        aside.get(f"/staff/evidence/{file}", 403)
        aside.post(f"/staff/evidence/{file}/open", 403, prefix="open")
        aside.post(f"/staff/cases/{case}/unmask", 403)
    assert "/staff/evidence/" in house.enter("reviewer").get(f"/staff/cases/{case}")


def test_who_complains_is_asked_at_once_of_a_case_that_rests_on_many_complaints(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        world = World(at, NOW)
        case = world.case(*(world.complaint(name=name) for name in ("林晓芸", "韩冰洁", "贺知秋"))).id
    with counted(app) as said, app.app_context(), transaction() as at:
        assert {"林晓芸", "韩冰洁", "贺知秋"} <= set(showing.names_of_case(at.get_one(CaseFile, case)))
    assert len([each for each in said if "FROM complainant" in each]) == 1
