"""A draft as its approvers read it: paragraph by paragraph, marked against the version before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from core.i18n import language
from core.words import LazyString, _l
from notices import foreign
from notices.kinds import KINDS
from notices.models_approval import DossierComment
from notices.papers import Block, Paper, text_of

KEPT, ADDED, TAKEN_OUT = "kept", "added", "out"
CHANGES: dict[str, LazyString] = {ADDED: _l("new"), TAKEN_OUT: _l("left out")}


TO = {
    "complainant": _l("to the complainant"),
    "respondent": _l("to the company concerned"),
    "firm": _l("to the collection firm"),
    "authority": _l("to the authority"),
    "members": _l("to the members"),
    "public": _l("to the public"),
    "public or members": _l("to the public or to the members"),
    "person trained": _l("to the person trained and the company"),
    "principal": _l("to the institution that engaged the firm"),
    "file": _l("for the file"),
}
"""Whom a kind of document is for, as its readers say it."""


@dataclass(frozen=True)
class Passage:
    """One paragraph: its place in the draft (none where it was left out), what became of it, its comments."""

    shown: Block
    mark: str = KEPT
    block: int | None = None
    comments: tuple[DossierComment, ...] = ()

    @property
    def text(self) -> str:
        """As it is written and compared."""
        return text_of([self.shown])


@dataclass(frozen=True)
class Read:
    """One paper of a version."""

    number: int
    kind: str
    title: str
    to: str
    passages: list[Passage] = field(default_factory=list)
    foreign: dict[str, list[str]] = field(default_factory=dict)
    """What is not in its language, by the language it should be in."""

    @property
    def called(self) -> str:
        """The kind's name, in the reader's language."""
        return KINDS[self.kind].name(language())

    @property
    def whom(self) -> str:
        """Whom it is for, in the reader's language."""
        return str(TO.get(self.to.partition(",")[0], self.to))


def read(
    papers: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], comments: Sequence[DossierComment]
) -> list[Read]:
    """Each paper of a version, compared with the paper of the same kind and place in the version before."""
    return [
        Read(
            at,
            paper["kind"],
            Paper.from_json(paper["paper"]).title,
            paper["to"],
            list(_passages(paper, _same(paper, at, before), [each for each in comments if each.paper == at])),
            foreign.frozen_in(paper),
        )
        for at, paper in enumerate(papers)
    ]


def _same(paper: Mapping[str, Any], at: int, before: Sequence[Mapping[str, Any]]) -> list[Block] | None:
    found = before[at] if at < len(before) and before[at]["kind"] == paper["kind"] else None
    return None if found is None else _blocks(found)


def _blocks(paper: Mapping[str, Any]) -> list[Block]:
    return list(Paper.from_json(paper["paper"]).blocks)


def _passages(
    paper: Mapping[str, Any], earlier: list[Block] | None, comments: Sequence[DossierComment]
) -> Iterator[Passage]:
    now = _blocks(paper)

    def passage(block: int, mark: str) -> Passage:
        return Passage(now[block], mark, block, tuple(each for each in comments if each.block == block))

    if earlier is None:
        yield from (passage(block, KEPT) for block in range(len(now)))
        return
    before, after = ([text_of([block]) for block in blocks] for blocks in (earlier, now))
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield from (Passage(block, TAKEN_OUT) for block in earlier[i:j])
        yield from (passage(block, KEPT if what == "equal" else ADDED) for block in range(k, m))
