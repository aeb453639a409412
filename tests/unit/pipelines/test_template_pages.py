"""The pages of templates lead from a form to a pipeline."""

from __future__ import annotations

from types import SimpleNamespace

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import AlreadyExists, Invalid, NotPermitted
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.pipelines import schemas as s
from workbench.domains.pipelines.service import templates as shipped
from workbench.domains.pipelines.view.template import TemplatePage
from workbench.domains.pipelines.view.templates import Templates
from workbench.ui.pages import PageSpec

LIST = PageSpec("templates", "Templates", "templates", "m:f", "pipelines:design", "Work")
ONE = PageSpec("templates/{name}", "Template", "templates", "m:f", "pipelines:design", "Work")
FILLED = [["pipeline name", "my_report"], ["table", "orders"], ["target", "orders_report"], ["unique", ""]]


ORDERS = SimpleNamespace(
    name="orders", columns=[SimpleNamespace(name="id", type="BIGINT"), SimpleNamespace(name="amount", type="DOUBLE")]
)


def use(answer, filled=FILLED):
    """The page of a shipped template, after its form was sent."""
    caller = Answers(
        templates_show=shipped.detail("quality_report"),
        templates_use=answer,
        tables_list=SimpleNamespace(items=[ORDERS]),
    )
    page = opened(TemplatePage, caller, [("use", filled)], pages=(LIST, ONE), page=ONE, subject="quality_report")
    return page, caller.asked


def made(name):
    """A pipeline that was just made."""
    return s.RegisteredView(
        id=new_id(), name=name, title="", description="", current_version=1, owner_id=None, created_at=now(),
        updated_at=now(), archived_at=None, etag=1, number=1, created=True,
    )  # fmt: skip


def test_there_is_a_card_for_each_template():
    """Title, description and a way to use it."""
    caller = Answers(
        templates_list=Page[s.TemplateView](items=[s.TemplateView(name="x", title="<b>X", description="Y")])
    )
    page = opened(Templates, caller, pages=(LIST, ONE), page=LIST)

    assert text(page.list.object) == "<b>X Y Use <b>X"
    assert 'href="/workbench/apps/default/templates/x"' in page.list.object


def test_the_form_makes_a_pipeline_and_leads_to_it():
    """What was filled in goes to the operation as text, and the browser to the new pipeline's page."""
    page, asked = use(made("my_report"))

    fields = dict(asked)["templates.use"]
    assert fields["name"] == "my_report"
    assert {"table": "orders", "target": "orders_report"}.items() <= fields["texts"].items()
    assert page.presence.goes.endswith("/pipelines/my_report")


def test_a_pipeline_is_filled_in_anew():
    """Its form holds what was filled in and asks for no name; what comes of it is a version of that pipeline."""
    used = s.TemplateUse(name="quality_report", title="Quality report", values={"table": "orders"}, changed=False)
    caller = Answers(
        templates_show=shipped.detail("quality_report"), templates_use=made("mine"),
        tables_list=SimpleNamespace(items=[ORDERS]), pipelines_show=SimpleNamespace(current_version=3),
        pipelines_show_version=SimpleNamespace(template=used),
    )  # fmt: skip
    page = opened(
        TemplatePage, caller, [("use", [["table", "orders"], ["target", "t"]])], pages=(LIST, ONE), page=ONE,
        subject="quality_report", query={"edit": "mine"},
    )  # fmt: skip

    assert '<option value="orders" selected>' in page.form.object
    assert "Name of the pipeline" not in page.form.object
    fields = dict(caller.asked)["templates.use"]
    assert (fields["name"], fields["replaces"], fields["texts"]["target"]) == ("mine", True, "t")


def test_what_is_wrong_stands_beside_its_field():
    """A refused value and a taken name are told where they are mended, and nothing that was filled in is lost."""
    wrong = Invalid("No.", errors=[{"pointer": "/parameters/table", "message": "is required"}])
    page, _ = use(wrong)
    assert page.wrong == {"table": "is required"}
    assert page.presence.answered["faults"] == [["/table", "is required"]]
    assert page.values["target"] == "orders_report"

    taken, _ = use(AlreadyExists("There is a pipeline 'my_report' already."))
    assert "already" in taken.wrong["pipeline name"]
    assert "<script" not in whole(taken)


def test_a_form_offers_tables_and_the_columns_of_the_one_that_is_chosen():
    """Tables are a list; columns are ticked once a table is chosen, and several go to the operation as a list."""
    filled = [*FILLED, ["required", "id\namount"]]
    page, asked = use(Invalid("No.", errors=[{"pointer": "/parameters/rules", "message": "is wrong"}]), filled)

    drawn = page.form.object
    assert '<option value="orders" selected>orders</option>' in drawn
    assert 'type="checkbox" name="required" value="amount" checked' in drawn
    assert 'type="checkbox" name="unique" value="amount">' in drawn
    sent = dict(asked)["templates.use"]["texts"]
    assert (sent["required"], sent["unique"]) == ('["id", "amount"]', "[]")


def test_where_tables_may_not_be_listed_their_names_are_typed():
    """A refusal to list tables takes away the choice, not the form."""
    caller = Answers(templates_show=shipped.detail("quality_report"), tables_list=NotPermitted("No."))
    page = opened(TemplatePage, caller, [], pages=(LIST, ONE), page=ONE, subject="quality_report")

    assert '<input type="text"' in page.form.object
    assert "<select" not in page.form.object
