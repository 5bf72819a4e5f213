"""Signing what leaves the house: once, with the certificate in use, or not at all and with a reason."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core import clock, journal, outbox
from core.actors import SYSTEM, Actor
from core.db import session as current
from core.db import transaction
from core.errors import Refused
from core.journal import JournalEntry
from core.machine import Ask, Machine
from core.outbox import Outbox
from core.words import in_both
from filestore import files
from notices import jobs, queries, seals, verifying
from notices.models import Document
from notices.models_seals import DocumentSeal, SealCertificate
from notices.verifying import Verdict
from printing import signing, signing_authority
from printing.pdf_failures import RenderFailed
from registry import golive
from registry.models_settings import Installation
from tests.builders import Desk
from tests.conftest import NOW
from tests.printing.authority import Authority


@pytest.fixture
def letter(app: Flask) -> Iterator[int]:
    """A forwarding letter that was issued and is not rendered yet."""
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            forwarding = desk.accepted().forwardings[0]
            found = queries.last_document(at, ["D05b"], "forwarding", forwarding.id)
            assert found is not None
            number = found.id
        yield number


@pytest.fixture
def authority(app: Flask, tmp_path: Path) -> Iterator[Authority]:
    """An authority of its own, whose file of keys the application reads."""
    kept = seals._place.file
    made = Authority(clock.now(), tmp_path)
    seals._place.file = made.write()
    yield made
    seals._place.file = kept
    signing.SIGNING.end()


def chain_of(authority: Authority, name: str, days: int = 365) -> str:
    return pem(authority.seal(name, days=days).certificates)


def pem(ders: Iterable[bytes]) -> str:
    return "".join(x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM).decode() for each in ders)


def put_in_use(authority: Authority, name: str, days: int = 365) -> SealCertificate:
    with transaction() as at:
        chain = chain_of(authority, name, days)
        return seals.activate(at, chain, name, kind="production", actor=SYSTEM, now=clock.now())


def as_production() -> None:
    with transaction() as at:
        at.execute(update(Installation).values(mode="production"))


def kept(number: int) -> bytes:
    with transaction() as at:
        digest = at.get_one(Document, number).pdf_sha256
    assert digest is not None
    return files.read(digest)


def answer(content: bytes) -> verifying.Answer:
    with transaction() as at:
        return verifying.verify(at, content)


def test_a_letter_is_signed_and_both_digests_are_kept(letter: int) -> None:
    jobs.render(letter)
    content = kept(letter)
    with transaction() as at:
        seal = at.get_one(DocumentSeal, letter)
        assert seal.signed_sha256 == hashlib.sha256(content).hexdigest()
        assert seal.unsigned_sha256 == hashlib.sha256(content[: seal.unsigned_size]).hexdigest()
        assert seal.level == "B-B"
        assert seal.certificate.kind == "demonstration"
        assert "Demonstration, not valid" in seal.certificate.subject
    found = answer(content)
    assert found.verdict is Verdict.GENUINE


def test_internal_papers_are_not_signed(letter: int) -> None:
    with transaction() as at:
        internal = at.scalars(select(Document.id).where(Document.outward.is_(False))).all()
    assert internal
    for number in internal:
        jobs.render(number)
    with transaction() as at:
        assert at.scalar(select(func.count()).select_from(DocumentSeal)) == 0


def test_killed_between_signing_and_keeping_there_is_one_signature(
    letter: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[bytes] = []

    def die(_number: int, _pdf: bytes, signed: signing.Signed | None) -> None:
        assert signed is not None
        made.append(signed.content)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_keep", die)
        for _time in range(2):
            with pytest.raises(SystemExit):
                jobs.render(letter)
            signing.SIGNING.end()
    jobs.render(letter)
    assert {kept(letter), *made} == {kept(letter)}
    jobs.render(letter)
    with transaction() as at:
        assert at.scalar(select(func.count()).select_from(DocumentSeal)) == 1


def test_in_production_nothing_is_issued_without_a_seal_and_the_check_says_so(letter: int) -> None:
    as_production()
    with pytest.raises(Refused, match="尚未启用印章证书"):
        jobs.render(letter)
    with transaction() as at:
        document = at.get_one(Document, letter)
        assert document.pdf_sha256 is None
        assert "印章证书" in (document.render_trouble or {})["zh"]
        assert [item.blocks for item in golive.check(at, NOW.date()) if item.kind == "seal"] == [(golive.DOCUMENTS,)]
        row = Machine.all["complaint"].rows["C07"]
        ask = Ask(at, None, Desk(at, NOW).intake, {}, NOW, machine="complaint")
        assert [str(each) for each in seals.gate(ask, row)] != []
        by_itself = Ask(at, None, SYSTEM, {}, NOW, machine="complaint")
        assert list(seals.gate(by_itself, row)) == [], "no time limit waits for a seal: the letter does, in its job"


def test_with_a_seal_in_use_production_issues_again(letter: int, authority: Authority) -> None:
    as_production()
    for _time in range(outbox.TRIES):
        outbox.run_all(1)
    with transaction() as at:
        assert at.scalars(select(Outbox.gave_up_at).where(Outbox.key == f"render:{letter}")).one() is not None
    put_in_use(authority, "first")
    with transaction() as at:
        assert list(seals.missing(at, clock.now())) == []
        assert outbox.try_again(at, "notices.render") > 0
    outbox.run_all()
    assert answer(kept(letter)).verdict is Verdict.GENUINE


def test_after_a_change_of_certificates_old_documents_verify_as_before(letter: int, authority: Authority) -> None:
    first = put_in_use(authority, "first")
    as_production()
    jobs.render(letter)
    old = kept(letter)
    second = put_in_use(authority, "second")
    found = answer(old)
    assert found.verdict is Verdict.GENUINE
    assert found.certificate is not None
    assert found.certificate.id == first.id != second.id
    with transaction() as at:
        assert [each.active_to is None for each in seals.all_of(at)] == [True, False]
        who = at.scalars(select(JournalEntry.row).where(JournalEntry.subject_kind == "seal_certificate"))
        assert sorted(who) == ["seal.activate", "seal.activate", "seal.end"]
        assert list(journal.verify(at)) == []


def test_a_signature_asked_for_before_the_change_is_made_with_the_new_one(letter: int, authority: Authority) -> None:
    put_in_use(authority, "first")
    as_production()
    with transaction() as at:
        seals.ask_for(at, at.get_one(Document, letter), "0" * 64, 1, clock.now())
    second = put_in_use(authority, "second")
    jobs.render(letter)
    with transaction() as at:
        assert at.get_one(DocumentSeal, letter).certificate_id == second.id


def test_an_expired_certificate_signs_nothing(letter: int, authority: Authority) -> None:
    put_in_use(authority, "first", days=1)
    as_production()
    with transaction() as at:
        later = clock.now() + timedelta(days=2)
        assert [str(each) for each in seals.missing(at, later)] != []
        assert [(item.kind, item.blocks) for item in seals.to_go_live(at)] == [("seal", ())]  # it ends soon
        with pytest.raises(Refused, match="到期"):
            seals.ask_for(at, at.get_one(Document, letter), "0" * 64, 1, later)


def test_no_complaint_is_refused_since_our_certificate_expired(app: Flask, authority: Authority) -> None:
    def said(actor: Actor) -> list[str]:
        with transaction() as at:
            row = Machine.all["complaint"].rows["C01"]
            later = clock.now() + timedelta(days=2)
            return [str(each) for each in seals.gate(Ask(at, None, actor, {}, later, machine="complaint"), row)]

    somebody, staff = Actor(None, frozenset({"complainant"})), Actor(1, frozenset({"intake"}), audience="staff")
    with app.app_context():
        as_production()
        assert said(somebody) == [str(golive.NOT_YET)], "a house that never had a seal is not open yet"
        put_in_use(authority, "first", days=1)
        assert said(somebody) == [], "its paper waits for the next one, in its job"
        assert "到期" in said(staff)[0]


def test_the_demonstrations_own_certificate_is_followed_by_another_when_it_expires(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        first = seals.for_demonstration(at, clock.now())
        assert seals.for_demonstration(at, first.not_after - timedelta(days=1)) is first
        assert seals.for_demonstration(at, first.not_after).not_after > first.not_after


def test_a_certificate_whose_key_is_another_is_not_put_in_use(app: Flask, authority: Authority) -> None:
    chain = chain_of(authority, "first")
    authority.seal("second")
    with app.app_context():
        for key, chosen in (("second", chain), ("nobody", chain)):
            with pytest.raises(RenderFailed), transaction() as at:
                seals.activate(at, chosen, key, kind="production", actor=SYSTEM, now=clock.now())
        with transaction() as at:
            assert seals.active(at) is None


NOT_TAKEN = {
    "turned": "must follow one another",
    "alone": "must follow one another",
    "nothing": "holds no certificates",
    "twice": "is, or was, in use already",
    "demonstration": "is worth nothing in production",
    "expired": "is not valid today",
}


@pytest.mark.parametrize("wrong", NOT_TAKEN)
def test_what_is_no_chain_for_signing_is_not_put_in_use(app: Flask, authority: Authority, wrong: str) -> None:
    parts = chain_of(authority, "first").split("-----END CERTIFICATE-----\n")
    one, two = (part + "-----END CERTIFICATE-----\n" for part in parts[:2])
    chain, key = {"turned": two + one, "alone": one}.get(wrong, ""), "first"
    with app.app_context():
        if wrong == "expired":
            chain, key = chain_of(authority, "old", days=-1), "old"
        if wrong == "twice":
            used = put_in_use(authority, "second")
            chain, key = used.chain, used.key
        if wrong == "demonstration":
            made, key = signing_authority.make("某协会", b"word", clock.now()), "theirs"
            signing.keep_file_key(seals._place.file, key, made.pkcs12, "word")
            chain = pem(made.chain)
        with pytest.raises(Refused) as refused, transaction() as at:
            seals.activate(at, chain, key, kind="production", actor=SYSTEM, now=clock.now())
        assert NOT_TAKEN[wrong] in in_both(refused.value)["en"]


def test_what_the_demonstration_signs_with_signs_nothing_in_production(letter: int) -> None:
    with transaction() as at:
        seals.for_demonstration(at, clock.now())
    as_production()
    with pytest.raises(Refused, match="尚未启用印章证书"):
        jobs.render(letter)


def test_no_private_key_is_in_the_database(letter: int) -> None:
    jobs.render(letter)
    place = seals._place.file.parent
    password = next(place.glob("*.pass")).read_text()
    assert all(each.stat().st_mode & 0o077 == 0 for each in place.iterdir())
    with transaction() as at:
        told = [str(row) for table in (SealCertificate, DocumentSeal, JournalEntry, Outbox) for row in _rows(at, table)]
    assert not [row for row in told if "PRIVATE KEY" in row or password in row]


def _rows(at: Session, table: type) -> list[dict[str, object]]:
    return [dict(vars(row)) for row in at.scalars(select(table))]


def test_a_failed_signature_makes_a_task_of_the_letter(letter: int, authority: Authority) -> None:
    put_in_use(authority, "first")
    as_production()
    authority.seal("first")  # somebody exchanged the key without its certificate
    signing.SIGNING.end()
    with pytest.raises(RenderFailed):
        jobs.render(letter)
    document = current().get_one(Document, letter, populate_existing=True)
    assert document.services[0].state == "FAILED"
    assert document.pdf_sha256 is None
    current().rollback()
