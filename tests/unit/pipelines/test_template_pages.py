"""The pages of templates lead from a form to a pipeline."""

from __future__ import annotations

from tests.factories.pages import Answers, opened, text, whole
from workbench.core.clock import now
from workbench.core.errors import AlreadyExists, Invalid
from workbench.core.ids import new_id
from workbench.core.schemas import Page
from workbench.domains.pipelines import schemas as s
from workbench.domains.pipelines.service import templates as shipped
from workbench.domains.pipelines.view.template import TemplatePage
from workbench.domains.pipelines.view.templates import Templates
from workbench.ui.pages import PageSpec

LIST = PageSpec("templates", "Templates", "templates", "m:f", "pipelines:design", "Work")
ONE = PageSpec("templates/{name}", "Template", "templates", "m:f", "pipelines:design", "Work")
FILLED = [["pipeline name", "my_report"], ["table", "orders"], ["target", "orders_report"]]


def use(answer, filled=FILLED):
    """The page of a shipped template, after its form was sent."""
    caller = Answers(templates_show=shipped.detail("quality_report"), templates_use=answer)
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

    name, fields = asked[1]
    assert (name, fields["name"]) == ("templates.use", "my_report")
    assert {"table": "orders", "target": "orders_report"}.items() <= fields["texts"].items()
    assert page.presence.goes.endswith("/pipelines/my_report")


def test_what_is_wrong_stands_beside_its_field():
    """A refused value and a taken name are told where they are mended, and nothing that was filled in is lost."""
    wrong = Invalid("No.", errors=[{"pointer": "/parameters/table", "message": "is required"}])
    page, _ = use(wrong)
    assert page.wrong == {"table": "is required"}
    assert page.values["target"] == "orders_report"

    taken, _ = use(AlreadyExists("There is a pipeline 'my_report' already."))
    assert "already" in taken.wrong["pipeline name"]
    assert "<script" not in whole(taken)
