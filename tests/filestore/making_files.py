"""Small files of each kind, good and hostile, made when they are needed."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pikepdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "N 31 14 E 121 28"
"""Where a photograph says it was taken."""


def picture(form: str = "PNG", size: tuple[int, int] = (8, 6)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, form)
    return out.getvalue()


def photograph() -> bytes:
    """Make a JPEG lying on its side, with a place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = PLACE
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "olive").save(out, "JPEG", exif=exif, comment=PLACE.encode())
    return out.getvalue()


def pdf(*, password: str = "", author: str = "", attachment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        if author:
            made.docinfo["/Author"] = author
            with made.open_metadata() as meta:
                meta["dc:creator"] = [author]
        if attachment:
            made.attachments["list.txt"] = attachment
        lock = pikepdf.Encryption(owner=password, user=password) if password else None
        made.save(out, encryption=lock)
    return out.getvalue()


def sheet(author: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = author
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Add one part to an office file."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


def document(said: str = "") -> bytes:
    words = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    written = f'<w:document xmlns:w="{words}"><w:p><w:t>{said}</w:t></w:p></w:document>' if said else "<w:document/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", written)
    return out.getvalue()


def letter_with_photograph() -> bytes:
    """A DOCX that tells in a photograph, a comment and a change who made it and where."""
    told = f'<w:comments><w:comment w:id="1" w:author="{PLACE}" w:initials="{PLACE}"/></w:comments>'.encode()
    whole = with_part(document(), "word/comments.xml", told)
    whole = with_part(whole, "word/people.xml", f"<w15:person w15:author='{PLACE}'/>".encode())
    noted = io.BytesIO()
    info = PngInfo()
    info.add_text("Comment", PLACE)
    Image.new("RGB", (8, 6), "navy").save(noted, "PNG", pnginfo=info)
    whole = with_part(whole, "word/media/image2.png", noted.getvalue())
    return with_part(whole, "word/media/image1.jpeg", photograph())


def letter_that_leads_home() -> bytes:
    """A DOCX that tells in its template, an embedded workbook, an embedded object and its forms who made it."""
    package = "http://schemas.openxmlformats.org/package/2006/"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

    def leads(*those: tuple[str, str, str]) -> bytes:
        rows = [
            f'<Relationship Id="r{number}" Type="{office}{kind}" Target="{to}"{mode}/>'
            for number, (kind, to, mode) in enumerate(those)
        ]
        return f'<Relationships xmlns="{package}relationships">{"".join(rows)}</Relationships>'.encode()

    outside = ' TargetMode="External"'
    whole = with_part(
        document(),
        "word/_rels/settings.xml.rels",
        leads(("attachedTemplate", f"file:///C:\\Users\\{PLACE}\\brief.dotx", outside)),
    )
    links = (("image", f"\\\\{PLACE}\\a.png", outside), ("hyperlink", "https://example.invalid/", outside))
    inside = (("customXml", "../customXml/item1.xml", ""), ("package", "embeddings/Workbook.xlsx", ""))
    whole = with_part(whole, "word/_rels/document.xml.rels", leads(*links, *inside))
    whole = with_part(whole, "customXml/item1.xml", f"<form>{PLACE}</form>".encode())
    whole = with_part(whole, "word/embeddings/oleObject1.bin", PLACE.encode())
    return with_part(whole, "word/embeddings/Workbook.xlsx", sheet(PLACE))


def pdf_with_things_attached() -> bytes:
    """A PDF with a file pinned to its page, which a note answers, and a link that opens a program."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        held = pikepdf.Stream(made, PLACE.encode())
        spec = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=PLACE, UF=PLACE, EF=pikepdf.Dictionary(F=held))
        corner = {"/Type": pikepdf.Name.Annot, "/Rect": [0, 0, 9, 9]}
        pinned = {"/Subtype": pikepdf.Name.FileAttachment, "/FS": made.make_indirect(spec), "/Contents": PLACE}
        pin = made.make_indirect(pikepdf.Dictionary(corner | pinned))
        popup = pikepdf.Dictionary(corner | {"/Subtype": pikepdf.Name.Popup, "/Parent": pin})
        program = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=PLACE)
        link = pikepdf.Dictionary(corner | {"/Subtype": pikepdf.Name.Link, "/A": program})
        web = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.invalid/", Next=program)
        kept = pikepdf.Dictionary(corner | {"/Subtype": pikepdf.Name.Link, "/A": web})
        made.pages[0].Annots = pikepdf.Array([pin, popup, link, kept])
        made.save(out)
    return out.getvalue()


def pdf_with_notes() -> bytes:
    """A PDF with a note of somebody, and a photograph packed once more."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        note = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Text, "/Rect": [0, 0, 9, 9], "/T": PLACE}
        made.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(note)])
        shown = pikepdf.Stream(made, zlib.compress(photograph()))
        shown.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.DCTDecode])
        shown.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 40, "/Height": 20})
        shown.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        made.pages[0].Contents = pikepdf.Stream(made, b"q 40 0 0 20 0 0 cm /A Do Q")
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(A=shown))
        made.save(out)
    return out.getvalue()


def pdf_with_small_picture() -> bytes:
    """A PDF whose page keeps a small picture of what it looked like before somebody covered a name."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        small = pikepdf.Stream(made, PLACE.encode())
        small.update({"/Width": 8, "/Height": 8, "/ColorSpace": pikepdf.Name.DeviceGray, "/BitsPerComponent": 8})
        made.pages[0].Thumb = small
        made.save(out)
    return out.getvalue()


def sheet_that_was_printed() -> bytes:
    """An XLSX that names the printer on which it was printed last."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    book = openpyxl.Workbook()
    book.active.page_setup.orientation = "landscape"
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"<pageSetup ", f'<pageSetup xmlns:r="{relations}" r:id="rId1" '.encode())
            new.writestr(name, part)
        named = f'Id="rId1" Type="{relations}/printerSettings" Target="../printerSettings/printerSettings1.bin"'
        leads = f'<Relationships xmlns="{package}"><Relationship {named}/></Relationships>'
        new.writestr("xl/worksheets/_rels/sheet1.xml.rels", leads)
        new.writestr("xl/printerSettings/printerSettings1.bin", PLACE)
    return out.getvalue()


def packed_nothing(size: int) -> bytes:
    """So many zeros packed, a whole number of MiB: one of them is, and stands there again and again."""
    packer = zlib.compressobj(9)
    begins = packer.flush(zlib.Z_FULL_FLUSH)
    one = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    ends = zlib.compressobj(9).flush()[2:-4] + struct.pack(">HH", size % 65521, 1)
    return begins + one * (size >> 20) + ends


def pdf_that_unpacks(size: int) -> bytes:
    """A small PDF whose page is so large, packed twice."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        shown = pikepdf.Stream(made, zlib.compress(zlib.compress(b" " * size, 9), 9))
        shown.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
        made.pages[0].Contents = shown
        made.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pikepdf.Dictionary()))
        made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "hidden")
    return out.getvalue()


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def film(brand: bytes = b"isom", told: bytes = b"") -> bytes:
    """Make the skeleton of a recording; `told` stands where phones write the place."""
    return (
        box(b"ftyp", brand, b"\0\0\2\0", brand, b"mp42")
        + box(b"moov", box(b"mvhd", bytes(100)), box(b"udta", told))
        + box(b"mdat", bytes(64))
    )


def film_that_follows_its_place(told: bytes) -> bytes:
    """A recording with a track that says moment by moment where it was made, and a note behind its end."""
    head, sound = box(b"ftyp", b"isom", b"\0\0\2\0", b"isom"), bytes(16)

    def track(handler: bytes, at: int, *samples: bytes) -> bytes:
        sizes = struct.pack(f">III{len(samples)}I", 0, 0, len(samples), *map(len, samples))
        table = box(
            b"stbl",
            box(b"stsz", sizes),
            box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(samples), 1)),
            box(b"stco", struct.pack(">III", 0, 1, at)),
        )
        return box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12)), box(b"minf", table)))

    def moov(at: int) -> bytes:
        half = len(told) // 2
        of_place = track(b"meta", at + len(sound), told[:half], told[half:])
        return box(b"moov", box(b"mvhd", bytes(100)), track(b"soun", at, sound), of_place)

    before = len(head) + len(moov(0)) + 8
    return head + moov(before) + box(b"mdat", sound, told) + box(b"sefd", told) + told


def heic(told: bytes = b"") -> bytes:
    """Make the skeleton of a HEIC picture whose item 1 is its EXIF."""
    head = box(b"ftyp", b"heic", b"\0\0\0\0", b"mif1", b"heic")
    info = box(b"infe", b"\2\0\0\0", struct.pack(">HH", 1, 0), b"Exif\0")

    def meta(at: int) -> bytes:
        places = struct.pack(">BBHHHHII", 0x44, 0x00, 1, 1, 0, 1, at, len(told))
        return box(
            b"meta",
            bytes(4),
            box(b"iinf", bytes(4), struct.pack(">H", 1), info),
            box(b"iloc", bytes(4), places),
        )

    before = len(head) + len(meta(0)) + 8
    return head + meta(before) + box(b"mdat", told)


def sound_wav(told: bytes = b"", seconds: int = 0) -> bytes:
    """Make a sound of one byte a second, or one that does not say how long it is."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content

    how = struct.pack("<HHIIHH", 1, 1, 1, 1, 1, 8) if seconds else bytes(16)
    body = b"WAVE" + chunk(b"fmt ", how) + chunk(b"LIST", told + bytes(len(told) % 2))
    return chunk(b"RIFF", body + chunk(b"data", bytes(seconds or 32)))


def sound_mp3(told: bytes = b"") -> bytes:
    size = bytes((len(told) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + told + b"\xff\xfb\x90\x64" + bytes(400)


def sound_mp3_with_tags_behind(told: bytes) -> bytes:
    """Make an MP3 that tells of itself in the tags that other programs write behind the sound."""
    lyrics = b"LYRICSBEGIN" + told
    item = struct.pack("<II", len(told), 0) + b"Title\0" + told
    flags = struct.pack("<IIII8x", 2000, 32 + len(item), 1, 0x80000000)
    ape = b"APETAGEX" + flags + item + b"APETAGEX" + flags
    last = b"TAG" + told.ljust(125, b"\0")
    return sound_mp3() + ape + lyrics + f"{len(lyrics):06d}LYRICS200".encode() + last


def unzipped(content: bytes) -> bytes:
    """Read all parts of an archive, one after the other, also of archives inside."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts = [opened.read(name) for name in opened.namelist()]
    return b"".join(unzipped(each) if each.startswith(b"PK") else each for each in parts)
