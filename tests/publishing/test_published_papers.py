"""What is printed is what was served: the words of the published PDF are those of the served one, less redactions."""

import io
import re
from dataclasses import replace
from datetime import datetime

import pdfplumber
import pytest
from sqlalchemy.orm import Session

from notices import queries as notices
from notices import rendering
from notices.models import Document
from sanctions import bulletins, measures, rounds, served
from sanctions.models_publications import Publication
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

BEGINS, ENDS = "决定书内容如下：", "以上为决定书内容"
PAGE_NUMBER = re.compile(r"^[—\-\s]*\d+[—\-\s]*$")


def _words(document: Document) -> str:
    """Every word of the body of its PDF, in order, without white space, page numbers and running feet."""
    head = replace(document.head, demonstration=False, check_code="")
    pdf = rendering.pdf_of(document.frozen, head)
    foot = f"{head.association}·{head.number}"
    lines = []
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            lines += [line for line in page.extract_text().splitlines() if not PAGE_NUMBER.match(line)]
    return "".join(squeezed for line in lines if foot not in (squeezed := re.sub(r"\s", "", line)))


def _published(chain: Chain, level: int) -> Publication:
    track = chain.effective([level], code="V-I02")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    bulletins.redact(
        chain.session,
        publication,
        passage="无关人员",
        instead="某某",
        reason="涉及个人信息",
        actor=actor(chain.publisher),
        version=None,
        now=chain.later(10),
    )
    chain.publish(publication, chain.later(10))
    return publication


@pytest.mark.parametrize(("level", "kind"), [(4, "D23e"), (5, "D23f")])
def test_the_words_of_the_published_pdf_are_those_of_the_served_one_less_the_redactions(
    session: Session, now: datetime, level: int, kind: str
) -> None:
    publication = _published(Chain(session, now), level)
    decision = served.decision_document(session, publication.track)
    paper = notices.last_document(session, [kind], "publication", publication.id)
    assert decision is not None
    assert paper is not None
    wanted = _words(decision)
    for each in publication.redactions:
        assert re.sub(r"\s", "", each.passage) in wanted
        wanted = wanted.replace(re.sub(r"\s", "", each.passage), each.instead)
    said = _words(paper)
    body = said[said.index(BEGINS) + len(BEGINS) : said.index(ENDS)]
    assert "无关人员" not in said
    assert publication.track.case.ref not in said
    assert body in wanted
    first, last = "当事单位", "各项措施的执行要求由本协会另行通知。"
    assert body.startswith(first)
    assert body.endswith(last)
    assert wanted.index(body) == wanted.index(first)
    assert wanted.index(last) + len(last) == wanted.index(body) + len(body)
