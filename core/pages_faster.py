"""Savings in the pinned Jinja and Flask: what each place of a template costs, and each address, done with fewer steps.

What comes out is the same; ``tests/core/test_pages_faster.py`` compares both, DECISIONS.md says how much each gave.
"""

# ruff: noqa: ANN401 - a template's values are anything

import re
from functools import _lru_cache_wrapper
from types import FunctionType, MethodType
from typing import Any, Final

import jinja2
import markupsafe
from flask import Flask
from flask.globals import _cv_request
from flask.templating import Environment as OfFlask
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import _PassArg, internalcode
from markupsafe import Markup

_escaped = markupsafe._escape_inner  # type: ignore[attr-defined]  # noqa: SLF001 - in C
_EVALUATING: Final = _PassArg.eval_context
_MET: Final = (None, _EVALUATING)
"""What a macro or function may want of its page here."""
_PLAIN: Final = (FunctionType, MethodType, _lru_cache_wrapper)
_MISSING: Final = object()


def shown(value: Any) -> str:
    """A value as it stands in a page: what is markup as it is, all else escaped."""
    kind = type(value)
    if kind is str:
        return _escaped(value)
    return value if kind is Markup else markupsafe.escape(value)


class _Writing(CodeGenerator):
    """Writes ``shown`` where Jinja's own writes ``escape``, which makes three calls of each value."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - its name
        super().visit_Template(node, frame)
        self.writeline(f"from {__name__} import shown")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("shown(")


class _Calling(Context):
    """Calls macros and plain functions with fewer questions about the context that they want."""

    @internalcode
    def call(self, told: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(told)
        wants = _EVALUATING if kind is Macro else getattr(told, "jinja_pass_arg", None)
        if (kind is not Macro and kind not in _PLAIN) or wants not in _MET:
            return super().call(told, *args, **kwargs)
        if wants is _EVALUATING:
            args = (self.eval_ctx, *args)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return told(*args, **kwargs)
        except StopIteration:
            return self.environment.undefined("a callable of a template raised StopIteration")


class _Template(jinja2.Template):
    """Gives out its macros without comparing all globals of two templates one by one at each import."""

    _globals: frozenset[str] = frozenset()

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        if self._module is not None and ctx is not None and ctx.globals_keys <= self._globals:
            return self._module
        found = super()._get_default_module(ctx)
        self._globals = frozenset(self.globals)
        return found


_OF_DICT: Final = frozenset(dir(dict))
"""Names that mean something of the dict itself, whatever it holds."""


class Environment(OfFlask):
    """Jinja as pages use it."""

    template_class = _Template
    context_class = _Calling
    code_generator_class = _Writing

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Of a dict what it holds, without an error first for an attribute that no dict has."""
        if type(obj) is dict and attribute not in _OF_DICT:
            found = obj.get(attribute, _MISSING)
            return self.undefined(obj=obj, name=attribute) if found is _MISSING else found
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)


_SAFE: Final = re.compile(r"[A-Za-z0-9_-]+")
"""What stands in an address as it is."""
_MOST: Final = 5000
_FIRST: Final = 918_273_645_001


class Addresses:
    """Addresses within a request, by patterns: the same endpoint with the same names is built once.

    A pattern takes numbers and plain words; whatever else an address is made of is put together as ever.
    """

    def __init__(self, app: Flask) -> None:
        """In front of the application's own way."""
        self._app, self._build = app, app.url_for
        self._patterns: dict[tuple[Any, ...], str | None] = {}

    def __call__(
        self,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """As ``Flask.url_for``."""
        asked = _cv_request.get(None)
        usual = asked is not None and _method is None and _scheme is None and not _external
        pattern = self._pattern(asked, endpoint, values) if usual else None
        if pattern is None or (_anchor is not None and not _SAFE.fullmatch(_anchor)):
            said: dict[str, Any] = {"_anchor": _anchor, "_method": _method, "_scheme": _scheme, "_external": _external}
            return self._build(endpoint, **said, **values)
        found = pattern % values
        return found if _anchor is None else f"{found}#{_anchor}"

    def _pattern(self, asked: Any, endpoint: str, values: dict[str, Any]) -> str | None:
        kinds = []
        for name, value in values.items():
            kind = type(value)
            plain = value is None or (kind is int and value >= 0) or (kind is str and _SAFE.fullmatch(value))
            if not plain:
                return None
            kinds.append((name, kind))
        if endpoint[0] == ".":
            endpoint = f"{asked.request.blueprint or ''}{endpoint}"
        key = (endpoint, asked.url_adapter.script_name, *kinds)
        if key not in self._patterns:
            if len(self._patterns) >= _MOST:
                self._patterns.clear()
            self._patterns[key] = self._made(endpoint, values)
        return self._patterns[key]

    def _made(self, endpoint: str, values: dict[str, Any]) -> str | None:
        """The pattern, where each value stands in the address once and nothing but itself decides how."""
        marks = {name: self._mark(place, value) for place, (name, value) in enumerate(values.items())}
        try:
            fixed = any(rule.defaults for rule in self._app.url_map.iter_rules(endpoint))
            found = self._build(endpoint, **marks).replace("%", "%%")
        except (LookupError, ValueError):  # no such endpoint, or one of the values has to be another
            return None
        if fixed or self._app.url_default_functions:
            return None
        for name, mark in marks.items():
            if mark is not None and found.count(str(mark)) != 1:
                return None
            found = found if mark is None else found.replace(str(mark), f"%({name})s")
        return found if found.startswith("/") else None

    @staticmethod
    def _mark(place: int, value: Any) -> Any:
        if value is None:
            return None
        return _FIRST + place if type(value) is int else f"mark{_FIRST + place}"


def furnish(app: Flask) -> None:
    """Furnish an application; to be called before it loads its first template."""
    app.jinja_environment = Environment
    app.url_for = Addresses(app)  # type: ignore[method-assign]
