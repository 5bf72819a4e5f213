"""The second of two people on small forms: which party a company is, what evidence shows, whom a rule names."""

import re
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Complaint, NamedCompany
from casework.models_assignment import AssignmentRule
from casework.models_cases import Evidence
from core import clock
from registry.models_accounts import Account
from registry.models_rulebook import Violation
from tests.casework.house import House, case, house, received, today
from tests.filestore import making_files as made

__all__ = ["case", "house", "received", "today"]


def test_the_second_to_match_a_company_reads_both_and_overwrites_nothing_unseen(received: House) -> None:
    intake, other, ref = received.enter("intake"), received.enter("officer"), received.made["ref"]
    number, seen = received.read(lambda at: at.execute(select(NamedCompany.id, NamedCompany.party_id)).first())
    url, version = f"/staff/complaints/{ref}/companies/{number}", str(seen or 0)
    page = intake.get(f"/staff/complaints/{ref}")
    assert f'name="company{number}-version" type="hidden" value="{version}"' in page
    name, lender = "青屿消费金融有限公司", int(received.made["lender"])
    other.post(url, prefix=f"company{number}", party="", version=version)
    told = intake.post(url, 409, prefix=f"company{number}", party=name, version=version)
    assert "said which party a named company is" in told
    assert received.read(lambda at: at.get_one(NamedCompany, number).party_id) is None
    intake.post(url, prefix=f"company{number}", party=name, version="0")
    assert received.read(lambda at: at.get_one(NamedCompany, number).party_id) == lender


def test_the_second_to_say_what_evidence_shows_sees_the_words_that_differ(case: House) -> None:
    officer, head = case.enter("officer"), case.enter("head")
    base = f"/staff/cases/{case.made['case']}"
    officer.post(f"{base}/do/evidence", files=(BytesIO(made.picture()), "通话记录.png"), shows="三次通话记录")
    number, version = case.read(
        lambda at: next((e.id, str(e.version)) for e in at.scalars(select(Evidence)) if e.shows)
    )
    url = f"{base}/evidence/{number}"
    head.post(url, shows="四次通话记录", version=version)
    told = officer.post(url, 409, shows="三次夜间通话记录", version=version)
    assert "your text is kept below" in told
    assert "<ins>三</ins>" in told or "<ins>三次夜间</ins>" in told
    assert "<del>四</del>" in told or "<del>四次</del>" in told
    assert case.read(lambda at: at.get_one(Evidence, number).shows) == "四次通话记录"


def test_the_second_head_at_a_rule_sees_who_was_taken_out_of_it_and_brings_nobody_back_unseen(received: House) -> None:
    first, second = received.enter("head"), received.enter("head")
    base, (one, two) = "/staff/assignment/rule", (str(received.people[who]) for who in ("intake", "officer"))
    told = {"name": "广东", "party": "", "code": "", "lang": "", "region": "44", "people": [one, two]}
    first.post(base, **told)
    url = f"{base}/{received.read(lambda at: at.scalar(select(AssignmentRule.id)))}"
    assert 'name="version" type="hidden" value="1"' in second.get(url)
    before = hidden(second.get(url), "before")
    first.post(url, **told | {"people": [two]}, version="1")
    again = {**told, "most_open": "20", "before": before}
    page = second.post(url, 409, **again, version="1")
    assert "Somebody else changed this in the meantime." in page
    assert 'data-theirs="people"' in page
    assert 'data-mine="most_open"' in page
    assert re.search(r'name="pick-people" value="theirs" checked', page), "whoever changed the people is taken at first"
    assert received.read(lambda at: at.scalar(select(AssignmentRule.people))) == [int(two)]
    picked = {"pick-people": "theirs", "pick-most_open": "mine"}
    second.post(url, **again, **picked, version=hidden(page, "version"))
    it = received.read(lambda at: at.scalar(select(AssignmentRule)))
    assert (it.people, it.most_open) == ([int(two)], 20)


def test_what_a_rule_names_stays_in_it_though_its_kind_was_retired_and_somebody_locked_out(received: House) -> None:
    head, base = received.enter("head"), "/staff/assignment/rule"
    one, two = (str(received.people[who]) for who in ("intake", "officer"))
    told = {"name": "夜间", "party": "", "code": "V-C01", "lang": "", "region": "", "people": [one, two]}
    head.post(base, **told)
    url = f"{base}/{received.read(lambda at: at.scalar(select(AssignmentRule.id)))}"

    def gone(at: Session) -> None:
        at.get_one(Violation, "V-C01").retired = True
        at.get_one(Account, int(two)).locked_at = clock.now()

    received.read(gone)
    page = head.get(url)
    assert re.search(r'<option selected value="V-C01">V-C01 [^<]+ · Retired</option>', page), "not any kind"
    assert re.search(rf'value="{two}"[^>]* checked', page)
    assert "no longer does this work" in page
    head.post(url, **told | {"name": "夜间来电"}, version="1")
    it = received.read(lambda at: at.scalar(select(AssignmentRule)))
    assert (it.name, it.code, it.people) == ("夜间来电", "V-C01", [int(one), int(two)])


def test_what_was_alleged_stays_ticked_when_its_kind_was_retired(received: House) -> None:
    browser, address = received.enter("intake"), f"/staff/complaints/{received.made['ref']}"
    received.read(lambda at: setattr(at.get_one(Violation, "V-F04"), "retired", True))
    page = browser.get(address)
    ticked = re.findall(r'name="codes-codes"[^>]* value="([^"]+)"[^>]* checked', page)
    assert ticked == ["V-C01", "V-F04"]
    browser.post(f"{address}/codes", prefix="codes", codes=[*ticked, "V-B02"], version=str(version_of(received)))
    alleged = received.read(lambda at: [each.code for each in at.get_one(Complaint, received.made["id"]).codes])
    assert sorted(alleged) == ["V-B02", "V-C01", "V-F04"]
    assert "V-F04" in browser.get("/staff?view=open&code=V-F04").partition('name="code"')[2].partition("</select>")[0]


def version_of(house: House) -> int:
    return int(house.read(lambda at: at.get_one(Complaint, house.made["id"]).version))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"(?: type="hidden")? value="([^"]*)"', page)
    assert found is not None
    return found[1]
