"""A draft as its approvers read it: paragraph by paragraph, marked against the version before."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

from core.words import LazyString, _l, language
from notices import foreign
from notices.kinds import KINDS
from notices.models_approval import DossierComment
from notices.papers import Block, Paper, text_of, unnamed

KEPT, ADDED, TAKEN_OUT = "kept", "added", "out"
CHANGES: dict[str, LazyString] = {ADDED: _l("new"), TAKEN_OUT: _l("left out")}
AROUND: dict[str, LazyString] = {
    "addressee": _l("Addressee"),
    "closing": _l("Closing words"),
    "note": _l("Note"),
    "attachments": _l("Attachment"),
    "copies_to": _l("Copy to"),
}
"""What surrounds the paragraphs of a document, in words."""
Each = TypeVar("Each")

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
"""Whom a kind of document is for, in words."""


@dataclass(frozen=True)
class Passage:
    """One paragraph: its place in the draft (None if it was left out), what became of it, its comments."""

    shown: Block
    mark: str = KEPT
    block: int | None = None
    comments: tuple[DossierComment, ...] = ()

    @property
    def text(self) -> str:
        """The text in which it is written and compared."""
        return text_of([self.shown])


@dataclass(frozen=True)
class Line:
    """One line around the paragraphs, by its name in AROUND: the addressee, closing words, enclosures."""

    name: str
    text: str
    mark: str = KEPT

    @property
    def called(self) -> LazyString:
        """What the line is, in words."""
        return AROUND[self.name]


@dataclass(frozen=True)
class Enclosed:
    """The same document in the other language, as it goes out with it."""

    title: str
    authentic: bool
    """Whether this text, and not the one above it, is what counts."""
    passages: list[Passage]
    lines: list[Line]


@dataclass(frozen=True)
class Read:
    """One document of a version."""

    number: int
    kind: str
    title: str
    to: str
    passages: list[Passage] = field(default_factory=list)
    foreign: dict[str, list[str]] = field(default_factory=dict)
    """What is not in its language, by the language it should be in."""
    lines: list[Line] = field(default_factory=list)
    enclosed: Enclosed | None = None

    @property
    def called(self) -> str:
        """The kind, in the reader's language."""
        return KINDS[self.kind].name(language())

    @property
    def whom(self) -> str:
        """The addressee, in the reader's language."""
        return str(TO.get(self.to.partition(",")[0], self.to))


def read(
    papers: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]], comments: Sequence[DossierComment]
) -> list[Read]:
    """Each document of a version, compared with that of the same kind and place in the version before."""
    return [
        _read(at, paper, _same(paper, at, before), [each for each in comments if each.paper == at])
        for at, paper in enumerate(papers)
    ]


def _read(at: int, paper: Mapping[str, Any], earlier: Paper | None, comments: Sequence[DossierComment]) -> Read:
    _head, now = unnamed(paper)
    other, was = now.enclosed, earlier.enclosed if earlier is not None else None
    if other is not None and was is None and earlier is not None:
        was = Paper(other.kind, ())  # the version before had no such document, so all of it is new
    return Read(
        at,
        paper["kind"],
        now.title,
        paper["to"],
        list(_passages(now, earlier, comments)),
        foreign.frozen_in(paper),
        list(_around(now, earlier)),
        Enclosed(other.title, now.authentic is not None, list(_passages(other, was)), list(_around(other, was)))
        if other is not None
        else None,
    )


def _same(paper: Mapping[str, Any], at: int, before: Sequence[Mapping[str, Any]]) -> Paper | None:
    found = before[at] if at < len(before) and before[at]["kind"] == paper["kind"] else None
    return None if found is None else unnamed(found)[1]


def _passages(now: Paper, earlier: Paper | None, comments: Sequence[DossierComment] = ()) -> Iterator[Passage]:
    was = None if earlier is None else earlier.blocks
    for block, mark, place in _marked(was, now.blocks, lambda block: text_of([block])):
        written = tuple(each for each in comments if place is not None and each.block == place)
        yield Passage(block, mark, place, written)


def _around(now: Paper, earlier: Paper | None) -> Iterator[Line]:
    was = None if earlier is None else _said_around(earlier)
    for (name, said), mark, _place in _marked(was, _said_around(now), "\n".join):
        yield Line(name, said, mark)


def _said_around(paper: Paper) -> list[tuple[str, str]]:
    found = []
    for name in AROUND:
        said = getattr(paper, name)
        found += [(name, each) for each in ((said,) if isinstance(said, str) else said) if each]
    return found


def _marked(
    earlier: Sequence[Each] | None, now: Sequence[Each], said: Callable[[Each], str]
) -> Iterator[tuple[Each, str, int | None]]:
    """Each paragraph with what became of it and its place now; those left out stay where they were."""
    if earlier is None:
        yield from ((each, KEPT, place) for place, each in enumerate(now))
        return
    before, after = ([said(each) for each in every] for every in (earlier, now))
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            yield from ((each, TAKEN_OUT, None) for each in earlier[i:j])
        yield from ((now[place], KEPT if what == "equal" else ADDED, place) for place in range(k, m))
