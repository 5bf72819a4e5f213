"""The monthly report: made, kept and printed, in both languages."""

import io
import re
from dataclasses import replace

import pdfplumber
import pikepdf
import pytest
from flask_babel import force_locale
from sqlalchemy import select, update

from core import keyset
from core.db import Reader, read_as, session, transaction
from core.words import LOCALES, _
from figures import documents, jobs, sections
from figures.models import Figure, FigureMonth, MonthReport
from figures.tables import Row, Table
from filestore import files
from tests.conftest import NOW
from tests.figures.test_pages import House, house

__all__ = ["house"]


def test_a_report_is_made_kept_and_printed_in_both_languages(house: House) -> None:
    officer = house.enter("officer")
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        month = max(each.month for each in session().scalars(select(Figure).where(Figure.what == "MEASURE")))
    for lang in ("zh", "en"):
        asked = officer.post(f"/staff/statistics/months/{month:%Y-%m}/report", data={"lang": lang, "key": f"r-{lang}"})
        assert asked.status_code == 303, asked.get_data(as_text=True)
    with house.app.app_context():
        with transaction() as at:  # corrected between the asking and the making
            at.execute(update(FigureMonth).where(FigureMonth.month == month).values(closed_at=NOW, revision=7))
        for each in _reports():
            jobs.make(each)
            jobs.make(each)
        read_as(session(), Reader("zilu_system"))
        made = [session().get_one(MonthReport, each) for each in _reports()]
        for each in made:
            assert (each.trouble, each.revision) == (None, 7)
            with pikepdf.open(files.open_file(str(each.sha256))) as pdf, pdf.open_metadata() as said:
                assert said.pdfa_status == "3A"
                assert len(pdf.pages) == each.pages
    page = officer.get("/staff/statistics/months").get_data(as_text=True)
    assert f"/staff/statistics/reports/{made[0].id}.pdf" in page
    assert officer.get(f"/staff/statistics/reports/{made[0].id}.pdf").data[:5] == b"%PDF-"


def test_every_report_is_found_however_many_were_made_since(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, page = house.enter("officer"), "/staff/statistics/months"
    said = re.findall(r'action="(/staff/statistics/months/[^"]+/report)"', officer.get(page).text)[0]
    for lang in ("zh", "en"):
        assert officer.post(said, data={"lang": lang, "key": f"r-{lang}"}).status_code == 303
    monkeypatch.setattr(keyset, "SIZE", 1)
    newest = officer.get(page).text.partition('id="reports"')[2]
    (older,) = re.findall(r'href="([^"]+)" rel="next"', newest)
    oldest = officer.get(older).text.partition('id="reports"')[2]
    assert [page.count("being made since") for page in (newest, oldest)] == [1, 1]
    assert ("· English" in newest, "· Chinese" in oldest, 'rel="next"' in oldest) == (True, True, False)


def test_a_report_says_of_how_many_companies_it_lists_the_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        months_there = select(Figure.month).where(Figure.what == "RECEIVED", Figure.party_id.is_not(None))
        month = min(session().scalars(months_there))
        for most, told in ((1, 0), (0, 1)):
            monkeypatch.setattr(documents, "COMPANIES", most)
            for lang, said in (("en", "Listed are the first 0 of 1 companies."), ("zh", "共1家单位，仅列前0家。")):
                html = documents.html_of(documents.contents(session(), month, lang))
                assert html.count(said) == told
                assert "90th percentile" in html or lang == "zh"
                assert not re.search("narrows|narrowed|筛选", html), "on paper nobody narrows anything"


NOTHING = [("zh", "该期间无统计数据。"), ("en", "Nothing was counted in this period.")]


@pytest.mark.parametrize(("lang", "said"), NOTHING)
def test_a_report_says_where_nothing_was_counted_and_draws_no_empty_table(house: House, lang: str, said: str) -> None:
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        html = documents.html_of(documents.contents(session(), NOW.date().replace(day=1), lang))
    assert html.count(said) == 2, "of how complaints ended, and of the month by itself"
    assert not re.search(r"<tbody>\s*</tbody>", html)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_breaks_no_month_and_stays_on_its_paper_however_complaints_ended(house: House, lang: str) -> None:
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        found = documents.contents(session(), NOW.date().replace(day=1), lang)
        with force_locale(LOCALES[lang]):
            heads = [str(_("Month")), *sections.outcomes().values()]
        rows = [Row(f"2025-{month:02}", [1234] * (len(heads) - 1)) for month in range(1, 13)]
        wide = Table("outcomes", heads[0], heads, rows, sums=True)
        content = documents.pdf_of(replace(found, parts=[("2025", [wide])]))
    with pdfplumber.open(io.BytesIO(content)) as paper:
        said = "\n".join(page.extract_text() for page in paper.pages)
        assert all(each["x1"] < page.width - 36 for page in paper.pages for each in page.chars if each["text"].strip())
    assert all(row.head in said for row in rows)
    assert said.count("1,234") == len(rows) * (len(heads) - 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_begins_with_what_it_is_and_keeps_each_chart_with_its_months(house: House, lang: str) -> None:
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        found = documents.contents(session(), NOW.date().replace(day=1), lang)
        content = documents.pdf_of(found)
    assert not re.search(r"\d{4}-\d\d-\d\d", "".join(value for _name, value in found.facts)), "days in words"
    year = [each for each in found.parts[0][1] if each.chart and each.rows]
    with pdfplumber.open(io.BytesIO(content)) as paper:
        said = [page.extract_text() for page in paper.pages]
    assert all(
        head in said[0].replace("\n", " ") for head in (*found.heads, *(name for name, _values in found.figures))
    )
    assert year
    for each in year:
        (page,) = [page for page in said if each.title in page and each.rows[0].head in page]
        assert each.rows[-1].head in page, each.title


@pytest.mark.parametrize("count", [30, 18])
@pytest.mark.parametrize(("lang", "name"), [("zh", "蓝湾互联网金融" * 9), ("en", "Lanwan Internet Finance " * 5)])
def test_a_report_breaks_names_of_companies_and_lists_them_below_their_heading(
    house: House, lang: str, name: str, count: int
) -> None:
    with house.app.app_context():
        read_as(session(), Reader("zilu_system"))
        found = documents.contents(session(), NOW.date().replace(day=1), lang)
        heads = [str(each) for each in ("Name", *range(6))]
        rows = [Row(name, [10_000_000, None, "—", 100.0, 10_000_000, 0])] * count
        by_company = Table("institutions", "Listed here", heads, rows)
        content = documents.pdf_of(replace(found, parts=[("2025", []), ("2026", [by_company])]))
    with pdfplumber.open(io.BytesIO(content)) as paper:
        assert all(each["x1"] < page.width - 36 for page in paper.pages for each in page.chars if each["text"].strip())
        said = [page.extract_text() for page in paper.pages]
    assert all("10,000,000" in page for page in said if "Listed here" in page)
    assert "100.0" in said[0] + said[-1], "a share has its decimal here as on pages"


def _reports() -> list[int]:
    read_as(session(), Reader("zilu_system"))
    found = list(session().scalars(select(MonthReport.id).order_by(MonthReport.id)))
    session().rollback()
    return found
