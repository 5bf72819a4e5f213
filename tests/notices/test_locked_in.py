"""The renderer is locked in: whatever people write in whatever field stays text, reaches no file and no network."""

import html
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pikepdf
import pytest

from notices import rendering
from notices.papers import QA, Facts, Head, Heading, Items, Paper, Para, Table
from notices.samples import paper_for
from printing import pdf, pdf_failures
from printing.pdf_failures import Reason

SECRET = "canary-7f3a9c"
VECTORS = (
    '<img src="{at}">',
    '<link rel="attachment" href="{at}">',
    '<link rel="stylesheet" href="{at}">',
    '<style>@import url("{at}"); body {{ background: url("{at}") }}</style>',
    '<style>@font-face {{ font-family: Fang; src: url("{at}") }}</style>',
    '</style></title></head><body style="background: url({at})"><p>',
    '"><img src="{at}"><embed src="{at}"><object data="{at}"></object><iframe src="{at}"></iframe>',
    "'><svg xmlns='http://www.w3.org/2000/svg'><image href='{at}'/><use href='{at}#a'/></svg>",
    '<svg><!DOCTYPE x [<!ENTITY e SYSTEM "{at}">]><text>&e;</text></svg>',
    '<a href="{at}">x</a><base href="{at}"><meta http-equiv="refresh" content="0; url={at}">',
    '<meta name="dcterms.created" content="{at}"><script src="{at}"></script>',
    "{{{{ config }}}}{{% include '{at}' %}}{{# {at} #}}",
    "url({at}) attr({at}) string({at}) @import '{at}';",
)


@pytest.fixture(scope="module")
def canary_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("canary") / "secret.txt"
    place.write_text(SECRET)
    return place


@pytest.fixture(scope="module")
def canary_server() -> Iterator[tuple[str, list[str]]]:
    """An address, and who came to it."""
    visits: list[str] = []

    class Witness(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            visits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Witness)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()
    server.server_close()


def infested(kind: str, lang: Any, written: str) -> tuple[Paper, Head]:
    """A document whose every field that people fill holds what was written."""
    _, head = paper_for(kind, lang)
    texts = {
        each.name: written for each in fields(Head) if each.type is str and each.name not in {"lang", "check_code"}
    }
    paper = Paper(
        kind=kind,
        title_lines=(written, written),
        addressee=written,
        blocks=(
            Para(written),
            *(Heading(written, level) for level in (1, 2, 3)),
            Items((written, written)),
            Items((written,), numbered=False),
            Table((written, written), ((written, written),)),
            Facts(((written, written),)),
            QA(((written, written),)),
        ),
        closing=written,
        attachments=(written,),
        copies_to=(written,),
        note=written,
        signatures=(written,),
        keywords=(written,),
    )
    if lang == "en":
        paper = replace(paper, authentic=paper)
    return paper, replace(head, **{**texts, "seal_text": "蓝湾", "verify_url": head.verify_url})


def vectors(canary_file: Path, server: str) -> list[str]:
    return [each.format(at=at) for each in VECTORS for at in (canary_file.as_uri(), f"{server}/came")]


def worst(canary_file: Path, server: str) -> str:
    """One text that leaves an attribute, a title and a body in turn."""
    at, other = canary_file.as_uri(), f"{server}/came"
    return f'"><img src="{other}"></title><link rel="attachment" href="{at}"><style>@import url("{other}")</style>'


LAYOUTS = [("D20", "zh"), ("D05b", "zh"), ("D23f", "zh"), ("D28", "zh"), ("D19", "zh"), ("D15", "zh"), ("D20", "en")]


@pytest.mark.parametrize(("kind", "lang"), LAYOUTS)
def test_every_field_may_hold_every_vector_and_reaches_nothing(
    kind: str, lang: str, canary_file: Path, canary_server: tuple[str, list[str]]
) -> None:
    address, visits = canary_server
    for written in vectors(canary_file, address):
        paper, head = infested(kind, lang, written)
        page = rendering.html_of(paper, head)
        assert html.unescape(page.replace("<wbr>", "")).count(written) > 8
        assert named_in(page) <= {"part:seal", "part:qr"}
    made = rendering.pdf_of(*infested(kind, lang, worst(canary_file, address)))
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert list(opened.attachments) == ["notice.json"]
        streams = b"".join(
            each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream) and readable(each)
        )
    assert SECRET.encode() not in streams
    assert visits == []


class _Names(HTMLParser):
    """What a page asks for: by any attribute that may name an address, or a stylesheet of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        wanting = {"script", "style", "base", "link", "object", "embed", "iframe", "svg", "a"} & {tag}
        named = {value or "" for name, value in attrs if name in {"src", "href", "data", "http-equiv", "background"}}
        styled = {value or "" for name, value in attrs if name == "style" and "(" in (value or "")}
        self.found |= wanting | named | styled


def named_in(page: str) -> set[str]:
    reader = _Names()
    reader.feed(page)
    return reader.found


def readable(stream: Any) -> bool:
    return stream.get("/Subtype") != "/Image"


@pytest.mark.parametrize(
    "at",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:{port}/",
        "ftp://127.0.0.1:{port}/x",
        "data:text/plain,x",
        "part:other",
        "font:../../keys.json",
        "/etc/passwd",
    ],
)
@pytest.mark.parametrize(
    "how", ['<img src="{at}" alt="">', '<link rel="attachment" href="{at}">', '<p style="background: url({at})">一</p>']
)
def test_even_our_own_page_could_name_nothing_it_was_not_given(
    how: str, at: str, canary_server: tuple[str, list[str]]
) -> None:
    address, visits = canary_server
    asked = how.format(at=at.replace("{port}", address.rsplit(":", 1)[1]))
    page = f'<!DOCTYPE html><html lang="zh-CN"><title>一</title><body>{asked}'
    with pytest.raises(pdf_failures.RenderFailed) as refused:
        pdf.render(page, created=datetime(2026, 11, 5, tzinfo=UTC))
    assert refused.value.reason is Reason.BLOCKED
    assert visits == []


def test_without_any_network_the_same_bytes_are_made(canary_file: Path) -> None:
    """In a network namespace that has nothing in it, not even a way to itself."""
    unshare = shutil.which("unshare")
    command = [str(unshare), "--net", *(() if os.geteuid() == 0 else ("--map-root-user", "--user"))]
    allowed = unshare and subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0
    if not allowed:
        pytest.skip("this machine makes no network namespace for us")
    paper, head = infested("D20", "zh", worst(canary_file, "http://127.0.0.1:1"))
    code = (
        "import json, socket, sys; from notices import rendering; from notices.papers import Head, Paper\n"
        "assert [name for _, name in socket.if_nameindex()] == ['lo']\n"
        "each = json.load(sys.stdin)\n"
        "sys.stdout.buffer.write(rendering.pdf_of(Paper.from_json(each['paper']), Head.from_json(each['head'])))"
    )
    frozen = json.dumps({"paper": paper.to_json(), "head": head.to_json()}).encode()
    alone = subprocess.run([*command, sys.executable, "-c", code], input=frozen, capture_output=True, check=True)
    assert alone.stdout == rendering.pdf_of(paper, head)
