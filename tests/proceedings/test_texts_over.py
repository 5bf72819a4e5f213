"""A text in a form that can no longer be used is told to nobody, and its writer reads and drops it on the page."""

import re

from tests.desk.test_writing import place, typed
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _drafted

__all__ = ["house", "today"]
TOLD, OVER = "has a text that is not handed in", "was not handed in, and its form can"


def test_a_passage_to_leave_out_that_was_only_typed_ends_with_the_draft_of_the_bulletin(house: House) -> None:
    house.fill(_drafted)
    page = f"/staff/publications/{house.slug}"
    writer, other = house.enter("publisher"), house.enter("other")
    where = place(writer.get(page), "redactions")
    typed(writer, where, passage="某一段话", instead="〔略〕", reason="PERSONAL")
    assert TOLD in other.get(page)
    assert OVER not in writer.get(page)
    other.post(f"{page}/do/submit")
    assert TOLD not in other.get(page)
    left = writer.get(page)
    assert OVER in left
    assert "某一段话" in left
    assert "PERSONAL" not in left.partition(OVER)[2].partition("</div>")[0]
    [kept] = re.findall(r'name="place" value="([^"]+)"', left)
    writer.client.post("/drafts/drop", data={"place": kept})
    assert OVER not in writer.get(page)
