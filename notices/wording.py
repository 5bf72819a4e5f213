"""Wordings: read, checked against the placeholders of their kind, and filled with values into papers."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

from notices.kinds import KINDS
from notices.papers import Head, Lang, Paper, day_text, joined
from notices.wording_fields import COLUMNS, FIELDS, GENERAL
from notices.wording_lines import SLOT, Value, Values, WordingError, blocks_of, columns, fill

FOLDER: Final = Path(__file__).parent.parent / "templates" / "documents" / "wording"
TITLE_WIDTH: Final = 20
"""Characters of size 2 on a line of 156 mm."""

_WHOLE: Final = re.compile(
    r"(?:[（《“‘〔【][^（《“‘〔【）》”’〕】]{1,8}[）》”’〕】]|股份有限公司|有限责任公司|有限公司|分公司"
    r"|[!-~]+ *|[（《“‘〔【]+.|.)[）》”’〕】、，。；：！？]*",
    re.DOTALL,
)
"""What no line of a title tears: short brackets, the end of a company's name, words, and what a stop follows."""

_HEADER: Final = re.compile(r"(title|addressee|closing|note|signatures|attachments): ?(.*)")


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording as it was read; ``version`` is the digest of its text."""

    header: Mapping[str, str]
    body: str
    version: str


@cache
def load(kind: str, lang: Lang) -> Wording:
    """The shipped wording of a kind, checked."""
    path = FOLDER / f"{kind}.{lang}.txt"
    if not path.is_file():
        message = f"{kind}: there is no wording in {lang!r}"
        raise WordingError(message)
    return read(kind, path.read_text("utf-8"))


def read(kind: str, text: str) -> Wording:
    """Parse a wording; every placeholder must be one of its kind."""
    header: dict[str, str] = {}
    lines = text.splitlines()
    while lines and (found := _HEADER.fullmatch(lines[0].strip())):
        header[found[1]] = found[2].strip()
        lines.pop(0)
    wording = Wording(header, "\n".join(lines).strip(), digest(text))
    if problems := list(_problems(kind, wording)):
        raise WordingError(f"{kind}: " + "; ".join(problems))
    return wording


def digest(text: str) -> str:
    """What documents record as the version of their wording."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _problems(kind: str, wording: Wording) -> Iterable[str]:
    if not wording.header.get("title"):
        yield "the wording has no title"
    known = {_bare(name): name for name in (*GENERAL, *FIELDS.get(kind, ()))}
    text = "\n".join((*wording.header.values(), wording.body))
    if "{" in SLOT.sub("", text) or "}" in SLOT.sub("", text):
        yield "a brace that belongs to no placeholder"
    for slot in SLOT.finditer(text):
        mark, name = slot["mark"], slot["name"]
        if name not in known:
            yield f"unknown placeholder {slot[0]}"
        elif name not in GENERAL and mark != known[name].rstrip("?").removesuffix(name):
            yield f"{slot[0]} should be {{{known[name]}}}"
        elif slot["heads"] and len(columns(slot)) != len(COLUMNS[name]):
            yield f"{slot[0]} needs {len(COLUMNS[name])} column heads"
        elif known[name].endswith("?") and not slot["optional"]:
            yield f"{slot[0]} may be empty and needs a question mark"


def _bare(name: str) -> str:
    return name.strip("*#=?")


def paper_of(kind: str, head: Head, values: Values, *, text: str | None = None, copies_to: Sequence[str] = ()) -> Paper:
    """The paper of a kind in the head's language; ``text`` replaces the supplied wording."""
    wording = load(kind, head.lang) if text is None else read(kind, text)
    _check(kind, values)
    known = {name: _clean(value) for name, value in {**_general(head), **values}.items()}
    parts = {name: fill(line, known, head.lang) for name, line in wording.header.items()}
    return Paper(
        kind=kind,
        title_lines=title_lines(parts["title"], head.lang),
        addressee=parts.get("addressee", ""),
        blocks=blocks_of(wording.body, known, lang=head.lang),
        closing=parts.get("closing", ""),
        attachments=_shares(parts.get("attachments", "")),
        copies_to=tuple(copies_to),
        note=parts.get("note", ""),
        signatures=_shares(parts.get("signatures", "")),
        wording=wording.version,
    )


def _check(kind: str, values: Values) -> None:
    if kind not in KINDS or kind not in FIELDS:
        message = f"{kind}: this kind has no placeholders yet"
        raise WordingError(message)
    wanted = {_bare(name): name for name in FIELDS[kind]}
    unknown = sorted(set(values) - set(wanted) - set(GENERAL))
    missing = sorted(
        name for name, spelled in wanted.items() if not spelled.endswith("?") and not values.get(name)
        and values.get(name) != 0
    )  # fmt: skip
    if unknown or missing:
        told = [f"missing: {', '.join(missing)}"] * bool(missing) + [f"unknown: {', '.join(unknown)}"] * bool(unknown)
        raise WordingError(f"{kind}: " + "; ".join(told))


def _general(head: Head) -> dict[str, Value]:
    return {
        "number": head.number,
        "association": head.association,
        "recipient": head.recipient_name,
        "recipient_address": head.recipient_address,
        "recipient_uscc": head.recipient_uscc,
        "issue_date": day_text(head.issue_date, head.lang) if head.issue_date else "",
        "signatory": head.signatory,
        "contact_person": head.contact_person,
        "telephone": head.telephone,
        "address": head.address,
    }


def _clean(value: Value) -> Value:
    """The value without control and invisible characters; line ends stay."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\t", " ")
        if not all(map(str.isprintable, text.split("\n"))):  # a quick test; an ideographic space fails it too
            text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})
        return text.strip()
    return cast("Value", [_clean(each) for each in value])


def _shares(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(" / ") if part.strip())


def title_lines(text: str, lang: Lang) -> tuple[str, ...]:
    """Break a title where its sense allows (at `` / ``): as few lines as fit, of even length."""
    parts = _shares(text)
    if lang == "en":
        return (joined(parts),)
    pieces = [cut for part in parts for cut in _cut(part)]
    return tuple(_even_lines(pieces))


def _width(line: str) -> float:
    """The width in Chinese characters; a letter or digit of another script counts about half."""
    return sum(1 if character >= "\u2e80" else 0.56 for character in line)


def _cut(part: str) -> list[str]:
    """A part cut to fit on lines, as evenly as possible; words and brackets that fit are not broken."""
    if _width(part) <= TITLE_WIDTH:
        return [part]
    return _even_lines([piece for whole in _WHOLE.findall(part) for piece in _narrow(whole)])


def _narrow(whole: str) -> list[str]:
    """What belongs together, broken only where it is wider than a line."""
    pieces = [""]
    for character in whole:
        if _width(pieces[-1] + character) > TITLE_WIDTH:
            pieces.append("")
        pieces[-1] += character
    return pieces


def _even_lines(pieces: Sequence[str]) -> list[str]:
    """The pieces on as few lines as hold them; among those the widest is as narrow as possible, and the first long."""
    best: list[tuple[int, float, float, list[str]]] = [(0, 0.0, 0.0, [])]  # of so many pieces, from the end
    for start in range(len(pieces) - 1, -1, -1):
        found, line = [], ""
        for end in range(start, len(pieces)):
            line += pieces[end]
            if end > start and _width(line) > TITLE_WIDTH:
                break
            lines, widest, _first, rest = best[len(pieces) - end - 1]
            found.append((lines + 1, max(widest, _width(line)), -_width(line), [line, *rest]))
        best.append(min(found))
    return best[-1][3]
