"""The commands of the seal: a verdict with its exit code, and a change of certificates."""

from pathlib import Path

from flask import Flask

from core.actors import SYSTEM
from core.db import transaction
from core.machine import Ask
from notices import commands, jobs
from notices.models import Document
from notices.states import SERVICE
from notices.verifying import Verdict
from printing import signing
from tests.conftest import NOW
from tests.notices.test_seals import as_production, authority, chain_of, letter
from tests.notices.test_verifying import kept, scanned
from tests.printing.authority import Authority

__all__ = ["authority", "letter"]


def said(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(words))
    return done.exit_code, done.output


def test_each_verdict_has_its_exit_code(app: Flask, letter: int, tmp_path: Path) -> None:
    jobs.render(letter)
    file = tmp_path / "letter.pdf"
    file.write_bytes(kept(letter))
    code, told = said(app, "verify-document", str(file))
    assert code == 0
    assert "genuine" in told
    assert "Demonstration, not valid" in told
    assert "青屿" not in told
    file.write_bytes(kept(letter) + b"x")
    assert said(app, "verify-document", str(file))[0] == 1
    file.write_bytes(b"%PDF-1.7 nothing")
    assert said(app, "verify-document", str(file))[0] == 2
    file.write_bytes(kept(letter))
    with transaction() as at:
        service = at.get_one(Document, letter).services[0]
        SERVICE.carry_out(Ask(at, service, SYSTEM, {"reason": "内容有误"}, NOW), "void")
    assert said(app, "verify-document", str(file))[0] == 3
    assert said(app, "verify-document", str(tmp_path / "none.pdf"))[0] == 4
    assert said(app, "verify-document")[0] == 4
    signing.SIGNING.end()


def test_no_verdict_is_without_words_and_exit_code_and_a_scan_has_its_own(app: Flask, tmp_path: Path) -> None:
    assert set(commands.EXIT) == set(commands.WORDS) == set(Verdict)
    assert len({*commands.EXIT.values(), commands.UNREAD}) == len(Verdict) + 1
    for content in (scanned(), b"no PDF at all"):
        file = tmp_path / "scan.pdf"
        file.write_bytes(content)
        code, told = said(app, "verify-document", str(file))
        assert code == 5
        assert "only its check code tells" in told


def test_a_certificate_is_put_in_use_by_command(app: Flask, letter: int, authority: Authority, tmp_path: Path) -> None:
    as_production()
    code, told = said(app, "seal-certificates")
    assert (code, told.strip()) == (1, "No seal certificate is in use, so that no document can be signed.")
    chain = tmp_path / "chain.pem"
    chain.write_text(chain_of(authority, "first"))
    code, told = said(app, "seal-activate", str(chain), "--key", "mistyped")
    assert (code, "names no key mistyped" in told) == (1, True)
    assert said(app, "seal-activate", str(chain), "--key", "first")[0] == 0
    code, told = said(app, "seal-certificates")
    assert code == 0
    assert "key first" in told
    assert said(app, "seal-activate", str(chain), "--key", "first")[0] == 1
    chain.write_text(chain_of(authority, "second"))
    assert said(app, "seal-activate", str(chain), "--key", "first")[0] == 1
    assert said(app, "seal-activate", str(chain), "--key", "second")[0] == 0
