"""What must hold before a circular or bulletin moves on: two people, nothing personal, the text as served."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from string import ascii_letters, digits

from sqlalchemy.orm import Session

from casework import passing_on, personal_strings, policies_pages, scan
from casework.models_cases import CaseTrack
from casework.policies_recusals import takes_no_part
from casework.stages import CARRIED_OUT, IN_FORCE
from core import clock
from core.actors import Actor
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.machine import Ask, filled
from core.words import _, _l
from notices import queries as notices
from notices.approval_waiting import APPROVED_FIRST
from registry.clock_moves import has_ended, live
from registry.models import BasisKind, Party
from registry.policies import basis_on
from sanctions import ladder_history, ladder_sheets, rounds, served
from sanctions.levels import FIRST_MAJOR, LEVELS
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import Decision
from sanctions.models_publications import BulletinCorrection, Publication, PublicationText, Redaction
from sanctions.states import DRAFTS, PUBLICATION

PUBLICATION.lives(Publication)

NO_CORRECTION = _l("No correction has been proposed.")
FORMERLY = "(?:此前|先前|以前|曾|前案|前次|上次)"
SHOWS_A_GAP = re.compile(r"[〔\[某×*＊…█甲乙丙丁]")
"""Words in place of something left out show that: 〔略〕, 某某, ×××, 催收人员甲."""
COVERS = re.compile(r"[×*＊█]")
JOINED = re.compile(r"[A-Za-z0-9]{2}")
"""Two characters between which no passage begins or ends."""
LETTERS = ascii_letters + digits
HEADINGS = re.compile(r"^(#{1,3}|===) (?=\S)", re.MULTILINE)
"""The signs of headings: without its sign, what follows would be read under the heading before."""
COPY_PASSAGE = _l("Copy the passage from the text.")
NO_PASSAGE = _l("This passage does not stand in the text.")


def may_publish(actor: Actor) -> bool:
    """Whether somebody drafts, redacts and corrects what is published (rows of B)."""
    return actor.has("publisher")


def may_edit(actor: Actor) -> bool:
    """Whether somebody puts in place what another drafted: publishers, and the head."""
    return may_publish(actor) or actor.has("head")


def may_read(actor: Actor) -> bool:
    """Whether somebody reads publications: publishers, and whoever works on the file."""
    return may_edit(actor) or policies_pages.may_read_files(actor)


def may_redact(actor: Actor, publication: Publication) -> bool:
    """Whether somebody redacts this draft: people who publish."""
    return may_publish(actor) and publication.state == "DRAFT"


def may_approve(actor: Actor, publication: Publication) -> bool:
    """Whether somebody approves it: a second pair of eyes (B04), so nobody who had a hand in the draft."""
    return (
        may_edit(actor)
        and actor.id is not None
        and actor.id != publication.redacted_by
        and actor.id not in publication.authors
    )


def may_read_circulars(session: Session, party_id: int | None, day: date) -> bool:
    """Whether a company reads circulars: members that exist do, not everybody who is bound by the rules."""
    party = session.get(Party, party_id) if party_id is not None else None
    if party is None or (party.ceased_on is not None and party.ceased_on <= day):
        return False
    return basis_on(session, party, day) == BasisKind.MEMBERSHIP.value


def text_now(publication: Publication) -> PublicationText | None:
    """The text that counts: the last one, proposals of corrections aside."""
    texts = [each for each in publication.texts if "proposed_by" not in each.summary]
    return texts[-1] if texts else None


def waiting_correction(publication: Publication) -> BulletinCorrection | None:
    """The correction that waits for a second person; there is at most one."""
    return next((each for each in publication.corrections if each.ended_at is None), None)


def proposed_correction(publication: Publication) -> PublicationText | None:
    """The text of the waiting correction."""
    waits = waiting_correction(publication)
    return waits.text if waits is not None else None


def impartial(session: Session, publication: Publication, actor: Actor, day: date) -> Iterator[Refused]:
    """From the asking of a recusal on, the person concerned does nothing with the publication either (A01)."""
    yield from takes_no_part(session, actor, publication.track.case_id, day)


def refusing_refusals(session: Session, publication: Publication, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot refuse the waiting correction: it takes another person, who may edit."""
    waits = waiting_correction(publication)
    if not may_edit(actor):
        yield NotAllowed()
    elif waits is None:
        yield NotNow(NO_CORRECTION)
    elif waits.proposed_by == actor.id:
        yield NotAllowed(_l("Whoever proposed a correction takes it back; somebody else refuses it."))
    else:
        yield from _held_up(session, publication, actor)


def taking_back_refusals(session: Session, publication: Publication, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot take the waiting correction back: it takes its author."""
    waits = waiting_correction(publication)
    if not may_edit(actor):
        yield NotAllowed()
    elif waits is None:
        yield NotNow(NO_CORRECTION)
    elif waits.proposed_by != actor.id:
        yield NotAllowed(_l("Only whoever proposed a correction takes it back."))
    else:
        yield from _held_up(session, publication, actor)


def _held_up(session: Session, publication: Publication, actor: Actor) -> Iterator[Refused]:
    """A recusal keeps this person out; or its notice is before those who sign, under whom nothing may change."""
    yield from impartial(session, publication, actor, clock.today())
    if notices.open_dossier(session, "publication", publication.id) is not None:
        yield NotNow(APPROVED_FIRST)


def found_in(session: Session, publication: Publication) -> list[scan.Found]:
    """What the scan finds in the text that counts."""
    text = text_now(publication)
    if text is None:
        return []
    return _looked_through(session, publication, text)


def _looked_through(session: Session, publication: Publication, text: PublicationText) -> list[scan.Found]:
    """Everything personal, and every measure of an earlier case, since the publication is not about that one."""
    whole = f"{text.title}\n{text.body}"
    found = scan.scan(whole, **_strings(session, publication))
    return sorted([*found, *_earlier_measures(session, publication.track, whole)], key=lambda each: each.start)


def _earlier_measures(session: Session, track: CaseTrack, text: str) -> Iterator[scan.Found]:
    """Earlier measures as the decision tells them, or where somebody writes that one of their kind was ordered."""
    sheet = ladder_sheets.kept(rounds.proposal(session, track))
    if sheet is None or not sheet.history:
        return
    before = ladder_history.as_told(session, sheet.history)
    levels = {LEVELS[level].zh for each in before for level in each.measures}
    looked_for = [re.escape(after) for _told, after in ladder_sheets.told_before(before)]
    looked_for += [rf"{FORMERLY}[^，。；\n]*?{re.escape(each)}" for each in sorted(levels)]
    for match in re.finditer("|".join(looked_for), text):
        yield scan.Found("EARLIER", match[0], match.start())


def _strings(session: Session, publication: Publication) -> dict[str, list[str]]:
    """Strings that no publication may hold; the company itself is named, whatever its name is made of."""
    track = publication.track
    return {
        "people": personal_strings.of_case(session, track.case_id),
        "shown": [each for each in (track.party.uscc, track.party.name_zh, track.party.name_en) if each],
        "named": personal_strings.named_in(session, track.case_id),
    }


def personal(session: Session, publication: Publication, said: str, field: str) -> Iterator[BadInput]:
    """Nothing personal in our own words that are published with a text."""
    found = {each.text for each in passing_on.to_company(said, **_strings(session, publication))}
    if found:
        yield BadInput(
            field,
            _l(
                "This looks like personal data: %(found)s. Put something else in its place.",
                found=_(", ").join(sorted(found)),
            ),
        )
    if refs := served.case_refs(said):
        yield BadInput(field, _l("The number of a case is never public: leave %(refs)s out.", refs=_(", ").join(refs)))


def in_its_place(session: Session, publication: Publication, instead: str, field: str = "instead") -> str:
    """Nothing personal in the words for a passage left out, and nothing that reads like the decision."""
    said = instead.strip() or served.LEFT_OUT
    for refusal in personal(session, publication, said, field):
        raise refusal
    if not SHOWS_A_GAP.search(said):
        raise BadInput(
            field,
            _l("What stands in its place must show that something was left out, such as 〔略〕, 某某 or 催收人员甲."),
        )
    return said


def whole(text: str, passage: str, instead: str, field: str = "passage") -> None:
    """No heading's sign taken, or left to part of a paragraph; no half word, but parts may be covered (138****5678)."""
    into = "\n" in passage and re.search(rf"^(#{{1,3}}|===) .*?{re.escape(passage)}.", text, re.MULTILINE)
    if into or HEADINGS.findall(text) != HEADINGS.findall(text.replace(passage, instead)):
        raise BadInput(
            field,
            _l("The sign of a heading (#) stays in the text: leave out its words, and what follows it, one by one."),
        )
    if COVERS.search(instead):
        return
    ends = [at for each in re.finditer(re.escape(passage), text) for at in each.span()]
    for at in ends:
        if JOINED.fullmatch(text[at - 1 : at + 1]):
            before, after = text[:at], text[at:]
            cut = before[len(before.rstrip(LETTERS)) :] + after[: len(after) - len(after.lstrip(LETTERS))]
            raise BadInput(
                field, _l("This cuts a number or a word in two: %(whole)s. Leave out the whole of it.", whole=cut)
            )


def to_publish(session: Session, publication: Publication) -> tuple[str, int | None] | None:
    """What is to be published: the decision as served corrections left it, without the redacted passages (I-06)."""
    document = served.decision_document(session, publication.track)
    if document is None:
        return None
    said, follows = served.texts(session, document)[-1]
    return served.redacted(said, publication.redactions), follows.id if follows is not None else None


def behind(session: Session, publication: Publication) -> bool:
    """Whether a served notice corrected the decision since the draft was written, so that it would read otherwise."""
    found, text = to_publish(session, publication), text_now(publication)
    if found is None or text is None or publication.state not in DRAFTS:
        return False
    body, follows = found
    return (follows or 0) > (text.correction_id or 0) and body != text.body


def named_since(session: Session, publication: Publication) -> bool:
    """Whether an approved text names somebody whom the scan knows only now; no row undoes an approval."""
    return publication.state == "APPROVED" and bool(found_in(session, publication))


def reopening_refusals(session: Session, publication: Publication, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot have an approved text drafted again now."""
    if not may_publish(actor):
        yield NotAllowed()
    elif not named_since(session, publication):
        yield NotNow(_l("Only an approved text in which the scan finds personal data is drafted anew."))
    else:
        yield from _held_up(session, publication, actor)


def following_refusals(session: Session, publication: Publication, actor: Actor) -> Iterator[Refused]:
    """Why somebody cannot let a draft follow its decision now."""
    if not may_publish(actor):
        yield NotAllowed()
    elif not behind(session, publication):
        yield NotNow(_l("The draft reads as the decision does."))
    else:
        yield from _held_up(session, publication, actor)


def next_correction(
    session: Session, publication: Publication, text: PublicationText
) -> tuple[str, TextCorrection] | None:
    """The first served correction that this text does not follow yet, with the decision's text after it."""
    for before, follows in _corrections(session, publication):
        body = served.followed(text.body, before, follows, publication.redactions)
        if follows.id > (text.correction_id or 0) and body != text.body:
            return body, follows
    return None


def _corrections(session: Session, publication: Publication) -> Iterator[tuple[str, TextCorrection]]:
    """Each served correction of the decision, with the text that it corrected."""
    document = served.decision_document(session, publication.track)
    known = served.texts(session, document) if document is not None else []
    for (before, _before), (_after, follows) in pairwise(known):
        if follows is not None:
            yield before, follows


def covered_correction(
    session: Session, publication: Publication, text: PublicationText
) -> tuple[str, TextCorrection] | None:
    """A served correction that changes what is left out and what is shown beside it, with the text it corrected.

    What is shown stays wrong until somebody says what of the corrected passage is left out.
    """
    marks = publication.redactions
    for before, follows in _corrections(session, publication):
        was = served.redacted(follows.wrong, marks)
        if not served.touches(follows, marks) or not 0 < text.body.count(was) == before.count(follows.wrong):
            continue
        if not _only_hidden(follows, [each for each in marks if each.passage in follows.wrong]):
            return before, follows
    return None


def _only_hidden(correction: TextCorrection, marks: Sequence[Redaction]) -> bool:
    """Whether the correction leaves the words around what is left out as they are, so that nothing shown changes."""
    if len(marks) != 1:
        return False
    head, _gone, tail = correction.wrong.partition(marks[0].passage)
    after = correction.corrected
    return len(after) >= len(head) + len(tail) and after.startswith(head) and after.endswith(tail)


def corrected_body(session: Session, publication: Publication, proposed: PublicationText) -> str | None:
    """The text that a proposed correction makes of the present one: by one more redaction, or a correction followed."""
    text, said = text_now(publication), proposed.summary
    if text is None:
        return None
    if "left_out_for" in said:
        return text.body.replace(said["wrong"], said["right"])
    if "covered" in said:
        covered = covered_correction(session, publication, text)
        if covered is None:
            return None
        mark = Redaction(passage=said["covered"], instead=said["covered_by"], reason=said["covered_for"])
        return served.followed(text.body, *covered, publication.redactions, [mark])
    found = next_correction(session, publication, text)
    return found[0] if found is not None and found[1].id == proposed.correction_id else None


@PUBLICATION.guard("B01")
def made_from_a_served_decision(ask: Ask) -> Iterator[Refused]:
    """The served decision orders L4 or more."""
    if ask.it.level < FIRST_MAJOR:
        yield NotNow(_l("Only a circular or public criticism is published."))
    yield from _decision_served(ask)


def _decision_served(ask: Ask) -> Iterator[Refused]:
    publication: Publication = ask.it
    track = ask.session.get_one(CaseTrack, publication.track_id)
    document = served.decision_document(ask.session, track)
    if document is None or notices.served_on(ask.session, document.id) is None:
        yield NotNow(_l("The decision has not been served."))


@PUBLICATION.guard("B02", "B04", "B05", "B10")
def follows_its_decision(ask: Ask) -> Iterator[Refused]:
    """A draft whose decision was corrected since goes no further before it follows the corrected text."""
    if behind(ask.session, ask.it):
        yield NotNow(_l("The decision was corrected since: take the corrected text over into the draft first."))


def decision_text(session: Session, publication: Publication) -> str:
    """The decision as the draft follows it, with nothing left out."""
    document, text = served.decision_document(session, publication.track), text_now(publication)
    known = served.texts(session, document) if document is not None else []
    follows = text.correction_id if text is not None else None
    return next((each for each, by in known if (by.id if by is not None else None) == follows), "")


@PUBLICATION.guard("B02")
def redactions_have_reasons(ask: Ask) -> Iterator[Refused]:
    """Each redaction has a reason, and its passage is in the decision, which a correction may have changed since."""
    said = decision_text(ask.session, ask.it)
    for each in ask.it.redactions:
        if not each.reason.strip():
            yield NotNow(_l("A redaction has no reason."))
        if each.passage not in said:
            yield NotNow(
                _l(
                    "“%(passage)s” was left out and does not stand in the decision as it was corrected since: "
                    "put it back, and look whether something else is to be left out.",
                    passage=each.passage[:40],
                )
            )
        elif _grew(ask.session, ask.it, each):
            yield NotNow(
                _l(
                    "“%(passage)s” was left out before the decision was corrected just there: put it back, and leave "
                    "out what is to be left out now.",
                    passage=each.passage[:40],
                )
            )
        said = said.replace(each.passage, each.instead)


def _grew(session: Session, publication: Publication, mark: Redaction) -> bool:
    """Whether the decision was corrected beside what is left out since somebody looked: a name may have grown."""
    known = _corrections(session, publication)
    return any(by.id > (mark.correction_id or 0) and served.touches(by, [mark]) for _before, by in known)


@PUBLICATION.guard("B03")
def returned_with_comments(ask: Ask) -> Iterator[Refused]:
    """Whoever returns a draft says why."""
    yield from filled(ask, "comments", _l("Say what is to be changed."))


@PUBLICATION.guard("B04")
def checked_by_another(ask: Ask) -> Iterator[Refused]:
    """Nobody who made the redactions can approve them."""
    if not may_approve(ask.actor, ask.it):
        yield NotAllowed(_l("Whoever made the redactions can't approve them."))


@PUBLICATION.guard("B04", "B05", "B10")
def nothing_personal(ask: Ask) -> Iterator[Refused]:
    """The scan finds nothing: only then does the publish button work."""
    yield from _found(found_in(ask.session, ask.it))


def _found(found: Sequence[scan.Found]) -> Iterator[Refused]:
    if any(each.kind != "EARLIER" for each in found):
        yield NotNow(_l("The scan found personal data in the text; redact them first."))
    elif found:
        yield NotNow(_l("The text names a measure of an earlier case, which is not public: leave it out first."))


@PUBLICATION.guard("B05", "B10")
def text_is_the_served_one(ask: Ask) -> Iterator[Refused]:
    """The text is the served one without the redacted passages (I-06), of a final decision being carried out."""
    publication: Publication = ask.it
    wanted = "MEMBERS" if ask.row and ask.row.id == "B05" else "PUBLIC"
    if publication.scope != wanted:
        yield NotNow(_l("The decision orders another kind of publication."))
    if publication.track.state not in CARRIED_OUT:
        yield NotNow(_l("The decision is not being carried out."))
    yield from _decision_served(ask)
    found, text = to_publish(ask.session, publication), text_now(publication)
    if found is None or text is None:
        yield NotNow(_l("There is no text to publish."))
    elif text.body != found[0] and not behind(ask.session, publication):
        yield NotNow(_l("The text differs from the served decision by more than the redactions."))


@PUBLICATION.guard("B06")
def corrected_by_a_second_person(ask: Ask) -> Iterator[Refused]:
    """One person proposes a correction, another puts it in place; the old text is kept."""
    waits, proposed = waiting_correction(ask.it), proposed_correction(ask.it)
    if waits is None or proposed is None:
        yield NotNow(NO_CORRECTION)
        return
    if waits.proposed_by == ask.actor.id:
        yield NotAllowed(_l("Whoever proposed the correction can't put it in place."))
    if proposed.body != corrected_body(ask.session, ask.it, proposed):
        yield NotNow(
            _l(
                "What is published differs from the served decision only by what a served notice of correction "
                "changed and by what is left out."
            )
        )
    yield from _found(_looked_through(ask.session, ask.it, proposed))


@PUBLICATION.guard("B07", "B09")
def taken_back_because(ask: Ask) -> Iterator[Refused]:
    """It is said why: quashed, varied, a court, or a request that the head granted."""
    reason = str(ask.facts.get("reason", "")).strip()
    if "reason" in ask.facts and not reason:
        yield BadInput("reason", _l("Give the reason."))
    if ask.row is not None and ask.row.id == "B07":  # everybody who read the text reads why it is gone
        yield from personal(ask.session, ask.it, reason, "reason")


@PUBLICATION.guard("B09")
def the_measure_is_gone(ask: Ask) -> Iterator[Refused]:
    """The track ended without the measure, or a review changed or reopened it: an order that stands is carried out.

    What follows a corrected decision replaces a draft that somebody had checked already.
    """
    if ask.facts.get("replaced"):
        return
    decision = ask.session.get_one(Decision, ask.it.decision_id)
    in_force = decision.effective_on is not None and decision.set_aside_on is None
    if in_force and ask.it.track.state in IN_FORCE:
        yield NotNow(
            _l(
                "The decision that orders it is in force. A draft is given up only after a review has changed or set "
                "aside the decision; the head can have it reviewed."
            )
        )


@PUBLICATION.guard("B08", "B11")
def shown_long_enough(ask: Ask) -> Iterator[Refused]:
    """It is taken down by itself only when its time has ended."""
    key = "K32" if ask.row and ask.row.id == "B08" else "K36"
    clock = live(ask.session, key, ("publication", ask.it.id))
    if clock is not None and not has_ended(clock, day_of(ask.now)):
        yield NotNow(_l("Its time has not ended."))
