"""Files made to cost much: looking at them takes little time and memory, and a copy costs a child alone."""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from tests.filestore import making_files as made
from tests.filestore.test_files import MIB, many_pixels

CHECK_WITHIN = """
import json, sys
from core.errors import BadInput
from filestore.file_kinds import kind_of
from pathlib import Path
for name in json.loads(sys.argv[1]):
    try:
        with Path(name).open("rb") as file:
            kind_of(file, name)
    except BadInput:
        pass
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def test_looking_at_bombs_takes_little_memory(tmp_path: Path) -> None:
    bombs = {
        "wide.png": many_pixels(),
        "zeros.xlsx": made.with_part(made.sheet(), "xl/zeros.xml", bytes(256 * MIB)),
        "photo.jpg": made.picture("JPEG", (7_000, 7_000)),
    }
    for name, content in bombs.items():
        (tmp_path / name).write_bytes(content)
    names = json.dumps([str(tmp_path / name) for name in bombs])
    ran = subprocess.run([sys.executable, "-c", CHECK_WITHIN, names], check=True, capture_output=True, text=True)
    assert int(ran.stdout) < 200


def _listing(entries: int) -> bytes:
    """The end of an archive that lists so many parts."""
    one = b"PK\1\2" + bytes(24) + struct.pack("<3H", 1, 0, 0) + bytes(12) + b"a"
    return one * entries + b"PK\5\6" + bytes(4) + struct.pack("<2H2LH", 65_535, 65_535, len(one) * entries, 0, 0)


def _countless() -> dict[str, tuple[bytes, str]]:
    """Files of which each piece costs a look, and what is said of them."""
    photo, picture, kind = made.picture("JPEG"), made.picture(), b"\0\0\0\0prVt"
    chunk = kind + struct.pack(">I", zlib.crc32(kind[4:]))
    return {
        "fill.jpg": (photo[:2] + b"\xff" * (40 * MIB) + photo[2:], "damaged"),
        "comments.jpg": (photo[:2] + b"\xff\xfe\0\2" * (10 * MIB) + photo[2:], "damaged"),
        "restarts.jpg": (photo[:2] + b"\xff\xd0" * (20 * MIB) + photo[2:], "damaged"),
        "chunks.png": (picture[:33] + chunk * (3 * MIB) + picture[33:], "damaged"),
        "parts.docx": (b"PK\3\4" + bytes(26) + _listing(800_000), "unpacks to far more"),
        "parts.png": (picture + _listing(800_000), "second file"),
        "few parts.png": (picture + _listing(1), "second file"),
    }


LOOK_WITHIN = """
import json, resource, sys
from core.errors import BadInput
from filestore.file_kinds import kind_of
from pathlib import Path
resource.setrlimit(resource.RLIMIT_CPU, (6, 6))
said = {}
for name in json.loads(sys.argv[1]):
    try:
        with Path(name).open("rb") as file:
            kind_of(file, name)
    except BadInput as refused:
        said[Path(name).name] = str(refused)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([int(status["VmHWM"].split()[0]) // 1024, said]))
"""


def test_looking_at_countless_pieces_takes_little_time_and_memory(tmp_path: Path) -> None:
    bombs = _countless()
    for name, (content, _said) in bombs.items():
        (tmp_path / name).write_bytes(content)
    names = json.dumps([str(tmp_path / name) for name in bombs])
    ran = subprocess.run([sys.executable, "-c", LOOK_WITHIN, names], check=True, capture_output=True, text=True)
    memory, said = json.loads(ran.stdout)
    assert memory < 200
    assert [name for name, (_content, words) in bombs.items() if words not in said.get(name, "")] == []


STRIP_WITHIN = """
import sys
from pathlib import Path
from filestore.file_stripping_apart import NoCopy, copied
try:
    copied(sys.stdin.buffer.read(), "application/pdf")
except NoCopy:
    pass
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def test_a_pdf_that_unpacks_to_far_more_costs_the_process_that_wants_its_copy_nothing() -> None:
    bomb = made.pdf_that_unpacks(200 * MIB)
    assert len(bomb) < MIB
    ran = subprocess.run([sys.executable, "-c", STRIP_WITHIN], input=bomb, check=True, capture_output=True)
    assert int(ran.stdout) < 160
