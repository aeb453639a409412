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
from workbench.ui.formats import DASH, count, duration, plural, when
from workbench.ui.graphs import Node, graph
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
from .words import STATES, TONES, badge, given, how_to_run, may_start, took, uses

SHOWN = 12
BROKEN = ("failed", "crashed")
ARCHIVED = status("off", "archived")
HOW_TO_PUBLISH = "how-to.manage-people"
CHANGES = {"kept": "as it was", "added": "added", "removed": "removed", "changed": "changed"}
RIGHTS = "Who may view it sees its page; run lets them start it, too, and see what they started, and edit change it."
UNPUBLISHED = "which is not published: it may do no more than you may yourself. {} can publish it."
SIGNS = {"kept": "  ", "added": "+ ", "removed": "− "}
RUN_COLUMNS = (
    Column("Run", share=22), Column("Started", share=14), Column("Duration", numeric=True, share=11),
    Column("By", wide=True, share=16), Column("Version", numeric=True, wide=True, share=9),
    Column("Tables written", wide=True),
)  # fmt: skip


def form(
    version: VersionDetail, values: Mapping[str, Any], wrong: Mapping[str, str], offering: Offering, *, lends: bool
) -> Markup:
    """The parameters, and the button that runs the pipeline with them; who is lent no rights is told whom to ask."""
    lent = "" if lends else f", {UNPUBLISHED.format(who(version.author))}"
    note = Markup('<span class="muted">runs version {}{}</span>').format(version.number, lent) + offering.note
    drawn = schema_form(
        version.parameters, "run", "Run", values=values, wrong=wrong, note=note, offered=offering.offered
    )
    return card("Run", drawn)


def about(pipeline: PipelineView, version: VersionDetail, runs: Sequence[RunView]) -> Markup:
    """What the pipeline is, and how it has been running."""
    ended = [run for run in runs if run.duration is not None]
    well = [run for run in runs if run.status == "succeeded"]
    bad = [run for run in runs if run.status in BROKEN]
    times = [run.duration.total_seconds() for run in well if run.duration is not None]
    which = "Current version" if version.number == pipeline.current_version else "Published version"
    pairs: list[tuple[Content, Content]] = [
        ("Name", Markup("<code>{}</code>").format(pipeline.name)),
        (which, Markup("v{} by {}").format(version.number, who(version.author))),
        ("Published", when(version.published_at) if version.published_at else "not yet"),
        ("Changed", when(pipeline.updated_at)),
        ("Kernel", version.kernel),
    ]
    if runs:
        pairs += [
            ("Succeeded", f"{count(len(well))} of {plural(len(well) + len(bad), 'run')}"),
            ("Typical duration", duration(median(times)) if times else DASH),
        ]
    tones = [TONES[STATES.get(run.status, "waiting")] for run in reversed(ended)]
    label = f"Duration and outcome of the latest {plural(len(ended), 'run')}"
    seconds = [run.duration.total_seconds() for run in reversed(ended) if run.duration is not None]
    text = Markup("<p>{}</p>").format(pipeline.description) if pipeline.description else NOTHING
    drawn = (
        Markup('<div><p class="sub">{}</p>{}</div>').format(label, trends.bars(seconds, label, tones))
        if ended
        else NOTHING
    )
    return card("About", stacked(*filter(None, (text, facts(pairs), drawn))))


def template(visit: Visit, pipeline: PipelineView, used: TemplateUse) -> Markup:
    """What was filled into the template that a pipeline is made of, and the way to change it or to begin from it."""
    pairs: list[tuple[Content, Content]] = [
        (name.replace("_", " ").capitalize(), _filled_in(given)) for name, given in used.values.items()
    ]
    said, acts = NOTHING, []
    if used.changed:
        said = Markup('<p class="sub">Its notebook was changed since; what stands here may not be what it does.</p>')
    if visit.person.may("pipelines:design") and visit.has("templates/{name}"):
        if not used.changed and pipeline.archived_at is None:
            acts.append(link("Edit", visit.link("templates", used.name, edit=pipeline.name)))
        acts.append(link("Make another like it", visit.link("templates", used.name, like=pipeline.name)))
    shown = facts(pairs) if pairs else Markup('<p class="muted">Everything is as the template has it.</p>')
    return card(f"Made of the template {used.title}", stacked(*filter(None, (said, shown))), aside=join(acts, " "))


def _filled_in(given: Any) -> Content:
    if isinstance(given, list):
        return ", ".join(map(str, given)) or DASH
    return value(given) if given != "" else DASH


def history(visit: Visit, pipeline: PipelineDetail, runs: Sequence[RunView], schema: Mapping[str, Any]) -> Markup:
    """The latest runs; `schema` is of the parameters of the one who would run it first."""
    if not runs:
        return card("Runs", empty("It never ran", how_to_run(may_start(pipeline), schema)))

    def row(run: RunView) -> tuple[Content, ...]:
        state = Markup('<a href="{}">{}</a>').format(visit.link("runs", str(run.id)), badge(run.status))
        version, by = f"v{run.pipeline_version}", who(run.submitted_by)
        if with_values := given(run):
            state += Markup('<span class="sub">{}</span>').format(with_values)
        return (
            with_detail(state, by), when(run.started_at or run.submitted_at), took(run), by,
            version, uses(visit, run.tables_written),
        )  # fmt: skip

    every = Markup('<a href="{}">All runs</a>').format(visit.link("runs", pipeline=pipeline.name))
    return table("Runs", RUN_COLUMNS, map(row, runs[:SHOWN]), aside=every)


def lineage(visit: Visit, pipeline: PipelineView, runs: Sequence[RunView], found: Sequence[LineageView]) -> Markup:
    """What the pipeline's tables come from and lead to, with the pipeline in the middle."""
    done = next((run for run in runs if run.status == "succeeded"), None)
    if done is None or not found:
        text = "A run that succeeds and reads or writes tables shows what comes from what."
        return card("Lineage", empty("Nothing is known yet", text))
    mine, written = f"pipeline:{pipeline.name}", {use.name for use in done.tables_written}
    nodes = {mine: Node(mine, pipeline.name, "this pipeline", here=True)}
    edges: set[tuple[str, str]] = set()
    for edge in (edge for one in found for edge in (*one.upstream, *one.downstream)):
        source, target = lineage_node(visit, edge.source), lineage_node(visit, edge.target)
        nodes |= {source.key: source, target.key: target}
        edges |= _through(edge, source.key, target.key, mine, written, {run.id for run in runs})
    for name in written:
        node = lineage_node(visit, NodeView(kind="table", name=name))
        nodes.setdefault(node.key, node)
        edges.add((mine, node.key))
    return card("Lineage", graph(f"Lineage of {pipeline.name}", list(nodes.values()), edges))


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
            acts.append(button("Changes", "choose", name="compare", value=str(version.number)))
        if pipeline.may_restore and not is_current:
            question = f"Make version {version.number} the current one again? It becomes a new version; none is lost."
            acts.append(button("Restore", "restore", name="version", value=str(version.number), confirm=question))
        acts += offered(pipeline, version)
        current = Markup(" {}").format(status("ok", "current")) if is_current else ""
        return (
            Markup("v{}{}").format(version.number, current), who(version.author), when(version.created_at),
            status("ok", "published") if version.published_at else status("off", "not published"),
            version.message or Markup('<span class="muted">no message</span>'),
            Markup('<span class="acts">{}</span>').format(join(acts)) if acts else "",
        )  # fmt: skip

    columns = (
        Column("Version", share=14), Column("Author", share=12), Column("Registered", share=14),
        Column("Published", wide=True, share=16), Column("Message", wide=True), Column("", share=18, acts=True),
    )  # fmt: skip
    listed = table("Versions", columns, map(row, found.items), lead=_how_to_publish(visit, pipeline))
    return listed + pager(cursor, found.next, "older")


def _how_to_publish(visit: Visit, pipeline: PipelineDetail) -> Content:
    """What it is that a version is published, for who may do it."""
    if not pipeline.may_publish:
        return NOTHING
    read = Markup(' <a href="{}">Read how</a>').format(visit.link(DOCS, HOW_TO_PUBLISH)) if visit.has(DOCS) else NOTHING
    return Markup('<span class="muted">{}{}</span>').format(RUNS_FOR_OTHERS, read)


def diff(found: DiffView | None) -> Markup:
    """What changed from one version to another; of cells that stayed is told how many they are."""
    if found is None:
        return NOTHING
    drawn = [_cell(cell, found.before) for cell in found.cells if cell.change != "kept"]
    kept = len(found.cells) - len(drawn)
    body: Content = (
        Markup('<div class="diff">{}</div>').format(join(drawn))
        if drawn
        else empty("Nothing changed", "All cells are the same.")
    )
    return card(f"From version {found.before} to {found.number}", body, aside=f"{plural(kept, 'cell')} as before")


def _cell(cell: CellDiff, before: int) -> Markup:
    """What became of a cell; one that is gone has the number of the version that it was in."""
    gone = f"Cell {cell.before} of version {before}" if cell.before else "Text"
    named = f"Cell {cell.number}" if cell.number else gone
    lines = join(
        Markup('<span class="{}">{}{}</span>').format(line.change, SIGNS[line.change], line.text) for line in cell.lines
    )
    return Markup(
        '<div><p class="sub">{0}: {1}</p><pre tabindex="0" role="group" aria-label="{0}">{2}</pre></div>'
    ).format(named, CHANGES[cell.change], lines)


def shares(found: Page[ShareView], cursor: str) -> Markup:
    """Who has which right, and a form to give one."""

    def row(one: ShareView) -> tuple[Content, ...]:
        take = button(
            "Take back", "revoke", name="id", value=str(one.id), tone="danger", confirm="Take this share back?"
        )
        return one.audience, str(one.right), who(one.granted_by), when(one.created_at), take

    columns = (
        Column("Whom", share=34), Column("Right", share=12), Column("Granted by", wide=True), Column("When", wide=True),
        Column("", share=14, acts=True),
    )  # fmt: skip
    nothing = empty("Shared with nobody", "Those whose role sees the whole workspace have it anyway.")
    drawn = table("Shares", columns, map(row, found.items), empty=nothing) + pager(cursor, found.next)
    rights = Markup('<p class="sub">{}</p>').format(RIGHTS)
    return stacked(card("Share it", _grant_form() + rights), drawn)


def _grant_form() -> Markup:
    roles = join(Markup('<option value="{}">Every {}</option>').format(role.value, role.value) for role in Role)
    rights = join(Markup("<option>{}</option>").format(right.value) for right in ShareRight)
    return Markup(
        '<form class="toolbar" data-awaits novalidate>'
        '<label class="control"><span>With</span><select name="kind"><option value="user">A person</option>'
        '<option value="group">A group</option>{}</select></label>'
        '<label class="control"><span>Name of a person or group</span><input name="name" autocomplete="off"'
        ' placeholder="vera@example.org"></label>'
        '<label class="control"><span>Right</span><select name="right">{}</select></label>'
        '<button type="submit" data-act="grant">Share</button></form>'
    ).format(roles, rights)
