"""What must hold once all has come to rest, whatever was killed on the way."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from sqlalchemy import text

from bench.drill.site import Site
from core import journal
from core.db import transaction

NUMBERS = """
SELECT d.series, d.year, count(*), count(DISTINCT d.serial), min(d.serial), max(d.serial), max(c.last)
FROM document d LEFT JOIN series_counter c ON c.series = d.series AND c.year = d.year
WHERE d.series IS NOT NULL GROUP BY d.series, d.year
"""
MADE = """
SELECT d.id, d.ref, d.pdf_sha256, f.size, s.unsigned_sha256, s.unsigned_size, s.signed_sha256, d.outward
FROM (SELECT *, coalesce(number, kind) AS ref FROM document) d
LEFT JOIN stored_file f ON f.sha256 = d.pdf_sha256 LEFT JOIN document_seal s ON s.document_id = d.id
WHERE d.pdf_sha256 IS NOT NULL ORDER BY d.id
"""
NOTHING = {
    "{} forwarded complaints have not exactly one forwarding letter for the institution":
        "SELECT f.complaint_id FROM forwarding f LEFT JOIN document d ON d.kind = 'D05b' "
        "AND d.subject_kind = 'forwarding' AND d.subject_id = f.id GROUP BY f.complaint_id "
        "HAVING count(DISTINCT f.id) <> 1 OR count(d.id) <> 1",
    "{} documents have no PDF, and nobody has a task":
        "SELECT d.id FROM document d WHERE d.pdf_sha256 IS NULL AND NOT EXISTS (SELECT 1 FROM outbox o "
        "WHERE o.gave_up_at IS NOT NULL AND (o.args->>'document_id')::bigint = d.id)",
    "{} jobs are not done": "SELECT id FROM outbox WHERE done_at IS NULL AND gave_up_at IS NULL",
    "{} jobs were given up": "SELECT id FROM outbox WHERE gave_up_at IS NOT NULL",
    "{} dossiers are not sealed": "SELECT id FROM dossier WHERE state <> 'SEALED'",
    "{} documents of the institution are not opened":
        "SELECT s.id FROM service s JOIN document d ON d.id = s.document_id "
        "WHERE d.party_id IS NOT NULL AND (s.state <> 'SERVED' OR s.opened_at IS NULL)",
    "{} long jobs have not ended": "SELECT id FROM batch WHERE state <> 'DONE' OR done <> total",
    "{} long jobs have no file": "SELECT id FROM batch WHERE sha256 IS NULL",
    "{} items of long jobs were not done": "SELECT id FROM batch_item WHERE state <> 'DONE'",
    "{} members have not exactly one service of a circular":
        "SELECT i.id FROM batch_item i JOIN batch b ON b.id = i.batch_id LEFT JOIN service s "
        "ON s.document_id = (b.params->>'document')::bigint AND s.party_id = i.subject_id "
        "GROUP BY i.id HAVING count(s.id) <> 1",
    "{} services of a circular went to nobody on its list":
        "SELECT s.id FROM service s JOIN batch b ON (b.params->>'document')::bigint = s.document_id "
        "LEFT JOIN batch_item i ON i.batch_id = b.id AND i.subject_id = s.party_id WHERE i.id IS NULL",
    "{} circulars have not exactly one long job":
        "SELECT d.id FROM document d LEFT JOIN batch b ON (b.params->>'document')::bigint = d.id "
        "WHERE d.kind IN ('D23e', 'D36a') GROUP BY d.id HAVING count(b.id) <> 1",
    "{} members served online were not alerted of the circular that stands":
        "SELECT s.id FROM service s JOIN document d ON d.id = s.document_id JOIN service_address a "
        "ON a.party_id = s.party_id AND a.to_on IS NULL AND a.electronic "
        "WHERE d.kind IN ('D23e', 'D36a') AND d.set_aside_on IS NULL AND s.alerted_at IS NULL",
    "{} documents were served before their PDF was there":
        "SELECT s.id FROM service s JOIN document d ON d.id = s.document_id WHERE s.opened_at < d.pdf_at",
    "{} services were served twice":
        "SELECT subject_id FROM journal WHERE subject_kind = 'service' AND after = 'SERVED' AND before <> 'SERVED' "
        "GROUP BY subject_id HAVING count(*) > 1",
    "{} alerts have not exactly one mail for each account":
        "SELECT s.id FROM service s LEFT JOIN mail m ON m.key LIKE 'alert:' || s.id || ':%' "
        "WHERE s.party_id IS NOT NULL AND s.alerted_at IS NOT NULL GROUP BY s.id HAVING count(m.id) <> 1",
    "{} mails have not exactly one row in the outbox":
        "SELECT m.id FROM mail m LEFT JOIN outbox o ON o.job = 'core.mail' AND (o.args->>'mail_id')::bigint = m.id "
        "GROUP BY m.id HAVING count(o.id) <> 1",
}  # fmt: skip
"""Questions that nobody may have an answer to."""


def broken(site: Site) -> Iterator[str]:
    """Everything that does not hold."""
    for series, year, many, distinct, first, last, counted in site.ask(NUMBERS) or ():
        if not many == distinct == last == counted or first != 1:
            yield f"numbers {series} {year}: {many} documents, {first} to {last}, counted {counted}"
    for sentence, question in NOTHING.items():
        found = site.ask(question)
        if found is None:
            yield f"could not be asked: {sentence}"
        elif found:
            yield f"{sentence.format(len(found))}, as {found[0][0]}"
    if len(site.accepted) != len(set(site.accepted)):
        yield "a complaint was accepted twice"
    yield from _files(site)
    with transaction() as at:
        lost = [ref for ref in site.accepted if not at.scalar(_IS_THERE, {"ref": ref})]
        yield from (f"{ref} was answered as accepted, and is not" for ref in lost)
        for each in journal.verify(at):
            yield f"journal: {each.subject_kind} {each.subject_id}, entry {each.seq}: {each.why}"


_IS_THERE = text("SELECT 1 FROM complaint c JOIN forwarding f ON f.complaint_id = c.id WHERE c.ref = :ref")


def _files(site: Site) -> Iterator[str]:
    """One file and one signature for each document; both digests are those of the database; no file is over."""
    known = {sha for (sha,) in site.ask("SELECT sha256 FROM stored_file") or ()}
    lying = {f"{each.parent.name}{each.name}": each for each in site.files.glob("??/*") if each.name[0] != "."}
    for sha in known ^ set(lying):
        yield f"file {sha[:12]} is only {'in the database' if sha in known else 'in the folder'}"
    seen: dict[str, str] = {}
    for number, ref, sha, size, unsigned, before, signed, outward in site.ask(MADE) or ():
        if sha in seen:
            yield f"{ref} and {seen[sha]} are one file"
        seen[sha] = ref
        if sha in lying:
            yield from (f"{ref}: {why}" for why in _file(lying[sha], sha, size, (unsigned, before, signed), outward))
        if number in site.read and hashlib.sha256(site.read[number]).hexdigest() != sha:
            yield f"{ref}: what the institution read is another file"


def _file(file: Path, sha: str, size: int, seal: tuple[str | None, int, str | None], outward: bool) -> Iterator[str]:
    content, (unsigned, before, signed) = file.read_bytes(), seal
    if hashlib.sha256(content).hexdigest() != sha or len(content) != size:
        yield "the file is not what the database says"
    if not outward:
        return
    if signed != sha or unsigned is None or hashlib.sha256(content[:before]).hexdigest() != unsigned:
        yield "the digests before and after signing are not those of the file"
    with pikepdf.open(io.BytesIO(content)) as opened:
        signatures = sum(each.get("/Type") == "/Sig" for each in opened.objects if isinstance(each, pikepdf.Dictionary))
    if signatures != 1 or content.count(b"/ByteRange") != 1:
        yield f"{signatures} signatures"
