"""Pages of contacts: what staff see, enter, take out and read in; numbers stay masked until somebody asks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from casework import cases, contact_papers, contacts
from casework.contacts import By, Contact, Whose
from casework.models_cases import Allegation, CaseFile
from casework.models_contacts import ContactEvent, ContactTable
from core.db import Reader, read_as, session, transaction
from core.journal import JournalEntry
from registry.models import AliasKind, PartyAlias
from registry.models_accounts import Account
from tests.builders_cases import DAY, World, actor
from tests.casework.test_call_lists import BILL, FAMILY, FIRM, LENDER
from tests.casework.test_contacts import calls, case_of, investigated, track_on
from tests.conftest import NOW
from tests.kept_states import brought_once
from tests.signed_in import signed_in

NUMBER = "13800000001"
_key = iter(range(10**6))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


class Site:
    """The application with a case of one lender and its firm."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction() as at:
            world = World(at, NOW)
            for party, number in ((world.lender, LENDER), (world.firm, FIRM)):
                at.add(PartyAlias(party_id=party.id, kind=AliasKind.NUMBER, value=number))
            case = case_of(world)
            calls(world, case, world.lender.id, 2)
            calls(world, case, world.firm.id, 3)
            self.of_firm = investigated(world, track_on(case, world.firm.id)).id
            self.of_lender = investigated(world, track_on(case, world.lender.id), "V-B01").id
            self.case, self.complaint = case.id, case.complaints[0].id
            self.lender, self.firm = world.lender.id, world.firm.id
            self.people = {
                name: getattr(world, name).id for name in ("officer", "investigator", "publisher", "lead", "reviewer")
            }
            self.panel = world.panel[0].id

    def enter(self, who: str, lang: str = "en") -> Any:
        return signed_in(self.app, self.panel if who == "panel" else self.people[who], lang=lang)

    def get(self, who: str, path: str = "", lang: str = "en", status: int = 200) -> str:
        answer = self.enter(who, lang).get(f"/staff/cases/{self.case}{path}")
        assert answer.status_code == status, answer.text[:3000]
        return str(answer.text)

    def post(self, who: str, path: str, status: int = 303, **fields: Any) -> str:
        sent = {"key": f"contact{next(_key)}", **fields}
        answer = self.enter(who).post(
            f"/staff/cases/{self.case}{path}", data=sent, content_type="multipart/form-data", follow_redirects=False
        )
        assert answer.status_code == status, re.sub(r"\s+", " ", answer.text)[:3000]
        return str(answer.text if status != 303 else answer.location)

    def read(self, look: Any) -> Any:
        with self.app.app_context(), transaction() as at:
            return look(at)

    def events(self) -> list[ContactEvent]:
        return list(self.read(lambda at: at.scalars(select(ContactEvent).order_by(ContactEvent.id)).all()))


@pytest.fixture
@brought_once
def site(app: Flask) -> Site:
    return Site(app)


def contact(site: Site, **changed: Any) -> dict[str, Any]:
    said = {
        "whose": f"c{site.complaint}",
        "at": "2026-10-11 23:59",
        "kind": "CALL_INTERACTIVE",
        "by": f"{site.firm}-{site.lender}",
        "direction": "IN",
        "target_role": "DEBTOR",
        "answer": "SPOKEN",
        "from_number": FIRM,
        "number": NUMBER,
    }
    return {**said, **changed}


def test_the_counts_of_a_day_stand_on_the_page_with_whose_breach_it_is(site: Site) -> None:
    page = re.sub(r"\s+", " ", site.get("officer", "/contacts"))
    assert "On 1 day only the sum was over the limit" in page
    assert "that breach is the institution's" in page
    assert "over 3" in page
    chinese = site.get("officer", "/contacts", "zh")
    assert "有1日仅合并计算超过上限" in chinese
    assert "联系记录" in site.get("officer", "", "zh")


def test_a_contact_is_entered_by_hand_once(site: Site) -> None:
    site.post("officer", "/contacts/enter", **contact(site))
    made = site.events()[-1]
    assert made.at == datetime(2026, 10, 11, 15, 59, tzinfo=UTC)
    assert (made.connected, made.effective, made.principal_id, made.number) == (True, True, site.lender, NUMBER)
    assert site.get("officer", "/contacts").count("between 22:00 and 8:00") == 1, "those of the day are not marked"
    again = site.post("officer", "/contacts/enter", 422, **contact(site))
    assert "is entered already" in again
    assert NUMBER in again  # what was typed is kept for its author


def test_a_call_was_not_answered_and_unanswered_at_once(site: Site) -> None:
    for said, why in (
        ({"answer": "NO"}, "say in both places"),
        ({"kind": "CALL_NOTICE", "answer": "NO"}, "has no length"),
    ):
        assert why in site.post("officer", "/contacts/enter", 422, **contact(site) | {"seconds": "60"} | said)


def test_numbers_are_masked_until_somebody_asks_and_the_journal_knows_who(site: Site) -> None:
    first = site.events()[0].id
    assert NUMBER not in site.get("officer", "/contacts")
    assert "138****0001" in site.get("officer", "/contacts")
    assert NUMBER in site.post("officer", f"/contacts/{first}/reveal", 200)
    rows = site.read(lambda at: at.scalars(select(JournalEntry).where(JournalEntry.row == "case.contact_seen")).all())
    assert [each.changes for each in rows] == [{"contact": first}]
    site.post("publisher", f"/contacts/{first}/reveal", 403)


def test_a_contact_is_taken_out_with_its_reason(site: Site) -> None:
    first = site.events()[0].id
    site.post("officer", f"/contacts/{first}/out", 422, why="")
    site.post("officer", f"/contacts/{first}/out", why="重复登记")
    assert "重复登记" not in site.get("officer", "/contacts")
    assert "重复登记" in site.get("officer", "/contacts?view=out")
    assert site.events()[0].out_because == "重复登记"


def test_whoever_does_not_keep_the_file_reads_and_enters_nothing(site: Site) -> None:
    assert "Enter a contact" not in site.get("reviewer", "/contacts")
    site.post("reviewer", "/contacts/enter", 403, **contact(site))
    site.get("reviewer", "/contacts/lists", status=403)
    site.get("panel", "/contacts", status=403)
    assert site.enter("lead").get(f"/staff/cases/{site.case}/contacts").status_code == 403
    assert site.app.test_client().get(f"/staff/cases/{site.case}/contacts").status_code == 302


def test_a_list_is_looked_at_before_anything_is_kept(site: Site) -> None:
    begun = len(site.events())
    where = site.post(
        "officer",
        "/contacts/lists",
        files=(BytesIO(BILL.encode("gbk")), "话单.csv"),
        giver=f"c{site.complaint}",
    )
    path = where.removeprefix(f"/staff/cases/{site.case}")
    page = site.get("officer", path)
    assert FAMILY not in page
    assert "137****0009" in page
    assert LENDER in page
    sent: dict[str, Any] = fields_of(page) | {"whose": f"c{site.complaint}", "do": "look"}
    looked = site.post("officer", path, 200, **sent)
    assert "What would be kept" in looked
    assert "昨天" in looked
    assert len(site.events()) == begun
    site.post("officer", path, **(sent | {"do": "keep"}))
    assert len(site.events()) == begun + 6
    told = site.read(lambda at: at.scalar(select(JournalEntry).where(JournalEntry.row == "case.contacts")))
    assert (told.changes["kept"], told.changes["rejected"], told.changes["left"]) == (6, 2, 3)
    again = site.post("officer", path, 200, **sent)
    assert "No row of this list is a new contact" in again
    listed = site.get("officer", "/contacts/lists")
    assert "6 contacts read" in listed
    rows = "".join(
        f"{day} 21:05,{number},被叫,65\n" for day, number in (("12-30", LENDER), ("01-02", FIRM), ("01-03", FIRM))
    )
    bill = BytesIO(f"日期,对方号码,呼叫类型,时长\n{rows}".encode())
    where = site.post("officer", "/contacts/lists", files=(bill, "跨年.csv"), giver=f"c{site.complaint}")
    path = where.removeprefix(f"/staff/cases/{site.case}")
    sent = fields_of(site.get("officer", path)) | {"whose": f"c{site.complaint}", "do": "look", "year": "2025"}
    assert "Is all of it of 2025?" in site.post("officer", path, 200, **sent)


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the form as it stands."""
    found: dict[str, str] = {}
    for name, content in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(
            r'<option[^>]*selected[^>]* value="([^"]*)"|<option[^>]* value="([^"]*)"[^>]* selected', content
        )
        found[name] = (chosen[1] or chosen[2] or "") if chosen else ""
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and ('type="radio"' not in tag or " checked" in tag) and name[1] not in {"key", "csrf_token", "q"}:
            found[name[1]] = value[1] if value else ""
    return found


def test_a_file_that_is_no_list_is_refused_on_its_page(site: Site) -> None:
    sent = {"files": (BytesIO(b"PK\x03\x04 nothing"), "a.xlsx"), "giver": "STAFF"}
    assert "damaged" in site.post("officer", "/contacts/lists", 422, **sent)
    evidence = site.read(lambda at: len(at.get_one(CaseFile, site.case).evidence))
    assert evidence == 0


def test_a_firms_page_says_that_the_breach_is_the_institutions_and_hands_it_on(site: Site) -> None:
    path = f"/allegations/{site.of_firm}/counts"
    page = site.get("investigator", path)
    assert "This breach is the institution's" in page
    site.post("investigator", f"/allegations/{site.of_firm}/to-institution")
    named = site.read(
        lambda at: at.scalars(select(Allegation).where(Allegation.code == "V-F01").order_by(Allegation.id)).all()
    )
    assert named[0].track_id != named[1].track_id
    assert "青屿消费金融有限公司及其委托的催收机构合并计算" in named[1].facts
    assert (named[1].persons, named[1].acts) == (1, 5)
    assert "It is named on its track" in site.get("investigator", path)


def test_counts_are_put_with_a_finding_and_shown_wherever_it_is(site: Site) -> None:
    site.post("investigator", f"/allegations/{site.of_firm}/to-institution")
    found = site.read(lambda at: at.scalar(select(Allegation.id).order_by(Allegation.id.desc())))
    path = f"/allegations/{found}/counts"
    assert "Put it with the finding" in site.get("investigator", path)
    assert "Put it with the finding" not in site.get("officer", path)
    assert ("Daily counts…" in site.get("investigator"), "Daily counts…" in site.get("officer")) == (True, False)
    assert path in site.get("officer")  # to look at
    site.post("investigator", path, institution=str(site.lender))
    table = site.read(lambda at: contact_papers.current(at, found))
    assert [each["counts"] for each in table.content["days"]] == [[2, 3]]
    assert "Daily counts" in site.get("officer")
    assert path not in site.get("officer")  # it stands there
    assert "The contacts have changed since" not in site.get("investigator", path)
    site.post("officer", f"/contacts/{site.events()[0].id}/out", why="重复登记")
    assert "The contacts have changed since" in site.get("investigator", path)
    site.get("officer", f"/allegations/{site.of_lender}/counts", status=404)


def test_unanswered_calls_stand_by_masked_number_and_are_put_with_their_finding(site: Site) -> None:
    with site.app.app_context(), transaction() as at:
        case = at.get_one(CaseFile, site.case)
        officer = actor(at.get_one(Account, site.people["officer"]))
        begin = datetime(DAY.year, DAY.month, DAY.day, 6, tzinfo=UTC)
        tried = Contact(begin, "CALL_ATTEMPT", By(site.firm, site.lender), Whose(site.complaint), number=NUMBER)
        many = [replace(tried, at=begin + timedelta(minutes=place)) for place in range(7)]
        contacts.put(at, case, [*many, replace(tried, number="")], actor=officer, now=NOW)
        track = at.get_one(Allegation, site.of_firm).track
        found = cases.allege(at, track, code="V-F03", facts="一日内多次拨打", actor=officer, now=NOW).id
    page = site.get("officer", "/contacts")
    assert "Unanswered calls to one number a day" in page
    assert "138****0001" in page
    assert NUMBER not in page
    assert "1 unanswered call is to a number that nobody noted" in page
    path = f"/allegations/{found}/counts"
    assert "yields to what was agreed" in site.get("investigator", path)
    site.post("investigator", path, institution=str(site.firm))
    kept = site.read(lambda at: contact_papers.current(at, found))
    assert ([each["counts"] for each in kept.content["days"]], kept.most) == ([[7]], 6)


def test_many_contacts_are_shown_page_by_page_both_ways_and_a_number_is_revealed_where_it_stands(site: Site) -> None:
    with site.app.app_context(), transaction() as at:
        case = at.get_one(CaseFile, site.case)
        officer = actor(at.get_one(Account, site.people["officer"]))
        begin = datetime(DAY.year, DAY.month, 1, tzinfo=UTC)
        many = [
            Contact(
                begin + timedelta(minutes=place // 2),
                "SMS",
                By(site.lender),
                Whose(site.complaint),
                number=f"1381234{place:04d}",
            )
            for place in range(60)
        ]
        contacts.put(at, case, many, actor=officer, now=NOW)

    def link(page: str, rel: str) -> str:
        found = re.search(rf'<a href="[^"]+(/contacts\?[^"#]+)[^"]*" rel="{rel}"', page)
        return found[1] if found else ""

    first = site.get("officer", "/contacts")
    second = site.get("officer", link(first, "next"))
    assert (first.count("A text message"), second.count("A text message")) == (45, 15), "after five calls"
    assert (link(first, "prev"), link(second, "next")) == ("", "")
    assert site.get("officer", link(second, "prev")).count("A text message") == 45
    site.get("officer", "/contacts?after=nonsense~1")
    reveal = re.findall(r'action="[^"]+(/contacts/\d+/reveal[^"]*)"', second)[-1].replace("&amp;", "&")
    assert "13812340000" in site.post("officer", reveal, 200), "the oldest stands on the last page"


def counted(site: Site, role: str, *said: tuple[str, str]) -> tuple[int, int]:
    """How many contacts and tables of counts such a reader sees."""
    found = []
    with site.app.app_context():
        for model in (ContactEvent, ContactTable):
            at = session()
            at.rollback()
            read_as(at, Reader(role, said))
            try:
                found.append(at.execute(select(func.count(model.id))).scalar_one())
            except ProgrammingError:
                found.append(-1)
            at.rollback()
    return found[0], found[1]


def test_the_database_shows_contacts_and_counts_to_nobody_outside(site: Site) -> None:
    site.post("investigator", f"/allegations/{site.of_firm}/counts", institution=str(site.lender))
    assert counted(site, "zilu_staff", ("zilu.account", str(site.people["officer"]))) == (5, 1)
    assert counted(site, "zilu_complainant", ("zilu.complaint", str(site.complaint))) == (0, -1)
    assert counted(site, "zilu_party", ("zilu.party", str(site.lender))) == (-1, -1)
    assert counted(site, "zilu_panel", ("zilu.account", str(site.panel))) == (-1, 0)
    assert counted(site, "zilu_public") == (-1, -1)


def test_nobody_takes_out_what_the_person_reported(site: Site) -> None:
    with site.app.app_context(), transaction() as at:
        reported = ContactEvent(complaint_id=site.complaint, at=DAY, kind="SMS", number=NUMBER, added_at=DAY)
        at.add(reported)
        at.flush()
        out = f"/contacts/{reported.id}/out"
    page = site.get("officer", "/contacts")
    assert page.count("Take out…") == len(site.events()) - 1
    assert out not in page
    assert "What the person reported is not taken out here." in site.post("officer", out, 409, why="x")
    assert all(each.out_at is None for each in site.events())


def test_what_is_not_of_the_case_is_not_taken_out_of_it(site: Site) -> None:
    site.post("officer", "/contacts/999999/out", 404, why="x")
    site.post("officer", "/contacts/lists/999999/out", 404, why="x")
    site.post("officer", "/allegations/999999/counts", 404)


def test_a_list_that_begins_with_its_rows_or_with_a_customer_shows_nobodys_number_as_a_head(site: Site) -> None:
    for first in (f"2026-10-08 10:00,{FAMILY},120", f"客户林晓芸,{FAMILY},", f"时间,号码{FAMILY},时长"):
        content = f"{first}\n2026-10-09 11:00,{FAMILY},60\n".encode()
        sent = {"files": (BytesIO(content), "话单.csv"), "giver": f"c{site.complaint}"}
        path = site.post("officer", "/contacts/lists", **sent).removeprefix(f"/staff/cases/{site.case}")
        pages = [site.get("officer", path)]
        pages += [site.post("officer", path, 422, header=str(row), number="1", do="look") for row in (1, 2)]
        for page in pages:
            assert FAMILY not in page, first
            assert "林晓芸" not in page, first
            assert "137****0009" in page, first
