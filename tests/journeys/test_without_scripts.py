"""Without any script: a complaint is sent, found, checked, forwarded, opened, answered, released and read."""

import re
from collections.abc import Callable
from typing import Any

from tests.journeys import cast, scenes
from tests.journeys.person import Person

FACTS = "11月10日起对方每天多次打电话到我单位，向我的同事打听我的情况，并说出我欠款的金额。"
ANSWER = "我司已责令合作方停止联系您的同事，并向您致歉。"


def test_the_main_ways_are_gone_without_scripts(person: Callable[..., Person], ask: Callable[..., list[Any]]) -> None:
    borrower, intake, lead = (person("zh", java_script_enabled=False) for _each in range(3))
    borrower.go("/complain/who").send(role="DEBTOR")
    borrower.send(how="NAME", value=cast.LENDER)
    borrower.send(codes=["V-C04"], conduct_from="2026-11-10", conduct_to="2026-11-20", facts=FACTS)
    borrower.send(holding="files")
    borrower.send(name="沈若禾", consent=True)
    borrower.send()
    code = borrower.page.locator("[data-receipt-code]").inner_text()
    ref = re.findall(r"TS2026-\w{6}", borrower.reads())[0]

    intake.sign_in(cast.mail("intake"), fresh=True).go(f"/staff/search?q={ref}")
    assert intake.page.url.endswith(f"/staff/complaints/{ref}")
    lender = intake.page.locator(".choice", has_text=cast.LENDER).locator("[name='accept-respondents']")
    intake.send("/do/accept", **{"accept-respondents": [lender.get_attribute("value")]})
    sent = "SELECT f.id FROM forwarding f JOIN complaint c ON c.id = f.complaint_id WHERE c.ref = :ref"
    number = ask(sent, ref=ref)[0].id

    scenes.confirmed(lead.sign_in("lead@yunqi.example", fresh=True))
    lead.until("form[action$='/open']", f"/portal/forwardings/{number}")
    lead.send("/open").go(f"/portal/forwardings/{number}/answer")
    said = {"outcome": "REMEDY_NONMONEY", "to_association": "已核查通话记录，共致电三次。", "to_complainant": ANSWER}
    lead.send(press="look", **said)
    lead.send(holding="seen")

    intake.go(f"/staff/forwardings/{number}").send("/do/release", **{"release-read": True})
    borrower.go("/track/").send(code=code)
    borrower.until(f"text={ANSWER}")
    borrower.send("/track/message", **{"m-body": "昨天他们又打了电话。"})
    borrower.says("昨天他们又打了电话。")
    borrower.send("/track/accept", right=False).says("请勾选确认接受该答复。")
    borrower.send("/track/accept", **{"a-confirmed": True}).says("已结案")
