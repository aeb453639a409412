"""Changes of a document that is being made: each answers a new one, so that every step can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from workbench.core.documents import parse
from workbench.core.errors import Invalid
from workbench.core.schemas import wrong_fields
from workbench.domains.dashboards.schemas.documents import WIDE, Card, Document, Place, Source
from workbench.domains.queries.schemas import ShownQuery
from workbench.domains.queries.schemas.documents import Chart
from workbench.ui.freshness import late_after
from workbench.ui.languages import mark, tr

from .grid import DEEP, apart, free_place, settled

KINDS: Final = {
    "kpi": mark("Number"), "time_series": mark("Time series"), "bar": mark("Bars"), "heat_map": mark("Heat map"),
    "table": mark("Table"), "text": mark("Text"), "filter": mark("Filter"),
}  # fmt: skip
SIZES: Final = {"kpi": (3, 3), "text": (6, 3), "filter": (4, 1)}
USUAL: Final = (6, 7)
HIGH = 40
QUERY = "query:"
DAYS: Final = ("DATE", "TIMESTAMP", "TIMESTAMPTZ")
NUMBERS: Final = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT",
    "FLOAT", "DOUBLE", "DECIMAL",
)  # fmt: skip
_CARD: TypeAdapter[Card] = TypeAdapter(Card)


def card_of(given: Mapping[str, Any]) -> Card:
    """A card of what somebody filled in.

    Raises:
        Invalid: it does not hold; says what of it.
    """
    try:
        return _CARD.validate_python(dict(given))
    except ValidationError as error:
        errors = wrong_fields(error)
        stated = "; ".join(f"{item['pointer'].rpartition('/')[2] or 'card'}: {item['message']}" for item in errors[:4])
        raise Invalid(f"This card does not hold: {stated}.", fix="Change it and apply again.", errors=errors) from None


def source_of(text: str) -> dict[str, Any]:
    """The source that a list of tables and saved queries names: a table, or a query with `query:` before its name."""
    return {"query": text.removeprefix(QUERY)} if text.startswith(QUERY) else {"table": text}


def named(source: Source) -> str:
    """What such a list calls a source; nothing where it is SQL."""
    return f"{QUERY}{source.query}" if source.query is not None else source.table or ""


def called(name: str, title: str = "") -> str:
    """What people read for a source in a list: a table's name, or the title of a saved query."""
    if not name.startswith(QUERY):
        return name
    return tr("{title} (saved query)", title=title or name.removeprefix(QUERY))


def added(
    document: Document, kind: str, source: str, columns: Mapping[str, str], saved: ShownQuery | None = None
) -> tuple[Document, str]:
    """A document with one more card in the first place where it fits, and the card's id.

    `columns` are those of the source with their SQL types; the card begins with the first that fit. Of a `saved` query
    it takes the title, and the columns of its chart where they fit.

    Raises:
        Invalid: there is no such kind, the source has no column that it needs, or there is no room.
    """
    if kind not in KINDS:
        raise Invalid(f"There is no card of the kind {kind[:40]!r}.", code="bad_card")
    taken = {card.id for card in document.cards}
    name = next(f"{kind}-{number}" for number in range(1, len(taken) + 2) if f"{kind}-{number}" not in taken)
    at = free_place([card.at for card in document.cards], *SIZES.get(kind, USUAL))
    title = saved.title if saved is not None and kind != "text" else tr(KINDS[kind])
    given = {"id": name, "kind": kind, "title": title, "at": at}
    if kind != "text":
        given |= {"source": source_of(source)}
    drawn = _drawn(kind, saved.chart, columns) if saved is not None and saved.chart is not None else {}
    made = card_of(given | _begun(kind, source, columns) | drawn)
    return document.model_copy(update={"cards": [*document.cards, made]}), name


def _begun(kind: str, source: str, columns: Mapping[str, str]) -> dict[str, Any]:
    days = of_kind(columns, *DAYS)
    texts = of_kind(columns, "VARCHAR") or list(columns)
    if kind == "text":
        return {"text": tr("Write something here.")}
    if not columns or (kind == "time_series" and not days):
        raise Invalid(
            f"{source[:80]!r} has no column of dates." if columns else "Choose a table or a query that answers first.",
            fix="Choose another one.", code="bad_card",
        )  # fmt: skip
    begun: dict[str, dict[str, Any]] = {
        "time_series": {"over": days[0] if days else ""},
        "bar": {"by": texts[0]},
        "heat_map": {"across": {"column": days[0], "part": "month"} if days else texts[-1], "down": texts[0]},
        "table": {"columns": list(columns)[:6]},
        "filter": {"column": texts[0]},
    }
    return begun.get(kind, {})


def _drawn(kind: str, chart: Chart, columns: Mapping[str, str]) -> dict[str, Any]:
    """What the chart of a saved query says of a card that groups rows; each of its points is mostly one row."""
    colour = chart.colour if chart.colour in columns else None
    value = {"value": {"how": "sum", "column": chart.y}} if chart.y in of_kind(columns, *NUMBERS) else {}
    if kind == "time_series" and chart.x in of_kind(columns, *DAYS):
        return {"over": chart.x, "split": colour} | value
    if kind == "bar" and chart.x in columns:
        return {"by": chart.x} | value
    if kind == "heat_map" and chart.x in columns and colour is not None:
        return {"across": chart.x, "down": colour} | value
    return {}


def of_kind(columns: Mapping[str, str], *kinds: str) -> list[str]:
    """The columns of some SQL types."""
    return [name for name, kind in columns.items() if kind.partition("(")[0] in kinds]


def described(document: Document, fields: Mapping[str, str]) -> Document:
    """A document with the title, the words about it and the hours after which it is late that a form says.

    Raises:
        Invalid: one of them does not hold.
    """
    given = {name: fields.get(name, "").strip() for name in ("title", "description")}
    return parse(Document, document.model_dump() | given | {"late_after": late_after(fields)})


def laid_out(document: Document) -> Document:
    """A document whose cards lie beside each other."""
    return document.model_copy(update={"cards": apart(document.cards)})


def removed(document: Document, name: str) -> Document:
    """A document without a card."""
    return document.model_copy(update={"cards": [card for card in document.cards if card.id != name]})


def replaced(document: Document, card: Card) -> Document:
    """A document with a card in the place of the one of the same id."""
    return document.model_copy(update={"cards": [card if card.id == one.id else one for one in document.cards]})


def moved(document: Document, name: str, across: int, down: int) -> Document:
    """A document with a card moved by columns and rows, within the grid; others make room.

    Raises:
        Invalid: there is no room for them.
    """
    return _placed(
        document,
        name,
        lambda at: {"x": _within(at.x + across, 0, WIDE - at.w), "y": _within(at.y + down, 0, DEEP)},
    )


def resized(document: Document, name: str, wider: int, higher: int) -> Document:
    """A document with a card made wider and higher by columns and rows, within the grid; others make room.

    Raises:
        Invalid: there is no room for them.
    """
    return _placed(
        document,
        name,
        lambda at: {"w": _within(at.w + wider, 1, WIDE - at.x), "h": _within(at.h + higher, 1, HIGH)},
    )


def _placed(document: Document, name: str, change: Callable[[Place], dict[str, int]]) -> Document:
    card = document.card(name)
    if card is None:
        return document
    cards = settled(document.cards, name, card.at.model_copy(update=change(card.at)))
    return document.model_copy(update={"cards": cards})


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))
