"""Which worker runs what, and what is begun first: a file's tests share a worker, and so do those of one long story.

Not by marks and --dist loadgroup: with pytest 9.2 xdist's marks group nothing any more, and nobody is told
(pytest-dev/pytest-xdist#1386): the story was told by each worker, and its end took away what others looked at.
"""

from xdist.scheduler import LoadFileScheduling

STORY = ("tests/journeys/test_story.py", "tests/journeys/test_pages.py", "tests/journeys/test_bulletins.py")
"""The modules that look at one long story, in the order in which they must: at its end the bulletin is gone."""
PAPERS = ("tests/notices/test_conformity.py", "tests/notices/test_geometry.py")
"""The modules that look at a document of every kind: a worker sets and reads each once."""
DEMONSTRATION = ("tests/admin/test_demo.py", "tests/journeys/test_demonstration.py")
"""The modules that look at the demonstration: a worker tells it once."""
FIRST = (*STORY, "tests/test_drill.py", *DEMONSTRATION, *PAPERS)
"""The longest modules: begun last, one of them would keep one worker busy while the other has nothing left to do."""
GROUPS = {"story": STORY, "demonstration": DEMONSTRATION, "papers": PAPERS}
TOGETHER = {file: name for name, files in GROUPS.items() for file in files}


def turn(nodeid: str) -> int:
    """When the turn of a test comes: the longest first, all others in their order."""
    file = nodeid.partition("::")[0]
    return FIRST.index(file) if file in FIRST else len(FIRST)


class Sharing(LoadFileScheduling):
    """Shares the files out, those that belong together as one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return TOGETHER.get(file, file)
