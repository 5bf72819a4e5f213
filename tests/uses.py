"""What of the house's modules is used, told by imports and not by words: who says a name, and where it came from."""

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Place = tuple[str, str]
"""A module and a name in it; an empty name is the module itself."""


@dataclass
class Module:
    """What stands at a module's top, what it brought from elsewhere, and what it says."""

    defined: dict[str, ast.stmt] = field(default_factory=dict)
    brought: dict[str, Place] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    """Names, other than by the very thing they name."""
    dotted: set[tuple[str, str]] = field(default_factory=set)
    """`thing.name`, as a pair."""
    written: set[str] = field(default_factory=set)
    """Whole strings: names by which something is called from another process."""
    handed_on: set[str] = field(default_factory=set)
    """Names said by themselves, without a point behind them, that are nothing else in this module."""
    asked: set[str] = field(default_factory=set)
    """What of things is read, by its name, and every word that stands in a string."""


def read(path: Path, known: Collection[str]) -> Module:
    """One module; `known` are the names of all."""
    it, tree = Module(), ast.parse(path.read_text("utf-8"))
    tops = [(top, list(_parts(top))) for top in tree.body]  # each node is come to once: there are a million of them
    every = [part for _top, parts in tops for part in parts]
    names = [node for node, _inside in every if isinstance(node, ast.Name)]
    dotted = [node for node, _inside in every if isinstance(node, ast.Attribute)]
    it.brought = {name: place for node, _inside in every for name, place in _brought(node, known)}
    it.dotted = {(_named(node.value), node.attr) for node in dotted}
    for node, inside in every:
        it.asked.update(_asked(node))
        if inside and isinstance(node, ast.Constant) and isinstance(node.value, str):
            it.written.add(node.value)
        elif isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Constant):
            it.said.add(str(node.returns.value))
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node, _inside in every if isinstance(node, ast.arg)}
    bases = {id(node.value) for node in dotted}
    for top, parts in tops:
        own = set(_defined(top))
        it.defined |= dict.fromkeys(own, top)
        for node, _inside in parts:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in own:
                it.said.add(node.id)
                if id(node) not in bases and node.id not in bound:
                    it.handed_on.add(node.id)
    return it


def _asked(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return [node.attr]
    return re.findall(r"\w+", node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _parts(top: ast.stmt) -> Iterator[tuple[ast.AST, bool]]:
    """Everything in a statement, and whether it stands inside of what is called or assigned."""
    waiting: list[tuple[ast.AST, bool]] = [(top, False)]
    while waiting:
        node, inside = waiting.pop()
        yield node, inside
        inside = inside or isinstance(node, ast.Call | ast.Assign | ast.AnnAssign)
        waiting += [(part, inside) for part in ast.iter_child_nodes(node)]


def _named(node: ast.expr) -> str:
    """The name that stands before a point, as it may have been imported; empty where it is another thing."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(names))) if isinstance(node, ast.Name) else ""


def _brought(node: ast.AST, known: Collection[str]) -> Iterator[tuple[str, Place]]:
    if isinstance(node, ast.ImportFrom) and node.module:
        for each in node.names:
            inner = f"{node.module}.{each.name}"
            yield each.asname or each.name, (inner, "") if inner in known else (node.module, each.name)
    elif isinstance(node, ast.Import):
        yield from ((each.asname or each.name, (each.name, "")) for each in node.names)


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        kept = [each for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        yield from (each.id for each in kept if isinstance(each.ctx, ast.Store))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def sayers(modules: dict[str, Module]) -> dict[Place, set[str]]:
    """The modules that say each function, class or constant."""
    found: dict[Place, set[str]] = {}
    for name, it in modules.items():
        places = [_origin(modules, name, each) for each in it.said]
        for base, attribute in it.dotted:
            module, rest = it.brought.get(base, ("", ""))
            if not rest:
                places.append(_origin(modules, module, attribute))
        for place in set().union(*places):
            found.setdefault(place, set()).add(name)
    return found


def unused(modules: dict[str, Module], templates: str) -> set[Place]:
    """Functions, classes and constants that nothing says.

    Called otherwise: what is registered by a decorator; what belongs to a module that is handed to somebody else, who
    says the name (`words.kind_words`); what is called by its name from another process.
    """
    found = sayers(modules)
    brought = {it.brought[each] for it in modules.values() for each in it.handed_on & it.brought.keys()}
    handed = {module for module, rest in brought if not rest}
    points = {attribute for it in modules.values() for _, attribute in it.dotted} | set(re.findall(r"\w+", templates))
    written = {part for it in modules.values() for each in it.written for part in re.split(r"[:;\s()]", each)}
    return {
        (module, name)
        for module, it in modules.items()
        for name, node in it.defined.items()
        if (module, name) not in found
        and not name.startswith("__")
        and not (isinstance(node, ast.FunctionDef) and node.decorator_list)
        and not (module in handed and name in points)
        and not (module in written and (name in written or name in points))
        and name != "main"
    }


def _origin(modules: dict[str, Module], module: str, name: str) -> set[Place]:
    """The place and all that the name was passed on from."""
    seen: set[Place] = set()
    while module in modules and (module, name) not in seen:
        seen.add((module, name))
        module, name = modules[module].brought.get(name, ("", ""))
    return seen
