"""What Chrome 80 knows of a style sheet and of a script, by MDN's tables of support; acorn reads the scripts.

WeChat's built-in browser on old phones is the floor of the pages for everybody and for companies.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2
from tinycss2.ast import Node

from core.settings import ROOT
from launch import nodes

FLOOR = 80
MODULES = ROOT / "node_modules"
TABLES = MODULES / "@mdn/browser-compat-data/data.json"
ACORN = MODULES / "acorn/bin/acorn"
FORMERLY = {"grid-gap": "gap", "grid-row-gap": "row-gap", "grid-column-gap": "column-gap"}
"""Names that MDN keeps under the later one."""
WIDE_WORDS = {"inherit", "initial", "unset"}


@cache
def tables() -> dict[str, Any]:
    """All of MDN's tables."""
    read: dict[str, Any] = json.loads(TABLES.read_text("utf-8"))
    return read


def known(entry: Any) -> bool:
    """Whether Chrome 80 has what this entry is about, under its own name and without a switch."""
    said = entry.get("__compat", {}).get("support", {}).get("chrome", [])
    return any(_holds(each) for each in (said if isinstance(said, list) else [said]))


def _holds(said: dict[str, Any]) -> bool:
    if {"flags", "prefix", "alternative_name"} & set(said):
        return False
    return _before(said.get("version_added")) and not _before(said.get("version_removed"))


def _before(version: Any) -> bool:
    return isinstance(version, str) and version.lstrip("≤").isdigit() and int(version.lstrip("≤")) <= FLOOR


def of_sheet(sheet: Path) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a sheet that Chrome 80 does not know."""
    options = {"skip_comments": True, "skip_whitespace": True}
    yield from _rules(tinycss2.parse_stylesheet(sheet.read_text("utf-8"), **options))


def _rules(rules: Iterable[Node]) -> Iterator[tuple[int, str]]:
    for rule in rules:
        if rule.type == "at-rule":
            yield from _at_rule(rule)
        elif rule.type == "qualified-rule":
            yield from _selectors(rule)
            yield from _declarations(rule.content)
        else:
            yield rule.source_line, f"what is no rule: {rule.message}"


def _at_rule(rule: Node) -> Iterator[tuple[int, str]]:
    name = rule.lower_at_keyword
    entry = tables()["css"]["at-rules"].get(name, {})
    if not known(entry):
        yield rule.source_line, f"@{name}"
    if name == "media":
        for feature in re.findall(r"\(\s*([a-z-]+)\s*[:)]", tinycss2.serialize(rule.prelude)):
            if not known(entry.get(re.sub("^(min|max)-", "", feature), {})):
                yield rule.source_line, f"@media ({feature})"
        if re.search("[<>]", tinycss2.serialize(rule.prelude)):
            yield rule.source_line, "@media with a range"
    if rule.content is None:
        return
    if name in {"page", "font-face"}:
        yield from _declarations(rule.content, descriptors=entry)
    elif name != "keyframes":
        yield from _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _selectors(rule: Node) -> Iterator[tuple[int, str]]:
    text = re.sub(r"\"[^\"]*\"", "", tinycss2.serialize(rule.prelude))
    for name in re.findall(r":([a-z][a-z-]*)", text):
        if not known(tables()["css"]["selectors"].get(name, {})):
            yield rule.source_line, f":{name}"
    if re.search(r":not\([^()]*,", text):
        yield rule.source_line, ":not() with a list"


def _declarations(content: list[Node], descriptors: dict[str, Any] | None = None) -> Iterator[tuple[int, str]]:
    for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if each.type != "declaration":
            yield each.source_line, "a rule in a rule"
            continue
        if each.lower_name.startswith("-") and not each.name.startswith("--"):
            continue  # a maker's own name stands beside the common one
        entry = _property(each.lower_name, descriptors or {})
        if entry is None:
            yield each.source_line, each.lower_name
        for strange in _values(each.value, entry or {}):
            yield each.source_line, f"{each.lower_name}: {strange}"


def _property(name: str, descriptors: dict[str, Any]) -> dict[str, Any] | None:
    """The entry of a property that Chrome 80 knows."""
    every: dict[str, Any] = tables()["css"]["properties"] | descriptors
    if name.startswith("--"):
        return {}
    entry: dict[str, Any] = every.get(FORMERLY.get(name, name), {})
    return entry if known(entry) else None


def _values(value: Iterable[Node], entry: dict[str, Any]) -> Iterator[str]:
    for token in value:
        if token.type == "ident" and token.lower_value not in WIDE_WORDS:
            word = token.lower_value
            if word in entry and not known(entry[word]):
                yield word
        elif token.type == "dimension" and not _unit(token.lower_unit):
            yield token.lower_unit
        elif token.type == "function":
            name = token.lower_name.replace("rgba", "rgb")
            if not any(known(place.get(name, {})) for place in (entry, *_kinds())):
                yield f"{name}()"
            yield from _values(token.arguments, entry)


@cache
def _kinds() -> list[dict[str, Any]]:
    """The tables of the kinds of values, which tell of functions, and of functions that are kinds of their own."""
    kinds = tables()["css"]["types"]
    return [{name.lower(): entry for name, entry in kind.items()} for kind in (kinds, *kinds.values())]


def _unit(unit: str) -> bool:
    lengths = tables()["css"]["types"]["length"]
    return unit in {"px", "pt", "cm", "mm", "in", "s", "ms", "deg", "fr", "turn", "dpi"} or known(lengths.get(unit, {}))


def of_script(script: Path) -> Iterator[tuple[int, str]]:
    """What Chrome 80 lacks of the things a script names: globals and members of things, whatever they are of."""
    text = re.sub(r"/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r"\"[^\"]*\"|'[^']*'|//.*", "", line)
        for dot, name in re.findall(r"(\.?)\b([A-Za-z]\w+)\b", code):
            if name in (members() if dot else globals_()):
                yield number, f"{dot}{name}"


@cache
def members() -> set[str]:
    """Names of members that no kind of thing had in Chrome 80: of one of them it can't be told what it is of."""
    every = [*tables()["api"].values(), *tables()["javascript"]["builtins"].values()]
    told = [(name, entry) for thing in every for name, entry in thing.items() if isinstance(entry, dict)]
    told = [(name.removesuffix("_static"), entry) for name, entry in told if "__compat" in entry]
    return {name for name, _entry in told} - {name for name, entry in told if known(entry)}


@cache
def globals_() -> set[str]:
    """Names of kinds of things and of functions that Chrome 80 lacks."""
    every = {**tables()["api"], **tables()["javascript"]["builtins"]}
    return {name for name, entry in every.items() if "__compat" in entry and not known(entry)}


def parses(script: Path) -> str:
    """What acorn says of a script read as ECMAScript 2020, which is what Chrome 80 reads; nothing if it reads it."""
    command = [*nodes.command("node"), str(ACORN), "--ecma2020", "--silent", str(script)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stderr.strip()
