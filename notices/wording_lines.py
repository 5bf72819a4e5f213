"""The tiny line format of wordings: lines with placeholders, and values, become blocks.

Text only, never HTML: ``# `` a heading, ``- `` an item of a numbered list, ``* `` of a plain one,
``| label | value`` a row of facts, ``=== `` the title of an attachment that begins here, a blank
line ends a paragraph. ``{name}`` is replaced by a text,
``{*name}`` by a list (alone on its line: as items; in a sentence: joined), ``{#name | A | B}`` by a
table under these column heads (``#`` as the first head numbers the rows, each of which may begin
with a number of its own), ``{#name}`` by questions and answers, ``{=name}`` by a passage in this same
format. ``?`` after a name: the line is left out when the value is empty; a heading with nothing under
it is left out as well. Lines of a value that begin with a dash or an asterisk, two or more in a row,
are a list too, as they would be in a wording.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

from core import typed_lists
from notices.papers import MARKED, QA, Annex, Block, Facts, Heading, Items, Lang, Para, Table
from notices.wording_fields import COLUMNS

Value: TypeAlias = str | int | Sequence[str] | Sequence[Sequence[str]]
Values: TypeAlias = Mapping[str, Value]

SLOT: Final = re.compile(
    r"\{(?P<mark>[*#=]?)(?P<name>[a-z][a-z0-9_]*)(?P<optional>\??)(?P<heads>(?: \| [^|{}]+)*)\}",
)
VERBATIM: Final = frozenset({"answer_text"})
"""What somebody else wrote, to the letter."""

QUOTING: Final = frozenset({"statement_summary", "hearing_summary"})
"""What quotes somebody after words of ours: the points of a list would be numbered without the first of them."""

SHORTENED: Final = re.compile(r"\b(?:Ltd|Inc|Corp|Co)\.$")
"""The end of a company's English name, to which its full stop belongs."""

ASKED_OR_CALLED: Final = ("？", "！", "?", "!")
"""What ends a sentence as a full stop does."""

LEAST_OF_A_LIST: Final = 2
"""A single line that begins with a dash is no list."""

_DIGITS: Final = "〇一二三四五六七八九"


class WordingError(ValueError):
    """A wording that cannot be used, or values that do not fit it."""


def columns(slot: re.Match[str]) -> list[str]:
    """The heads that a table placeholder gives its columns, without the running number."""
    heads = [head.strip() for head in slot["heads"].split(" | ")[1:]]
    return heads[1:] if heads[:1] == ["#"] else heads


def blocks_of(text: str, values: Values, *, lang: Lang = "zh") -> tuple[Block, ...]:
    """The blocks of a wording's body, with the values in place."""
    blocks: list[tuple[Block, bool]] = []
    for line in map(_read, text.splitlines()):
        if line.slot is not None:
            given = _value(line.slot, values)
            blocks += (
                [(block, line.slot["mark"] == "=") for block in _expanded(line.slot, given, lang)] if given else []
            )
        elif all(values.get(name) for name in line.optional):
            for each in line.blocks:  # a list that somebody typed keeps its own points and their ends
                made = _filled(each, values, lang)
                blocks += [(block, isinstance(block, Items) and isinstance(each, Para)) for block in made]
    return tuple(_numbered(_pruned(_merged(blocks)), lang))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a wording as it was read."""

    slot: re.Match[str] | None
    """The placeholder that is alone on it and expands to blocks."""
    optional: tuple[str, ...]
    """Without all of these it is left out."""
    blocks: tuple[Block, ...]


@lru_cache(maxsize=4096)
def _read(line: str) -> _Line:
    """Parse a line of a wording, before any value is put in."""
    alone = SLOT.fullmatch(line.strip())
    slot = alone if alone and alone["mark"] else None
    optional = tuple(each["name"] for each in SLOT.finditer(line) if each["optional"])
    return _Line(slot, optional, () if slot else tuple(_parsed(line)))


def _filled(block: Block, values: Values, lang: Lang) -> list[Block]:
    """A line's block with the values in place; no value can turn it into another kind of block."""
    match block:
        case Para(text):
            whole, theirs = _whole(text, fill(text, values, lang), lang), _holds(text, VERBATIM | QUOTING)
            paragraphs = (whole if theirs else _settled(whole)).split("\n")
            said = [each.strip() for each in paragraphs if each.strip()]
            return (said_as_it_was(said) if theirs else listed(said)) or [block]
        case Heading(text, level):
            return [Heading(fill(text, values, lang), level)]
        case Annex(text):
            return [Annex(fill(text, values, lang))]
        case Items(items, numbered):
            return [Items(tuple(fill(item, values, lang) for item in items), numbered)]
        case Facts(rows):
            return [Facts(tuple((fill(label, values, lang), fill(value, values, lang)) for label, value in rows))]
        case _:
            return [block]


def said_as_it_was(lines: Sequence[str]) -> list[Block]:
    """Each line as a paragraph."""
    return [Para(each) for each in lines]


def listed(lines: Sequence[str]) -> list[Block]:
    """Paragraphs; lines typed one after another as points become a list, as with the marks of wordings."""
    blocks: list[Block] = []
    for mark, run in groupby(lines, typed_lists.mark):
        points = list(run)
        if mark and len(points) >= LEAST_OF_A_LIST:
            bare = tuple(typed_lists.unmarked(each) for each in points)
            blocks.append(Items(bare, numbered=mark == typed_lists.DASHED))
        else:
            blocks += said_as_it_was(points)
    return blocks


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


def fill(line: str, values: Values, lang: Lang) -> str:
    """A line with its values; a list inside a sentence is joined."""

    def one(slot: re.Match[str]) -> str:
        value = _value(slot, values)
        if isinstance(value, str | int):
            return str(value)
        return joined_list([str(item) for item in value], lang)

    return SLOT.sub(one, line).strip()


def joined_list(items: Sequence[str], lang: Lang) -> str:
    """A list inside a sentence."""
    bare = [item if SHORTENED.search(item) else item.rstrip("。；;.") for item in items]
    if lang == "en":
        return "; ".join(bare) if any("," in item for item in bare) else ", ".join(bare)
    return ("；" if any("，" in item or "、" in item for item in bare) else "、").join(bare)


def _settled(line: str) -> str:
    """The line without a second full stop where a value brings its own."""
    line = re.sub(r"[。；]+。|(?<!\.)\.。", "。", line)
    line = re.sub(r"(?<=[？！?!])[。.](?=\s|$)", "", line)
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", line)


@lru_cache(maxsize=4096)
def _holds(line: str, names: frozenset[str]) -> bool:
    return any(slot["name"] in names for slot in SLOT.finditer(line))


def _whole(line: str, filled: str, lang: Lang) -> str:
    """A paragraph that begins or ends with a value, as a whole sentence; quotations stay as they are."""
    if _holds(line, VERBATIM):
        return filled
    if lang == "en" and line.startswith("{"):
        filled = filled[:1].upper() + filled[1:]
    if line.endswith("}") and filled[-1:].isalnum() and not typed_lists.mark(filled.rpartition("\n")[2]):
        filled += "。" if lang == "zh" else "."
    return filled


def _expanded(slot: re.Match[str], value: Value, lang: Lang) -> Iterable[Block]:
    name = slot["name"]
    if slot["mark"] == "=":
        return passage(str(value))
    if isinstance(value, str | int):
        message = f"{slot[0]} needs a list"
        raise WordingError(message)
    if slot["mark"] == "*":
        return [Items(tuple(typed_lists.bare(str(item) for item in value)))]
    rows = [tuple(str(cell) for cell in row) for row in value]
    numbers = [str(place) for place in range(1, len(rows) + 1)]
    if rows and all(len(row) == len(COLUMNS[name]) + 1 for row in rows):
        numbers, rows = [row[0] for row in rows], [row[1:] for row in rows]
    if any(isinstance(row, str) for row in value) or any(len(row) != len(COLUMNS[name]) for row in rows):
        message = f"each row of {slot[0]} needs {', '.join(COLUMNS[name])}"
        raise WordingError(message)
    if not slot["heads"]:
        return [QA(tuple((row[0], row[1]) for row in rows))]
    heads = columns(slot)
    if "| # |" in slot["heads"]:
        heads = ["序号" if lang == "zh" else "No.", *heads]
        rows = [(number, *row) for number, row in zip(numbers, rows, strict=True)]
    return [Table(tuple(heads), tuple(rows))]


def _ended(items: Sequence[str], lang: Lang) -> tuple[str, ...]:
    """Items of a Chinese list end in a semicolon, the last in a full stop."""
    if lang == "en":
        return tuple(items)
    last = len(items) - 1
    return tuple(
        item if item.endswith(ASKED_OR_CALLED) or (item.endswith("。") and "。" in item[:-1])
        else item.rstrip("。；;.") + ("。" if place == last else "；")
        for place, item in enumerate(items)
    )  # fmt: skip


def _parsed(line: str) -> list[Block]:
    """A line of the format as a block of its own; neighbours are merged later."""
    line = line.strip()
    if heading := re.fullmatch(r"(#{1,3}|===) (.+)", line):
        return [Annex(heading[2]) if heading[1] == "===" else Heading(heading[2], len(heading[1]))]
    if line[:2] in {"- ", "* "}:
        return [Items((line[2:].strip(),), numbered=line[0] == "-")]
    if line.startswith("|| "):
        return [Table((), (tuple(cell.strip() for cell in line[3:].split(" | ")),))]
    if line.startswith("| "):
        label, _, value = line[2:].partition("|")
        return [Facts(((label.strip(), value.strip()),))]
    if line[:2] in {"? ", "! "}:
        return [QA(((line[2:], "") if line[0] == "?" else ("", line[2:]),))]
    return [Para(line[1:] if line[:1] == "\\" and MARKED.match(line[1:]) else line)]


def _merged(blocks: Iterable[tuple[Block, bool]]) -> list[tuple[Block, bool]]:
    """Neighbouring rows merged into one list, table or record."""
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
    """Without blank lines, and without headings with nothing under them."""
    kept: list[tuple[Block, bool]] = []
    for block, own in reversed([pair for pair in blocks if pair[0] != Para("")]):
        below = kept[-1][0] if kept else None
        if isinstance(block, Heading) and (
            below is None or (isinstance(below, Heading) and below.level <= block.level)
        ):
            continue
        kept.append((block, own))
    return kept[::-1]


def _numbered(blocks: Sequence[tuple[Block, bool]], lang: Lang) -> Iterable[Block]:
    """Headings and items with their numbers; a single one has none."""
    counts = [0, 0, 0]
    several = sum(isinstance(block, Heading) and block.level == 1 and not own for block, own in blocks) > 1
    for block, own in blocks:
        if isinstance(block, Items) and block.numbered and not own:
            ended = _ended(block.items, lang)
            yield Items(ended) if len(ended) > 1 else Para(ended[0])
        elif isinstance(block, Heading) and not own:
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (3 - block.level)
            ordinal = _ordinal(counts[block.level - 1], block.level, lang) if several or block.level > 1 else ""
            yield Heading(ordinal + block.text, block.level)
        else:
            yield block


def _ordinal(number: int, level: int, lang: Lang) -> str:
    if lang == "en":
        return (f"{number}. ", f"({chr(96 + number)}) ", f"{number}) ")[level - 1]
    return (f"{_chinese(number)}、", f"（{_chinese(number)}）", f"{number}．")[level - 1]


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
