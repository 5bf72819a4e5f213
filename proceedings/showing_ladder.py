"""How pages show the ladder: where factors can be read, what the file suggests, how far measures depart."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.queries_cases import evidence_of
from core.forms import Form
from core.labels import labels_of
from core.words import LazyString, _, _l, language
from desk import showing as shown
from registry.models import VIA_PRINCIPAL
from registry.seeded_words import basis_words
from registry.seeds_settings import MEANINGS
from sanctions import ladder_departures, ladder_history
from sanctions.ladder import Suggestion, suggest, with_similar
from sanctions.ladder_departures import Departure
from sanctions.ladder_factors import FACTORS, answers
from sanctions.ladder_scores import Judged, Part
from sanctions.models_decisions import Decision, Proposal


def sources(session: Session, track: CaseTrack) -> list[tuple[str, str]]:
    """Findings, evidence of the case, and earlier tracks of the company, as choices of a form."""
    found = clauses.established(track)
    named = ladder_history.kinds(session, [each.code for each in found])
    codes = [(each.code, _("Finding %(code)s %(name)s", code=each.code, name=each.name(language()))) for each in named]
    hide = shown.veil(shown.names_of_case(track.case))
    proofs = [
        (f"E{place}", _("Evidence %(mark)s %(shows)s", mark=f"E{place}", shows=hide(each.shows)))
        for place, each in enumerate(evidence_of(session, track.case), 1)
    ]
    counted = ladder_history.earlier(session, track, named)
    refs = dict.fromkeys([*(each.ref for each in counted), *ladder_history.failed_before(session, track)])
    return [*codes, *proofs, *((ref, _("Earlier measure %(ref)s", ref=ref)) for ref in refs)]


def begun(session: Session, track: CaseTrack) -> dict[str, Judged]:
    """What was said about the factors in an earlier round."""
    last = session.scalar(
        select(Proposal).where(Proposal.track_id == track.id).order_by(Proposal.round.desc()).limit(1),
    )
    return Suggestion.from_json(last.score).judgements() if last is not None and last.score else {}


def hints(session: Session, track: CaseTrack, codes: Iterable[str]) -> dict[str, LazyString]:
    """What the file suggests about a question of the ladder; the answer is up to the person who judges."""
    codes, comma = set(codes), str(_(", "))
    found = {
        name: _l("%(code)s is established: this does not count once more.", code=each.code)
        for name, each in FACTORS.items()
        if each.code and each.code in codes
    }
    failed = ladder_history.failed_before(session, track)
    if failed and "A6" not in found:
        found["A6"] = _l("The register knows of a rectification not carried out: %(refs)s.", refs=comma.join(failed))
    if track.no_answer:
        found["M4"] = _l("No explanation came in time.")
    elif track.explained_late:
        found["M4"] = _l("The explanation came late.")
    if track.case.complaints:
        refs = comma.join(each.ref for each in track.case.complaints)
        found["M1"] = _l("The case rests on complaints: %(refs)s.", refs=refs)
    return found


def departed(session: Session, track: CaseTrack, found: Suggestion, measures: Iterable[int]) -> Departure:
    """How far these measures depart from the band."""
    return ladder_departures.departure(found.band, measures, ladder_history.ordered_before(session, track))


def departures(
    session: Session, track: CaseTrack, found: Suggestion | None, proposal: Proposal | None, decision: Decision | None
) -> list[tuple[LazyString, Departure, str]]:
    """How the proposal departs from the band and why, and how the decision does where it ordered something else."""
    if proposal is None or found is None:
        return []
    told = [(_l("The proposal departs from the ladder"), found.apart, found.departure)]
    if decision is not None and set(decision.measures) != set(proposal.measures):
        apart = departed(session, track, found, decision.measures)
        told.append((_l("The decision departs from the ladder"), apart, ""))
    return told


def form_facts(session: Session, track: CaseTrack, form: Form) -> dict[str, Any]:
    """What the page of a proposal shows beside its form: the score by the answers so far."""
    found = with_similar(session, track, suggest(session, track, form.judged()))
    return {
        "suggestion": found,
        "hints": hints(session, track, [each.code for each in clauses.established(track)]),
        "apart": departed(session, track, found, form.levels),
        "same_days": ladder_history.for_the_same_days(session, track),
    }


def said_of(part: Part) -> str:
    """Which answer was given about a factor, if there are more answers than yes."""
    known = answers(part.name) if FACTORS[part.name].judged else {}
    return str(known[part.answer]) if len(known) > 2 and part.answer in known else ""  # noqa: PLR2004 - yes and no


def read_from(part: Part) -> str:
    """Where a part was read; the code for a firm that nothing bound becomes words, and so do our commas."""
    if part.source == VIA_PRINCIPAL:
        return str(labels_of("basis")[VIA_PRINCIPAL].text)
    typed = part.name in FACTORS and part.judged
    return part.source if typed else part.source.replace("、", str(_(", ")))


def rests_on(found: Suggestion) -> list[tuple[str, str, bool]]:
    """The association's settings of the ladder: what each governs, its basis, whether it was confirmed."""
    mine = language() == "en"
    return [
        (MEANINGS[key][mine] if key in MEANINGS else key, basis_words(row["basis"]), bool(row["confirmed"]))
        for key, row in found.laid_down.items()
    ]


def against(found: Suggestion, measures: Iterable[int] | None) -> list[dict[str, Any]]:
    """Similar decisions, with how far these measures, or else the band, depart from each."""
    mine = sorted(found.band if measures is None else measures)
    return [
        {"it": each, "more": each.apart(mine)[0], "less": each.apart(mine)[1], "steps": each.steps(mine)}
        for each in found.similar
    ]
