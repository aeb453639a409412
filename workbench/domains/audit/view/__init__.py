"""The pages of the audit trail; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "activity", mark("My activity"), "activity", f"{__name__}.activity:activity", "activity:own", "Workspace",
        order=20, help="how-to.audit",
    ),
    PageSpec(
        "audit", mark("Audit trail"), "audit", f"{__name__}.audit:audit", "audit:read", "Workspace", order=30,
        help="how-to.audit",
    ),
)  # fmt: skip
