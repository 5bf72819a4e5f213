"""The pages of a bundle, bound into one archive file (PDF/A-3b): typeset, copied, drawn, numbered through."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from core.clock import midnight
from filestore.file_kinds import BY_MEDIA_TYPE
from notices import bundle_numbers
from notices.bundle_papers import Contents
from notices.bundle_ready import Drawing, How, Ready
from printing import fonts, pdf, templates

A4: Final = (595.28, 841.89)
FRONT: Final = {"cover": "封面", "contents": "卷内目录", "files": "文件清单"}
"""What stands before the papers, by its anchor."""
EDGE: Final = 40.0
"""Points that a drawn page keeps free around it, where the number goes."""


@dataclass(frozen=True)
class Plan:
    """The page on which everything begins, and how many pages there are."""

    front: tuple[tuple[str, int], ...]
    """What stands before the papers, each with the page before its first: cover, contents and list of files."""
    set_pages: tuple[int, ...]
    """For each entry, the pages that are typeset."""
    firsts: tuple[int, ...]
    total: int


def bind(contents: Contents, ready: Sequence[Ready], target: str) -> bytes:
    """Make the bundle and write it; returns how many pages it has, and on which each entry begins."""
    plan = _planned(ready, _laid_out(contents, ready, None))
    again = _laid_out(contents, ready, plan)
    if _planned(ready, again) != plan:
        message = "the contents moved when their page numbers were set"
        raise ValueError(message)
    with ExitStack() as stack:
        made = stack.enter_context(pikepdf.open(_stream(again)))
        digits = bundle_numbers.Digits.of(made)
        del made.pages[-1]
        _add_pages(made, ready, plan, stack)
        digits.number(made)
        _attach(made, ready, contents)
        _bookmark(made, ready, plan)
        made.Root.PageMode = Name.UseOutlines
        made.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        made.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return json.dumps({"pages": plan.total, "firsts": plan.firsts}).encode()


def _laid_out(contents: Contents, ready: Sequence[Ready], plan: Plan | None) -> Any:  # noqa: ANN401 - WeasyPrint's
    firsts = plan.firsts if plan else (0,) * len(ready)
    page = templates.template("bundle/bundle.html")
    html = page.render(
        contents=contents,
        ready=ready,
        firsts=firsts,
        total=plan.total if plan else 0,
        files=[(each.place, each) for each in ready if each.piece.sha256],
    )
    return pdf.lay_out(
        _drawable(html),
        created=_created(contents),
        stylesheets=templates.stylesheets("layouts/fonts", "bundle/bundle"),
        resources=_pictures(ready),
        pdf_variant="pdf/a-3b",
    )


def _created(contents: Contents) -> datetime:
    return midnight(contents.as_of).astimezone(UTC)


def _drawable(html: str) -> str:
    """The HTML with 〓 for characters that no font has, as in files from elsewhere; the file itself is attached."""
    lacking = fonts.uncovered(fonts.text_in(html))
    return html.translate({ord(each): fonts.GETA for each in lacking})


def _pictures(ready: Iterable[Ready]) -> Mapping[str, tuple[bytes, str]]:
    return {each.picture: (Path(each.path).read_bytes(), "image/jpeg") for each in ready if each.picture}


def _planned(ready: Sequence[Ready], laid_out: Any) -> Plan:  # noqa: ANN401 - WeasyPrint's
    pages = list(enumerate(laid_out.pages))  # backwards: what runs over several pages begins on the first of them
    starts = {name: place for place, page in reversed(pages) for name in page.anchors}
    marks = [starts[f"p{each.place}"] for each in ready if each.is_set] + [starts["digits"]]
    lengths = {each.place: after - begin for each, begin, after in _spans(ready, marks)}
    set_pages = tuple(lengths.get(each.place, 0) for each in ready)
    firsts, page = [], marks[0] + 1
    for each, of_type in zip(ready, set_pages, strict=True):
        firsts.append(page)
        page += of_type + each.pages
    front = tuple((title, starts[name]) for name, title in FRONT.items() if name in starts)
    return Plan(front, set_pages, tuple(firsts), page - 1)


def _spans(ready: Sequence[Ready], marks: Sequence[int]) -> Iterator[tuple[Ready, int, int]]:
    those = [each for each in ready if each.is_set]
    yield from zip(those, marks, marks[1:], strict=False)


def _stream(laid_out: Any) -> Any:  # noqa: ANN401 - WeasyPrint's
    return io.BytesIO(laid_out.write_pdf(pdf_variant="pdf/a-3b"))


def _add_pages(made: pikepdf.Pdf, ready: Iterable[Ready], plan: Plan, stack: ExitStack) -> None:
    """Add the pages that are copied or drawn, each after what is typeset for it."""
    for each in ready:
        at = plan.firsts[each.place] - 1 + plan.set_pages[each.place]
        if each.how is How.PAGES:
            source = stack.enter_context(pikepdf.open(each.path))
            for place, page in enumerate(source.pages):
                for key in ("/Annots", "/StructParents", "/AA", "/Tabs", "/PieceInfo", "/Metadata"):
                    if key in page.obj:
                        del page.obj[key]
                made.pages.insert(at + place, page)
        for place, shown in enumerate(each.drawn):
            made.pages.insert(at + place, _drawn_page(made, shown))


def _drawn_page(made: pikepdf.Pdf, shown: Drawing) -> pikepdf.Page:
    """A picture that fills a page of A4, upright or across like the picture itself."""
    across = shown.width > shown.height
    width, height = (A4[1], A4[0]) if across else A4
    scale = min((width - 2 * EDGE) / shown.width, (height - 2 * EDGE) / shown.height)
    wide, high = shown.width * scale, shown.height * scale
    image = made.make_stream(
        Path(shown.path).read_bytes(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=shown.width,
        Height=shown.height,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceGray if shown.gray else Name.DeviceRGB,
        Filter=Name.DCTDecode,
    )
    at = (width - wide) / 2, (height - high) / 2
    content = f"q {wide:.2f} 0 0 {high:.2f} {at[0]:.2f} {at[1]:.2f} cm /Shown Do Q".encode()
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(Shown=image)),
        Contents=made.make_stream(content),
    )
    return pikepdf.Page(made.make_indirect(page))


def _attach(made: pikepdf.Pdf, ready: Iterable[Ready], contents: Contents) -> None:
    """Attach originals, unchanged, as the source of what the pages show."""
    day = f"D:{_created(contents):%Y%m%d%H%M%S}Z"
    files = Array()
    for each in ready:
        if not each.attached:
            continue
        name = f"{each.place + 1:03}-{each.piece.sha256[:8]}{_ending(each.piece.media_type)}"
        spec = pikepdf.AttachedFileSpec(
            made,
            Path(each.original).read_bytes(),
            description=each.piece.title,
            filename=name,
            mime_type=each.piece.media_type,
            creation_date=day,
            mod_date=day,
            relationship=Name.Source,
        )
        made.attachments[name] = spec
        files.append(made.attachments[name].obj)
    if files:
        made.Root.AF = files


def _ending(media_type: str) -> str:
    kind = BY_MEDIA_TYPE.get(media_type)
    return f".{kind.endings[0]}" if kind else ".bin"


def _bookmark(made: pikepdf.Pdf, ready: Sequence[Ready], plan: Plan) -> None:
    with made.open_outline() as outline:
        outline.root += [OutlineItem(title, place) for title, place in plan.front]
        section: OutlineItem | None = None
        for each, first in zip(ready, plan.firsts, strict=True):
            item = OutlineItem(f"{each.place + 1}．{each.piece.title}", first - 1)
            if not each.piece.section:
                outline.root.append(item)
                continue
            if section is None or section.title != each.piece.section:
                section = OutlineItem(each.piece.section, first - 1)
                outline.root.append(section)
            section.children.append(item)


def bound(answer: bytes) -> tuple[int, list[int]]:
    """What bind() answered: how many pages, and where each entry begins."""
    told = json.loads(answer)
    return cast("int", told["pages"]), cast("list[int]", told["firsts"])
