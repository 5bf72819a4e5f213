"""Trials: a deed is done to see the documents it makes, then rolled back; when signed it is done again and kept."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import attempt
from core.errors import NotNow
from notices.doers import Sent, doer_of
from notices.models import Document, Dossier

TRIAL: Final = "approval.trial"
HELD: Final = "approval.held"
LOOK: Final = "approval.look"
"""The name under which a session notes that its person only wants to see the documents."""
MADE_AT_ISSUE: Final = "〔…〕"


@dataclass
class Trial:
    """What a deed made: the first move that made documents, and the outward ones."""

    subject: tuple[str, int, str] = ("", 0, "")
    papers: list[Document] = field(default_factory=list)


def tried(session: Session, do: Callable[[], object]) -> Trial:
    """Do it and see what it makes; the caller keeps it or rolls it back."""
    made = Trial()
    dossiers: list[Dossier] = []
    session.info[TRIAL] = dossiers
    try:
        do()
        session.flush()
    finally:
        session.info.pop(TRIAL)
    for dossier in dossiers:
        session.refresh(dossier, ["documents"])
        made.papers += [each for each in dossier.documents if each.outward]
    if dossiers:
        made.subject = (dossiers[0].subject_kind, dossiers[0].subject_id, dossiers[0].event)
    return made


def frozen(papers: list[Document]) -> list[dict[str, Any]]:
    """Documents as approvers read them: without the numbers, codes and days that only issuing gives."""
    numbers = [each.number for each in papers if each.number]
    found = []
    for each in papers:
        words = json.dumps(each.paper, ensure_ascii=False)
        for made in (*numbers, *each.paper.get("at_issue", ())):
            words = words.replace(made, MADE_AT_ISSUE)
        words = words.replace(each.check_code, "")
        found.append({"kind": each.kind, "lang": each.lang, "to": each.to, **json.loads(words)})
    return found


def digest(papers: list[dict[str, Any]]) -> str:
    """The digest of what they say: what is signed must equal what was approved."""
    said = [{"kind": each["kind"], "lang": each["lang"], "to": each["to"], "paper": each["paper"]} for each in papers]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def papers_of(session: Session, dossier: Dossier, sent: Sent, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What it would make now; nothing is kept."""
    with attempt(session):
        made = tried(session, lambda: again(session, dossier, sent, actor, now))
        return frozen(made.papers)


def again(session: Session, dossier: Dossier, sent: Sent, actor: Actor, now: datetime) -> None:
    """Do it in its drafter's name from what was sent; raises NotNow if the form is no longer valid."""
    doer, number, event = doer_of(dossier)
    form = doer.form(session, number, event, sent)
    if not form.validate():
        _name, said = form.problems[0]
        raise NotNow(said)
    session.info[HELD] = dossier
    try:
        doer.do(session, number, event, form, actor, now)
    finally:
        session.info.pop(HELD)
