"""What ties somebody to a company, and from which open cases about it he is kept out."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, policies_recusals, recusals
from casework.models_recusals import Interest, Recusal
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed
from registry import merging, parties, successions
from registry.models import PartyKind
from registry.models_lineage import SuccessionKind
from sanctions import policies
from tests.builders_cases import actor, party
from tests.sanctions.chain import Chain
from tests.sanctions.test_recusals import _ask


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def test_an_interest_declared_recuses_from_open_cases_and_keeps_out_of_later_ones(chain: Chain) -> None:
    track = chain.deliberating([1])
    said = {"kind": "SHARES", "from_on": date(2025, 1, 1), "to_on": None, "note": "", "now": chain.now}
    recusals.declare_interest(
        chain.session, chain.lender, **said, actor=actor(chain.investigator), today=date(2026, 11, 25)
    )
    found = chain.session.scalars(select(Recusal)).one()
    assert (found.how, found.state, found.account_id) == ("FOUND", "GRANTED", chain.investigator.id)
    waits = _ask(chain, track, chain.officer.id)
    recusals.declare_interest(chain.session, chain.lender, **said, actor=actor(chain.officer), today=chain.now.date())
    assert chain.session.scalars(select(Recusal).order_by(Recusal.id)).all() == [found, waits]
    recusals.declare_interest(chain.session, chain.firm, **said, actor=actor(chain.panel[0]), today=date(2026, 11, 25))
    pool = {person.id for person, _ in policies.eligible(chain.session, track)}
    assert chain.panel[0].id not in pool
    for each in track.case.tracks:
        each.state, each.ended_on = "ARCHIVED", chain.now.date()
    chain.session.flush()
    recusals.declare_interest(chain.session, chain.lender, **said, actor=actor(chain.reviewer), today=chain.now.date())
    about = select(Recusal.id).where(Recusal.account_id == chain.reviewer.id)
    assert chain.session.scalars(about).all() == [], "the case is over"


def test_an_interest_that_ended_long_ago_bars_no_more(chain: Chain) -> None:
    track = chain.reported()
    old = {"party_id": chain.lender.id, "kind": "BUSINESS", "declared_at": chain.now, "note": ""}
    chain.session.add(Interest(account_id=chain.head.id, from_on=date(2020, 1, 1), to_on=date(2024, 11, 24), **old))
    chain.session.add(Interest(account_id=chain.reviewer.id, from_on=date(2020, 1, 1), to_on=date(2024, 12, 25), **old))
    last = chain.panel[0]
    chain.session.add(Interest(account_id=last.id, from_on=date(2020, 1, 1), to_on=date(2024, 11, 25), **old))
    chain.session.flush()
    today = date(2026, 11, 25)
    bars = (
        list(policies_recusals.takes_no_part(chain.session, actor(who), track.case_id, today))
        for who in (last, chain.head)
    )
    assert [bool(each) for each in bars] == [True, False]
    assert not policies_recusals.conflicts(chain.session, track.case_id, chain.head.id, today)
    assert policies_recusals.conflicts(chain.session, track.case_id, chain.reviewer.id, today)
    with pytest.raises(NotAllowed, match="已申报与有关单位"):
        chain.propose(track, [1])


def test_an_interest_in_a_company_that_the_respondent_took_over_bars_as_well(chain: Chain) -> None:
    track = chain.reported()
    before = party(chain.session, "青屿小额贷款有限公司")
    taken = {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 3, 1), "evidence": "合并协议", "matters": []}
    made = successions.record(
        chain.session, before, chain.lender, **taken, actor=actor(chain.head), version=None, now=chain.now
    )
    today, (member, case) = date(2026, 11, 25), (chain.panel[0].id, track.case_id)
    said = {"kind": "SHARES", "from_on": date(2020, 1, 1), "to_on": date(2026, 2, 28), "note": "", "now": chain.now}
    for person in (chain.panel[0], chain.investigator):
        recusals.declare_interest(chain.session, before, **said, actor=actor(person), today=today)
    assert chain.session.scalars(select(Recusal.account_id)).all() == [chain.investigator.id]
    assert policies_recusals.conflicts(chain.session, case, member, today)
    assert list(policies_recusals.takes_no_part(chain.session, actor(chain.panel[0]), case, today))
    assert member not in {person.id for person, _ in policies.eligible(chain.session, track)}
    made.withdrawn_at, made.withdrawn_because = chain.now, "误录"
    chain.session.flush()
    assert not policies_recusals.conflicts(chain.session, case, member, today)


@pytest.mark.parametrize("how", ["merger", "successor", "partner", "respondent"])
def test_whoever_is_tied_to_a_respondent_only_since_he_takes_part_is_recused_at_once(chain: Chain, how: str) -> None:
    track = chain.deliberating([1])
    other = party(chain.session, "青屿小额贷款有限公司", PartyKind.FIRM if how == "partner" else PartyKind.INSTITUTION)
    said: dict[str, Any] = {"actor": actor(chain.head), "now": chain.now}
    owns = {"kind": "SHARES", "from_on": date(2025, 1, 1), "to_on": None, "note": "", "now": chain.now}
    recusals.declare_interest(chain.session, other, **owns, actor=actor(chain.investigator), today=day_of(chain.now))
    recused = select(Recusal.account_id).where(Recusal.case_id == track.case_id, Recusal.state == "GRANTED")
    assert not chain.session.scalars(recused).all()
    if how == "merger":
        merging.merge(chain.session, other, chain.lender, reason="x", versions=(None, None), **said)
    elif how == "successor":
        said |= {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 3, 1), "evidence": "x", "matters": []}
        last = party(chain.session, "汀洲小额贷款有限公司")
        for gone, heir in ((other, last), (last, chain.lender)):
            successions.record(chain.session, gone, heir, version=None, **said)
    elif how == "partner":
        said["actor"] = Actor(2, frozenset({"system_admin"}))
        parties.engage(chain.session, institution=chain.lender, firm=other, from_on=date(2026, 3, 1), **said)
    else:
        cases.add_track(chain.session, track.case, other, lead="x", **said | {"actor": actor(chain.officer)})
    assert chain.session.scalars(recused).all() == [chain.investigator.id]
    recusals.look(chain.session, chain.now)
    assert len(chain.session.scalars(recused).all()) == 1, "once"
