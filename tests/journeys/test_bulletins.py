"""The life of a bulletin after it is out: found, printed, fed, verified; corrected by two people, withdrawn, gone."""

import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pdfplumber

from tests.journeys import cast
from tests.journeys.person import Person
from tests.journeys.story import Story

ATOM = "{http://www.w3.org/2005/Atom}"
WRONG, RIGHT = "12次致电投诉人的3名同事催收", "某次致电投诉人的同事催收"
REASON = "可以据此推知投诉人，另行隐去。"
TURN = re.compile(r"—\d+—(?:演示文件不具效力)?")
"""What stands between the last word of a page and the first one of the next."""


def _words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        said = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
    return TURN.sub("", said)


def test_it_is_found_by_company_measure_breach_and_year(story: Story) -> None:
    reader = story.who("reader")
    found = f"a[href='/bulletins/{story.slug()}']"
    for asked in ("", "text=云栖", "kind=INSTITUTION", "measure=5", "code=V-I01", "year=2026", "measure=5&year=2026"):
        assert reader.go(f"/bulletins?{asked}").page.locator(found).count(), asked
    for asked in ("text=没有这家", "kind=FIRM", "code=V-T01", "year=2031", "year=x&measure=99"):
        hits = reader.go(f"/bulletins?{asked}").page.locator(found).count()
        assert not hits or asked.startswith("year=x"), asked


def test_it_has_a_paper_a_print_view_and_a_feed(story: Story) -> None:
    reader = story.who("reader")
    address = f"/bulletins/{story.slug()}"
    reader.go(address)
    pdf = reader.page.request.get(f"{story.site.address}{address}.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["x-content-type-options"] == "nosniff"
    assert cast.LENDER in _words(pdf.body())
    reader.page.emulate_media(media="print")
    assert not reader.page.locator("nav").first.is_visible()
    assert reader.page.locator(".bulletin-text").is_visible()
    reader.page.emulate_media(media="screen")
    feed = ET.fromstring(reader.page.request.get(f"{story.site.address}/bulletins.atom").text())  # noqa: S314 - our own
    links = [link.get("href", "") for entry in feed.iter(f"{ATOM}entry") for link in entry.iter(f"{ATOM}link")]
    assert any(link.endswith(address) for link in links)
    again = reader.page.request.get(story.site.address + address)
    tag = again.headers["etag"]
    assert reader.page.request.get(story.site.address + address, headers={"If-None-Match": tag}).status == 304


def test_a_correction_needs_a_second_person_and_says_why(story: Story) -> None:
    publisher, second, reader = (story.who(name) for name in ("publisher", "publisher2", "reader"))
    address = f"/staff/publications/{story.slug()}"
    publisher.go(f"{address}/do/propose_correction")
    correction = {"wrong": "这句话不在文本里", "right": RIGHT, "reason": REASON}
    publisher.fill(publisher.form(holding="wrong"), **correction)
    publisher.press(publisher.form(holding="wrong"))
    assert publisher.status == 422
    assert publisher.page.locator("[name=right]").input_value() == RIGHT
    publisher.fill(publisher.form(holding="wrong"), **{**correction, "wrong": WRONG})
    publisher.press(publisher.form(holding="wrong"))
    assert RIGHT not in reader.go(f"/bulletins/{story.slug()}").reads()
    assert not publisher.go(address).page.locator("form[action$='/do/correct']").count()
    second.go(address).send("/do/correct")
    reader.go(f"/bulletins/{story.slug()}").says(REASON)
    assert RIGHT in reader.reads()
    assert WRONG not in reader.reads()
    said = _paper(story, reader)
    assert RIGHT in said
    assert "更正后的全文" in said


def _paper(story: Story, reader: Person, status: int = 200) -> str:
    """The words of the paper that stands, once it is rendered; it is verified as genuine and in force."""
    address = f"/bulletins/{story.slug()}"
    reader.go(address, status).until(f"a[href='{address}.pdf']")
    said = _words(reader.page.request.get(f"{story.site.address}{address}.pdf").body())
    code = reader.page.locator(".check-code").inner_text()
    reader.go(f"/verify?code={code}").says("真实且有效")
    return said


def test_withdrawn_it_leaves_a_notice_and_then_nothing(story: Story) -> None:
    head, reader = story.who("head"), story.who("reader")
    slug = story.slug()
    code = story.ask("SELECT check_code FROM document WHERE kind = 'D23f'")[0].check_code
    head.go(f"/staff/publications/{slug}/do/withdraw").send(reason="复核决定撤销了公开通报批评。")
    reader.go(f"/bulletins/{slug}", 410).says("已撤回")
    assert WRONG not in reader.reads()
    assert RIGHT not in reader.reads()
    assert reader.page.locator("meta[name=robots][content=noindex]").count() == 1
    reader.no_barrier()
    reader.picture("withdrawn.zh")
    for place in ("/bulletins", f"/bulletins?text={cast.LENDER}", "/bulletins.atom", "/bulletins.json"):
        said = reader.page.request.get(story.site.address + place).text()
        assert slug in said, place
        assert "已撤回" in said, place
    assert slug not in reader.page.request.get(f"{story.site.address}/sitemap.xml").text()
    reader.go("/bulletins/withdrawals").says("撤回")
    assert "真实且有效" not in reader.go(f"/verify?code={code}").reads()
    said = _paper(story, reader, 410)
    assert "复核决定撤销了公开通报批评" in said
    assert WRONG not in said
    story.site.be_at(story.today + timedelta(days=32))
    reader.until_gone("/bulletins", slug)
    reader.until_answered(f"/bulletins/{slug}", 410)
    reader.no_barrier()
