"""The parts of a pipeline's page, drawn from what operations answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from markupsafe import Markup

from workbench.core.people import who
from workbench.core.permissions import Role, ShareRight
from workbench.core.schemas import Page
from workbench.domains.access.schemas import ShareView
from workbench.domains.pipelines.schemas import (
    CellDiff,
    DiffView,
    PipelineDetail,
    PipelineView,
    TemplateUse,
    VersionDetail,
    VersionView,
)
from workbench.domains.runs.schemas import RunView
from workbench.domains.store.schemas import EdgeView, LineageView, NodeView
from workbench.domains.store.view.table_parts import lineage_node
from workbench.ui import trends
from workbench.ui.controls import button, facts, link, pager
from workbench.ui.formats import DASH, count, duration, when
from workbench.ui.graphs import Node, graph
from workbench.ui.languages import mark, tr, trn
from workbench.ui.navigation import DOCS
from workbench.ui.offering import Offering
from workbench.ui.parts import (
    NOTHING,
    Column,
    Content,
    card,
    empty,
    join,
    stacked,
    status,
    table,
    value,
    with_detail,
)
from workbench.ui.schema_forms import schema_form
from workbench.ui.visit import Visit

from .publishing import RUNS_FOR_OTHERS, offered
from .words import STATES, TONES, badge, given, how_to_run, may_start, outcomes, took, uses

SHOWN = 12
BROKEN = ("failed", "crashed")
HOW_TO_PUBLISH = "how-to.manage-people"
CHANGES = {
    "kept": mark("as it was"), "added": mark("added"), "removed": mark("removed"), "changed": mark("changed"),
}  # fmt: skip
SIGNS = {"kept": "  ", "added": "+ ", "removed": "− "}


def form(
    version: VersionDetail, values: Mapping[str, Any], wrong: Mapping[str, str], offering: Offering, *, lends: bool
) -> Markup:
    """The parameters, and the button that runs the pipeline with them; who is lent no rights is told whom to ask."""
    told = tr("runs version {number}", number=version.number) if lends else tr(
        "runs version {number}, which is not published: it may do no more than you may yourself. {person} can publish "
        "it.",
        number=version.number, person=who(version.author),
    )  # fmt: skip
    note = Markup('<span class="muted">{}</span>').format(told) + offering.note
    title = tr("Run", context="verb")
    drawn = schema_form(
        version.parameters, "run", title, values=values, wrong=wrong, note=note, offered=offering.offered
    )
    return card(title, drawn)


def about(pipeline: PipelineView, version: VersionDetail, runs: Sequence[RunView]) -> Markup:
    """What the pipeline is, and how it has been running."""
    ended = [run for run in runs if run.duration is not None]
    well = [run for run in runs if run.status == "succeeded"]
    bad = [run for run in runs if run.status in BROKEN]
    times = [run.duration.total_seconds() for run in well if run.duration is not None]
    which = tr("Current version") if version.number == pipeline.current_version else tr("Published version")
    pairs: list[tuple[Content, Content]] = [
        (tr("Name"), Markup("<code>{}</code>").format(pipeline.name)),
        (which, tr("v{number} by {person}", number=version.number, person=who(version.author))),
        (tr("Published"), when(version.published_at) if version.published_at else tr("not yet")),
        (tr("Changed"), when(pipeline.updated_at)),
        (tr("Kernel"), version.kernel),
    ]
    if runs:
        judged = len(well) + len(bad)
        among = {"part": count(len(well)), "all": count(judged)}
        pairs += [
            (tr("Succeeded"), trn(judged, "{part} of {all} run", "{part} of {all} runs", **among)),
            (tr("Typical duration"), duration(median(times)) if times else DASH),
        ]
    tones = [TONES[STATES.get(run.status, "waiting")] for run in reversed(ended)]
    label = outcomes(len(ended))
    seconds = [run.duration.total_seconds() for run in reversed(ended) if run.duration is not None]
    text = Markup("<p>{}</p>").format(pipeline.description) if pipeline.description else NOTHING
    drawn = (
        Markup('<div><p class="sub">{}</p>{}</div>').format(label, trends.bars(seconds, label, tones))
        if ended
        else NOTHING
    )
    return card(tr("About"), stacked(*filter(None, (text, facts(pairs), drawn))))


def template(visit: Visit, pipeline: PipelineView, used: TemplateUse) -> Markup:
    """What was filled into the template that a pipeline is made of, and the way to change it or to begin from it."""
    pairs: list[tuple[Content, Content]] = [
        (name.replace("_", " ").capitalize(), _filled_in(given)) for name, given in used.values.items()
    ]
    said, acts = NOTHING, []
    if used.changed:
        changed = tr("Its notebook was changed since; what stands here may not be what it does.")
        said = Markup('<p class="sub">{}</p>').format(changed)
    if visit.person.may("pipelines:design") and visit.has("templates/{name}"):
        if not used.changed and pipeline.archived_at is None:
            acts.append(link(tr("Edit"), visit.link("templates", used.name, edit=pipeline.name)))
        acts.append(link(tr("Make another like it"), visit.link("templates", used.name, like=pipeline.name)))
    same = Markup('<p class="muted">{}</p>').format(tr("Everything is as the template has it."))
    title, shown = tr("Made of the template {title}", title=used.title), facts(pairs) if pairs else same
    return card(title, stacked(*filter(None, (said, shown))), aside=join(acts, " "))


def _filled_in(given: Any) -> Content:
    if isinstance(given, list):
        return ", ".join(map(str, given)) or DASH
    return value(given) if given != "" else DASH


def history(visit: Visit, pipeline: PipelineDetail, runs: Sequence[RunView], schema: Mapping[str, Any]) -> Markup:
    """The latest runs; `schema` is of the parameters of the one who would run it first."""
    if not runs:
        return card(tr("Runs"), empty(tr("It never ran"), how_to_run(may_start(pipeline), schema)))

    def row(run: RunView) -> tuple[Content, ...]:
        state = Markup('<a href="{}">{}</a>').format(visit.link("runs", str(run.id)), badge(run.status))
        version, by = f"v{run.pipeline_version}", who(run.submitted_by)
        if with_values := given(run):
            state += Markup('<span class="sub">{}</span>').format(with_values)
        return (
            with_detail(state, by), when(run.started_at or run.submitted_at), took(run), by,
            version, uses(visit, run.tables_written),
        )  # fmt: skip

    columns = (
        Column(tr("Run"), share=22), Column(tr("Started"), share=14), Column(tr("Duration"), numeric=True, share=11),
        Column(tr("By"), wide=True, share=16), Column(tr("Version"), numeric=True, wide=True, share=9),
        Column(tr("Tables written"), wide=True),
    )  # fmt: skip
    every = Markup('<a href="{}">{}</a>').format(visit.link("runs", pipeline=pipeline.name), tr("All runs"))
    return table(tr("Runs"), columns, map(row, runs[:SHOWN]), aside=every)


def lineage(visit: Visit, pipeline: PipelineView, runs: Sequence[RunView], found: Sequence[LineageView]) -> Markup:
    """What the pipeline's tables come from and lead to, with the pipeline in the middle."""
    done = next((run for run in runs if run.status == "succeeded"), None)
    if done is None or not found:
        text = tr("A run that succeeds and reads or writes tables shows what comes from what.")
        return card(tr("Lineage"), empty(tr("Nothing is known yet"), text))
    mine, written = f"pipeline:{pipeline.name}", {use.name for use in done.tables_written}
    nodes = {mine: Node(mine, pipeline.name, tr("this pipeline"), here=True)}
    edges: set[tuple[str, str]] = set()
    for edge in (edge for one in found for edge in (*one.upstream, *one.downstream)):
        source, target = lineage_node(visit, edge.source), lineage_node(visit, edge.target)
        nodes |= {source.key: source, target.key: target}
        edges |= _through(edge, source.key, target.key, mine, written, {run.id for run in runs})
    for name in written:
        node = lineage_node(visit, NodeView(kind="table", name=name))
        nodes.setdefault(node.key, node)
        edges.add((mine, node.key))
    return card(tr("Lineage"), graph(tr("Lineage of {name}", name=pipeline.name), list(nodes.values()), edges))


def _through(
    edge: EdgeView, source: str, target: str, mine: str, written: set[str], runs: set[Any]
) -> set[tuple[str, str]]:
    """An edge as it is drawn: what this pipeline made came through it."""
    made_here = edge.target.name in written and edge.run_id in runs
    return {(source, mine), (mine, target)} if made_here else {(source, target)}


def versions(visit: Visit, found: Page[VersionView], pipeline: PipelineDetail, cursor: str) -> Markup:
    """The versions, the newest first, each with what it changed and a way back to it."""

    def row(version: VersionView) -> tuple[Content, ...]:
        is_current, acts = version.number == pipeline.current_version, []
        if visit.person.may("notebooks:edit") and version.number > 1:
            acts.append(button(tr("Changes"), "choose", name="compare", value=str(version.number)))
        if pipeline.may_restore and not is_current:
            question = tr(
                "Make version {number} the current one again? It becomes a new version; none is lost.",
                number=version.number,
            )
            acts.append(button(tr("Restore"), "restore", name="version", value=str(version.number), confirm=question))
        acts += offered(pipeline, version)
        current = Markup(" {}").format(status("ok", tr("current"))) if is_current else ""
        return (
            Markup("v{}{}").format(version.number, current), who(version.author), when(version.created_at),
            status("ok", tr("published")) if version.published_at else status("off", tr("not published")),
            version.message or Markup('<span class="muted">{}</span>').format(tr("no message")),
            Markup('<span class="acts">{}</span>').format(join(acts)) if acts else "",
        )  # fmt: skip

    columns = (
        Column(tr("Version"), share=14), Column(tr("Author"), share=12), Column(tr("Registered"), share=14),
        Column(tr("Published"), wide=True, share=16), Column(tr("Message"), wide=True),
        Column("", share=18, acts=True),
    )  # fmt: skip
    listed = table(tr("Versions"), columns, map(row, found.items), lead=_how_to_publish(visit, pipeline))
    return listed + pager(cursor, found.next, "older")


def _how_to_publish(visit: Visit, pipeline: PipelineDetail) -> Content:
    """What it is that a version is published, for who may do it."""
    if not pipeline.may_publish:
        return NOTHING
    how = Markup(' <a href="{}">{}</a>').format(visit.link(DOCS, HOW_TO_PUBLISH), tr("Read how"))
    return Markup('<span class="muted">{}{}</span>').format(tr(RUNS_FOR_OTHERS), how if visit.has(DOCS) else NOTHING)


def diff(found: DiffView | None) -> Markup:
    """What changed from one version to another; of cells that stayed is told how many they are."""
    if found is None:
        return NOTHING
    drawn = [_cell(cell, found.before) for cell in found.cells if cell.change != "kept"]
    kept = len(found.cells) - len(drawn)
    body: Content = (
        Markup('<div class="diff">{}</div>').format(join(drawn))
        if drawn
        else empty(tr("Nothing changed"), tr("All cells are the same."))
    )
    title = tr("From version {before} to {after}", before=found.before, after=found.number)
    aside = trn(kept, "{number} cell as before", "{number} cells as before", number=count(kept))
    return card(title, body, aside=aside)


def _cell(cell: CellDiff, before: int) -> Markup:
    """What became of a cell; one that is gone has the number of the version that it was in."""
    gone = tr("Cell {cell} of version {number}", cell=cell.before, number=before) if cell.before else tr("Text")
    named = tr("Cell {cell}", cell=cell.number) if cell.number else gone
    lines = join(
        Markup('<span class="{}">{}{}</span>').format(line.change, SIGNS[line.change], line.text) for line in cell.lines
    )
    return Markup(
        '<div><p class="sub">{0}: {1}</p><pre tabindex="0" role="group" aria-label="{0}">{2}</pre></div>'
    ).format(named, tr(CHANGES[cell.change]), lines)


def shares(found: Page[ShareView], cursor: str) -> Markup:
    """Who has which right, and a form to give one."""

    def row(one: ShareView) -> tuple[Content, ...]:
        question = tr("Take this share back?")
        take = button(tr("Take back"), "revoke", name="id", value=str(one.id), tone="danger", confirm=question)
        return one.audience, str(one.right), who(one.granted_by), when(one.created_at), take

    columns = (
        Column(tr("Whom"), share=34), Column(tr("Right"), share=12), Column(tr("Granted by"), wide=True),
        Column(tr("When"), wide=True), Column("", share=14, acts=True),
    )  # fmt: skip
    nothing = empty(tr("Shared with nobody"), tr("Those whose role sees the whole workspace have it anyway."))
    drawn = table(tr("Shares"), columns, map(row, found.items), empty=nothing) + pager(cursor, found.next)
    rights = Markup('<p class="sub">{}</p>').format(
        tr("Who may view it sees its page; run lets them start it, too, and see what they started, and edit change it.")
    )
    return stacked(card(tr("Share it"), _grant_form() + rights), drawn)


def _grant_form() -> Markup:
    roles = join(
        Markup('<option value="{}">{}</option>').format(role.value, tr("Every {role}", role=role.value))
        for role in Role
    )
    rights = join(Markup("<option>{}</option>").format(right.value) for right in ShareRight)
    return Markup(
        '<form class="toolbar" data-awaits novalidate>'
        '<label class="control"><span>{}</span><select name="kind"><option value="user">{}</option>'
        '<option value="group">{}</option>{}</select></label>'
        '<label class="control"><span>{}</span><input name="name" autocomplete="off" placeholder="vera@example.org">'
        '</label><label class="control"><span>{}</span><select name="right">{}</select></label>'
        '<button type="submit" data-act="grant">{}</button></form>'
    ).format(
        tr("With"), tr("A person"), tr("A group"), roles, tr("Name of a person or group"), tr("Right"), rights,
        tr("Share"),
    )  # fmt: skip
