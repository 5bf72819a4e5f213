"""What the documents of ends out of turn say: the termination of a case."""

from collections.abc import Iterator

from casework.models_cases import CaseTrack
from core.machine import Ask
from notices import queries as notices
from notices.making import Draft, makes

GROUNDS = {
    "MISTAKE": "经核实，本案系错误立案。",
    "NO_JURISDICTION": "经核实，有关事项不属于本协会自律管理范围。",
    "CEASED": "你单位已经终止，且无权利义务承受人。",
}


@makes("track", "D16c")
def termination(ask: Ask) -> Iterator[Draft]:
    """That the procedure ends, on what ground, and that nothing of it counts."""
    track: CaseTrack = ask.it
    filing = notices.last_document(ask.session, ["D11b", "D41"], "track", track.id)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "filing_number": (filing.number if filing else None) or "立案通知书",
            "ground": GROUNDS[ask.facts["ground"]],
            "reasons": ask.facts["reasons"],
        },
        to=track.party.name_zh,
        party_id=track.party_id,
        round=track.round,
    )
