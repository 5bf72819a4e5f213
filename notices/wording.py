"""The tiny line format of wordings, and how a wording and values become a paper.

Text only, never HTML: ``# `` a heading, ``- `` an item of a numbered list, ``* `` of a plain one,
``| label | value`` a row of facts, a blank line ends a paragraph. ``{name}`` is replaced by a text,
``{*name}`` by a list (alone on its line: as items; in a sentence: joined), ``{#name | A | B}`` by a
table under these column heads (``#`` as the first head numbers the rows), ``{#name}`` by questions
and answers, ``{=name}`` by a passage in this same format. ``?`` after a name: the line is left out
when the value is empty; a heading with nothing under it is left out as well.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

from notices.kinds import KINDS
from notices.papers import QA, Block, Facts, Head, Heading, Items, Lang, Paper, Para, Table, day_text, joined
from notices.wording_fields import COLUMNS, FIELDS, GENERAL

Value: TypeAlias = str | int | Sequence[str] | Sequence[Sequence[str]]
Values: TypeAlias = Mapping[str, Value]

FOLDER: Final = Path(__file__).parent.parent / "templates" / "documents" / "wording"
TITLE_WIDTH: Final = 20
"""Characters of size 2 on a line of 156 mm."""

_SLOT: Final = re.compile(r"\{(?P<mark>[*#=]?)(?P<name>[a-z][a-z0-9_]*)(?P<optional>\??)(?P<heads>(?: \| [^|{}]+)*)\}")
_HEADER: Final = re.compile(r"(title|addressee|closing|note|signatures|attachments): ?(.*)")
_DIGITS: Final = "〇一二三四五六七八九"
_ENDS: Final = "。！？；：.!?;:"


class WordingError(ValueError):
    """A wording that cannot be used, or values that do not fit it."""


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
    """Take a wording apart; every placeholder must be one that the kind has."""
    header: dict[str, str] = {}
    lines = text.splitlines()
    while lines and (found := _HEADER.fullmatch(lines[0].strip())):
        header[found[1]] = found[2].strip()
        lines.pop(0)
    wording = Wording(header, "\n".join(lines).strip(), hashlib.sha256(text.encode()).hexdigest()[:16])
    if problems := list(_problems(kind, wording)):
        raise WordingError(f"{kind}: " + "; ".join(problems))
    return wording


def _problems(kind: str, wording: Wording) -> Iterable[str]:
    if not wording.header.get("title"):
        yield "the wording has no title"
    known = {_bare(name): name for name in (*GENERAL, *FIELDS.get(kind, ()))}
    text = "\n".join((*wording.header.values(), wording.body))
    if "{" in _SLOT.sub("", text) or "}" in _SLOT.sub("", text):
        yield "a brace that belongs to no placeholder"
    for slot in _SLOT.finditer(text):
        mark, name = slot["mark"], slot["name"]
        if name not in known:
            yield f"unknown placeholder {slot[0]}"
        elif name not in GENERAL and mark != known[name].rstrip("?").removesuffix(name):
            yield f"{slot[0]} should be {{{known[name]}}}"
        elif slot["heads"] and len(_columns(slot)) != len(COLUMNS[name]):
            yield f"{slot[0]} needs {len(COLUMNS[name])} column heads"
        elif known[name].endswith("?") and not slot["optional"]:
            yield f"{slot[0]} may be empty and needs a question mark"


def _bare(name: str) -> str:
    return name.strip("*#=?")


def _columns(slot: re.Match[str]) -> list[str]:
    heads = [head.strip() for head in slot["heads"].split(" | ")[1:]]
    return heads[1:] if heads[:1] == ["#"] else heads


def paper_of(
    kind: str, head: Head, values: Values, *, text: str | None = None, copies_to: Sequence[str] = ()
) -> Paper:
    """The paper of a kind in the head's language; ``text`` replaces the shipped wording."""
    wording = load(kind, head.lang) if text is None else read(kind, text)
    _check(kind, values)
    known = {name: _clean(value) for name, value in {**_general(head), **values}.items()}
    parts = {name: _fill(line, known, head.lang) for name, line in wording.header.items()}
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
        "issue_date": day_text(head.issue_date, head.lang) if head.issue_date else "",
        "signatory": head.signatory,
        "contact_person": head.contact_person,
        "telephone": head.telephone,
        "address": head.address,
    }


def _clean(value: Value) -> Value:
    """Without control and invisible characters; line ends stay."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\t", " ")
        return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"}).strip()
    return [_clean(each) for each in value]  # type: ignore[return-value]


def blocks_of(text: str, values: Values, *, lang: Lang = "zh") -> tuple[Block, ...]:
    """The blocks of a wording's body with the values in place."""
    blocks: list[tuple[Block, bool]] = []
    for line in text.splitlines():
        slot = _SLOT.fullmatch(line.strip())
        if slot and slot["mark"]:
            given = _value(slot, values)
            blocks += [(block, slot["mark"] == "=") for block in _expanded(slot, given, lang)] if given else []
        elif _dropped(line, values):
            continue
        elif line.strip():
            filled = _fill(line, values, lang) if line.startswith("|") else _settled(_fill(line, values, lang))
            blocks += [(block, False) for block in _parsed(filled)]
        else:
            blocks.append((Para(""), False))
    return tuple(_numbered(_pruned(_merged(blocks)), lang))


def passage(text: str) -> tuple[Block, ...]:
    """Blocks of text in the line format without placeholders: the inverse of ``papers.text_of``."""
    lines = [(block, True) for line in text.splitlines() for block in _parsed(line)]
    return tuple(block for block, _ in _merged(lines) if block != Para(""))


def _value(slot: re.Match[str], values: Values) -> Value:
    value = values.get(slot["name"])
    if value is None and not slot["optional"]:
        message = f"no value for {slot[0]}"
        raise WordingError(message)
    if not value and value != 0 and not slot["optional"]:
        message = f"the value of {slot[0]} is empty"
        raise WordingError(message)
    return "" if value is None else value


def _dropped(line: str, values: Values) -> bool:
    return any(not values.get(slot["name"]) for slot in _SLOT.finditer(line) if slot["optional"])


def _fill(line: str, values: Values, lang: Lang) -> str:
    def one(slot: re.Match[str]) -> str:
        value = _value(slot, values)
        if isinstance(value, str | int):
            return str(value)
        return joined_list([str(item) for item in value], lang)

    return _SLOT.sub(one, line).strip()


def joined_list(items: Sequence[str], lang: Lang) -> str:
    """A list inside a sentence."""
    bare = [item.rstrip("。；;.") for item in items]
    if lang == "en":
        return "; ".join(bare) if any("," in item for item in bare) else ", ".join(bare)
    return ("；" if any("，" in item or "、" in item for item in bare) else "、").join(bare)


def _settled(line: str) -> str:
    """A value that ends its sentence does not end it twice."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", re.sub(r"[。；]+。", "。", line))


def _expanded(slot: re.Match[str], value: Value, lang: Lang) -> Iterable[Block]:
    name = slot["name"]
    if slot["mark"] == "=":
        return passage(str(value))
    if isinstance(value, str | int):
        message = f"{slot[0]} needs a list"
        raise WordingError(message)
    if slot["mark"] == "*":
        return [Items(_ended([str(item) for item in value], lang))]
    rows = [tuple(str(cell) for cell in row) for row in value]
    if any(isinstance(row, str) for row in value) or any(len(row) != len(COLUMNS[name]) for row in rows):
        message = f"each row of {slot[0]} needs {', '.join(COLUMNS[name])}"
        raise WordingError(message)
    if not slot["heads"]:
        return [QA(tuple((row[0], row[1]) for row in rows))]
    heads = _columns(slot)
    if "| # |" in slot["heads"]:
        heads = ["序号" if lang == "zh" else "No.", *heads]
        rows = [(str(place), *row) for place, row in enumerate(rows, 1)]
    return [Table(tuple(heads), tuple(rows))]


def _ended(items: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """Items of a Chinese list end in ； and the last in 。"""
    if lang == "en":
        return tuple(items)
    last = len(items) - 1
    return tuple(
        item if item.endswith(("。", "！", "？")) and "。" in item[:-1]
        else item.rstrip("。；;.") + ("。" if place == last else "；")
        for place, item in enumerate(items)
    )  # fmt: skip


def _parsed(line: str) -> list[Block]:
    """One line of the format as a block of its own; neighbours are merged later."""
    line = line.strip()
    if heading := re.fullmatch(r"(#{1,3}) (.+)", line):
        return [Heading(heading[2], len(heading[1]))]
    if line[:2] in {"- ", "* "}:
        return [Items((line[2:].strip(),), numbered=line[0] == "-")]
    if line.startswith("|| "):
        return [Table((), (tuple(cell.strip() for cell in line[3:].split(" | ")),))]
    if line.startswith("| "):
        label, _, value = line[2:].partition("|")
        return [Facts(((label.strip(), value.strip()),))]
    if line[:2] in {"? ", "! "}:
        return [QA(((line[2:], "") if line[0] == "?" else ("", line[2:]),))]
    return [Para(line)]


def _merged(blocks: Iterable[tuple[Block, bool]]) -> list[tuple[Block, bool]]:
    """Rows that follow one another become one list, one table, one record."""
    done: list[tuple[Block, bool]] = []
    for block, own in blocks:
        match (done[-1][0] if done else None, block):
            case (Items(before, numbered), Items(items, same)) if numbered == same:
                done[-1] = (Items(before + items, numbered), own)
            case (Facts(before_rows), Facts(rows)):
                done[-1] = (Facts(before_rows + rows), own)
            case (Table(heads, cells), Table((), more)):
                done[-1] = (Table(heads, cells + more), own)
            case (_, Table((), (heads,))):
                done.append((Table(heads, ()), own))
            case (QA(pairs), QA((("", answer),))):
                done[-1] = (QA((*pairs[:-1], (pairs[-1][0], answer))), own)
            case (QA(pairs), QA(more_pairs)):
                done[-1] = (QA(pairs + more_pairs), own)
            case _:
                done.append((block, own))
    return done


def _pruned(blocks: Sequence[tuple[Block, bool]]) -> list[tuple[Block, bool]]:
    """Without blank lines, and without headings that have nothing under them."""
    kept: list[tuple[Block, bool]] = []
    for block, own in reversed([pair for pair in blocks if pair[0] != Para("")]):
        below = kept[-1][0] if kept else None
        if isinstance(block, Heading) and (
            below is None or (isinstance(below, Heading) and below.level <= block.level)
        ):
            continue
        kept.append((block, own))
    return kept[::-1]


def _numbered(blocks: Iterable[tuple[Block, bool]], lang: Lang) -> Iterable[Block]:
    counts = [0, 0, 0]
    for block, own in blocks:
        if isinstance(block, Heading) and not own:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            yield Heading(_ordinal(counts[block.level - 1], block.level, lang) + block.text, block.level)
        else:
            yield block


def _ordinal(number: int, level: int, lang: Lang) -> str:
    if lang == "en":
        return (f"{number}. ", f"({chr(96 + number)}) ", f"{number}) ")[level - 1]
    return (f"{_chinese(number)}、", f"（{_chinese(number)}）", f"{number}．")[level - 1]


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")


def _shares(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(" / ") if part.strip())


def title_lines(text: str, lang: Lang) -> tuple[str, ...]:
    """A title broken where the sense allows it (at `` / ``): as few lines as fit, and even ones."""
    parts = _shares(text)
    if lang == "en":
        return (joined(parts),)
    pieces = [cut for part in parts for cut in _cut(part)]
    best = min(_splits(pieces), key=lambda lines: (len(lines), max(map(len, lines)), -len(lines[0])))
    return tuple(best)


def _cut(part: str) -> list[str]:
    count = -(-len(part) // TITLE_WIDTH)
    size = -(-len(part) // count) if count else 1
    return [part[at : at + size] for at in range(0, len(part), size)]


def _splits(pieces: Sequence[str]) -> Iterable[list[str]]:
    """All ways to set the pieces on lines that are not too wide."""
    gaps = len(pieces) - 1
    for choice in range(2**gaps):
        ends = [0, *(place + 1 for place in range(gaps) if choice >> place & 1), len(pieces)]
        lines = ["".join(pieces[start:end]) for start, end in pairwise(ends)]
        if all(len(line) <= TITLE_WIDTH for line in lines):
            yield lines
