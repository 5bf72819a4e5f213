"""How pages show what was decided on a track: the ladder, measures in words, letters, findings."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from casework import contact_papers, policies_tracks
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.at_hand import once
from core.plainly import in_words
from core.words import _, _l, language
from desk import showing as shown
from notices.laid_down import share_of
from notices.models import Document
from registry import rulebook
from sanctions import ladder, policies_execution, rounds, terms
from sanctions.labels import MEASURE, UNPUBLISHED
from sanctions.ladder import Suggestion
from sanctions.levels import CIRCULAR, INTERVIEW, LEVELS, RECTIFICATION, TRAINING, label
from sanctions.models_decisions import Decision, Proposal
from sanctions.models_measures import Measure

RUNG = {"ORDERED": "now", "DONE": "done", "PASSED": "done", "FAILED": "now"}


def suggestion(session: Session, it: CaseTrack, proposal: Proposal | None) -> Suggestion | None:
    """What the ladder suggested when measures were proposed; before that, what it suggests today.

    Where it ended without a proposal nothing is suggested: by today's settings and history it might be anything.
    """
    if proposal is not None and proposal.score:
        return Suggestion.from_json(proposal.score)
    if it.state in TRACK.ends:
        return None
    return once(session, ("suggested", it.id), lambda: ladder.suggest(session, it))


def compared(proposal: Proposal | None, decision: Decision | None) -> list[int] | None:
    """What is compared with earlier decisions: what was decided, or else announced; before that, nothing of its own."""
    found = decision or proposal
    return list(found.measures) if found is not None else None


def rungs(
    suggested: Suggestion | None,
    proposal: Proposal | None,
    decision: Decision | None,
    measures: Iterable[Measure],
) -> list[dict[str, Any]]:
    """The ladder, lightest first, with how far each measure has come on this track."""
    ordered = {each.level: each.state for each in measures}
    band = set(suggested.band) if suggested is not None else set[int]()
    found = []
    for number, level in LEVELS.items():
        text = f"{label(number)} {level.word}"
        note, state = _rung(number, band, proposal, decision, ordered)
        found.append({"text": text, "note": str(note), "state": state})
    return found


def _rung(
    level: int,
    suggested: set[int],
    proposal: Proposal | None,
    decision: Decision | None,
    ordered: Mapping[int, str],
) -> tuple[Any, str]:
    if level in ordered:
        waits = level >= CIRCULAR and ordered[level] == "ORDERED"
        return UNPUBLISHED if waits else MEASURE[ordered[level]][0], RUNG[ordered[level]]
    if decision is not None and decision.set_aside_on is not None and level in decision.measures:
        return _l("set aside on %(day)s", day=in_words(decision.set_aside_on)), "open"
    if decision is not None:
        return (_l("Decided"), "now") if level in decision.measures else (_l("not ordered"), "open")
    if proposal is not None:
        return (_l("Announced to the respondent"), "now") if level in proposal.measures else ("", "open")
    if level in suggested:
        return _l("Suggested"), "now"
    return (
        _l("needs %(share)s of the members present", share=share_of("MAJORITY_MAJOR")) if level >= CIRCULAR else ""
    ), "open"


def worded(session: Session, measures: Iterable[int], said: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Measures with what they order, in the words of the notice without the name shown beside."""
    found = [(level, terms.worded(session, level, terms.of_level(said, level))) for level in measures]
    return [(level, text.removeprefix(f"{LEVELS[level].zh}：")) for level, text in found]


def veil(it: CaseTrack, *, named: bool = True, revealed: bool = False) -> shown.Veil:
    """How pages show what people wrote on a track: masked until somebody has it revealed.

    Members of a panel or a review body read no complaint: for them no name is known, so only numbers are hidden.
    """
    return shown.veil(shown.names_of_case(it.case) if named else (), revealed=revealed)


def findings(session: Session, it: CaseTrack, *, named: bool = True) -> list[dict[str, Any]]:
    """Each allegation with its kind of violation, provisions, finding and cited evidence, masked."""
    hide = veil(it, named=named and bool(it.allegations))
    day = policies_tracks.conduct_day(it.case)
    return [
        {
            "it": each,
            "hide": hide,
            "violation": rulebook.violation(session, each.code),
            "provisions": [found.cited(language()) for found in cited],
            "look": rulebook.looked_at_first(cited),
            "table": contact_papers.current(session, each.id),
        }
        for each in it.allegations
        for cited in [rulebook.provisions_for(session, each.code, day)]
    ]


def _service_of(document: Document | None) -> Any:  # noqa: ANN401 - a service, or nothing
    """How an outward document reaches its recipient."""
    return document.services[0] if document is not None and document.services else None


KINDS = {RECTIFICATION: "D23a", INTERVIEW: "D23b", TRAINING: "D23d"}


def measures(session: Session, it: CaseTrack, papers: Mapping[str, Document]) -> list[dict[str, Any]]:
    """Each measure ordered, with its notice, what it asks for, and how it was carried out."""
    found = []
    for each in rounds.measures(session, it):
        document = papers.get(KINDS.get(each.level, ""))
        found.append(
            {
                "it": each,
                "word": LEVELS[each.level].word,
                "label": label(each.level),
                "document": document,
                "service": _service_of(document),
                "proofs": {item.no: rounds.proofs(session, item) for item in each.items},
                "unpublished": UNPUBLISHED if each.level >= CIRCULAR and each.state == "ORDERED" else "",
                "late": _("carried out late") if each.done_late else "",
                "reported_on": policies_execution.is_reported_on(it, each),
            },
        )
    return found
