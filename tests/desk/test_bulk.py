"""Work over many complaints is looked at before, leaves out with reasons, does each once, and can be taken back."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pdfplumber
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text, update

from casework import cases, complaints, triage
from casework.models import Complaint, NamedCompany
from casework.models_recusals import Interest, Recusal
from casework.states import COMPLAINT
from core import outbox
from core.actors import Actor
from core.clock import day_of
from core.db import transaction
from core.errors import NotAllowed
from core.journal import JournalEntry
from desk import deeds_bulk, queries_bulk, queries_queue, queries_queue_lines, queries_queue_select, staff_bulk
from filestore import files
from filestore.stores import Folder
from notices.models import Document
from registry import absences, accounts, batches, jobs_batches
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from tests.builders import PHONE, Desk, account, actor_of, also, party
from tests.conftest import NOW
from tests.signed_in import signed_in

MANY = "/staff/complaints/many"
READ = "催收人员多次致电投诉人的同事，请停止联系。"


class Killed(BaseException):
    """What no runner catches: the process is gone."""


class Office:
    """Seven complaints: five in the acceptance check, one forwarded, one ended; and two browsers."""

    def __init__(self, app: Flask) -> None:
        self.app, self.sent = app, 0
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            also(at, desk.officer.id, "intake")
            made = [desk.received(contact=f"1381234{each:04d}", facts=f"=HYPERLINK(1) {READ}🙏") for each in range(4)]
            made.append(desk.received(contact="13812340000"))
            made.append(desk.accepted(contact="13812349999"))
            made.append(desk.received(contact="13812348888"))
            complaints.withdraw(at, made[-1], why="不再投诉", pressure=False, actor=desk.intake, now=NOW)
            self.ids, self.refs = [each.id for each in made], [each.ref for each in made]
            self.intake, self.officer = desk.intake.id or 0, desk.officer.id or 0
            self.lead = desk.lead.id or 0
            self.reviewer = account(at, "审理员", "reviewer").id
            for row in at.scalars(select(outbox.Outbox)):
                row.done_at = NOW
        self.mine = self.browser(self.intake)

    def browser(self, number: int) -> FlaskClient:
        return signed_in(self.app, number, lang=None)

    def prepare(self, name: str, *places: int, view: str = "open", **fields: object) -> int:
        """Chosen, and laid down to be looked at; with no places all that match."""
        self.sent += 1
        chosen = {"which": "ticked", "ids": [self.refs[each] for each in places]} if places else {"which": "all"}
        data = {**chosen, **fields, "step": "2", "key": f"k{self.sent}"}
        answer = self.mine.post(f"{MANY}/{name}?view={view}", data=data)
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("/")[2])

    def start(self, number: int) -> None:
        assert self.mine.post(f"/staff/jobs/{number}/start", data={"key": f"s{number}"}).status_code == 303

    def run(self, number: int) -> None:
        self.start(number)
        with self.app.app_context():
            jobs_batches.carry_on(number)

    def items(self, number: int) -> dict[int, tuple[str, str]]:
        """What became of each, by its place."""
        with self.app.app_context(), transaction() as at:
            found = at.scalars(select(BatchItem).where(BatchItem.batch_id == number)).all()
            return {self.ids.index(each.subject_id): (each.state, (each.reason or {}).get("en", "")) for each in found}

    def complaint(self, place: int) -> Complaint:
        with self.app.app_context(), transaction() as at:
            return at.get_one(Complaint, self.ids[place])

    def batch(self, number: int) -> Batch:
        with self.app.app_context(), transaction() as at:
            return at.get_one(Batch, number)


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    with time_machine.travel(NOW, tick=True):
        yield Office(app)


ENDED = "It has ended, or follows another complaint."
TAKES_NO_PART = "This person takes no part in it: an interest was declared, or a recusal asked."
NO_HANDLER = "This person does not work on complaints."
STAGE = "This can't be done with it at its present stage."


def test_words_that_match_are_looked_for_no_longer_than_in_the_queue(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = text("pg_sleep(2) IS NOT NULL")
    monkeypatch.setattr(queries_queue, "SECONDS", 0.05)
    monkeypatch.setattr(queries_queue_select, "conditions", lambda *_of: [slow])
    said = {"which": "all", "step": "2", "officer": office.officer, "key": "slow"}
    for data, status in (({"which": "all"}, 200), (said, 422)):
        answer = office.mine.post(f"{MANY}/assign?view=all&text=x&lang=en", data=data)
        assert answer.status_code == status
        assert "Looking for these words took too long and was stopped." in answer.text
    assert 'name="step" value="2"' in answer.text, "what was filled in stands there still"


def test_more_than_may_be_are_not_counted_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in (queries_bulk, batches):
        monkeypatch.setattr(place, "MOST", 3)
    page = office.mine.post(f"{MANY}/assign?view=open&lang=en", data={"which": "all"}).text
    assert "These are too many at once." in page
    assert "4 complaints" not in page


def test_all_that_match_are_counted_plainly_assigned_and_given_back_as_they_were(office: Office) -> None:
    page = office.mine.post(f"{MANY}/assign?view=open&lang=en", data={"which": "all"}).text
    assert "All 6 that match, on every page of the queue" in page
    assert "全部6件" in office.mine.post(f"{MANY}/assign?view=open&lang=zh", data={"which": "all"}).text
    with office.app.app_context(), transaction() as at:
        complaints.assign(
            at,
            at.get_one(Complaint, office.ids[0]),
            office.intake,
            actor=actor_of(at.get_one(Account, office.intake)),
            now=NOW,
        )
    number = office.prepare("assign", *range(7), officer=office.officer)
    assert office.items(number)[6] == ("SKIPPED", ENDED)
    shown = office.mine.get(f"/staff/jobs/{number}?lang=zh").text
    assert "1项未办理" not in shown, "nothing is done yet"
    assert "该投诉已办结，或已并入其他投诉。" in shown
    assert office.complaint(1).officer_id is None
    office.run(number)
    assert "其中6项已办理，1项未办理" in office.mine.get(f"/staff/jobs/{number}?lang=zh").text
    assert {office.complaint(each).officer_id for each in range(6)} == {office.officer}
    with office.app.app_context(), transaction() as at:
        person = actor_of(at.get_one(Account, office.intake))
        complaints.assign(at, at.get_one(Complaint, office.ids[2]), office.intake, actor=person, now=NOW)
    assert "/undo" in office.mine.get(f"/staff/complaints/{office.refs[1]}").text
    answer = office.mine.post(f"/staff/jobs/{number}/undo", data={"key": "undo"})
    back = int(answer.location.rpartition("/")[2])
    assert "目前未撤回任何事项" in office.mine.get(f"/staff/jobs/{number}?lang=zh").text
    office.run(back)
    assert "已撤回5项，共6项；其余维持不变。" in office.mine.get(f"/staff/jobs/{number}?lang=zh").text
    found = [office.complaint(each).officer_id for each in range(4)]
    assert found == [office.intake, None, office.intake, None]
    assert "/undo" not in office.mine.get(f"/staff/complaints/{office.refs[1]}").text
    assert office.items(back)[2] == ("SKIPPED", "Somebody gave it to somebody else in the meantime.")
    assert office.mine.post(f"/staff/jobs/{number}/undo", data={"key": "again"}).status_code == 409


def test_whoever_is_away_is_said_to_be_so_in_the_list_and_before_it_starts(office: Office) -> None:
    with office.app.app_context(), transaction() as at:
        last, head = day_of(NOW) + timedelta(days=3), actor_of(account(at, "主任乙", "head"))
        who, instead = at.get_one(Account, office.officer), account(at, "代办丁", "officer")
        absences.enter(at, who, instead, (day_of(NOW), last), actor=head, now=NOW)
        name = who.name
    office.mine.set_cookie("lang", "en")
    words = f"{name} · away until {last.day} {last:%B %Y}, 代办丁 stands in"
    assert words in office.mine.get(f"{MANY}/assign?ids={office.refs[0]}").text
    assert words in office.mine.get(f"/staff/complaints/{office.refs[0]}").text
    number = office.prepare("assign", 0, officer=office.officer)
    assert words in office.mine.get(f"/staff/jobs/{number}").text
    office.run(number)
    assert words not in office.mine.get(f"/staff/jobs/{number}").text


def _of_interest(office: Office, who: int | None = None) -> int:
    """The first complaint names a company in which the officer has shares."""
    with office.app.app_context(), transaction() as at:
        lender = party(at, "无关小额贷款有限公司").id
        at.add(_named(office.ids[0], lender))
        tie = {"account_id": who or office.officer, "party_id": lender, "kind": "SHARES"}
        at.add(Interest(**tie, from_on=day_of(NOW), declared_at=NOW))
    return lender


def test_whoever_is_tied_to_a_company_does_nothing_with_many_complaints_about_it(office: Office) -> None:
    _of_interest(office, office.intake)
    why = "You declared an interest in a company that this complaint is about: you take no part in it."
    given, asked = (
        office.prepare(name, 0, 1, **said)
        for name, said in (("assign", {"officer": office.officer}), ("ask", {"missing": "录音"}))
    )
    assert office.items(given) == {0: ("SKIPPED", why), 1: ("WAITING", "")}
    assert office.items(asked)[0] == ("SKIPPED", why)


def test_nobody_is_given_what_they_take_no_part_in_also_where_that_came_up_later(office: Office) -> None:
    lender = _of_interest(office)
    number = office.prepare("assign", 0, 1, 2, officer=office.officer)
    why = TAKES_NO_PART
    assert office.items(number) == {0: ("SKIPPED", why), 1: ("WAITING", ""), 2: ("WAITING", "")}
    with office.app.app_context(), transaction() as at:
        at.add(_named(office.ids[1], lender))
    office.run(number)
    assert office.items(number) == {0: ("SKIPPED", why), 1: ("SKIPPED", why), 2: ("DONE", "")}
    assert [office.complaint(each).officer_id for each in range(3)] == [None, None, office.officer]
    free = office.prepare("assign", 0, officer=office.intake)
    assert office.items(free) == {0: ("WAITING", "")}


def test_nobody_is_given_complaints_whose_account_is_locked_or_who_has_another_role(office: Office) -> None:
    number = office.prepare("assign", 0, 1, officer=office.officer)
    with office.app.app_context(), transaction() as at:
        at.get_one(Account, office.officer).locked_at = NOW
        panel, me = account(at, "只审议", "panel").id, actor_of(at.get_one(Account, office.intake))
        chosen = deeds_bulk.choose_assign(at, office.ids[:1], {"officer": office.officer}, me, NOW)
        assert [type(each.skip) for each in chosen] == [NotAllowed]
    office.run(number)
    assert set(office.items(number).values()) == {("SKIPPED", NO_HANDLER)}
    for person in (office.officer, panel):
        with office.app.app_context(), transaction() as at, pytest.raises(NotAllowed):
            complaints.assign(at, at.get_one(Complaint, office.ids[0]), person, actor=me, now=NOW)


def test_what_is_ticked_in_the_queue_is_looked_at_before_anybody_gets_it(office: Office) -> None:
    queue = office.mine.get("/staff?view=ended&lang=en").text
    bars = re.findall(r'formaction="([^"]+)">Assign…', queue)
    assert len(bars) == 1, "there is one way to assign"
    url, officer = bars[0].replace("&amp;", "&"), str(office.officer)
    ticked = {"ids": [office.refs[0], office.refs[6]], "which": "ticked"}
    asked = office.mine.post(f"{url}&lang=en", data=ticked).text
    assert f'<option selected value="{office.intake}">' in asked, "one's own name first"
    answer = office.mine.post(url, data={**ticked, "step": "2", "officer": officer})
    number = int(answer.location.rpartition("/")[2])
    assert office.items(number) == {0: ("WAITING", ""), 6: ("SKIPPED", ENDED)}
    assert office.complaint(0).officer_id is None
    page = office.mine.get(f"/staff/jobs/{number}?lang=en").text
    title = queries_queue_lines.title_of(office.complaint(0).facts)
    assert re.search(rf'">{re.escape(title)}</a><small>{office.refs[0]}</small>', page), "one reads what it is about"
    nothing = office.mine.post(f"{url}&lang=en", data={"step": "2", "officer": officer})
    assert "Tick some in the queue" in nothing.text
    assert office.mine.post("/staff/assign", data=ticked).status_code == 404


def test_the_form_of_one_complaint_refuses_what_many_would_leave_out(office: Office) -> None:
    _of_interest(office)
    given = {"assign-officer": str(office.officer)}
    for place, status, why in ((0, 403, TAKES_NO_PART), (6, 409, ENDED)):
        version = office.complaint(place).version
        url, data = f"/staff/complaints/{office.refs[place]}", {**given, "assign-version": version}
        answer = office.mine.post(f"{url}/assign?lang=en", data={**data, "assign-key": f"one{place}"})
        assert answer.status_code == status
        assert why in answer.text
        assert office.complaint(place).officer_id is None
    assert 'id="assign"' in office.mine.get(f"/staff/complaints/{office.refs[0]}").text
    assert 'id="assign"' not in office.mine.get(f"/staff/complaints/{office.refs[6]}").text


def test_nothing_that_is_done_to_many_ends_a_complaint_or_sanctions_anybody(app: Flask) -> None:
    for move in deeds_bulk.MOVES.values():
        rows = [row for row in COMPLAINT.rows.values() if row.event == move.event]
        assert rows
        assert not {row.target for row in rows} & COMPLAINT.ends
        expired = [COMPLAINT.row(row.target, f"{clock}_expired") for row in rows for clock in row.arm.split("+")]
        if {row.target for row in expired if row is not None} & COMPLAINT.ends:
            assert move.lacks(Complaint()) is not None, "its clock ends it: somebody has read it before"
        assert {machine for row in rows for machine, _event in row.fired} <= {"forwarding"}
    assert set(staff_bulk.WORK) == {*deeds_bulk.MOVES, "assign", "print", "export"}
    handing_over, papers = (
        {"workload.hand_over", "workload.hand_back"},
        {"casework.company_archive", "notices.circular"},
    )
    orders = {"sanctions.trainings"}  # what decisions that were taken one by one have imposed
    mine = {f"{deeds_bulk.PREFIX}{name}" for name in (*staff_bulk.WORK, "assign_back")}
    others = {name for name in batches.KINDS if not name.startswith("import.")} - mine
    assert others == handing_over | papers | orders


def _named(complaint: int, company: int) -> NamedCompany:
    return NamedCompany(complaint_id=complaint, kind="INSTITUTION", how="NAME", value="无关小贷", party_id=company)


def test_persons_are_asked_each_by_a_letter_of_their_own_and_none_twice_though_the_worker_dies(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.app.app_context(), transaction() as at:
        at.execute(update(Complaint).where(Complaint.id.in_(office.ids[:5])).values(masked_facts=READ))
    number = office.prepare("ask", missing="通话记录\n日期")
    assert office.items(number)[5] == ("SKIPPED", STAGE)
    office.start(number)
    real, dying = deeds_bulk.triage.ask_info, [False, True, False]

    def killed(*given: object, **named: object) -> None:
        real(*given, **named)  # type: ignore[arg-type]
        if dying and dying.pop(0):
            raise Killed

    monkeypatch.setattr(deeds_bulk.triage, "ask_info", killed)
    with office.app.app_context():
        with pytest.raises(Killed):
            jobs_batches.carry_on(number)
        jobs_batches.carry_on(number)
        with transaction() as at:
            letters = at.scalars(select(Document).where(Document.kind == "D02")).all()
            assert sorted(each.subject_id for each in letters) == sorted(office.ids[:5])
            serials = sorted(each.serial or 0 for each in letters if each.serial)
            assert serials == list(range(serials[0], serials[0] + 5))
    assert {office.complaint(each).state for each in range(5)} == {"NEED_INFO"}
    again = office.prepare("ask", 0, 5, missing="x")
    assert office.items(again) == {0: ("SKIPPED", STAGE), 5: ("SKIPPED", STAGE)}
    assert office.mine.post(f"/staff/jobs/{again}/start", data={"key": "no"}).status_code == 409


def test_the_number_of_a_complaint_that_is_closed_to_somebody_is_one_that_does_not_exist(office: Office) -> None:
    with office.app.app_context(), transaction() as at:
        officer = actor_of(at.get_one(Account, office.officer))
        closed, me = at.get_one(Complaint, office.ids[0]), actor_of(at.get_one(Account, office.intake))
        respondents = [each.party_id for each in closed.companies]
        triage.accept(at, closed, respondents=respondents, masked_facts=READ, actor=me, now=NOW)
        both = [closed, at.get_one(Complaint, office.ids[5])]
        opened = [cases.open(at, [each], title="", actor=officer, now=NOW) for each in both]
        told = {"ground": "SHARES", "facts": "持股", "part": "officer", "state": "GRANTED", "how": "DECLARED"}
        for person in (office.intake, office.officer):
            at.add(Recusal(case_id=opened[0].id, account_id=person, **told, asked_at=NOW, decided_at=NOW))
        case, version = opened[1].id, at.get_one(Complaint, office.ids[3]).version
    fields = {"lead": office.refs[0], "same_facts": "y", "version": version, "key": "closed"}
    here = f"/staff/complaints/{office.refs[3]}/do/merge?lang=en"
    many = {"which": "ticked", "ids": [office.refs[3]], "step": "2", **fields}
    nowhere = {"complaint": office.refs[0], "key": "attach"}
    attach = office.browser(office.officer).post(f"/staff/cases/{case}/do/attach?lang=en", data=nowhere)
    for answer in (office.mine.post(here, data=fields), office.mine.post(f"{MANY}/merge", data=many), attach):
        assert answer.status_code == 422
        assert "There is no complaint of this number." in answer.text


def test_merging_leaves_out_whoever_is_somebody_else(office: Office) -> None:
    number = office.prepare("merge", 1, 4, lead=office.refs[0], same_facts="y")
    found = office.items(number)
    assert found[4] == ("WAITING", "")
    assert found[1][0] == "SKIPPED"
    assert "same person" in found[1][1]
    office.run(number)
    assert (office.complaint(4).state, office.complaint(4).lead_id) == ("MERGED", office.ids[0])
    assert office.complaint(1).state == "RECEIVED"
    answer = office.mine.post(
        f"{MANY}/merge?lang=en", data={"which": "all", "step": "2", "lead": "x", "same_facts": "y"}
    )
    assert answer.status_code == 422
    assert "There is no complaint of this number." in answer.text


def test_tables_and_sheets_hide_who_complained_compute_nothing_and_are_journalled(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path / "files"))
    table = office.prepare("export", 0, 1, 5, ending="xlsx")
    office.run(table)
    assert office.batch(table).state == "DONE"
    sheet = load_workbook(io.BytesIO(office.mine.get(f"/staff/jobs/{table}/file").data)).active
    rows = [[str(each.value) for each in row] for row in sheet.iter_rows()]
    assert [row[0] for row in rows[1:]] == [office.refs[each] for each in (0, 1, 5)]
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)
    assert any(cell.startswith("'=HYPERLINK") for cell in rows[1])
    assert PHONE not in str(rows)
    assert "13812340000" not in str(rows)
    listed = office.prepare("export", ending="csv")
    office.run(listed)
    assert office.mine.get(f"/staff/jobs/{listed}/file").data.decode("utf-8-sig").count("TS2026-") == 6
    sheets = office.prepare("print", 0, 1)
    office.run(sheets)
    with pdfplumber.open(io.BytesIO(office.mine.get(f"/staff/jobs/{sheets}/file").data)) as opened:
        assert len(opened.pages) == 2
        said = opened.pages[1].extract_text() or ""
        assert said.startswith("演示文件")
        assert said.endswith(f"{office.refs[1]} 1 / 1"), "loose sheets are told apart"
        assert "〓" in said, "a sign that no font has stops no sheet"
    with office.app.app_context(), transaction() as at:
        noted = select(JournalEntry.row).where(JournalEntry.subject_kind == "batch", JournalEntry.subject_id == table)
        assert set(at.scalars(noted)) == {"batch.start", "batch.file"}


def test_who_got_another_role_takes_no_file_has_none_made_and_goes_on_with_nothing(office: Office) -> None:
    done, begun, laid = (office.prepare("export", each, ending="csv") for each in (0, 1, 2))
    office.run(done)
    office.start(begun)
    titles = re.findall(
        r'class="queue-link"[^>]* href="/staff/complaints/[^"]+">([^<]+)<',
        office.browser(office.intake).get(f"/staff/jobs/{done}").text,
    )
    with office.app.app_context(), transaction() as at:
        person, security = at.get_one(Account, office.intake), Actor(None, frozenset({"security_admin"}))
        for role in sorted(person.role_words):
            accounts.take_role(at, person, role, actor=security, now=NOW)
        accounts.give_role(at, person, "seal keeper", actor=security, now=NOW)
    mine = office.browser(office.intake)
    assert mine.get(f"/staff/jobs/{done}/file").status_code == 404
    page = mine.get(f"/staff/jobs/{done}").text
    assert titles
    assert not [title for title in titles if title in page]
    assert not any(f"/staff/jobs/{done}/{act}" in page for act in ("file", "go-on", "undo"))
    for number, act in ((done, "file"), (done, "go-on"), (laid, "start")):
        assert mine.post(f"/staff/jobs/{number}/{act}", data={"key": act}).status_code == 403
    with office.app.app_context():
        jobs_batches.carry_on(begun)
        jobs_batches.make_file(done)
    for number in (begun, done):
        assert "another role" in (office.batch(number).trouble or {})["en"]
    assert office.batch(begun).sha256 is None


def test_it_is_for_those_whose_work_it_is_and_what_is_too_much_or_nothing_is_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.browser(office.reviewer).get(f"{MANY}/assign").status_code == 403
    with office.app.app_context(), transaction() as at:
        only = account(at, "经办己", "officer").id
    assert office.browser(only).get(f"{MANY}/ask").status_code == 403
    assert office.browser(office.lead).get(f"{MANY}/assign").status_code in {403, 404}
    assert "No complaint was chosen." in office.mine.post(f"{MANY}/assign?lang=en", data={"which": "ticked"}).text
    queue = office.mine.get("/staff?view=open&lang=en").text
    assert f"{MANY}/merge?view=open" in queue
    assert f"{MANY}/merge" not in office.browser(only).get("/staff?view=open").text
    monkeypatch.setattr(batches, "MOST", 3)
    many = {"which": "all", "step": "2", "officer": office.officer, "key": "many"}
    answer = office.mine.post(f"{MANY}/assign?view=open&lang=en", data=many)
    assert answer.status_code == 409
    assert "At most 3 at once" in answer.text
