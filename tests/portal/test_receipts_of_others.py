"""What was sent before a company was renamed, or as another's successor: receipts and pages say who sent it."""

from datetime import timedelta
from typing import Any

from flask_babel import force_locale

from casework.models import Forwarding
from core import clock
from core.actors import SYSTEM
from core.clock import day_of
from core.db import transaction
from notices.bundle_papers import Piece
from portal import company_archives
from registry import renaming, successions
from registry.models_accounts import Account
from registry.models_lineage import SuccessionKind
from sanctions import bundle_papers
from tests.builders import account, actor_of, party
from tests.casework.house import House, answered, house, today
from tests.casework.receipts import receipt
from tests.conftest import NOW

__all__ = ["answered", "house", "today"]
OLD, NEW, HEIR = "青屿消费金融有限公司", "新屿消费金融有限公司", "远岬消费金融有限公司"


def test_a_receipt_names_the_company_that_sent_it_as_it_was_called_on_that_day(answered: House) -> None:
    number = answered.made["number"]
    page = f"/portal/forwardings/{number}"

    def said(who: str) -> list[str]:
        browser = answered.enter(who, "zh")
        told = receipt(browser.client, browser.get(page), "")
        return [name for name in (OLD, NEW, HEIR) if name in told]

    assert said("lead") == [OLD]
    with answered.app.app_context(), transaction() as at:
        sent, now = at.get_one(Forwarding, number), clock.now()
        renaming.rename(at, sent.party, actor=SYSTEM, name_zh=NEW, version=None, now=now)
    assert said("lead") == [OLD]
    with answered.app.app_context(), transaction() as at:
        sent, heir = at.get_one(Forwarding, number), party(at, HEIR)
        answered.people["heir"] = account(at, "远岬联系人", "respondent", "lead", party=heir).id
        given: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "evidence": "合并协议", "version": None}
        by = actor_of(at.get_one(Account, answered.people["head"]))
        since, matters = day_of(now) - timedelta(days=30), [f"forwarding:{number}"]
        successions.record(at, sent.party, heir, from_on=since, matters=matters, actor=by, now=now, **given)
    assert said("heir") == [OLD]


def test_an_answer_of_a_company_that_was_successor_by_mistake_is_shown_as_given_by_it(answered: House) -> None:
    number = answered.made["number"]
    with answered.app.app_context(), transaction() as at:
        sent, heir = at.get_one(Forwarding, number), party(at, HEIR)
        given, ref = sent.answers[0], sent.complaint.ref
        given.submitted_by = account(at, "远岬联系人", "respondent", "lead", party=heir).id
        with force_locale("zh_Hans_CN"):
            (kept,) = company_archives.answers(at, company_archives.Asked(sent.party_id, None, "zh"))
        printed = bundle_papers.FILLED["answer"](at, Piece("", "", "", NOW.date()), given.id)
    said = f"由{HEIR}答复"
    assert said in answered.enter("lead", "zh").get(f"/portal/forwardings/{number}")
    for page in (f"/staff/forwardings/{number}", f"/staff/complaints/{ref}"):
        assert said in answered.enter("intake", "zh").get(page), page
    assert said in kept.text
    assert printed.facts == (("答复单位", HEIR),)
