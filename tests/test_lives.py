"""Random lives keep the promises of the procedure that can be asked of its rows, and all of them come to an end.

A seeded driver of our own does this, not Hypothesis' RuleBasedStateMachine: each of its examples would need a
database of its own and many replays to shrink, while one long life in one database meets far more of the chain per
second; the seed and the last twenty steps of a failure are told instead. `./zilu bench procedure` goes on for long.
"""

import pytest
from flask import Flask

from bench.procedure import living

STEPS = 80


@pytest.mark.parametrize("seed", [20261125])
def test_whatever_people_do_every_promise_holds_and_everything_comes_to_an_end(app: Flask, seed: int) -> None:
    with living(app, seed) as lives:
        lives.run(STEPS)
        assert lives.done["complain"]
