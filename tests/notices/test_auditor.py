"""An outside auditor reproduces the verification with public tools: each command of docs/documents.md is run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from core.db import transaction
from notices import jobs, seals
from notices.models_seals import DocumentSeal
from printing import signing
from tests.notices.test_seals import letter
from tests.notices.test_verifying import kept

__all__ = ["letter"]
PAGE = Path(__file__).parents[2] / "docs" / "documents.md"


def test_the_commands_of_the_page_for_auditors_prove_a_document(app: Flask, letter: int, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    jobs.render(letter)
    with transaction() as at:
        seal = at.get_one(DocumentSeal, letter)
        root = seals.certificates_of(seal.certificate.chain)[-1]
        fingerprint, unsigned, signed = seal.certificate.fingerprint, seal.unsigned_sha256, seal.signed_sha256
    (tmp_path / "notice.pdf").write_bytes(kept(letter))
    (tmp_path / "association-root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    blocks = [
        block for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "verapdf" not in block
    ]
    told = subprocess.run(
        ["sh", "-e", "-c", "\n".join(blocks)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Signature is Valid" in told.stdout
    assert "Total document signed" in told.stdout
    assert f"{signed}  notice.pdf" in told.stdout
    assert f"{unsigned}  -" in told.stdout
    assert "CMS Verification successful" in told.stderr
    assert fingerprint.upper() in told.stdout.replace(":", "")
    signing.SIGNING.end()
