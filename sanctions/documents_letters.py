"""What the letters that end a track without a measure say: reminder, letter to the principal, invitation to sign."""

from collections.abc import Iterator

from casework import clauses, headings, masking, personal_strings
from casework.documents import portal_url
from casework.models_cases import CaseTrack
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import Lang, day_text
from notices.sentences import Pair, say, written_in
from registry import policies
from registry.models import VIA_PRINCIPAL
from sanctions import served

SILENT: Pair = (
    "该机构未作答复；其对本协会的问询没有答复义务，不因此作不利认定。",
    "The firm has not answered; it is under no duty to answer, and nothing is concluded against it from that.",
)
NOT_PROVED: Pair = ("{fact}（现有证据不足以证实）", "{fact} (not proved by the evidence at hand)")


def facts(ask: Ask, lang: Lang) -> list[str]:
    """The facts written about: all that was not found untrue; of the unproven ones, that they are unproven."""
    track: CaseTrack = ask.it
    several = [each for each in track.allegations if each.finding in {"ESTABLISHED", "UNPROVEN"}]
    lines = served.allegations(ask.session, track, several, lang)
    return [
        line if each.finding == "ESTABLISHED" else say(NOT_PROVED, lang, fact=line)
        for line, each in zip(lines, several, strict=True)
    ]


@makes("track", "D25")
def reminder(ask: Ask) -> Iterator[Draft]:
    """The facts, without a finding, what to look at, and a request to acknowledge."""
    track: CaseTrack = ask.it
    lang = written_in(ask, track.party)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "conduct_period": clauses.conduct_period(track.case, lang),
            "facts": facts(ask, lang),
            "attention": ask.facts["attention"],
            "portal_url": portal_url(),
        },
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )


@makes("track", "D26")
def to_the_principal(ask: Ask) -> Iterator[Draft]:
    """The firm, its conduct and its answer; what the principal owes, and what it should report."""
    track: CaseTrack = ask.it
    principal, by = ask.facts["principal"], ask.facts["report_by"]
    lang = written_in(ask, principal)
    yield Draft(
        values={
            "case_no": track.case.ref,
            "firm": track.party.name(lang),
            "uscc": track.party.uscc,
            "standing": clauses.standing(ask.session, track, lang),
            "conduct_period": clauses.conduct_period(track.case, lang),
            "facts": facts(ask, lang),
            "firm_answer": _answer(ask, lang) or say(SILENT, lang),
            "duties": ask.facts["duties"],
            "reports": ask.facts["reports"],
            "report_by": day_text(by, lang) if by else "",
            "portal_url": portal_url(),
        },
        to=principal.name(lang),
        lang=lang,
        party_id=principal.id,
        round=track.round,
    )


def _answer(ask: Ask, lang: Lang) -> str:
    """The firm's answer, as another company may read it: with the complainant hidden."""
    track: CaseTrack = ask.it
    hide = masking.masker(personal_strings.of_case(ask.session, track.case_id))
    return hide(headings.read(ask.session, track.explanation or "", lang))


def is_invited(ask: Ask) -> bool:
    """Whether the firm has still to accept the rules: some sign while they are asked about earlier conduct."""
    return policies.basis_on(ask.session, ask.it.party, ask.on) == VIA_PRINCIPAL


@makes("track", "D27")
def invitation(ask: Ask) -> Iterator[Draft]:
    """What signing means, and the text of the undertaking."""
    track: CaseTrack = ask.it
    if not is_invited(ask):
        return
    lang = written_in(ask, track.party)
    yield Draft(
        values={"case_no": track.case.ref, "standing": clauses.standing(ask.session, track, lang)},
        to=track.party.name(lang),
        lang=lang,
        party_id=track.party_id,
        round=track.round,
    )
