"""The form by which a version of a pipeline is published, with what it may read and write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.domains.pipelines.schemas import PipelineDetail, VersionView
from workbench.domains.runs.schemas import Proposal
from workbench.ui.choices import lines
from workbench.ui.controls import CHOOSE, button
from workbench.ui.languages import mark, tr
from workbench.ui.parts import NOTHING, Content, card
from workbench.ui.presence import Fields

RUNS_FOR_OTHERS = mark("The version that was published last runs for others, with the rights of who published it.")


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
        acts.append(button(_of(tr("Publish"), number), CHOOSE, name="publish", value=number))
    if version.published_at is not None:
        question = tr(
            "Withdraw version {number}? For others the version that was published before it counts again, with its "
            "publisher's rights. Where there is none, they run the current one, with no more than they may do "
            "themselves.",
            number=number,
        )
        acts.append(button(_of(tr("Withdraw"), number), "withdraw", name="version", value=number, confirm=question))
    return acts


def _of(word: str, number: str) -> Markup:
    return Markup('{}<span class="unseen"> {}</span>').format(word, tr("version {number}", number=number))


def form(found: Declared | None) -> Content:
    """The form; nothing where no version is to be published."""
    if found is None:
        return NOTHING
    number, missing = found.version.number, ", ".join(found.recorded.missing) if found.recorded else ""
    lacking = tr("You may not do all of it: {rights}. Somebody who may can publish it.", rights=missing)
    told = (
        tr(RUNS_FOR_OTHERS),
        tr("What its latest run that succeeded has read and written is filled in where its notebook says nothing."),
        tr("One name on each line; a star stands for any letters."),
        lacking if missing else "",
    )
    title = tr("Publish version {number}", number=number)
    drawn = Markup(
        '<p class="sub">{}</p>'
        # What is typed stays when the list below it is drawn anew, as its times grow old.
        '<form class="form" novalidate><span data-awaits hidden></span>'
        '<input type="hidden" name="version" value="{}">{}{}'
        '<div class="acts"><button type="submit" class="main" data-act="publish">{}</button>{}</div>'
        "</form>"
    ).format(
        " ".join(told), number,
        _area("reads", tr("It may read these tables, and what connectors hold"), "crm.orders", found.reads),
        _area("writes", tr("It may write these"), "daily_orders", found.writes),
        title, button(tr("Cancel"), CHOOSE, name="publish"),
    )  # fmt: skip
    return card(title, drawn)


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
