"""Companies renamed while a draft waits: issuing writes the name of its day, and what people typed stays."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from notices import trials
from notices.doers import Sent
from notices.models_approval import DossierVersion
from registry import lineage
from registry.models import PartyAlias


@dataclass(frozen=True)
class Renamed:
    """A name in a draft that its company no longer bears."""

    old: str
    new: str
    typed: bool
    """Whether a person typed it."""


def in_draft(session: Session, version: DossierVersion) -> list[Renamed]:
    """Former names in a draft: in its documents, or in what was sent to make them."""
    typed = [value for _field, value in Sent.from_json(version.sent).fields]
    said = json.dumps(version.papers, ensure_ascii=False)
    found = []
    for alias in lineage.former_in(session, "\n".join([said, *typed])):
        new = _present(alias)
        by_hand = any(alias.value in value.replace(new, "") for value in typed)
        if by_hand or alias.value in said.replace(new, ""):
            found.append(Renamed(alias.value, new, by_hand))
    return found


def names_alone_differ(session: Session, papers: list[dict[str, Any]], version: DossierVersion) -> bool:
    """Whether these documents differ from those of a version only by names that companies bore then and bear now."""
    if trials.digest(version.papers) != version.digest:
        return False
    aliases = lineage.former_in(session, json.dumps([papers, version.papers], ensure_ascii=False))
    names = {name: f"◆{alias.party_id}◆" for alias in aliases for name in (alias.value, _present(alias))}
    return bool(names) and _without(names, papers) == _without(names, version.papers)


def _present(alias: PartyAlias) -> str:
    return alias.party.name("en" if alias.value.isascii() else "zh")


def _without(names: Mapping[str, str], papers: Iterable[Mapping[str, Any]]) -> str:
    longest = sorted(names, key=len, reverse=True)
    spelled = {json.dumps(name, ensure_ascii=False)[1:-1]: names[name] for name in longest}
    said = json.dumps([{**each} for each in papers], ensure_ascii=False, sort_keys=True)
    return re.sub("|".join(map(re.escape, spelled)), lambda match: spelled[match[0]], said)
