"""Style sheets and scripts: collected under hashed names, or served as they stand."""

import gzip
import hashlib
import json
import logging
import re
import tempfile
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import click
from flask import Flask, current_app
from whitenoise import WhiteNoise

log = logging.getLogger(__name__)

PREFIX = "/static/"
HASHED = r"\.[0-9a-f]{12}\.[a-z0-9]+$"
SAID_TO_WRITERS = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
LAID_OUT = re.compile(r"(?<=[{};,])\n\s*| (?={)|;(?=\s*})|(?<=[a-z0-9-]:) ")
"""A new line after one of these says nothing, nor what stands before a brace or after a property's colon.

No text in a style sheet holds one.
"""
IMPORT = re.compile(r'^@import url\("([a-z0-9_-]+\.css)"\);$', re.MULTILINE)
SQUEEZED = {".css", ".js", ".svg", ".json"}
VENDOR = {"vendor/htmx.min.js": "htmx.org/dist/htmx.min.js"}
SHEET = "app.css"


def _source(app: Flask) -> Path:
    return Path(app.root_path) / "static"


def _target(app: Flask) -> Path:
    return Path(app.config.get("BUILT", Path(app.root_path) / "instance")) / "static"


def _vendor(app: Flask) -> dict[str, Path]:
    """Files of other projects that npm installed; one that is missing is no error."""
    modules = Path(app.config.get("NODE_MODULES", Path(app.root_path) / "node_modules"))
    found = {name: modules / path for name, path in VENDOR.items()}
    return {name: path for name, path in found.items() if path.is_file()}


def one_sheet(folder: Path) -> str:
    """The style sheet as one text: the imports of app.css in their order, without comments and indentation."""
    text = (folder / SHEET).read_text("utf-8")
    whole = IMPORT.sub(lambda match: (folder / match[1]).read_text("utf-8"), text)
    return LAID_OUT.sub("", SAID_TO_WRITERS.sub("", whole))


def _pieces(app: Flask) -> dict[str, bytes]:
    """Everything a page may ask for, by the name it is asked for."""
    source = _source(app)
    pieces = {SHEET: one_sheet(source / "css").encode()}
    inside = {f"css/{name}" for name in [SHEET, *IMPORT.findall((source / "css" / SHEET).read_text("utf-8"))]}
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source).as_posix()
        if path.is_file() and name not in inside:
            pieces[name] = path.read_bytes()
    pieces.update({name: path.read_bytes() for name, path in _vendor(app).items()})
    return pieces


def _write(target: Path, name: str, data: bytes) -> None:
    """Put a file in place as a whole: several processes start together, and each reads the folder.

    Until it is complete it lies beside the folder, under a name of its own.
    """
    path = target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as half:
        half.write(data)
    Path(half.name).chmod(0o644)
    Path(half.name).replace(path)


def collect(app: Flask | None = None) -> dict[str, str]:
    """Copy all files to instance/static under hashed names and write the manifest."""
    app = app or current_app
    target, manifest = _target(app), {}
    for name, data in _pieces(app).items():
        stem, _, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(data).hexdigest()[:12]}.{suffix}"
        manifest[name] = hashed
        if not (target / hashed).exists():
            if f".{suffix}" in SQUEEZED:
                _write(target, f"{hashed}.gz", gzip.compress(data, 9, mtime=0))
            _write(target, hashed, data)
    _write(target, "manifest.json", json.dumps(manifest, indent=1, sort_keys=True).encode())
    return manifest


def collect_assets(more: dict[str, bytes]) -> None:
    """Copy style sheets and scripts, and these files as they are called, to the folder they are served from."""
    manifest = collect(current_app)
    for name, data in more.items():
        _write(_target(current_app), name, data)
    click.echo(f"{len(manifest)} files collected in {_target(current_app)}", err=True)


def _collected(app: Flask) -> dict[str, str]:
    """The manifest of the files as they are now; none where nothing can be written."""
    if app.testing or app.debug or app.config.get("ASSETS") == "source":
        return {}
    try:
        return collect(app)
    except OSError:
        log.warning("Static files can't be collected; they are served as they stand.")
        return {}


def asset(name: str) -> str | None:
    """The address of a style sheet, script or picture; None when npm did not bring it."""
    state: dict[str, Any] = current_app.extensions["assets"]
    if name in state["manifest"]:
        return PREFIX + str(state["manifest"][name])
    if name in VENDOR and name not in state["vendor"]:
        return None
    return PREFIX + ("css/app.css" if name == SHEET else name)


def _headers(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def init_app(app: Flask) -> None:
    """Serve the files in front of the application and give templates `asset`."""
    manifest, vendor = _collected(app), _vendor(app)
    app.extensions["assets"] = {"manifest": manifest, "vendor": vendor}
    noise = WhiteNoise(
        app.wsgi_app,
        autorefresh=not manifest,
        allow_all_origins=False,
        max_age=60,
        immutable_file_test=HASHED,
        add_headers_function=_headers,
    )
    if manifest:
        noise.add_files(str(_target(app)), prefix=PREFIX)
    else:
        noise.add_files(str(_source(app)), prefix=PREFIX)
        for name, path in vendor.items():
            noise.add_files(str(path.parent), prefix=PREFIX + name.rpartition("/")[0])
    app.wsgi_app = noise  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = asset
