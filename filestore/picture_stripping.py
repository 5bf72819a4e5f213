"""Pictures inside documents without metadata: of each only what is seen stays, and nothing that lies behind its end.

Telephones write a film and other pictures behind a photograph, each with its place; a screenshot cropped in place may
keep behind its end what was cut off. Whatever can stay as it is packed is not packed again.
"""

import io
import re
from collections.abc import Callable, Iterator
from typing import Final
from xml.etree import ElementTree as ET

from PIL import Image, ImageOps

from filestore.boxes import boxes

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_DROPPED: Final = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_PNG_END: Final = b"IEND"
_RIFF_HEAD: Final = 12
_RIFF_DROPPED: Final = {b"EXIF", b"XMP "}
_END, _SCAN, _JFIF, _PROFILED = 0xD9, 0xDA, 0xE0, 0xE2
_BARE_SIGNS: Final = {0x01, *range(0xD0, 0xD9)}
"""Signs of a JPEG that no length follows."""
_JPEG_DROPPED: Final = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}
"""Application segments but those that decoding needs (JFIF, colour profile, Adobe), and comments."""
_SMALL, _PROFILE = b"JFXX\0", b"ICC_PROFILE\0"
_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends a scan of a JPEG: any marker but the restarts."""
_GIF_HEAD: Final = 13
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = b"!", b",", b";"
_GIF_COMMENT, _GIF_PROGRAM = b"\xfe", b"\xff"
_GIF_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_JP2: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_JP2_SHOWN: Final = {b"jP  ", b"ftyp", b"rreq", b"jp2h", b"jpch", b"jplh", b"jp2c"}
_JP2_STREAM: Final = b"jp2c"
_BARE_JP2: Final = b"\xff\x4f\xff\x51"
"""How one without boxes begins, as PDFs may hold it."""
_TILE, _DATA, _COMMENT = b"\xff\x90", b"\xff\x93", b"\xff\x64"
_SVG_OWN: Final = ("{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/")
_SVG_TOLD: Final = "{http://www.w3.org/2000/svg}metadata"


def bare_picture(content: bytes) -> bytes | None:
    """The picture alone, by what its bytes say that it is; nothing where they say of no picture known here."""
    way = next((way for begins, way in _WAYS if content.startswith(begins)), None)
    if way is None and content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        way = _webp
    if way is None and b"<svg" in content[:4096]:
        way = _svg
    return way(content) if way is not None else None


def jpeg(content: bytes) -> bytes:
    """A photograph up to its end, without EXIF, comments, small pictures of itself and the list of others."""
    kept, at = [content[:2]], 2
    while found := _MARKER.search(content, at):
        at, sign = found.start(), content[found.start() + 1]
        if sign == _END:
            kept.append(content[at : at + 2])
            break
        end = at + 2 + (0 if sign in _BARE_SIGNS else int.from_bytes(content[at + 2 : at + 4], "big"))
        said = content[at + 4 : at + 16]
        if sign == _SCAN:
            after = _MARKER.search(content, end)
            end = after.start() if after else len(content)
        small = sign == _JFIF and said.startswith(_SMALL)
        others = sign == _PROFILED and not said.startswith(_PROFILE)
        if sign not in _JPEG_DROPPED and not (small or others):
            kept.append(content[at:end])
        at = end
    return b"".join(kept)


def _png(content: bytes) -> bytes:
    return _PNG + b"".join(_chunks(content))


def _chunks(content: bytes) -> Iterator[bytes]:
    at, name = len(_PNG), b""
    while name != _PNG_END and at + 12 <= len(content):
        end, name = at + 12 + int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if name not in _PNG_DROPPED:
            yield content[at:end]
        at = end


def _webp(content: bytes) -> bytes:
    kept, at = [], _RIFF_HEAD
    whole = content[: 8 + int.from_bytes(content[4:8], "little")]
    while at + 8 <= len(whole):
        size = int.from_bytes(whole[at + 4 : at + 8], "little")
        if whole[at : at + 4] not in _RIFF_DROPPED:
            kept.append(whole[at : at + 8 + size + size % 2])
        at += 8 + size + size % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def jpeg2000(content: bytes) -> bytes:
    """Only the boxes that are seen, and comments blank: lengths stay, for places in it are told by them."""
    if content.startswith(_BARE_JP2):
        return _without_comments(content)
    kept = []
    for box in boxes(io.BytesIO(content), 0, len(content)):
        head, body = content[box.start : box.content], content[box.content : box.end]
        if box.name in _JP2_SHOWN:
            kept.append(head + (_without_comments(body) if box.name == _JP2_STREAM else body))
    return b"".join(kept)


def _without_comments(stream: bytes) -> bytes:
    """Comments stand in the head of the whole and in the head of each tile."""
    blank, at, then, tile_ends = bytearray(stream), 0, 2, 0
    while at < then and (sign := stream[then : then + 2])[:1] == b"\xff":
        at, size = then, int.from_bytes(stream[then + 2 : then + 4], "big")
        if sign == _TILE:
            whole = int.from_bytes(stream[at + 6 : at + 10], "big")
            tile_ends = at + whole if whole else len(stream)
        then = tile_ends if sign == _DATA else at + 2 + size
        if sign == _COMMENT:
            said = slice(at + 6, min(then, len(stream)))
            blank[said] = b" " * len(stream[said])
    return bytes(blank)


def _gif(content: bytes) -> bytes:
    """Without comments and what programs noted; that it is shown again and again stays."""
    at = _GIF_HEAD + _colours(content[10:11])
    kept = [content[:at]]
    while (kind := content[at : at + 1]) in {_GIF_EXTENSION, _GIF_IMAGE}:
        start, label = at, content[at + 1 : at + 2]
        at += 2 if kind == _GIF_EXTENSION else 11 + _colours(content[at + 9 : at + 10])
        whose = content[at + 1 : at + 12]
        while size := int.from_bytes(content[at : at + 1], "big"):
            at += 1 + size
        at += 1
        noted = label == _GIF_COMMENT or (label == _GIF_PROGRAM and whose not in _GIF_LOOPS)
        if kind == _GIF_IMAGE or not noted:
            kept.append(content[start:at])
    return b"".join(kept) + _GIF_END


def _colours(packed: bytes) -> int:
    """How many bytes a table of colours takes, by the byte that tells of it."""
    told = int.from_bytes(packed, "big")
    return 3 * 2 ** (told % 8 + 1) if told & 0x80 else 0


def _tiff(content: bytes) -> bytes:
    """Packed anew: what tells of it may lie anywhere in it."""
    with Image.open(io.BytesIO(content), formats=("TIFF",)) as opened:
        upright = ImageOps.exif_transpose(opened).copy()
    upright.info = {}
    out = io.BytesIO()
    upright.save(out, "TIFF", compression="tiff_deflate")
    return out.getvalue()


def _svg(content: bytes) -> bytes:
    """Without what drawing programs add of their own, such as the folder of whoever drew it."""
    root = ET.fromstring(content)  # noqa: S314 - in a process that holds nothing, within limits
    for each in list(root.iter()):
        for child in list(each):
            if child.tag == _SVG_TOLD or _is_of_a_program(child.tag):
                each.remove(child)
        for name in filter(_is_of_a_program, list(each.attrib)):
            del each.attrib[name]
    ET.register_namespace("", _SVG_OWN[0].strip("{}"))
    return bytes(ET.tostring(root, "UTF-8", xml_declaration=True))


def _is_of_a_program(name: str) -> bool:
    return name.startswith("{") and not name.startswith(_SVG_OWN)


_WAYS: Final[tuple[tuple[bytes, Callable[[bytes], bytes]], ...]] = (
    (b"\xff\xd8", jpeg),
    (_JP2, jpeg2000),
    (_PNG, _png),
    (b"GIF8", _gif),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
)
