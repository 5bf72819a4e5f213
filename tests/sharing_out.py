"""Which worker runs what: a file's tests share one, and so do the modules that look at one long story.

Not by marks and --dist loadgroup: with pytest 9.2 xdist's marks group nothing any more, and nobody is told
(pytest-dev/pytest-xdist#1386): the story was told by each worker, and its end took away what others looked at.
"""

from pathlib import PurePosixPath

from xdist.scheduler import LoadFileScheduling

STORY = ("test_story", "test_pages", "test_bulletins")
"""The modules that look at one long story, in the order in which they must: at its end the bulletin is gone."""


class Sharing(LoadFileScheduling):
    """Shares the files out, the story's as one."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return "story" if PurePosixPath(file).stem in STORY else file
