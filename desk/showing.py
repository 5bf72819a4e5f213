"""How pages of staff show what hangs on a complaint or case: files, letters, messages, the person, texts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from casework import masking, personal_strings, queries_cases, queries_evidence
from casework.labels import GIVEN_BY, MAY_BE_HEARD, TRACK_WAITING
from casework.models import Complaint, Message
from casework.models_cases import STAMPED, CaseFile, CaseTrack, Evidence
from casework.policies_tracks import has_run_out
from core import clock
from core.words import LazyString, _, _l, language
from notices.kinds import KINDS
from notices.models import Document

Late = Mapping[int, Sequence[LazyString]]
"""By the number of a file, what is said beside it."""


def waiting(session: Session, it: CaseTrack) -> str:
    """What a track waits for and who acts next, by its state; of a hearing only while one can be asked for."""
    heard = it.state == "PRE_NOTICE" and not has_run_out(session, it, "K16", clock.today())
    return str(MAY_BE_HEARD if heard else TRACK_WAITING.get(it.state, ""))


def files(
    found: Iterable[Evidence],
    names: Sequence[str] = (),
    case: int | None = None,
    among: Sequence[Evidence] | None = None,
    late: Late | None = None,
) -> list[dict[str, Any]]:
    """Files as the page lists them, with links to the evidence room; names in them are masked.

    They are numbered `among` all files of their place, so that a number means the same file everywhere. Of those that
    came too late for tracks of the case it says so.
    """
    mine = list(found)
    marks = {each.id: f"E{place}" for place, each in enumerate(mine if among is None else among, 1)}
    first: dict[str, str] = {}
    for each in mine if among is None else among:
        first.setdefault(each.sha256, marks[each.id])
    said = {each.id: (*_alike(each, marks, first), *(late or {}).get(each.id, ())) for each in mine}
    return [_file(each, marks[each.id], names, case, said[each.id]) for each in mine]


def beside(case: CaseFile, every: Iterable[Evidence], late: Late) -> Late:
    """What else is said of each file of a case: to which of several companies it belongs, and that it came too late."""
    tracks = {each.id: each.party for each in case.tracks} if len(case.tracks) > 1 else {}
    of = {each.id: tracks[each.track_id] for each in every if each.track_id in tracks and each.party_id is None}
    belongs = {number: _l("belongs to %(name)s", name=party.name(language())) for number, party in of.items()}
    return {
        number: [*([belongs[number]] if number in belongs else []), *late.get(number, ())]
        for number in belongs.keys() | late.keys()
    }


def _alike(it: Evidence, marks: Mapping[int, str], first: Mapping[str, str]) -> Iterator[LazyString]:
    """That somebody of the association handed it in, and that the same file stands there already."""
    if it.given_by == "COMPLAINANT" and it.added_by is not None:
        yield _l("entered by the association")
    if it.erased_at is None and first.get(it.sha256, marks[it.id]) != marks[it.id]:
        yield _l("the same file as %(mark)s", mark=first[it.sha256])


def _file(
    it: Evidence, mark: str, names: Sequence[str], case: int | None, said: Sequence[LazyString]
) -> dict[str, Any]:
    notes = [str(GIVEN_BY[it.given_by][0]), *map(str, said)]
    gone = it.erased_at is not None
    if it.shows:
        notes.append(masking.masked(it.shows, names))
    return {
        "id": it.id,
        "mark": mark,
        "name": _("A file that was erased") if gone else masking.masked(it.name, names),
        "bytes": it.size,
        "url": "" if gone else url_for("desk_evidence.room", number=it.id, case=case),
        "sha": it.erased_sha256 if gone else it.sha256,
        "note": " · ".join(notes),
        "tag": _tag(it),
    }


def _tag(it: Evidence) -> tuple[str, str] | None:
    if it.purpose == STAMPED:
        return (_("Stamped answer"), "red")
    return (_("The companies may see it"), "turquoise") if it.shared else None


def letters(
    found: Iterable[Document], parties: Mapping[int, str], about: Mapping[tuple[str, int], str] | None = None
) -> list[dict[str, Any]]:
    """Official documents, newest first, with how far each is with its recipient.

    `about` says by subject which of several companies is concerned by a document that goes to no company.
    """
    about = about or {}
    return [
        {
            "url": url_for("notices_staff.show", number=each.id),
            "name": _kind(each.kind),
            "number": each.number or "",
            "to": parties.get(each.party_id or 0) or (each.head.recipient_name if each.party_id else ""),
            "about": about.get((each.subject_kind, each.subject_id), ""),
            "issued_on": each.issued_on,
            "state": ("service", "VOID") if each.void_at else each.services[0].shown if each.services else (),
            "served_on": next((service.served_on for service in each.services if service.served_on), None),
            "lapsed_on": each.set_aside_on,
        }
        for each in reversed(list(found))
    ]


def _kind(kind: str) -> str:
    """What a document is called, without what its list says anyway."""
    if language() != "en":
        return KINDS[kind].zh
    name = KINDS[kind].en.partition(" (")[0]
    return name[:1].upper() + name[1:]


def names_of_case(it: CaseFile) -> list[str]:
    """Names that must not show: of everybody whose complaint the case rests on, or was merged into one of these."""
    return queries_evidence.names_in(queries_cases.told_for(it))


Veil = Callable[[str | None], str]
"""How a page shows what people wrote."""


def veil(names: Iterable[str], *, revealed: bool = False) -> Veil:
    """How to show what people wrote: masked until somebody has it revealed, which the journal notes."""
    hide = masking.masker(names)
    return (lambda text: text or "") if revealed else (lambda text: hide(text or ""))


def thread(found: Iterable[Message], people: dict[int, str], hide: Veil) -> list[dict[str, Any]]:
    """Messages, as staff see them."""
    return [
        {
            "who": _("Complainant") if each.from_complainant else people.get(each.author_id or 0, _("The association")),
            "at": each.at,
            "text": hide(each.body) if each.from_complainant else each.body,
            "mine": not each.from_complainant,
        }
        for each in found
    ]


def person(it: Complaint, *, revealed: bool = False) -> list[tuple[str, str]]:
    """Who complains, as pairs; masked until somebody asks."""
    known = it.complainant
    if known is None:
        return []
    said = [(_("Name"), known.name), (_("Contact data"), known.contact), (_("Identity number"), known.id_no)]
    return [(label, value if revealed else _masked(label, value, known.name)) for label, value in said if value]


def _masked(label: str, value: str, name: str | None) -> str:
    return (
        masking.masked_name(value) or "***" if value == name and label == _("Name") else masking.masked_contact(value)
    )


def names(it: Complaint) -> list[str]:
    """Names that must not show."""
    return personal_strings.names_of(it)


def marked(text: str, hidden: Sequence[str], hide: Veil, stays: Sequence[str] = ()) -> Markup:
    """A text with everything marked that the masked copy hides, itself shown only as far as allowed.

    What `stays` whole in the copy is not marked: numbers that called.
    """
    parts, at = [], 0
    for found in masking.found(text, hidden):
        if found.start < at or masking.is_named(found.text, stays):
            continue
        parts.append(Markup("{}<mark>{}</mark>").format(hide(text[at : found.start]), hide(found.text)))
        at = found.start + len(found.text)
    return Markup("").join([*parts, hide(text[at:])])
