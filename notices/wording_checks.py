"""Whether a text can be the wording of a kind: every fault by its line, in the reader's words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from core import plainly
from core.characters import RARE_HANZI
from core.words import LazyString, _l
from notices import wording, wording_lines
from notices.papers import Lang
from notices.samples import COPIED, head_for, values_for
from notices.wording_fields import COLUMNS, FIELDS, GENERAL
from notices.wording_lines import SLOT, WordingError, columns
from printing import fonts

LONGEST: Final = 12_000
LONGEST_LINE: Final = 1500
MOST_LINES: Final = 300
MOST_TIMES: Final = 8
"""How often a wording may use one placeholder, so that a long value is not multiplied."""
TITLE: Final = (120, 6)
"""Characters of a title, and parts at which it may be broken."""
HEADERS: Final = ("title", "addressee", "closing", "note", "signatures", "attachments")
ALWAYS_THERE: Final = frozenset({"association", "issue_date", "contact_person"})
"""The general placeholders that every document has."""
_HEADER: Final = re.compile(r"([a-z]+): ?(.*)")
_LINE: Final = re.compile(r"(#{1,3}|===|-|\*) \S.*|\| [^|]*\|.*|[^#|=*\-].*")
_OF_PASSAGES: Final = ("||", "? ", "! ")


@lru_cache(maxsize=512)
def problems(kind: str, lang: Lang, text: str) -> tuple[LazyString, ...]:
    """Everything wrong with a text as the wording of a kind; empty if it can be used."""
    if too_long := list(_lengths(text)):
        return tuple(too_long)
    top = _top(text)
    found = [*_characters(text), *_headers(kind, lang, text, top), *_marks(text, top)]
    found += [*_slots(kind, lang, text, top), *_missing(kind, lang, text)]
    return tuple(found or _filled(kind, lang, text))


def _lengths(text: str) -> Iterator[LazyString]:
    lines = text.splitlines()
    if len(text) > LONGEST:
        yield _l("Shorten it to %(most)s characters.", most=plainly.number(LONGEST))
    if len(lines) > MOST_LINES:
        yield _l("Shorten it to %(most)s lines.", most=MOST_LINES)
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield _l(
                "Line %(line)s is longer than %(most)s characters.", line=number, most=plainly.number(LONGEST_LINE)
            )


def _top(text: str) -> int:
    """How many header lines there are."""
    lines = text.splitlines()
    return next((at for at, line in enumerate(lines) if not _HEADER.fullmatch(line.strip())), len(lines))


def _characters(text: str) -> Iterator[LazyString]:
    lacking = set(fonts.uncovered(text))
    for number, line in enumerate(text.splitlines(), 1):
        for letter in dict.fromkeys(line):
            kind = unicodedata.category(letter)
            rare = any(ord(letter) in block for block in RARE_HANZI)
            if letter in lacking or (kind in {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"} and not rare):
                yield _l("Line %(line)s: no font has the character %(code)s.", line=number, code=f"U+{ord(letter):04X}")


def _headers(kind: str, lang: Lang, text: str, top: int) -> Iterator[LazyString]:
    lines, seen = text.splitlines(), dict[str, str]()
    for number, line in enumerate(lines[:top], 1):
        name, _colon, said = line.strip().partition(":")
        if name not in HEADERS:
            yield _l("Line %(line)s: there is no header line called “%(name)s”.", line=number, name=name)
        if name in seen:
            yield _l("Line %(line)s: the header line “%(name)s” stands there twice.", line=number, name=name)
        seen[name] = said.strip()
    if top < len(lines) and lines[top].strip():
        yield _l("Line %(line)s: leave a blank line after the header lines.", line=top + 1)
    supplied = wording.load(kind, lang).header
    for name in ("title", *(each for each in ("addressee", "signatures") if supplied.get(each))):
        if not SLOT.sub(lambda slot: "" if slot["optional"] else "x", seen.get(name, "")).strip(" /"):
            yield _l("The header line “%(name)s” is missing or empty.", name=name)
    length, parts = TITLE
    if len(seen.get("title", "")) > length or seen.get("title", "").count(" / ") >= parts:
        yield _l("Shorten the title to %(most)s characters in at most %(parts)s parts.", most=length, parts=parts)


def _marks(text: str, top: int) -> Iterator[LazyString]:
    for number, whole in list(enumerate(text.splitlines(), 1))[top:]:
        line = whole.strip()
        if line.startswith(_OF_PASSAGES):
            yield _l("Line %(line)s begins with a mark that wordings do not have.", line=number)
        elif line and not _LINE.fullmatch(line):
            yield _l(
                "Line %(line)s: after the mark at its beginning stands a space and then text; a fact is "
                "“| label | value”.",
                line=number,
            )
        elif (found := _HEADER.fullmatch(line)) and found[1] in HEADERS:
            yield _l("Line %(line)s: header lines stand at the top, without a blank line between them.", line=number)


def _slots(kind: str, lang: Lang, text: str, top: int) -> Iterator[LazyString]:
    spelled = {each.strip("*#=?"): each for each in FIELDS[kind]}
    times = Counter(slot["name"] for slot in SLOT.finditer(text))
    for name in (each for each, many in times.items() if many > MOST_TIMES):
        yield _l("%(name)s stands there more than %(most)s times.", name=f"{{{name}}}", most=MOST_TIMES)
    for number, whole in enumerate(text.splitlines(), 1):
        rest = SLOT.sub("", whole)
        if "{" in rest or "}" in rest:
            yield _l("Line %(line)s: a brace that belongs to no placeholder.", line=number)
        for slot in SLOT.finditer(whole):
            said = {"line": number, "name": slot[0]}
            rightly = spelled.get(slot["name"]) or general(kind, lang).get(slot["name"])
            if rightly is None:
                yield _l("Line %(line)s: %(name)s is no placeholder of this kind of document.", **said)
                continue
            yield from _spelling(slot, rightly, said)
            if slot["mark"] in {"#", "="} and (slot[0] != whole.strip() or number <= top):
                yield _l("Line %(line)s: %(name)s stands alone on a line of the text.", **said)


@cache
def general(kind: str, lang: Lang) -> dict[str, str]:
    """Placeholders of every kind, as they are written; those that the supplied wording always says are never empty."""
    surely = ALWAYS_THERE | _said(kind, lang)
    return {name: name if name in surely else f"{name}?" for name in GENERAL}


def _spelling(slot: re.Match[str], rightly: str, said: dict[str, object]) -> Iterator[LazyString]:
    right = {"right": "{" + rightly + "}"}
    if slot["mark"] != rightly.rstrip("?").removesuffix(slot["name"]):
        yield _l("Line %(line)s: %(name)s is written %(right)s.", **said, **right)
    elif rightly.endswith("?") and not slot["optional"]:
        yield _l("Line %(line)s: %(name)s may be empty and is written %(right)s.", **said, **right)
    elif slot["mark"] == "#":
        wanted = COLUMNS[slot["name"]]
        pairs = wanted == COLUMNS["questions"] and not slot["heads"]
        if not pairs and len(columns(slot)) != len(wanted):
            yield _l(
                "Line %(line)s: %(name)s needs %(count)s heads of columns, each after “ | ”.", **said, count=len(wanted)
            )
    elif slot["heads"]:
        yield _l("Line %(line)s: %(name)s is no table and has no heads of columns.", **said)


def _missing(kind: str, lang: Lang, text: str) -> Iterator[LazyString]:
    anywhere, surely = set[str](), set[str]()
    for line in text.splitlines():
        slots = list(SLOT.finditer(line))
        anywhere |= {slot["name"] for slot in slots}
        if not any(slot["optional"] for slot in slots):
            surely |= {slot["name"] for slot in slots}
    for spelled in mandatory(kind, lang):
        name = spelled.strip("*#=")
        if name not in anywhere:
            yield _l("%(name)s is missing: every document of this kind has to say it.", name="{" + spelled + "}")
        elif name not in surely:
            yield _l(
                "%(name)s stands only on lines that are left out when another placeholder is empty.",
                name="{" + spelled + "}",
            )


def mandatory(kind: str, lang: Lang) -> tuple[str, ...]:
    """What a wording must say: what its kind always has, and those general placeholders that the supplied one says.

    An English edition need not repeat the text of a decision, which is in Chinese.
    """
    said = _said(kind, lang)
    always = (each for each in FIELDS[kind] if not each.endswith("?"))
    own = (each for each in always if lang == "zh" or each.strip("*#=") not in COPIED)
    return (*own, *(each for each in GENERAL if each in said))


@cache
def _said(kind: str, lang: Lang) -> frozenset[str]:
    """What the supplied wording says in every case."""
    shipped = wording.load(kind, lang)
    slots = SLOT.finditer("\n".join((*shipped.header.values(), shipped.body)))
    return frozenset(slot["name"] for slot in slots if not slot["optional"])


def _filled(kind: str, lang: Lang, text: str) -> Iterator[LazyString]:
    """Fill the wording in as the last check, with everything, and with nothing but what is always there."""
    for values in (values_for(kind, lang), bare_values(kind, lang)):
        try:
            wording.paper_of(kind, head_for(kind, lang), values, text=text)
        except WordingError as error:
            yield _l("It can't be filled in: %(why)s", why=str(error))


def bare_values(kind: str, lang: Lang) -> dict[str, wording_lines.Value]:
    """The sample values of what every document of the kind has."""
    wanted = {each.strip("*#=") for each in FIELDS[kind] if not each.endswith("?")}
    return {name: value for name, value in values_for(kind, lang).items() if name in wanted}
