"""The shelf on which saved queries stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.core import documents
from workbench.core.errors import Invalid
from workbench.core.shelf import Shelf
from workbench.domains.queries.models import Query, QueryVersion
from workbench.domains.queries.schemas.documents import Document
from workbench.domains.store.drivers.bound import Scalar

SHELF: Shelf[Query, QueryVersion, Document] = Shelf(Query, QueryVersion, Document, "queries:view", plural="queries")


def parse(written: dict[str, Any] | str) -> Document:
    """A document from an object, or from the text of one.

    Raises:
        Invalid: it is no YAML, or no document; says where.
    """
    return documents.parse(Document, written)


def values_of(document: Document, given: Mapping[str, Any]) -> dict[str, Scalar]:
    """The values of a document's parameters, each of its type.

    Raises:
        Invalid: one is missing or of another type, or there is no such parameter.
    """
    known = {one.name for one in document.parameters}
    wrong = [(name, f"There is no parameter {name!r}.") for name in given if name not in known]
    found: dict[str, Scalar] = {}
    for one in document.parameters:
        value = given.get(one.name, one.default)
        if value is None:
            wrong.append((one.name, f"${one.name} must be given: {one.title or one.type}."))
            continue
        try:
            found[one.name] = one.value(value)
        except ValueError as error:
            wrong.append((one.name, f"{error}."))
    if wrong:
        listed = ", ".join(f"{one.name} ({one.type})" for one in document.parameters) or "none"
        raise Invalid(
            " ".join(said for _, said in wrong[:5]), fix=f"Its parameters are: {listed}.", code="bad_values",
            errors=[{"pointer": f"/values/{name}", "message": said} for name, said in wrong],
        )  # fmt: skip
    return found
