"""Whether there is what a form names as the source of a mapping."""

from __future__ import annotations

from workbench.core.errors import Invalid, NotFound
from workbench.domains.mappings.schemas.documents import Document
from workbench.ui.visit import Visit


async def check_source(visit: Visit, document: Document) -> None:
    """Refuse a source that is not there; one that does not answer may be there.

    Raises:
        Invalid: with a pointer to the field.
    """
    try:
        await visit.call("mappings.preview", document=document.model_dump(mode="json"))
    except NotFound as error:
        told = {"pointer": "/source", "message": f"{error.detail} {error.fix}".strip()}
        raise Invalid(f"There is no source {document.source!r}.", code="source_not_found", errors=[told]) from None
