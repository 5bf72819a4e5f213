"""The complaints of the demonstration: each a life told by the verbs, as far as its end is wanted."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from admin import demo_files, demo_texts
from admin.demo_texts import Matter
from casework import complaints, copies, forwardings, intake, messages, notes, triage
from casework.intake import Company, EvidenceFile, Submission
from casework.models import Release
from core.actors import NOBODY
from core.clock import day_of
from filestore import files
from registry.models import AliasKind, PartyAlias

FILES = {
    "calls": ("通话记录截图.png", demo_files.call_log),
    "chat": ("聊天记录截图.png", demo_files.chat),
    "sound": ("通话录音.wav", demo_files.recording),
    "paper": (
        "收到的文书.pdf",
        lambda seed: demo_files.paper(f"NOTICE No. {seed}", ("To be shown to the Association.", "Copy.")),
    ),
    "photo": ("现场照片.png", demo_files.photo),
    "screen": ("页面截图.png", demo_files.screen),
}
KINDS = 5
"""So many drawings of each sort are brought by complaints and answers."""
HOW = {"APP": AliasKind.APP, "SMS_SIGNATURE": AliasKind.SMS_SIGNATURE, "NUMBER": AliasKind.NUMBER}


@dataclass(frozen=True)
class Life:
    """One complaint: what happened, about whom, and how far it has come."""

    no: int
    matter: Matter
    lender: str
    end: str
    firm: str = ""
    how: str = "NAME"
    channel: str = "WEB"
    share: bool = False
    verified: bool = False
    of: int = 0
    """The number of the person, where somebody complains twice."""

    @property
    def key(self):
        """The key of the form it was sent with: its receipt code is derived from it."""
        return f"demonstration:{self.no}"

    @property
    def name(self):
        """Who complains."""
        names = demo_texts.NAMES_EN if self.matter.lang == "en" else demo_texts.NAMES_ZH
        return names[(self.of or self.no) % len(names)]

    @property
    def contact(self):
        """How the person is reached: a telephone number, or a mail address."""
        person = self.of or self.no
        if self.matter.lang == "en" or person % 3 == 0:
            return f"person{person:02d}@mail.example"
        return f"1390100{2000 + person * 37:04d}"


def submit(stage, life):
    """The complaint comes in."""
    matter = life.matter
    words = {
        "company": stage.parties[life.lender].name("zh" if matter.lang == "zh" else "en"),
        "app": _app(stage, life),
        "name": life.name,
        "phone": life.contact,
    }
    named = dict.fromkeys(demo_texts.TICKED.get(code, code) for code in matter.codes)
    ticked = [code for code in named if code not in demo_texts.NOT_ON_THE_FORM]
    last = day_of(stage.now) - timedelta(days=1 + life.no % 3)
    actor = stage.people["intake"] if life.channel != "WEB" else NOBODY
    said = Submission(
        channel=life.channel,
        lang=matter.lang,
        role=matter.role,
        name=life.name if life.no % 7 or "{name}" in matter.facts else None,
        contact=life.contact,
        share_identity=life.share,
        consent="2026-11" if life.share else "",
        companies=_companies(stage, life),
        product=matter.product,
        codes=list(matter.codes),
        ticked=ticked if life.channel == "WEB" else None,
        other_conduct=life.channel == "WEB" and len(ticked) < len(named),
        facts=matter.facts.format(**words),
        request=matter.request,
        conduct_from=last - timedelta(days=4 + life.no % 9),
        conduct_to=last,
        files=[keep(stage, kind, life.no, shared=kind != "sound") for kind in matter.files],
    )
    if said.name is None and life.share:
        said = replace(said, name=life.name)
    complaint, _code = intake.submit(stage.at, said, key=life.key, actor=actor, now=stage.now)
    return complaint


def keep(stage, kind, seed, *, shared=True):
    """Keep a generated file."""
    name, make = FILES[kind]
    kept = files.keep(stage.at, io.BytesIO(make(seed % KINDS)), name)
    return EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared)


def _app(stage, life):
    lender = stage.parties[life.lender]
    found = select(PartyAlias.value).where(PartyAlias.party_id == lender.id, PartyAlias.kind == AliasKind.APP)
    return stage.at.scalar(found.limit(1)) or lender.name_zh


def _companies(stage, life):
    found = []
    for key, kind in ((life.lender, "INSTITUTION"), (life.firm, "FIRM")):
        if not key:
            continue
        party, value, how = stage.parties[key], None, "NAME"
        if life.how in HOW:
            mine = select(PartyAlias.value).where(PartyAlias.party_id == party.id, PartyAlias.kind == HOW[life.how])
            value, how = stage.at.scalar(mine.limit(1)), life.how
        name = party.name("en" if life.matter.lang == "en" else "zh")
        found.append(Company(kind, how, value, None) if value else Company(kind, "NAME", name, party.id))
    return found


def accept(stage, complaint, life):
    """Accepted, and put before the lender and the firm named."""
    wanted = [stage.parties[key].id for key in (life.lender, life.firm) if key]
    who = stage.people["officer2" if life.no % 4 == 0 else "intake"]
    masked = copies.draft(complaint)
    triage.accept(stage.at, complaint, respondents=wanted, masked_facts=masked, actor=who, now=stage.now)
    stage.at.refresh(complaint, ["forwardings"])


def answer(stage, forwarding, no, *, files_too=False, said=None):
    """The respondent answers, in its own words."""
    of = forwarding.complaint
    outcome, inside, outside = said or demo_texts.answer(of.lang, [each.code for each in of.codes], no)
    more = [keep(stage, "calls", no + 2)] if files_too else []
    forwardings.answer(
        stage.at,
        forwarding,
        outcome=outcome,
        to_association=inside,
        to_complainant=outside,
        files=more,
        **stage.leading(forwarding),
    )


def release(stage, complaint):
    """Staff release every answer that waits."""
    for forwarding in complaint.forwardings:
        if forwarding.state == "ANSWERED":
            forwardings.release(stage.at, forwarding, read=True, warned=True, **stage.by("intake"))


def read(stage, complaint):
    """The complainant opens what was released."""
    for forwarding in complaint.forwardings:
        stage.receive("forwarding", forwarding, "D39")


def dispute(stage, complaint):
    """The complainant does not accept it."""
    found = select(Release.id).where(Release.complaint_id == complaint.id).order_by(Release.id)
    mine = list(stage.at.scalars(found))
    why = demo_texts.DISPUTES[complaint.lang]
    complaints.dispute(stage.at, complaint, releases=mine, why=why, **stage.speaking(complaint))


def to_forwarded(stage, life):
    """From receipt to the letters opened by the respondents."""
    complaint = submit(stage, life)
    yield stage.working(1 + life.no % 3)
    if life.verified:
        intake.verify_contact(stage.at, complaint, **stage.by("intake"))
        notes.write(stage.at, complaint, text=demo_texts.note(life.matter, life.no), **stage.by("intake"))
    accept(stage, complaint, life)
    yield stage.working(1)
    for forwarding in complaint.forwardings:
        stage.receive("forwarding", forwarding, "D05b")
    stage.receive("complaint", complaint, "D05a")
    return complaint


def to_released(stage, life):
    """From receipt to an answer that the complainant has read."""
    complaint = yield from to_forwarded(stage, life)
    for place, forwarding in enumerate(complaint.forwardings):
        yield stage.soon(4 + life.no % 3, 8) if not place else stage.soon(3, 4)
        answer(stage, forwarding, life.no + place, files_too=life.no % 2 == 0)
    if life.no % 5 == 0:
        yield from _talk(stage, complaint)
    yield stage.working(2)
    release(stage, complaint)
    yield stage.later(1)
    read(stage, complaint)
    return complaint


def _talk(stage, complaint):
    asked, said = demo_texts.QUESTIONS[complaint.lang]
    question = messages.write(stage.at, complaint, asked, **stage.speaking(complaint))
    yield stage.working(1)
    messages.write(stage.at, complaint, said, shown=question.id, **stage.by("intake"))
