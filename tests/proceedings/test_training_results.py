"""Results of a training of which too few have passed are kept, and say what follows for whoever failed."""

import re

from sqlalchemy import select

from core import clock
from sanctions.models_measures import TrainingPerson
from tests.proceedings.test_pages import House, house, today  # noqa: F401 - where and when it happens


def test_results_of_which_too_few_passed_are_kept_and_say_what_follows(house: House) -> None:  # noqa: F811
    house.fill(lambda chain: chain.executing([3]))
    officer, where = house.enter("officer"), f"/staff/tracks/{house.track}"
    officer.post(f"{where}/trainees", people="学员甲，主管\n学员乙，组长\n学员丙, 催收员")
    act = f"{where}/do/confirm_training"
    people = re.findall(r'name="came_(\d+)"', officer.get(act))
    results = {f"came_{each}": "y" for each in people} | {f"mark_{each}": "90" for each in people}
    officer.post(act, **results | {f"mark_{people[0]}": "50"})
    assert house.state == "EXECUTING"
    page = officer.get(where)
    assert "The training is not confirmed yet: 2 of at least 3 people have passed." in page
    assert "Its time limit goes on meanwhile." in page
    kept = house.read(lambda at: at.scalars(select(TrainingPerson.result).order_by(TrainingPerson.id)).all())
    assert list(kept) == [50, 90, 90]
    case = house.enter("lead").get(f"/portal/cases/{house.track}")
    assert "not passed" in case
    assert "1 more person has to be trained" in case
    again = house.enter("officer")
    assert 'value="50"' in again.get(act), "nothing is typed twice"
    made_up = {f"again_{people[0]}": f"{clock.today():%Y-%m-%d}", f"remark_{people[0]}": "85"}
    again.post(act, **results | {f"mark_{people[0]}": "50"} | made_up)
    assert house.state == "VERIFYING"
