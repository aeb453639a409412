"""What was done, tried and refused in the workspace, to filter and to take along."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from workbench.core.errors import WorkbenchError
from workbench.core.schemas import Page
from workbench.domains.audit.schemas import AuditView
from workbench.ui.controls import button, code, link, pager, search, toolbar
from workbench.ui.formats import when
from workbench.ui.languages import tr
from workbench.ui.parts import NOTHING, Column, Content, card, empty, join, loading, table, with_detail
from workbench.ui.presence import Fields
from workbench.ui.shell import markup
from workbench.ui.views import View
from workbench.ui.visit import Visit

from .words import choices, named, narrowed, operation, outcome, party, run, target, whole

PAGE = 50
FILTERS = ("operation", "principal", "kind", "outcome", "target_type", "correlation_id")


def audit(visit: Visit) -> Any:
    """The page of a visit."""
    return Audit(visit).start()


class Audit(View[Page[AuditView]]):
    """The list, what narrows it down, the way to a file, and whether the trail is whole."""

    doing = "the audit trail"
    asks: ClassVar = {**dict.fromkeys(FILTERS, ""), "kind": "changes", "since": "", "cursor": ""}

    def __init__(self, visit: Visit) -> None:
        self.controls, self.list = markup(), markup(loading(tr("Loading the trail.")))
        self.outcome = markup()
        super().__init__(visit, self.controls, self.outcome, self.list)
        self.on("verify", self._verify)
        self.draw(
            self.controls,
            toolbar(
                search(tr("An operation, such as runs.*"), "operation", self.chosen["operation"]),
                search(tr("Who, by name"), "principal", self.chosen["principal"]),
                choices(self.chosen),
            ),
        )

    async def load(self) -> Page[AuditView]:
        asked = narrowed(self.chosen, *FILTERS, "cursor")
        found: Page[AuditView] = await self.visit.call("audit.list", limit=PAGE, **asked)
        return found

    def show(self, reply: Page[AuditView]) -> None:
        rows = [self._row(one) for one in reply.items]
        title = tr("Records")
        nothing = empty(tr("No record is like that"), tr("Choose something else above to see more."))
        drawn = table(title, _columns(), rows, aside=self._files()) if rows else card(title, nothing)
        self.draw(self.list, drawn + pager(self.chosen["cursor"], reply.next))

    def _row(self, one: AuditView) -> Sequence[Content]:
        who, whose = party(one.principal), NOTHING
        if one.on_behalf_of:
            whose = Markup(" {}").format(tr("in run {run}", run=run(self.visit, one.on_behalf_of)))
        name = Markup('{}<span class="sub">{}</span>').format(who, whose) if whose else who
        about = target(self.visit, one.target_type, one.target_id, named(one.detail))
        address = self.visit.link("audit", kind="all", correlation_id=one.correlation_id) if one.correlation_id else ""
        did = operation(one.operation)
        what = Markup('<a href="{}">{}</a>').format(address, did) if address else did
        label = tr("Detail of record {number}", number=one.sequence)
        said = code(json.dumps(one.detail, indent=1, ensure_ascii=False), label)
        more = Markup("<details><summary>{}</summary>{}</details>").format(tr("Detail"), said)
        whom = join([who, whose, " · ", about or one.surface or ""])
        return (
            when(one.at), name, with_detail(what, whom), about,
            outcome(one.outcome), one.surface or "", more if one.detail else NOTHING,
        )  # fmt: skip

    def _files(self) -> Markup:
        asked = narrowed(self.chosen, *FILTERS)
        verify = button(tr("Verify"), "verify") if self.visit.person.may("admin:audit") else NOTHING
        return Markup("{} {} {} {}").format(
            tr("Export"),
            *(
                link(word, self.visit.api("audit/export", format=form, **asked))
                for word, form in (("CSV", "csv"), ("JSON lines", "jsonl"))
            ),
            verify,
        )

    async def _verify(self, _: Fields) -> None:
        self.draw(self.outcome, loading(tr("Verifying the trail of all workspaces."), rows=1))
        try:
            chain = await self.visit.call("audit.verify")
        except WorkbenchError:
            self.draw(self.outcome, NOTHING)
            raise
        self.draw(self.outcome, Markup('<div class="done" role="status">{}</div>').format(whole(chain)))


def _columns() -> tuple[Column, ...]:
    return (
        Column(tr("When"), share=12), Column(tr("Who"), wide=True, share=18), Column(tr("What"), share=20),
        Column(tr("To what"), wide=True, share=22), Column(tr("Outcome"), share=10),
        Column(tr("By way of"), wide=True, share=8), Column(tr("More"), wide=True, share=10),
    )  # fmt: skip
