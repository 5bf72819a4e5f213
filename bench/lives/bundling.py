"""Bundles in random lives: asked for by staff, the panel and the company, in every variant, while the file grows."""

from bench.lives.outside import Act, Scene
from bench.lives.tracks import speaking
from casework.models_cases import CaseTrack
from notices import bundles as kept
from notices.models_bundles import SHOWN
from sanctions import bundles, file_views

ASKED = (
    (
        "a bundle that is asked for is made, or is somebody's later work",
        (
            "SELECT 'bundle ' || b.id || ' ' || b.variant, b.trouble IS NOT NULL OR (b.sha256 IS NULL "
            "AND b.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.job = 'notices.bundle' "
            "AND o.done_at IS NULL AND o.args ->> 'bundle_id' = b.id::text)) FROM bundle b"
        ),
    ),
)


def bundle(scene: Scene, it: CaseTrack) -> None:
    """Staff want one, or the company, for which that is a view of its file."""
    own = [("track", it.id, variant) for kind, variant in kept.CONTENTS if kind == "track"]
    told = [("complaint", each.id, "complainant") for each in it.case.complaints]
    kind, number, variant = scene.dice.choice([*own, *told])
    if variant == SHOWN and scene.dice.random() < 0.6:
        by = speaking(scene, it)
        file_views.view(scene.at, it, **by)
    else:
        by = {"actor": scene.one("officer", "reviewer", "investigator"), "now": scene.now}
    bundles.ask(scene.at, it, (kind, number), variant, **by)


ACTS: tuple[tuple[str, Act], ...] = (("report", bundle), ("view_file", bundle), ("archive", bundle))
"""On tracks: while it is investigated, while the company may view its file, and at the end."""
