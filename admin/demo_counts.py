"""Call lists of the demonstration: a debtor's bill is read into the case, and the daily counts stand with findings."""

import io
from datetime import datetime, time, timedelta

from casework import call_lists, contact_lists, contact_tables, contacts, policies_contacts
from casework.call_lists import Reading
from casework.contacts import Whose
from casework.policies_tracks import conduct_day
from core.clock import ZONE
from registry.models import PartyKind
from registry.names import fold_number

FIRST = time(9, 5)
OF_FIRM, OF_LENDER = 5, 2
"""Seven on the worst day, as the complaint says: five by the firm, which is too many by itself."""
KINDS = {"INTERACTIVE": "国内通话", "NOTICE": "语音通知", "ATTEMPT": "国内通话"}
IN_VAIN = "ATTEMPT"
TRIES = 11
"""Unanswered calls in one day, as the complaint says; six are the limit of each company by itself."""


def counted(stage, track, who):
    """Each finding that the counters decide gets its table; the bill is read once for both companies of a case."""
    for allegation in track.allegations:
        counter = policies_contacts.counter_of(allegation.code)
        debtor = next((each for each in track.case.complaints if _is_debtor(each)), None)
        if counter is None or debtor is None:
            continue
        if not contact_tables.offered(stage.at, allegation):
            _read(stage, track, debtor, counter, who)
        for table in contact_tables.offered(stage.at, allegation)[:1]:
            number = table.institution.id
            contact_tables.attach(stage.at, allegation, institution_id=number, actor=who, now=stage.now)


def _is_debtor(complaint):
    return complaint.complainant is not None and complaint.complainant.role == "DEBTOR"


def _read(stage, track, debtor, counter, who):
    callers = _callers(stage, track)
    if counter == IN_VAIN:
        callers = [(number, by, TRIES if by.party_id == track.party_id else 0) for number, by, _times in callers]
    content = _bill(conduct_day(track.case), callers, counter).encode("gb18030")
    giver = contact_lists.Giver(complaint=debtor)
    made = contact_lists.bring(
        stage.at, track.case, io.BytesIO(content), "通话详单.csv", giver, actor=who, now=stage.now
    )
    table = contact_lists.table_of(made)
    numbers = {number: by for number, by, _times in callers}
    own = fold_number(debtor.complainant.contact or "")
    how = Reading(call_lists.guess(table), Whose(debtor.id), callers=numbers, own=own)
    contact_lists.take(stage.at, track.case, made, table, how, actor=who, now=stage.now)


def _callers(stage, track):
    """The lender, and the firm that the case is about or that the lender had engaged then."""
    every = contacts.choices_of(stage.at, track.case)
    on_track = {each.party_id for each in track.case.tracks if each.party.kind is PartyKind.FIRM}
    firms = [each for each in every if each.principal_id is not None and each.party_id in on_track]
    lenders = [each for each in every if each.principal_id is None and each.party_id not in on_track]
    called = [(each, OF_LENDER if firms else OF_LENDER + OF_FIRM) for each in lenders[:1]]
    called += [(each, OF_FIRM) for each in firms[:1]]
    return [(f"01005554{each.party_id % 1000:03d}", each, times) for each, times in called]


def _bill(day, callers, counter):
    """A bill as carriers write it, with somebody else's call among the others."""
    rows = ["起始时间,对方号码,通信方式,呼叫类型,通话时长"]
    at = datetime.combine(day, FIRST, ZONE)
    for number, _by, times in callers:
        for place in range(times):
            length = 0 if counter == IN_VAIN else 35 + 7 * place
            rows.append(f"{at:%Y-%m-%d %H:%M:%S},{number},{KINDS[counter]},被叫,{length}秒")
            at += timedelta(minutes=47)
    rows.append(f"{at:%Y-%m-%d %H:%M:%S},13900000042,国内通话,主叫,180秒")
    return "\n".join(rows) + "\n"
