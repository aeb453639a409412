"""The pages of people and of one's own account; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "members", mark("Members"), "members", f"{__name__}.members:members", "members:read", "Workspace", order=10,
        help="how-to.manage-people",
    ),
    PageSpec(
        "preferences", mark("Preferences"), "settings", f"{__name__}.preferences:preferences", "preferences:own",
        "Workspace", order=14, help="how-to.preferences",
    ),
    PageSpec(
        "sessions", mark("Sessions and tokens"), "sessions", f"{__name__}.sessions:sessions", "sessions:own",
        "Workspace", order=15, help="how-to.automate",
    ),
)  # fmt: skip
