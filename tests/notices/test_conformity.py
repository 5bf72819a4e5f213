"""Every file is an archive file and one that everybody can read: PDF/A-3a and PDF/UA-1, with its data inside."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jsonschema
import pikepdf
import pytest

from notices import rendering
from notices.kinds import KINDS
from notices.papers import Head, Lang, Paper
from notices.samples import paper_for
from tests import verapdf
from tests.notices import papers_of_all_kinds as all_kinds
from tests.notices.papers_of_all_kinds import ALL, Seal, made, opened

SCHEMA = json.loads(Path(__file__).parents[2].joinpath("docs", "notice.schema.json").read_text("utf-8"))
FORTY = 40


@pytest.fixture(scope="module")
def seal(tmp_path_factory: pytest.TempPathFactory) -> Seal:
    return Seal(tmp_path_factory.mktemp("seal"))


def wrong(files: Iterator[tuple[str, bytes]], folder: Path) -> tuple[int, list[verapdf.Judgement]]:
    """How many files were judged, and what was found wrong with them."""
    paths = []
    for name, content in files:
        paths.append(folder / f"{name}.pdf")
        paths[-1].write_bytes(content)
    judged = verapdf.judge(paths)
    return len(paths), [each for each in judged if not each.passed]


def issued(seal: Seal) -> Iterator[tuple[str, bytes]]:
    """Every kind and language at its natural length, those that leave the house signed; and forty pages with images."""
    for kind, lang in ALL:
        pdf = made(kind, lang)
        yield f"{kind}.{lang}", seal.sign(pdf) if KINDS[kind].outward else pdf
    yield "forty", all_kinds.of_forty_pages()
    paper, head = paper_for("D01", "zh")
    foreign = "Łukasz Dvořák"
    yield "letters", rendering.pdf_of(replace(paper, addressee=f"{foreign}："), replace(head, recipient_name=foreign))


def test_every_kind_and_language_and_forty_pages_with_images_conform(seal: Seal, tmp_path: Path) -> None:
    count, broken = wrong(issued(seal), tmp_path)
    assert broken == []
    assert count == len(ALL) + 2
    with pikepdf.open(tmp_path / "forty.pdf") as opened:
        assert len(opened.pages) >= FORTY
        assert any("/Image" in str(each.get("/Subtype")) for each in opened.objects if isinstance(each, pikepdf.Stream))


def test_a_file_that_does_not_conform_is_found_out(tmp_path: Path) -> None:
    def spoilt() -> Iterator[tuple[str, bytes]]:
        with pikepdf.open(io.BytesIO(made("D05b", "zh"))) as opened:
            del opened.Root.StructTreeRoot
            del opened.Root.Metadata
            out = io.BytesIO()
            opened.save(out)
        yield "spoilt", out.getvalue()

    _, broken = wrong(spoilt(), tmp_path)
    assert {each.standard for each in broken} == {verapdf.ARCHIVE, verapdf.ACCESS}
    assert all(each.broken for each in broken)


@pytest.mark.full
@pytest.mark.parametrize("kind", sorted({kind for kind, _lang in ALL}))
def test_every_combination_conforms(kind: str, tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        for lang in languages:
            for name, paper, head in all_kinds.stretched(*paper_for(kind, lang)):
                yield f"{kind}.{lang}.{name}", rendering.pdf_in_limits(paper, head)

    languages = [lang for each, lang in ALL if each == kind]
    count, broken = wrong(files(), tmp_path)
    assert broken == []
    assert count == len(all_kinds.WAYS) * len(languages)


@pytest.mark.parametrize(("kind", "lang"), ALL)
def test_every_wording_becomes_a_document(kind: str, lang: Lang) -> None:
    paper, head = paper_for(kind, lang)
    assert Paper.from_json(json.loads(json.dumps(paper.to_json()))) == paper
    assert Head.from_json(json.loads(json.dumps(head.to_json()))) == head
    pages = opened(kind, lang).pages
    text = re.sub(r"\s", "", "".join(each.extract_text() for each in pages))
    assert 1 <= len(pages) <= 6
    assert re.sub(r"\s", "", "".join(paper.title_lines)) in text
    assert "{" not in text
    assert ("演示文件" if lang == "zh" else "DEMONSTRATION") in text


@pytest.mark.parametrize(("kind", "lang"), ALL)
def test_the_data_inside_are_those_of_the_published_schema(kind: str, lang: Lang) -> None:
    data = json.loads(all_kinds.data_in(made(kind, lang)))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(data)
    assert data["kind"] == kind
    assert data["head"]["lang"] == lang


def test_the_schema_says_what_is_wrong_and_holds_for_drafts_too() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.check_schema(SCHEMA) is None
    data = json.loads(rendering.notice_json(*all_kinds.draft_for("D20")))
    assert list(validator.iter_errors(data)) == []
    data["paper"]["blocks"].append({"is": "script", "text": "1"})
    data["head"]["colour"] = "red"
    assert len(list(validator.iter_errors(data))) == 2
