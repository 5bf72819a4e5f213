"""Who watches over the running of the installation, and who decides on what a restore left open."""

from core.actors import Actor

AT_RUNNING = ("audit_admin", "system_admin")
"""The audit administrator sees that nothing is left undone, the system administrator sees to it."""


def may_watch_running(actor: Actor) -> bool:
    """Who sees what was given up, what waits for a decision, and whether the rounds run."""
    return actor.has(*AT_RUNNING)


def may_keep_running(actor: Actor) -> bool:
    """The system administrator says whether what was open at a restore is done once more, or dropped."""
    return actor.has("system_admin")
