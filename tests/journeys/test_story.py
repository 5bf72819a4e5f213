"""The whole chain in one story through the browser, and what must be true when it has been told."""

import io
import re
import subprocess
import sys
import time

import pdfplumber
import pytest

from tests.journeys import cast
from tests.journeys.person import Person
from tests.journeys.story import Story
from tests.site import ROOT

PATIENCE = 240
CODE = re.compile(r"(?:[2-9A-Z]{4}-){3}[2-9A-Z]{4}")


@pytest.fixture(scope="module", autouse=True)
def later_work_is_done(story: Story) -> None:
    """Everything that waits is rendered, served and mailed."""
    until = time.monotonic() + PATIENCE
    while left := story.ask("SELECT job, args, tries, trouble FROM outbox WHERE done_at IS NULL"):
        assert time.monotonic() < until, left
        time.sleep(0.3)


def test_everything_has_come_to_its_end(story: Story) -> None:
    assert [row.state for row in story.ask("SELECT state FROM complaint")] == ["CLOSED"]
    assert [row.state for row in story.ask("SELECT state FROM forwarding")] == ["CLOSED", "CLOSED"]
    assert [row.state for row in story.ask("SELECT state FROM case_track ORDER BY id")] == ["CLOSED", "CLOSED"]
    states = {(row.level, row.state) for row in story.ask("SELECT level, state FROM measure")}
    assert states == {(1, "PASSED"), (2, "PASSED"), (3, "PASSED"), (5, "PASSED")}


def test_numbers_have_no_gap(story: Story) -> None:
    series = story.ask(
        "SELECT series, array_agg(serial ORDER BY serial) AS serials FROM document WHERE series IS NOT NULL GROUP BY 1"
    )
    assert {row.series for row in series} >= set("受转立告决整约训公")
    for row in series:
        assert row.serials == list(range(1, len(row.serials) + 1)), row.series


def test_every_document_is_a_pdf_and_served_once(story: Story) -> None:
    assert not story.ask("SELECT kind FROM document WHERE pdf_sha256 IS NULL")
    assert not story.ask("SELECT id FROM dossier WHERE state <> 'SEALED'")
    assert not story.ask("SELECT id FROM outbox WHERE gave_up_at IS NOT NULL OR tries > 0")
    twice = "SELECT document_id FROM service GROUP BY document_id HAVING count(*) <> 1"
    assert not story.ask(twice)
    assert not story.ask("SELECT id FROM service WHERE state IN ('NEW', 'ISSUED', 'FAILED')")


def test_the_journal_holds(story: Story) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "verify-journal"]
    environment = {**story.site.environment}
    checked = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert story.ask("SELECT count(*) AS n FROM journal")[0].n > 80


def test_the_late_answer_is_marked_and_counted(story: Story) -> None:
    late = story.ask("SELECT p.name_zh, a.timely FROM answer a JOIN forwarding f ON f.id = a.forwarding_id "
                     "JOIN party p ON p.id = f.party_id ORDER BY a.id")  # fmt: skip
    assert [(row.name_zh, row.timely) for row in late] == [(cast.LENDER, True), (cast.FIRM, False)]
    intake = story.who("intake")
    intake.go(f"/staff/forwardings/{story.forwarding('firm')}").says("逾期")
    assert "逾期" not in intake.go(f"/staff/forwardings/{story.forwarding('lender')}").reads()


def test_the_complainant_reads_the_closing_letter(story: Story) -> None:
    story.follow_up()
    borrower = story.who("borrower")
    letter = borrower.page.locator("li", has_text="办结告知书")
    if letter.locator("form").count():
        with borrower.page.expect_response(lambda answer: answer.headers.get("content-type") == "application/pdf"):
            letter.get_by_role("button", name="打开", exact=True).click()
        story.follow_up()
    address = letter.get_by_role("link").get_attribute("href")
    pdf = borrower.page.request.get(story.site.address + str(address))
    assert pdf.headers["content-type"] == "application/pdf"
    assert story.ref in _words(pdf.body())


def _words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))


def test_the_bulletin_is_public_and_genuine(story: Story) -> None:
    reader = story.who("reader")
    reader.go("/bulletins").follow(cast.LENDER)
    assert "群内有同事36人" not in reader.reads()
    assert "沈若禾" not in reader.reads()
    address = reader.until("a[href$='.pdf']").get_attribute("href")
    file = reader.page.request.get(story.site.address + str(address)).body()
    code = CODE.findall(_words(file))[0]
    reader.go(f"/verify?code={code}")
    reader.says("有效")
    for brought, verdict in ((file, "真实且未被改动"), (file + b"\n% another line", "已被改动")):
        reader.go("/verify")
        reader.page.set_input_files(
            "input[type=file]", {"name": "公告.pdf", "mimeType": "application/pdf", "buffer": brought}
        )
        reader.page.locator("form:has(input[type=file]) button[type=submit]").click()
        reader.says(verdict)
    feed = reader.page.request.get(f"{story.site.address}/bulletins.atom").text()
    assert story.slug() in feed
    assert cast.LENDER in feed


def test_the_browsers_had_nothing_to_complain_about(story: Story) -> None:
    assert not [said for person in story.people.values() for said in person.complaints]


def test_nobody_outside_sees_what_concerns_others(story: Story) -> None:
    """The firm's lead finds nothing of the lender's."""
    firm: Person = story.who("firm")
    lender, forwarding = story.track("lender"), story.forwarding("lender")
    notices = [row.id for row in story.ask(
        "SELECT s.document_id AS id FROM service s JOIN party p ON p.id = s.party_id WHERE p.name_zh = :name",
        name=cast.LENDER,
    )]  # fmt: skip
    places = [f"/portal/cases/{lender}", f"/portal/forwardings/{forwarding}", "/staff/cases", "/admin/"]
    places += [f"/portal/notices/{number}" for number in notices[:3]]
    for place in places:
        firm.page.goto(story.site.address + place)
        assert firm.status in {403, 404}, (place, firm.status)
