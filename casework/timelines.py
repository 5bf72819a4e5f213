"""What happened, as sentences: the journal of a complaint or a case as staff read it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    String,
    Subquery,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import Session, aliased

from casework import sentences
from casework.labels import AGREED
from casework.states import COMPLAINT
from core.journal import JournalEntry
from core.plainly import day
from core.planned import Written
from core.words import LazyString, _, _l, language
from notices.models import Dossier
from registry.clock_kinds import KINDS
from registry.models import Party
from registry.models_accounts import Account

MOST = 200
NONE: Final[Mapping[int, str]] = {}
SENTENCES: dict[str, LazyString] = {
    "C01": _l("sent the complaint"),
    "C02": _l("asked the person for more"),
    "C03": _l("added what was asked for"),
    "C04": _l("closed the complaint: nothing was added in time"),
    "C05": _l("did not accept the complaint"),
    "C06": _l("referred the complaint to an authority"),
    "C07": _l("accepted the complaint and put it before the respondents"),
    "C08": _l("reopened the acceptance check: every respondent returned the complaint"),
    "C09": _l("noted that all answers are released; the period for feedback begins"),
    "C10": _l("accepted the answer"),
    "C11": _l("disputed an answer"),
    "C12": _l("closed the complaint: no feedback came"),
    "C13": _l("closed the complaint after checking the disputed answer"),
    "C14": _l("asked the respondents again"),
    "C15": _l("escalated the complaint to a case"),
    "C16": _l("escalated the complaint to a case"),
    "C17": _l("escalated the complaint to a case while answers are awaited"),
    "C18": _l("escalated the complaint: the reminder period ended without an answer"),
    "C19": _l("confirmed the settlement; the complaint is closed"),
    "C20": _l("withdrew the complaint"),
    "C21": _l("told the complainant how it goes on"),
    "C22": _l("closed the complaint: its case has ended"),
    "C23": _l("merged the complaint with another one"),
    "C24": _l("separated the complaint from the one it followed"),
    "C25": _l("closed the complaint together with the one it followed"),
    "C26": _l("referred a part to an authority"),
    "C27": _l("noted that the case has ended and the answers are released"),
    "C28": _l("issued the request for more again"),
    "C29": _l("reopened the acceptance check"),
    "C30": _l("reopened the check of the answer"),
    "C31": _l("put the complaint before another respondent"),
    "C32": _l("put the complaint before another respondent"),
    "evidence": _l("added evidence"),
    "evidence.taken_back": _l("deleted a file again that the complainant had added"),
    "showing.taken_back": _l("took back that the companies may see a file"),
    "identity.taken_back": _l("took back that the companies may know name and contact"),
    "agent.authorised": _l("saw the written authorisation of the agent"),
    "contact.verified": _l("verified the contact of the complainant"),
    "person.corrected": _l("put right what is known of the complainant"),
    "day.corrected": _l("put right the day of receipt"),
    "company.identified": _l("said which party a named company is"),
    "codes.changed": _l("corrected what is alleged"),
    "receipt.renewed": _l("issued a new receipt code"),
    "receipt.ended": _l("ended the receipt code that the former contact had been given"),
    "texts.on": _l("confirmed a mobile number for text messages"),
    "texts.off": _l("ended the text messages"),
    "assigned": _l("assigned the complaint"),
    "copy_checked": _l("read the copy for the respondents"),
    "identity.revealed": _l("looked at the identity of the complainant"),
    "evidence.opened": _l("opened a file"),
    "evidence.noted": _l("noted something on a file"),
    "evidence.note_corrected": _l("corrected a note on a file"),
    "evidence.note_removed": _l("removed a note on a file"),
    "evidence.copied": _l("had the copy of a file made again"),
    "evidence.covered": _l("handed in a covered copy of a file"),
    "evidence.cover_confirmed": _l("confirmed the covered copy of a file"),
    "evidence.kept_back": _l("kept a file back from the institution"),
    "evidence.uncovered": _l("took the covered copy of a file back"),
    "facts.revealed": _l("looked at the complaint without masking"),
    "personal.sent": _l("sent a text with what looks like personal data in it"),
    "noted": _l("wrote an internal note"),
    "draft.taken_over": _l("took over a colleague's text that was not handed in"),
    "worse": _l("said that it has become worse since the complaint"),
    "recheck.asked": _l("asked that somebody new looks at it once more"),
    "recheck.refused": _l("refused that somebody new looks at it once more"),
    "settlement.proposed": _l("proposed terms of a settlement"),
    "settlement.confirmed": _l("agreed to the terms of a settlement"),
    "settlement.refused": _l("said no to the terms of a settlement"),
    "retention.held": _l("held the complaint back from erasing"),
    "retention.let_go": _l("ended the holding back from erasing"),
    "retention.proposed": _l("proposed to erase the personal data early, as the person asked"),
    "retention.granted": _l("granted that the personal data are erased early"),
    "retention.taken_back": _l("took back the request to erase the personal data early"),
    "retention.refused": _l("refused to erase the personal data early"),
    "retention.erased": _l("erased the personal data of the complaint"),
    "F01": _l("forwarded the complaint"),
    "F02": _l("asked for more time"),
    "F03": _l("gave more time for the answer"),
    "F04": _l("answered"),
    "F05": _l("returned the complaint: it does not concern them"),
    "F06": _l("did not accept the return; the letter went out again"),
    "F07": _l("accepted the return"),
    "F08": _l("noted that no answer came in time, and sent a reminder"),
    "F09": _l("noted that no further answer came in time, and sent a reminder"),
    "F10": _l("answered after no answer had come in time"),
    "F11": _l("noted that the reminder period ended without an answer"),
    "F12": _l("sent the answer back with its gaps"),
    "F13": _l("released the answer to the complainant"),
    "F14": _l("asked for a further answer to the open points"),
    "F15": _l("ended the forwarding with the complaint"),
    "F16": _l("refused more time"),
    "F17": _l("took the letter back: the wrong respondent"),
    "F18": _l("issued the letter again"),
    "P01": _l("asked that a number is not contacted any more"),
    "P02": _l("passed on the request to stop contacting a number"),
    "P03": _l("declined to pass on a request to stop contact"),
    "P04": _l("confirmed that the number is not contacted any more"),
    "P05": _l("noted that nobody confirmed the request to stop contact in time"),
    "P06": _l("confirmed late that the number is not contacted any more"),
    "P07": _l("reported that the number was contacted all the same"),
    "P08": _l("reported another contact to the number"),
    "P09": _l("issued the stop-contact letter again"),
    "P10": _l("took the request to stop contact back"),
    "P11": _l("ended the request to stop contact, for the company is gone"),
}
"""By row of a table, or by the journal's word for what is no row; for cases see casework.sentences."""
THEIRS: Final = frozenset(row.id for row in COMPLAINT.rows.values() if "complainant" in row.roles) | {
    *("P01", "P10", "settlement.proposed", "settlement.confirmed", "settlement.refused")
}
"""What complainants do; of those who call, write or come to the counter staff enter it."""
TOLD = ("track", "code", "complaint", "lead", "authority", "scope", "why")
"""Which of the changed values a sentence uses."""


OPENING = ("S01", "case.open", "case.attach")
"""What follows by itself when a complainant reports a contact or a time limit ends; else an account did it."""
LOOKS = ("evidence.opened", "case.evidence_opened")
"""Who opened a file is shown with the file, not among what happened."""


def sentence(row: str) -> str:
    """What happened, for a reader who sees who did it beside it; for a clock, also which one."""
    said = SENTENCES.get(row) or sentences.sentence(row)
    key, of_clock, _what = row.partition(".")
    which = KINDS[key].name(language()) if of_clock and key in KINDS and said is not sentences.UNKNOWN else ""
    return " · ".join(filter(None, (str(said), which)))


def entries(
    session: Session, subjects: Iterable[tuple[str, int, str]], lang: str, marks: Mapping[int, str] = NONE
) -> list[dict[str, Any]]:
    """The journal of several subjects (kind, number, what it is called), newest first; evidence by its marks."""
    names = {(kind, number): name for kind, number, name in subjects}
    if not names:
        return []
    rows = _TOLD.rows(session, kinds=[kind for kind, _of in names], numbers=[number for _of, number in names])
    return [_entry(row, names[row.subject_kind, row.subject_id], lang, marks) for row in rows]


def whole(session: Session, subjects: Iterable[tuple[str, int, str]], found: Sequence[Any]) -> int:
    """How many entries there are; counted only if those found may not be all."""
    if len(found) < MOST:
        return len(found)
    kinds, numbers = zip(*((kind, number) for kind, number, _name in subjects), strict=True)
    return int(_COUNTED.rows(session, kinds=list(kinds), numbers=list(numbers))[0].many)


def _of_subjects() -> Select[*tuple[Any, ...]]:
    """What happened to these subjects and who did it, as plain columns, since there are many rows."""
    it, about = JournalEntry, _about()
    signed = _signed(about)
    number = case((it.actor.startswith("account:"), cast(func.substr(it.actor, 9), BigInteger)))
    return (
        select(it.subject_kind, it.subject_id, it.row, it.actor, it.at, it.before, it.after, it.changes)
        .add_columns(Account.name, Party.name_zh.label("company_zh"), Party.name_en.label("company_en"))
        .add_columns(signed.c.signer)
        .join_from(about, it, (it.subject_kind == about.c.kind) & (it.subject_id == about.c.number))
        .outerjoin(Account, Account.id == number)
        .outerjoin(signed, (signed.c.issued_at == it.at) & (signed.c.drafted_by == number))
        .outerjoin(Party, Party.id == Account.party_id)
        .where(*_WANTED)
        .order_by(it.at.desc(), it.id.desc())
        .limit(MOST)
    )


def _signed(about: Subquery) -> Subquery:
    """SQL: when somebody's draft about these subjects was issued over the signature of another, and whose it is."""
    it, signer = Dossier, aliased(Account)
    return (
        select(it.issued_at, it.drafted_by, func.min(signer.name).label("signer"))
        .join_from(about, it, (it.subject_kind == about.c.kind) & (it.subject_id == about.c.number))
        .join(signer, signer.id == it.signed_by)
        .where(it.signed_by != it.drafted_by, it.issued_at.is_not(None))
        .group_by(it.issued_at, it.drafted_by)
        .subquery()
    )


def _how_many() -> Select[*tuple[Any, ...]]:
    it, about = JournalEntry, _about()
    of = (it.subject_kind == about.c.kind) & (it.subject_id == about.c.number)
    return select(func.count().label("many")).join_from(about, it, of).where(*_WANTED)


def _about() -> Subquery:
    """The subjects. Of a list cut at a number that is not known the server expects one row: so it plans only once."""
    kinds, numbers = bindparam("kinds", None, ARRAY(String())), bindparam("numbers", None, ARRAY(BigInteger()))
    named = func.unnest(kinds, numbers).table_valued("kind", "number").render_derived()
    return select(named.c.kind, named.c.number).limit(func.cardinality(numbers)).subquery()


_WANTED: Final = (~JournalEntry.row.startswith("-"), JournalEntry.row.not_in(LOOKS))
_TOLD: Final = Written(_of_subjects)
_COUNTED: Final = Written(_how_many)


def people(session: Session, rows: Sequence[JournalEntry]) -> dict[str, Account]:
    """The accounts that these entries name, under the names the journal gives them."""
    numbers = {int(row.actor.removeprefix("account:")) for row in rows if row.actor.startswith("account:")}
    return {f"account:{each.id}": each for each in session.scalars(select(Account).where(Account.id.in_(numbers)))}


def _entry(
    row: Any,  # noqa: ANN401 - a row of the question above
    name: str,
    lang: str,
    marks: Mapping[int, str],
) -> dict[str, Any]:
    company = row.company_en if lang.startswith("en") and row.company_en else row.company_zh
    who, tone = _who("" if row.row in OPENING else row.actor, row.name, company)
    changes = row.changes or {}
    piece, on_paper = changes.get("evidence"), changes.get("on_paper")
    told = [
        marks.get(piece, "") if isinstance(piece, int) else "",
        *(str(changes[key]) for key in TOLD if changes.get(key)),
        *([handed_over(date.fromisoformat(on_paper))] if on_paper else []),
        *([told_staff(date.fromisoformat(changes["said_on"]), changes["said_how"])] if changes.get("said_on") else []),
    ]
    return {
        "at": row.at,
        "who": who,
        "tone": tone,
        "signer": row.signer or "",
        "text": " · ".join(part for part in (_said_of(row.row, tone, paper=bool(on_paper)), name, *told) if part),
        "moved": row.before != row.after,
    }


def _said_of(row: str, tone: str, *, paper: bool) -> str:
    """What was done; what came on paper and settles was the company's (C19), though staff entered it."""
    said = sentence(row)
    is_theirs = tone == "ours" and row in THEIRS and not paper
    return _("entered for the complainant: %(deed)s", deed=said) if is_theirs else said


def handed_over(on: date) -> str:
    """The day of what came on paper, beside the moment of its entry."""
    return _("handed over or posted on %(day)s", day=day(on, "page"))


def told_staff(on: date, how: str) -> str:
    """When and how the person said what staff entered."""
    return _("%(how)s, said on %(day)s", how=AGREED[how][0], day=day(on, "page"))


def who(actor: str, known: Account | None, lang: str) -> str:
    """Whoever the journal names, as people call them."""
    company = known.party.name(lang) if known is not None and known.party is not None else None
    return _who(actor, known.name if known is not None else None, company)[0]


def _who(actor: str, known: str | None, company: str | None) -> tuple[str, str]:
    if known is not None:
        return (company, "theirs") if company is not None else (known, "ours")
    if actor == "complainant":
        return _("Complainant"), "theirs"
    return _("System"), "system"
