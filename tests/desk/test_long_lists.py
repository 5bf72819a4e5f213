"""No list ends quietly: notices, numbers and tasks go on page by page, both ways, each once."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, policies_recusals, queries_recusals, queries_stop_contacts, tasks, timelines
from casework.models_recusals import Recusal
from core import journal, keyset
from core.clock import day_of
from core.db import transaction
from core.mail import Mail
from core.outbox import Outbox
from core.planned import ME
from notices.models import Document, Service
from notices.models_seals import SealLine
from portal.models_materials import MaterialRequest
from registry.models_absences import Absence
from registry.models_batches import Batch, BatchItem
from tests.admin.office import Office, system
from tests.builders import Desk, account, rendered
from tests.casework.test_stop_contacts import relayed
from tests.conftest import NOW
from tests.portal.house import enter, today
from tests.sanctions.chain import Chain
from tests.signed_in import Browser

__all__ = ["enter", "system", "today"]
MANY = 5


@pytest.fixture
def two_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "SIZE", 2)


def walked(browser: Browser, url: str, row: str) -> list[list[str]]:
    """Every page of a list, which are the same on the way back."""

    def link(page: str, rel: str) -> str:
        found = re.search(rf'<a href="([^"]+)" rel="{rel}"', page)
        return found[1].replace("&amp;", "&") if found else ""

    pages, page = [], browser.get(url)
    pages.append(re.findall(row, page))
    assert not link(page, "prev")
    while after := link(page, "next"):
        page = browser.get(after)
        pages.append(re.findall(row, page))
    back = [pages[-1]]
    while before := link(page, "prev"):
        page = browser.get(before)
        back.insert(0, re.findall(row, page))
    assert back == pages
    for nonsense in ("after=x", "before=0", "after=99999999999999999999", "before=-1"):
        assert re.findall(row, browser.get(f"{url}{'&' if '?' in url else '?'}{nonsense}")) == pages[0]
    return pages


@pytest.mark.usefixtures("two_a_page")
def test_a_company_comes_to_its_oldest_notice_and_reads_until_when(app: Flask, enter: Callable[[int], Browser]) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        for place in range(MANY):
            desk.accepted(contact=f"1381234{place:04d}")
        mine = select(Service).where(Service.party_id == desk.lender.id).order_by(Service.id.desc())
        services = list(at.scalars(mine))
        for service in services:
            rendered(at, service.document, NOW)
        desk.serve("forwarding", services[0].document.subject_id, "D05b")
        numbers, lead = [str(each.document_id) for each in services], desk.lead.id or 0
    browser = enter(lead)
    pages = walked(browser, "/portal/notices/", r'queue-link" href="/portal/notices/(\d+)"')
    assert [len(each) for each in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == numbers
    first = browser.get("/portal/notices/")
    assert first.count("15 days from the day after it is opened or served") == 1
    assert first.count('class="due ') == 1


@pytest.mark.usefixtures("two_a_page")
def test_a_company_comes_to_every_number_and_the_oldest_still_waits_in_its_inbox(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        numbers = [str(relayed(desk, contact=f"1391234{place:04d}").id) for place in range(3)]
        lead, lender = desk.lead.id or 0, desk.lender.id
        told = queries_stop_contacts.told_in(at, lender, ("RELAYED",))
        assert [str(each.id) for each in told] == numbers[::-1]
    browser = enter(lead)
    pages = walked(browser, "/portal/stop-contacts/", r'queue-link" href="/portal/stop-contacts/(\d+)"')
    assert pages == [numbers[:0:-1], numbers[:1]]
    assert browser.get("/portal/").count("Stop contacting a number") == len(numbers)


@pytest.mark.usefixtures("two_a_page")
def test_a_company_goes_back_in_its_forwardings_page_by_page_in_the_state_it_chose(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        sent = [desk.accepted(contact=f"1381234{place:04d}").forwardings[0].id for place in range(MANY)]
        numbers, lead = [str(each) for each in reversed(sent)], desk.lead.id or 0
    browser, row = enter(lead), r'queue-link" href="/portal/forwardings/(\d+)"'
    assert walked(browser, "/portal/forwardings/", row) == [numbers[:2], numbers[2:4], numbers[4:]]
    last = browser.get(f"/portal/forwardings/?state=open&after={numbers[3]}")
    assert f'href="/portal/forwardings/?state=open&amp;before={numbers[4]}" rel="prev"' in last


@pytest.mark.usefixtures("two_a_page")
def test_a_company_goes_back_in_its_cases_and_its_material_page_by_page(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=12))
        about = ("V-C04", "V-I01", "V-B01", "V-F04", "V-T01")
        cases_ = [str(chain.filed(each, chain.case(chain.complaint(codes=(each,)))).id) for each in about]
        said = {"subject_kind": "track", "subject_id": int(cases_[0]), "asked": "录音", "state": "OPEN"}
        said |= {"asked_by": chain.lead.id, "asked_at": NOW, "due_on": day_of(NOW)}
        asked = []
        for place in range(MANY):
            it = MaterialRequest(
                ref=f"ZL2026-{place:06d}", institution_id=chain.lender.id, firm_id=chain.firm.id, **said
            )
            at.add(it)
            at.flush()
            asked.append(str(it.id))
        lead = chain.lead.id or 0
    for url, numbers in (("/portal/cases/", cases_[::-1]), ("/portal/materials/", asked[::-1])):
        pages = walked(enter(lead), url, rf'queue-link" href="{url}(\d+)"')
        assert pages == [numbers[:2], numbers[2:4], numbers[4:]], url


def test_where_no_publication_bears_a_name_that_is_said_and_the_name_can_be_taken_away(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        publisher = account(at, "发布人", "publisher").id or 0
    page = enter(publisher).get("/staff/publications?state=DRAFT&text=没有这家公司")
    assert "No publication here is about a company of this name." in page
    assert 'href="/staff/publications?state=DRAFT">Clear all' in page


@pytest.mark.usefixtures("two_a_page")
def test_tasks_go_on_from_where_one_stood_also_when_that_one_is_done(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        refs = [f"TS2026-{place:06d}" for place in range(MANY)]
        for place, ref in enumerate(refs):
            urgent = place == MANY - 1
            tasks.put(at, "time_asked", ("complaint", place, ref), role="officer", now=NOW, key=ref, urgent=urgent)
        officer = desk.officer.id or 0
    browser = enter(officer)
    order = [refs[-1], *refs[:-1]]
    pages = walked(browser, "/staff/tasks", r"TS2026-\d{6}")
    assert pages == [order[:2], order[2:4], order[4:]]
    done = re.findall(r'/staff/tasks/(\d+)/done"', browser.get("/staff/tasks"))[1]
    browser.post(f"/staff/tasks/{done}/done", back=f"/staff/tasks?after={done}")
    table = browser.get(f"/staff/tasks?after={done}").partition("<table")[2]
    assert re.findall(r"TS2026-\d{6}", table) == order[2:4]


@pytest.mark.usefixtures("two_a_page")
def test_the_head_comes_to_every_recusal(app: Flask, enter: Callable[[int], Browser]) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        case = cases.open(at, [desk.accepted()], title="一案", source="COMPLAINT", actor=desk.officer, now=NOW)
        how = {"part": "OFFICER", "how": "ASKED", "ground": "RELATIVE", "facts": "亲属", "state": "GRANTED"}
        for place in range(3):
            who = account(at, f"承办{place}", "officer").id
            said = {"asked_by": desk.head.id, "asked_at": NOW, "decided_by": desk.head.id, "decided_at": NOW}
            at.add(Recusal(case_id=case.id, account_id=who, **how, **said))
            at.flush()
        head = desk.head.id or 0
    pages = walked(enter(head), "/staff/recusals", r"承办\d")
    assert pages == [["承办2", "承办1"], ["承办0"]]


@pytest.fixture
def two_to_decide(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queries_recusals, "MOST", 2)
    queries_recusals.to_decide.cache_clear()
    yield
    queries_recusals.to_decide.cache_clear()


@pytest.mark.usefixtures("two_to_decide")
def test_what_waits_for_others_pushes_nothing_out_of_what_waits_for_the_head(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        about = [*[desk.head.id] * 2, *(account(at, f"承办{place}", "officer").id for place in range(3))]
        for place, who in enumerate(about):
            told = [desk.accepted(contact=f"1371234{place:04d}")]
            case = cases.open(at, told, title="一案", source="COMPLAINT", actor=desk.officer, now=NOW)
            how = {"part": "OFFICER", "how": "ASKED", "ground": "RELATIVE", "facts": "亲属", "state": "ASKED"}
            at.add(Recusal(case_id=case.id, account_id=who, asked_by=desk.officer.id, asked_at=NOW, **how))
            at.flush()
        every = at.scalars(select(Recusal).order_by(Recusal.id)).all()
        mine = [each for each in every if policies_recusals.may_decide(at, each, desk.head)]
        assert queries_recusals.waiting(at, desk.head) == mine[:2]
        assert at.scalar(select(queries_recusals.to_decide(desk.head.roles)), {ME.key: desk.head.id}) == 2
        head = desk.head.id or 0
    page = enter(head).get("/staff/recusals")
    waiting = page[page.index('id="waiting"') : page.index('id="lately"')]
    assert re.findall(r"承办\d", waiting) == ["承办0", "承办1"]
    assert "The first 2 are shown; the others follow as these are done." in waiting


@pytest.mark.usefixtures("two_a_page")
def test_everybody_who_will_be_away_is_found(app: Flask, enter: Callable[[int], Browser]) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        head = desk.head.id or 0
        for place in range(3):
            day = day_of(NOW) + timedelta(days=7 * place)
            who = account(at, f"承办{place}", "officer").id
            at.add(Absence(account_id=who, from_on=day, to_on=day, substitute_id=desk.officer.id))
    pages = walked(enter(head), "/staff/workload", r"<li><span[^>]*>(承办\d)")
    assert pages == [["承办0", "承办1"], ["承办2"]]


def test_a_long_timeline_says_how_many_entries_there_are(
    app: Flask, enter: Callable[[int], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.disputed()
        case = cases.open(at, [it], title="一案", source="COMPLAINT", actor=desk.officer, now=NOW)
        urls = [f"/staff/complaints/{it.ref}", f"/staff/forwardings/{it.forwardings[0].id}", f"/staff/cases/{case.id}"]
        for _again in range(3):
            said = {"actor": desk.officer, "now": NOW, "states": ("", "")}
            journal.write(at, subject=("case", case.id), row="case.noted", ref=case.ref, **said)
        officer = desk.officer.id or 0
    browser = enter(officer)
    assert not [url for url in urls if "are shown." in browser.get(url)]
    whole = {url: browser.get(url).count('<li class="timeline-') for url in urls}
    monkeypatch.setattr(timelines, "MOST", 2)
    monkeypatch.setattr(timelines, "_TOLD", timelines.Written(timelines._of_subjects))
    for url, many in whole.items():
        assert many > 2
        page = browser.get(url)
        assert f"The newest 2 of {many} are shown." in page
        assert page.count('<li class="timeline-') == 2


@pytest.mark.usefixtures("two_a_page")
def test_whoever_started_long_jobs_goes_back_in_them_and_in_their_items(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.received()
        said = {"kind": "complaints.print", "state": "CANCELLED", "started_by": desk.head.id}
        mine = [Batch(**said, prepared_at=NOW, started_at=NOW) for _place in range(MANY)]
        at.add_all(mine)
        at.flush()
        of = {"batch_id": mine[0].id, "subject_kind": "complaint", "state": "WAITING"}
        at.add_all(BatchItem(**of, subject_id=it.id + place, ref=f"TS2026-00000{place}") for place in range(MANY))
        numbers, head = [str(each.id) for each in reversed(mine)], desk.head.id or 0
    browser = enter(head)
    pages = walked(browser, "/staff/jobs", r'queue-link" href="/staff/jobs/(\d+)"')
    assert pages == [numbers[:2], numbers[2:4], numbers[4:]]
    assert [len(each) for each in walked(browser, f"/staff/jobs/{numbers[-1]}", r">(TS2026-00000\d)<")] == [2, 2, 1]


@pytest.mark.usefixtures("two_a_page")
def test_the_list_of_measures_goes_back_is_sorted_and_filtered_and_its_tabs_count_what_they_open(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, NOW - timedelta(days=12))
        about = {"V-C04": [1], "V-I01": [1, 2], "V-B01": [1, 3], "V-F04": [1, 4], "V-T01": [1]}
        made = {code: chain.proposed(measures, code) for code, measures in about.items()}
        refs, levels = [each.ref for each in made.values()], [max(each) for each in about.values()]
        reviewer, other, lender = chain.reviewer.id or 0, chain.head.id or 0, chain.lender.id
    browser, row = enter(reviewer), r"<small>([^ <]+) · "

    def listed(query: str) -> list[str]:
        return [ref for page in walked(browser, f"/staff/tracks?{query}", row) for ref in page]

    assert sorted(listed("sort=due")) == sorted(refs) == sorted(listed("sort=-due"))
    rising = [ref for _level, ref in sorted(zip(levels, refs, strict=True), key=lambda each: each[0])]
    assert listed("sort=level") == rising
    assert listed("sort=-level")[:3] == rising[:-4:-1]
    assert listed("level=2") == refs[1:2]
    assert listed(f"text={refs[2]}") == refs[2:3]
    assert sorted(listed(f"party={lender}&officer=me")) == sorted(refs)
    none = browser.get(f"/staff/tracks?officer={other}")
    assert "No track fits these filters." in none
    filtered = browser.get("/staff/tracks?level=1&sort=level&stage=notice")
    assert 'aria-sort="ascending"' in filtered
    assert re.search(r'href="/staff/tracks\?level=1[^"]*"[^>]*>\s*All\s*<span class="amount">5<', filtered), filtered
    assert len(re.findall(row, browser.get("/staff/tracks?level=1"))) == 2


@pytest.mark.usefixtures("two_a_page")
def test_the_seal_log_goes_back_as_well_and_its_file_holds_all_of_it(
    app: Flask, enter: Callable[[int], Browser]
) -> None:
    def stamp(at: Session, document: Document, day: date) -> None:
        said = {"day": day, "copies": 1, "keeper_id": head, "scan_pages": 1, "noted_at": NOW}
        at.add(SealLine(document_id=document.id, number=document.number or "", **said))
        at.flush()

    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        head = desk.head.id or 0
        for place in range(MANY):
            desk.accepted(contact=f"1381234{place:04d}")
        *letters, newest = at.scalars(select(Document).where(Document.kind == "D05b").order_by(Document.id))
        for place, letter in enumerate(letters):
            stamp(at, letter, day_of(NOW) - timedelta(days=place // 2))
        numbers = [str(letters[place].number) for place in (1, 0, 3, 2)]
        last = newest.id
    browser = enter(head)
    row = r"<td>([^<]+〔\d{4}〕\d+号)</td>"
    assert walked(browser, "/staff/seals/log", row) == [numbers[:2], numbers[2:]]
    after = re.search(r'<a href="([^"]+)" rel="next"', browser.get("/staff/seals/log"))
    with app.app_context(), transaction() as at:
        stamp(at, at.get_one(Document, last), day_of(NOW))
    assert after
    assert re.findall(row, browser.get(after[1])) == numbers[2:], "one that is stamped meanwhile moves no line"
    assert browser.get("/staff/seals/log.csv").count("〕") == MANY


@pytest.mark.usefixtures("two_a_page")
def test_whoever_keeps_the_machine_running_goes_back_in_mails_and_later_work(system: Office) -> None:
    said = {"to": "a@lanwan.invalid", "subject": "x", "body": "x", "language": "zh", "queued_at": NOW}
    with system.app.app_context(), transaction() as at:
        for place in range(MANY):
            mail = Mail(**said, key=f"trial:{place}", message_id=f"<{place}@x>")
            at.add_all(
                [mail, Outbox(job="core.send_mail", key=f"trial:{place}", args={}, asked_at=NOW, gave_up_at=NOW)]
            )
            at.flush()
    for url in ("/admin/mails/", "/admin/jobs/?state=failed"):
        page, turned = system.client.get(url).text, 0
        while after := re.search(r'<a href="([^"]+)" rel="next"', page):
            turned += 1
            page = system.client.get(after[1].replace("&amp;", "&")).text
        assert turned == 2, url
        before = re.search(r'<a href="([^"]+)" rel="prev"', page)
        assert before, url
        assert 'rel="next"' in system.client.get(before[1].replace("&amp;", "&")).text
