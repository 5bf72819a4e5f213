"""The operative words of a document: what one that is issued again says as the void one did (S68)."""

from notices.papers import Block, Facts, Paper, text_of
from sanctions.policies_reissues import ARRANGED


def operative(paper: Paper) -> list[str]:
    """All of its text in each language, without number, day and arrangements."""
    both = [each for each in (paper, paper.authentic) if each is not None]
    return [text_of([_operative(block) for block in each.blocks]) for each in both]


def _operative(block: Block) -> Block:
    if not isinstance(block, Facts):
        return block
    return Facts(tuple(row for row in block.rows if row[0] not in ARRANGED))
