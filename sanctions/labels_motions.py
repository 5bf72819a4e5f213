"""What people read for a vote on a motion, and the colour of its tag."""

from core.words import _l

VOTE = {
    "FOR": (_l("For it"), "blue"),
    "AGAINST": (_l("Against it"), "orange"),
    "ABSTAIN": (_l("Abstain"), "grey"),
}
