"""The form by which a version of a pipeline is published, with what it may read and write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.domains.pipelines.schemas import PipelineDetail, VersionView
from workbench.domains.runs.schemas import Proposal
from workbench.ui.choices import lines
from workbench.ui.controls import CHOOSE, button
from workbench.ui.parts import NOTHING, Content, card
from workbench.ui.presence import Fields

RECORDED = "What its latest run that succeeded has read and written is filled in where its notebook says nothing."
WITHDRAWN = (
    "For others the version that was published before it counts again, with its publisher's rights. Where there is "
    "none, they run the current one, with no more than they may do themselves."
)
RUNS_FOR_OTHERS = "The version that was published last runs for others, with the rights of who published it."


@dataclass(frozen=True, slots=True)
class Declared:
    """A version that is to be published, and what a run of it did, where one succeeded; its notebook may say more."""

    version: VersionView
    recorded: Proposal | None

    @property
    def reads(self) -> Sequence[str]:
        """What to publish it with; others may be written."""
        return self.version.reads or (self.recorded.reads if self.recorded else ())

    @property
    def writes(self) -> Sequence[str]:
        """Likewise."""
        return self.version.writes or (self.recorded.writes if self.recorded else ())


def offered(pipeline: PipelineDetail, version: VersionView) -> list[Markup]:
    """The buttons that lead to the form, and that take back what was published, for who may publish."""
    if not pipeline.may_publish:
        return []
    number, acts = str(version.number), []
    if pipeline.archived_at is None:
        acts.append(button(_of("Publish", number), CHOOSE, name="publish", value=number))
    if version.published_at is not None:
        question = f"Withdraw version {number}? {WITHDRAWN}"
        acts.append(button(_of("Withdraw", number), "withdraw", name="version", value=number, confirm=question))
    return acts


def _of(word: str, number: str) -> Markup:
    return Markup('{}<span class="unseen"> version {}</span>').format(word, number)


def form(found: Declared | None) -> Content:
    """The form; nothing where no version is to be published."""
    if found is None:
        return NOTHING
    number, missing = found.version.number, found.recorded.missing if found.recorded else []
    lacking = f"You may not do all of it: {', '.join(missing)}. Somebody who may can publish it." if missing else ""
    drawn = Markup(
        '<p class="sub">{} {} One name on each line; a star stands for any letters. {}</p>'
        # What is typed stays when the list below it is drawn anew, as its times grow old.
        '<form class="form" novalidate><span data-awaits hidden></span>'
        '<input type="hidden" name="version" value="{}">{}{}'
        '<div class="acts"><button type="submit" class="main" data-act="publish">Publish version {}</button>{}</div>'
        "</form>"
    ).format(
        RUNS_FOR_OTHERS, RECORDED, lacking, number,
        _area("reads", "It may read these tables, and what connectors hold", "crm.orders", found.reads),
        _area("writes", "It may write these", "daily_orders", found.writes),
        number, button("Cancel", CHOOSE, name="publish"),
    )  # fmt: skip
    return card(f"Publish version {number}", drawn)


def filled_in(fields: Fields) -> dict[str, object]:
    """What the operation is asked for."""
    return {
        "version": int(fields["version"]), "reads": lines(fields.get("reads", "")),
        "writes": lines(fields.get("writes", "")),
    }  # fmt: skip


def _area(name: str, label: str, hint: str, found: Sequence[str]) -> Markup:
    return Markup(
        '<div class="field"><label for="p-{0}">{1}</label><textarea id="p-{0}" name="{0}" rows="{2}" spellcheck="false"'
        ' placeholder="{3}">{4}</textarea></div>'
    ).format(name, label, min(max(len(found), 2), 8), hint, "\n".join(found))
