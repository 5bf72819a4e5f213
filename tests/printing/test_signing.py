"""Signatures: whole, lasting where they can be, with keys from wherever they lie; refused with a reason otherwise."""

import io
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import load_der_x509_certificate

from core import asking
from filestore.inspection import Found, look_into
from printing import signing
from printing.pdf_failures import Reason, RenderFailed
from printing.signing import Order
from tests.printing.authority import PASSWORD, Authority, answering, remote_signer
from tests.printing.test_pdf import made

AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


@pytest.fixture(scope="module")
def plain() -> bytes:
    return made("<p>决定书</p>")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    yield Authority(AT, tmp_path)
    signing.SIGNING.end()  # what one test's key files said is nothing to the next


def seen(content: bytes, order: Order) -> Found:
    return look_into(content, [order.certificates[0]])


def fails(plain: bytes, order: Order) -> Reason:
    with pytest.raises(RenderFailed) as failed:
        signing.signed(plain, order)
    assert PASSWORD.decode() not in f"{failed.value} {failed.value.detail}"
    return failed.value.reason


def test_the_signature_comes_after_the_file_and_covers_all_of_it(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    signed = signing.signed(plain, order)
    assert signed.level == "B-B"
    assert signed.content.startswith(plain)
    assert seen(signed.content, order) == Found(readable=True, signature="good", codes=())


def test_asked_again_after_a_crash_it_is_the_same_signature(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    first = signing.signed(plain, order)
    signing.SIGNING.end()
    assert signing.signed(plain, order).content == first.content


def test_a_public_tool_finds_it_valid_and_total(plain: bytes, authority: Authority, tmp_path: Path) -> None:
    tool = shutil.which("pdfsig")
    assert tool is not None, "poppler-utils belong to the test set-up"
    file = tmp_path / "signed.pdf"
    file.write_bytes(signing.signed(plain, authority.seal()).content)
    told = subprocess.run([tool, "-nocert", file], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told


def test_with_a_time_stamp_and_revocation_data_it_lasts(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations()
    with authority.stamping():
        signed = signing.signed(plain, order)
    assert signed.level == "B-LT"
    assert seen(signed.content, order).signature == "good"
    assert signed.content.startswith(plain)
    with pikepdf.open(io.BytesIO(signed.content)) as document:
        assert len(document.Root.DSS.CRLs) == 1
        assert len(document.Root.DSS.Certs) >= 3


def test_a_revoked_certificate_signs_nothing_that_should_last(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations(load_der_x509_certificate(order.certificates[0]))
    with authority.stamping():
        assert fails(plain, order) is Reason.NOT_TRUSTED


def test_a_responder_is_asked_and_its_answer_travels_inside(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations()  # for the time-stamp authority's own certificate
    with authority.stamping(), authority.responding() as asked:
        signed = signing.signed(plain, order)
    assert (signed.level, len(asked)) == ("B-LT", 1)
    assert seen(signed.content, order).signature == "good"
    with pikepdf.open(io.BytesIO(signed.content)) as document:
        assert len(document.Root.DSS.OCSPs) == 1


def test_what_the_responder_calls_revoked_signs_nothing_though_the_list_is_older(
    plain: bytes, authority: Authority
) -> None:
    order = authority.seal()
    authority.revocations()
    with authority.stamping(), authority.responding(load_der_x509_certificate(order.certificates[0])):
        assert fails(plain, order) is Reason.NOT_TRUSTED


def test_where_the_responder_is_away_the_list_still_proves(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations()
    authority.more["ocsp"] = {"url": "http://127.0.0.1:9/"}
    with authority.stamping():
        assert signing.signed(plain, order).level == "B-LT"


def test_a_time_stamp_authority_that_is_away_is_named(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations()
    authority.more["timestamps"] = {"url": "http://127.0.0.1:9/", "trust": None}
    authority.write()
    assert fails(plain, order) is Reason.STAMP_AWAY


def test_a_key_of_another_certificate_is_refused(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    other = authority.seal("other")
    mixed = Order(order.file, "other", order.certificates, AT)
    assert fails(plain, mixed) is Reason.KEY_WRONG
    assert signing.signed(plain, other).level == "B-B"


def test_a_key_that_is_missing_or_locked_is_refused(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    assert fails(plain, Order(order.file, "nobody", order.certificates, AT)) is Reason.KEY_AWAY
    authority.keys["seal"]["secret"] = "wrong"
    (authority.folder / "wrong").write_text("not the password")
    authority.write()
    assert fails(plain, order) is Reason.KEY_AWAY


def test_a_pkcs12_file_and_an_rsa_key_do_as_well(plain: bytes, authority: Authority) -> None:
    key = rsa.generate_private_key(65537, 2048)
    order = authority.seal(key=key)
    kept = pkcs12.serialize_key_and_certificates(b"s", key, None, None, BestAvailableEncryption(PASSWORD))
    (authority.folder / "seal.p12").write_bytes(kept)
    authority.keys["seal"]["path"] = "seal.p12"
    authority.write()
    assert seen(signing.signed(plain, order).content, order).signature == "good"


def test_a_remote_signer_gets_the_digest_and_nothing_else(plain: bytes, authority: Authority) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (authority.folder / "token").write_text("s3cret")
    with answering(remote_signer(key, "s3cret")) as (url, asked):
        authority.keys["far"] = {"kind": "remote", "url": url, "name": "seal-2026", "secret": "token"}
        order = authority.order("far", key.public_key())
        signed = signing.signed(plain, order)
    assert seen(signed.content, order).signature == "good"
    assert len(asked) == 1
    assert len(asked[0]) < 200
    assert fails(plain, order) is Reason.KEY_AWAY  # it is gone


@pytest.mark.parametrize(
    "url",
    [
        "http://signer.example/sign",
        "http://127.0.0.1@signer.example/",
        "http://10.0.0.1/",
        "ftp://localhost/",
        "https:///sign",
        "signer.example",
    ],
)
def test_a_signer_elsewhere_is_asked_over_https_only(plain: bytes, authority: Authority, url: str) -> None:
    order = authority.seal()
    (authority.folder / "token").write_text("s3cret")
    authority.keys["far"] = {"kind": "remote", "url": url, "name": "seal-2026", "secret": "token"}
    authority.write()
    with pytest.raises(RenderFailed) as refused:
        signing.try_key(Order(order.file, "far", order.certificates, AT))
    assert refused.value.reason is Reason.KEY_PLAIN
    assert "https" in str(refused.value)


def test_a_secret_goes_nowhere_in_plain(plain: bytes) -> None:
    with pytest.raises(ValueError, match="https only"):
        asking.post(asking.opener(None), "http://tsa.example/", plain, {"Authorization": "Bearer x"})


def test_an_authority_that_speaks_no_http_is_called_away(plain: bytes, authority: Authority) -> None:
    order = authority.seal()
    authority.revocations()
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_garbage, args=(server,), daemon=True).start()
        authority.more["timestamps"] = {"url": f"http://127.0.0.1:{server.getsockname()[1]}/", "trust": None}
        authority.write()
        assert fails(plain, order) is Reason.STAMP_AWAY


def _garbage(server: socket.socket) -> None:
    talk, _whom = server.accept()
    with talk:
        talk.recv(65536)
        talk.sendall(b"this is no HTTP\r\n\r\n")


def test_a_key_in_hardware_never_leaves_it(plain: bytes, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path(SOFTHSM).exists():
        pytest.skip("softhsm2 is not installed")
    public = _token(authority, monkeypatch)
    order = authority.order("token", public)
    assert seen(signing.signed(plain, order).content, order).signature == "good"


def _token(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A token in software with the seal's key on it; its public half."""
    store = authority.folder / "tokens"
    store.mkdir()
    (authority.folder / "softhsm.conf").write_text(f"directories.tokendir = {store}\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(authority.folder / "softhsm.conf"))
    key = ec.generate_private_key(ec.SECP256R1())
    file = authority.folder / "key.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    tool = ["softhsm2-util", "--module", SOFTHSM]
    new = ["--init-token", "--free", "--label", "zilu", "--so-pin", "87654321", "--pin", "1234"]
    put = ["--import", str(file), "--token", "zilu", "--label", "seal", "--id", "A1", "--pin", "1234"]
    for words in (new, put):
        subprocess.run([*tool, *words], check=True, capture_output=True, env=dict(os.environ))
    file.unlink()
    (authority.folder / "pin").write_text("1234")
    authority.keys["token"] = {"kind": "pkcs11", "module": SOFTHSM, "token": "zilu", "label": "seal", "secret": "pin"}
    return key.public_key()


def test_the_web_loads_nothing_that_signs() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, wsgi; print([each for each in sys.modules if each.startswith(('pyhanko', 'pkcs11'))])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
