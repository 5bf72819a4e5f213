"""Short scenes that several journeys begin with: a complaint by telephone, accepted and forwarded."""

import re
import secrets
from typing import Any

from tests.filestore import making_files as made
from tests.journeys import cast
from tests.journeys.person import Person

FACTS = "11月10日对方催收人员三次打电话到我单位，向同事打听我的情况。我的电话是13912345678。"
PHONED = {
    "channel": "PHONE",
    "lang": "zh",
    "role": "DEBTOR",
    "how": "NAME",
    "codes": ["V-C04"],
    "conduct_from": "2026-11-08",
    "conduct_to": "2026-11-10",
    "facts": FACTS,
    "name": "沈若禾",
    "consent": True,
}


def picture(size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture; a small one where nothing is said."""
    return made.picture(size=size)


def pdf() -> bytes:
    """A small PDF."""
    return made.pdf()


def by_telephone(intake: Person, company: str = cast.LENDER, **changed: Any) -> tuple[str, str]:
    """Intake enters a complaint; its number, and the receipt code that is read out once."""
    said = {**PHONED, "value": company, "contact": f"{secrets.token_hex(5)}@example.invalid", **changed}
    intake.go("/staff/complaints/new").send(**said)
    code = intake.page.locator("[data-receipt-code]").inner_text()
    return re.findall(r"TS2026-\w{6}", intake.reads())[0], code


def forwarded(intake: Person, company: str = cast.LENDER, **changed: Any) -> tuple[str, str]:
    """The same, accepted and put before the company and nobody else."""
    ref, code = by_telephone(intake, company, **changed)
    intake.go(f"/staff/complaints/{ref}")
    label = intake.page.locator(".choice", has_text=company)
    only = label.locator("[name='accept-respondents']").get_attribute("value")
    intake.send("/do/accept", **{"accept-respondents": [only]})
    return ref, code


def confirmed(lead: Person) -> Person:
    """The lead of a company confirms its service address, unless somebody did before."""
    lead.go("/portal/address")
    if lead.page.locator("#confirmed").count():
        return lead
    return lead.send(
        electronic=True,
        postal_address="蓝湾市海望区潮汐路1号",
        contact_name="陈立",
        contact_phone="0592-5550100",
        understood=True,
    )
