"""A mapping's page shows what is made of what, what stands out, and changes a draft step by step."""

from __future__ import annotations

import pytest

from tests.factories.mappings import COLUMNS, RULES, document
from tests.factories.pages import NOON, Answers, opened, text, whole
from workbench.core.errors import NotFound
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.access.schemas import PreferencesView
from workbench.domains.mappings import schemas as s
from workbench.domains.mappings.schemas.documents import Document
from workbench.domains.mappings.view import drafts
from workbench.ui.pages import PageSpec
from workbench.ui.visit import Person

ID = new_id()
HOSTILE = '<script>alert("x")</script>'
MAPPING = PageSpec("mappings/{name}", "Mapping", "mappings", "m:f", "schemas:read")
VIEWER = Person("vera", ["viewer"], {"schemas:read": "S", "me:read": "O"}, ["default"])
SOURCES = [s.SourceColumn(name="OrderId", type="VARCHAR"), s.SourceColumn(name="cust_nm", type="VARCHAR")]
FEW = {"columns": [*COLUMNS, {"name": "town", "required": True}], "rules": RULES[:2]}


def shown(**fields):
    """A mapping of the small document."""
    given = {
        "id": ID, "name": "orders_to_sales", "title": "Orders to sales", "description": "", "owner_id": None,
        "current_version": 2, "created_at": NOON, "updated_at": NOON, "archived_at": None, "etag": 2, "may_edit": True,
        "document": document(**FEW),
    }  # fmt: skip
    return s.ShownMapping(**(given | fields))


def state(name, state, **fields):
    """How a target column stands."""
    return s.TargetState(**({"name": name, "type": "VARCHAR", "state": state} | fields))


def tried(*states, **fields):
    """What came of trying it: two rows, of which one does not cast."""
    failing = {"detail": "1 of 2 values are no BIGINT, such as 'x'", "uses": ["OrderId"], "made_as": "VARCHAR"}
    targets = states or (
        state("order_id", "failing", type="BIGINT", **failing),
        state("customer_name", "ok", uses=["cust_nm"]), state("order_date", "unmapped", detail="stays NULL"),
        state("town", "required", detail="required, and nothing makes it"),
    )  # fmt: skip
    given = {
        "source": "orders", "looked_at": 2, "columns": SOURCES, "targets": list(targets),
        "rows": [[1, "ADA", None, None], [None, "BOB", None, None]],
        "given": [[None] * 4, ["x", None, None, None]], "new_in_target": [],
    }  # fmt: skip
    return s.MappingPreview(**(given | fields))


def suggestion(target, column, confidence=90, reason="same name"):
    """A suggestion."""
    return s.Suggestion(target=target, column=column, confidence=confidence, reason=reason)


def looked_at(acts=(), person=None, query=None, **answers):
    """The page once its answer was shown, and then `acts` were done; and what was asked."""
    from workbench.domains.mappings.view.mapping import MappingPage

    found = [suggestion("town", "cust_nm"), suggestion("order_date", "OrderId", 60)]
    given = {
        "mappings_show": shown(), "mappings_preview": tried(), "tables_list": Page(items=[]),
        "mappings_suggest": s.SuggestionList(items=found),
        "mappings_versions": Page(items=[]), "preferences_show": PreferencesView(values={}), "preferences_set": None,
    }  # fmt: skip
    answering = Answers(**(given | answers))
    more = {"person": person} if person else {}
    more |= {"page": MAPPING, "pages": (MAPPING,), "subject": "orders_to_sales", "query": query or {}}
    page = opened(MappingPage, answering, acts, **more)
    return page, answering


def test_the_page_says_what_stands_out():
    """Each column that fails, is required or stays empty says so in words, with a count and an example."""
    page, _ = looked_at()
    said = text(page.odd.object)

    assert "1 of 2 values are no BIGINT, such as 'x'" in said
    assert "required, and nothing makes it" in said
    assert "OrderId → order_id: does not fit" in text(page.map.object)
    assert "VARCHAR → BIGINT" in text(page.map.object)
    assert "■ x does not cast" in text(page.rows.object)


def test_older_versions_of_a_mapping_are_on_further_pages():
    """To look at one of them does not lead back to the first page."""
    older = Page(items=[], next="far")
    acts = [("choose", [["older", "far"]]), ("choose", [["column", "town"]])]
    page, asked = looked_at(acts, mappings_versions=older)

    assert "Next page" in text(page.history.object)
    asks = [given["cursor"] for name, given in asked.asked if name == "mappings.versions"]
    assert asks == [None, "far", "far"]


def test_suggestions_are_taken_or_left():
    """What is accepted becomes a rule that is tried at once; what is rejected is not seen again; a step is undone."""
    page, asked = looked_at([("accept", [["target", "town"]]), ("reject", [["target", "order_date"]])])

    assert page.draft.now.rule("town").column == "cust_nm"
    (last,) = [given["document"] for name, given in asked.asked if name == "mappings.preview"][-1:]
    assert [rule["target"] for rule in last["rules"]] == ["order_id", "customer_name", "town"]
    assert page.proposals.object == ""
    assert "not saved" in text(page.head.object)

    page, _ = looked_at([("accept_sure", []), ("undo", [])])
    assert page.draft.now == shown().document


def test_what_was_rejected_is_not_suggested_again():
    """It is kept for who rejected it, so that no later visit sees it either; code in a reason looks like code."""
    kept = f"rejected.{ID}"
    page, asked = looked_at([("reject", [["target", "town"]])])
    assert ("preferences.set", {"name": kept, "value": [["town", "cust_nm"]]}) in asked.asked

    before = PreferencesView(values={kept: [["town", "cust_nm"]]})
    again = s.SuggestionList(items=[suggestion("town", "cust_nm"), suggestion("order_date", "OrderId", 60, "has `id`")])
    page, _ = looked_at(preferences_show=before, mappings_suggest=again)
    assert "cust_nm for town" not in text(page.proposals.object)
    assert "<code>id</code>" in page.proposals.object


def test_a_source_that_is_not_there_is_told_at_its_field():
    """The draft stays with the source that it had."""

    def gone(document):
        if document["source"] == "ordres":
            raise NotFound("There is no table 'ordres'.", fix="Did you mean 'orders'?")
        return tried()

    page, _ = looked_at([("ends", [["title", "T"], ["source", "ordres"], ["target", ""]])], mappings_preview=gone)

    assert page.draft.now.source == "orders"
    assert page.presence.answered["faults"] == [["/source", "There is no table 'ordres'. Did you mean 'orders'?"]]


def test_a_column_is_made_in_any_way():
    """The form of a chosen column offers copying, splitting, combining and an expression, and applies it."""
    chosen = {"column": "order_date", "way": "split"}
    page, _ = looked_at(query=chosen)
    assert "Split at" in text(page.form.object)

    fields = [["target", "order_date"], ["way", "split"], ["column", "cust_nm"], ["by", " "], ["part", "-1"]]
    page, _ = looked_at([("apply", fields)], query=chosen)
    assert page.draft.now.rule("order_date").model_dump(exclude_defaults=True) == {
        "target": "order_date", "column": "cust_nm", "split": {"by": " ", "part": -1},
    }  # fmt: skip

    page, _ = looked_at([("apply", [*fields[:1], ["way", "expression"], ["expression", ""]])], query=chosen)
    assert "What was filled in cannot be taken." in text(page.said.object)


def test_saving_stops_where_somebody_else_did():
    """A draft of an older state is not saved over another's."""
    etags = iter([2, 3, 3, 3, 3])
    page, asked = looked_at([("save", [["message", ""]])], mappings_show=lambda **_: shown(etag=next(etags)))

    assert "Somebody else changed this" in text(page.said.object)
    assert "mappings.save" not in [name for name, _ in asked.asked]


def test_who_may_not_change_it_sees_how_it_is_made():
    """A viewer sees lines and rules, no buttons, and nothing is asked of the source."""
    page, asked = looked_at(person=VIEWER, mappings_show=shown(may_edit=False))

    assert "upper(cust_nm)" in text(page.proposals.object)
    assert "<button" not in page.map.object + page.form.object + page.tools.object
    assert "mappings.preview" not in [name for name, _ in asked.asked]


def test_a_source_that_is_away_leaves_the_rest():
    """Where the source cannot be read the page says why, and what was mapped can be looked at still."""
    page, _ = looked_at(mappings_preview=NotFound("There is no table 'orders' here."))

    assert "There is no table 'orders' here." in text(page.odd.object)
    assert "OrderId → order_id" in text(page.map.object)


def test_target_columns_are_taken_from_either_side():
    """Columns that the target's table has besides come in, and a mapping without a target begins like its source."""
    new = [s.SourceColumn(name="paid", type="BOOLEAN"), s.SourceColumn(name="parts", type="STRUCT(a INTEGER)")]
    page, _ = looked_at([("take", [])], mappings_preview=tried(new_in_target=new))
    assert [column.name for column in page.draft.now.columns[4:]] == ["paid"]

    bare = Document.model_validate({"title": "Bare", "source": "orders"})
    page, _ = looked_at([("take", [["from", "source"]])], mappings_show=shown(document=bare), mappings_preview=tried())
    assert [column.name for column in page.draft.now.columns] == ["OrderId", "cust_nm"]


def test_names_stay_text():
    """Nothing that a source, a document or an error says becomes markup."""
    columns = [{"name": HOSTILE, "type": "VARCHAR"}]
    hostile = document({"target": HOSTILE, "expression": HOSTILE}, columns=columns, title=HOSTILE, source=HOSTILE)
    states = tried(
        state(HOSTILE, "lossy", detail=HOSTILE, uses=[HOSTILE]), columns=[s.SourceColumn(name=HOSTILE, type=HOSTILE)],
        rows=[[HOSTILE]], given=[[HOSTILE]], new_in_target=[s.SourceColumn(name=HOSTILE, type="DATE")],
    )  # fmt: skip
    page, _ = looked_at(
        query={"column": HOSTILE}, mappings_show=shown(title=HOSTILE, document=hostile), mappings_preview=states
    )

    assert "<script" not in whole(page)


@pytest.mark.parametrize(
    "rule",
    [
        {"target": "order_id", "column": "a"},
        {"target": "order_id", "column": "a", "split": {"by": ", ", "part": -2}, "accept_loss": True},
        {"target": "order_id", "combine": ["a", "b", "c", "d", "e"], "between": "-"},
        {"target": "order_id", "expression": "a + 1"},
    ],
)
def test_what_a_form_shows_is_what_it_sends(rule):
    """A rule that is applied as its form shows it is the same rule."""
    from html.parser import HTMLParser

    from workbench.domains.mappings.view.settings import settings

    given = Document.model_validate(document(rule))
    columns = [s.SourceColumn(name=name, type="DATE") for name in "abcde"]
    drawn = str(settings(given, "order_id", "", columns, None))

    class Form(HTMLParser):
        """The fields that a browser would send of the first form."""

        sent: dict[str, str] = {}  # noqa: RUF012 - one form
        within = ""

        def handle_starttag(self, tag, pairs):
            found = dict(pairs)
            if tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
                self.sent.setdefault(found["name"], found.get("value") or "")
            if tag in ("select", "textarea"):
                self.within = found["name"]
            if tag == "option" and "selected" in found:
                self.sent[self.within] = found["value"]

        def handle_data(self, data):
            if self.within == "expression" and data.strip():
                self.sent.setdefault("expression", data)

    form = Form()
    form.sent = {}
    form.feed(drawn.partition("</form>")[0])

    assert drafts.with_rule(given, "order_id", form.sent["way"], form.sent) == given


def test_a_column_that_is_renamed_keeps_its_rule():
    """Renaming and retyping a target column take its rule along; removing takes both away."""
    given = Document.model_validate(document())
    changed = drafts.with_column(given, "order_id", {"name": "id", "type": "text"})

    assert (changed.columns[0].model_dump(), changed.rules[0].target) == (
        {"name": "id", "type": "VARCHAR", "required": False}, "id",
    )  # fmt: skip
    assert drafts.without_column(changed, "id").rules == given.rules[1:]
