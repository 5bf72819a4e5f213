"""A signature that lasts (B-LT) leaves the document an archive file for everybody, and is valid to other tools."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from printing import signing
from tests import verapdf
from tests.notices.papers_of_all_kinds import made
from tests.printing.authority import Authority

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


def test_a_lasting_signature_keeps_the_standards_and_covers_the_whole_file(tmp_path: Path) -> None:
    authority = Authority(AT, tmp_path)
    order = authority.seal()
    authority.revocations()
    with authority.stamping():
        signed = signing.signed(made("D05b", "zh"), order)
    signing.SIGNING.end()
    assert signed.level == "B-LT"
    file = tmp_path / "lasting.pdf"
    file.write_bytes(signed.content)
    assert [each for each in verapdf.judge([file]) if not each.passed] == []
    tool = shutil.which("pdfsig")
    assert tool is not None
    told = subprocess.run([tool, "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
