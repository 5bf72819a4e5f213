"""Pictures that hold more than is seen of them, as telephones and programs write them, and documents around such."""

import io
import zipfile
import zlib
from collections.abc import Sequence

import pikepdf
from PIL import Image

from tests.filestore.making_files import PLACE, film, heic, photograph, picture, sheet, with_part

TOLD = PLACE.encode()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _segment(sign: int, said: bytes) -> bytes:
    return bytes([0xFF, sign]) + (2 + len(said)).to_bytes(2, "big") + said


def moving() -> bytes:
    """A photograph with a small one of what it was before, another one behind it, and the film of a telephone."""
    seen = picture("JPEG")
    small, several = _segment(0xE0, b"JFXX\0\x10" + TOLD), _segment(0xE2, b"FPXR\0" + TOLD)
    return seen[:2] + small + several + b"\xff" + seen[2:] + photograph() + film(told=TOLD)


def cropped() -> bytes:
    """A screenshot that was cropped in place: behind its end lies what was cut off."""
    rest = b"IDAT" + TOLD
    return picture("PNG") + len(TOLD).to_bytes(4, "big") + rest + zlib.crc32(rest).to_bytes(4, "big")


def commented(form: str, **said: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "navy").save(out, form, **said)
    return out.getvalue()


def webp() -> bytes:
    """A picture with a chunk behind its end."""
    return picture("WEBP") + b"SEEN" + len(TOLD).to_bytes(4, "little") + TOLD


def drawn() -> bytes:
    """A drawing that names the file and the folder of whoever drew it."""
    own = 'xmlns="http://www.w3.org/2000/svg" xmlns:i="http://www.inkscape.org/namespaces/inkscape"'
    return f'<svg {own} i:export-filename="{PLACE}"><!--{PLACE}--><metadata>{PLACE}</metadata><g/></svg>'.encode()


PICTURES = {
    "moving.jpeg": moving,
    "cropped.png": cropped,
    "noted.gif": lambda: commented("GIF", comment=TOLD) + TOLD,
    "scanned.jp2": lambda: scanned("jp2"),
    "scanned.tiff": lambda: commented("TIFF", description=PLACE),
    "noted.webp": webp,
    "drawn.svg": drawn,
    "phone.heic": lambda: heic(TOLD),
    "door.mp4": lambda: film(told=TOLD),
}


def scanned(form: str) -> bytes:
    """A JPEG 2000, with boxes or bare, that tells in a comment and in boxes of its own."""
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "navy").save(out, "JPEG2000", no_jp2=form == "j2k", comment=TOLD, tile_size=(16, 16))
    if form == "j2k":
        return out.getvalue()
    own = b"".join((8 + len(TOLD)).to_bytes(4, "big") + name + TOLD for name in (b"xml ", b"uuid"))
    head, stream = out.getvalue().split(b"jp2c")
    return head[:-4] + own + head[-4:] + b"jp2c" + stream + own


def pdf_in_letters(chain: Sequence[pikepdf.Name], content: bytes) -> bytes:
    """A PDF whose photograph stands there as these filters say, in letters too, as many programs write them."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        shown = pikepdf.Stream(made, content)
        shown.Filter = pikepdf.Array(chain) if chain[1:] else chain[0]
        shown.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 40, "/Height": 20})
        shown.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=shown))
        made.save(out)
    return out.getvalue()


def signed_pdf() -> bytes:
    """A PDF that somebody signed with a certificate, which says who and where."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        said = {"/Type": pikepdf.Name.Sig, "/Location": PLACE, "/Contents": TOLD, "/ByteRange": [0, 1, 2, 3]}
        field = {"/FT": pikepdf.Name.Sig, "/Subtype": pikepdf.Name.Widget, "/Rect": [0, 0, 9, 9], "/T": "Signature1"}
        place = made.make_indirect(pikepdf.Dictionary(field | {"/V": made.make_indirect(pikepdf.Dictionary(said))}))
        made.pages[0].Annots = pikepdf.Array([place])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([place]), SigFlags=3)
        made.Root.DSS = pikepdf.Dictionary(Certs=pikepdf.Array([pikepdf.Stream(made, TOLD)]))
        made.save(out)
    return out.getvalue()


def sheet_of_sums() -> bytes:
    """An XLSX whose sums name who made them last, and the file from which they come."""
    sums = f'<pivotCacheDefinition refreshedBy="{PLACE}"/>'.encode()
    leads = f'<connections><connection sourceFile="{PLACE}"><dbPr connection="{PLACE}"/></connection></connections>'
    whole = with_part(sheet(), "xl/pivotCache/pivotCacheDefinition1.xml", sums)
    return with_part(whole, "xl/connections.xml", leads.encode())


def letter_with(name: str) -> bytes:
    """A DOCX with one of the pictures in it, and from which file it came."""
    said = f'id="0" name="{PLACE}.JPG" descr="C:\\Users\\{PLACE}\\a"', 'name="图片 1" descr="2026/11/08 的通话记录"'
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document><pic:cNvPr {said[0]}/><wp:docPr {said[1]}/></w:document>")
        archive.writestr(f"word/media/{name}", PICTURES[name]())
    return whole.getvalue()
