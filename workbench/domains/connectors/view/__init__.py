"""The pages of connectors; they enter by `call`, like everyone else."""

from workbench.ui.languages import mark
from workbench.ui.pages import PageSpec

PAGES = (
    PageSpec(
        "connectors", mark("Connectors"), "connectors", f"{__name__}.connectors:connectors", "connectors:list", "Data",
        order=10, help="how-to.connect",
    ),
    PageSpec(
        "connectors/{name}", mark("Connector"), "connectors", f"{__name__}.connector:connector", "connectors:read",
        "Data", help="how-to.connect",
    ),
    PageSpec(
        "connect", mark("New connector"), "connectors", f"{__name__}.connect:connect", "connectors:write", None,
        above="connectors", help="how-to.connect",
    ),
)  # fmt: skip
