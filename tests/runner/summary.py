"""One page about one run of the tests: stages, failures, skips, the slowest, coverage by package."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .prerequisites import Found
from .stages import COVERAGE_WANTED, STAGES

SLOWEST = 15
SUMS = ("covered_lines", "num_statements", "covered_branches", "num_branches")
STYLE = """
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 18%,transparent)}
body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#c62828}.good{color:#2e7d32}
pre{overflow:auto;padding:.6rem;border:1px solid var(--line);font-size:13px;max-height:24rem}
@media(prefers-color-scheme:dark){.bad{color:#ff8a80}.good{color:#81c784}}
"""


@dataclass(frozen=True)
class Case:
    """One test and how it ended; `text` is why, where it did not pass."""

    stage: str
    name: str
    seconds: float
    outcome: str
    text: str = ""


def write(page: Path, junit: Path, coverage: Path, found: Iterable[Found]) -> None:
    """Write the page; a run that ended before its report still gets one that says so."""
    cases = read(junit)
    measured = json.loads(coverage.read_text()) if coverage.exists() else None
    parts = [_verdict(cases, measured), _stages(cases), _told(cases, "failed"), _told(cases, "skipped")]
    parts += [_slowest(cases), _coverage(measured), _table("The machine", [(item.name, item.what) for item in found])]
    head = f"<!doctype html><html lang=en><meta charset=utf-8><title>Test summary</title><style>{STYLE}</style>"
    page.write_text(head + "<h1>Test summary</h1>" + "".join(parts), encoding="utf-8")


def read(junit: Path) -> list[Case]:
    """The cases of a JUnit file; none where there is no file."""
    if not junit.exists():
        return []
    return [_case(element) for element in ET.parse(junit).iter("testcase")]


def _case(element: ET.Element) -> Case:
    outcome, text = "passed", ""
    for child in element:
        if child.tag in ("failure", "error"):
            outcome, text = "failed", child.text or child.get("message") or ""
        elif child.tag == "skipped" and outcome == "passed":
            outcome, text = "skipped", child.get("message", "")
    module = element.get("classname", "")
    stage = next((part for part in module.split(".")[:2] if part in STAGES), "elsewhere")
    return Case(stage, f"{module}::{element.get('name')}", float(element.get("time", 0)), outcome, text)


def _verdict(cases: list[Case], measured: dict[str, Any] | None) -> str:
    counts = Counter(case.outcome for case in cases)
    good = bool(cases) and not counts["failed"]
    said = ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "no test ran"
    line = f'<p class="{"good" if good else "bad"}">{said}, {sum(case.seconds for case in cases):.0f} s of tests</p>'
    if measured is None:
        return line + "<p>Coverage was not measured.</p>"
    totals = measured["totals"]
    return line + (
        f"<p>Coverage {totals['percent_covered']:.1f} % of lines and branches (wanted {COVERAGE_WANTED:.0f} %); "
        f"{totals['covered_branches']} of {totals['num_branches']} branches. "
        "<a href=coverage/html/index.html>By file</a>.</p>"
    )


def _stages(cases: list[Case]) -> str:
    rows = []
    for stage in (*STAGES, "elsewhere"):
        mine = [case for case in cases if case.stage == stage]
        if mine or stage in STAGES:
            counts = Counter(case.outcome for case in mine)
            numbers = [
                counts["passed"],
                counts["failed"],
                counts["skipped"],
                f"{sum(case.seconds for case in mine):.1f}",
            ]
            rows.append((stage if mine else f"{stage} (empty)", *numbers))
    return _table("Stages", rows, ("stage", "passed", "failed", "skipped", "seconds"))


def _told(cases: list[Case], outcome: str) -> str:
    mine = [case for case in cases if case.outcome == outcome]
    return (f"<h2>{outcome.title()}</h2>" if mine else "") + "".join(
        f"<details><summary>{escape(case.name)}</summary><pre>{escape(case.text)}</pre></details>" for case in mine
    )


def _slowest(cases: list[Case]) -> str:
    slowest = sorted(cases, key=lambda case: case.seconds, reverse=True)[:SLOWEST]
    return _table("The slowest", [(case.name, f"{case.seconds:.1f}") for case in slowest], ("test", "seconds"))


def _coverage(measured: dict[str, Any] | None) -> str:
    folders: dict[str, Counter[str]] = {}
    for name, file in (measured or {"files": {}})["files"].items():
        folders.setdefault(str(Path(name).parent), Counter()).update({key: file["summary"][key] for key in SUMS})
    rows = []
    for folder, sums in sorted(folders.items()):
        possible = sums["num_statements"] + sums["num_branches"]
        percent = 100 * (sums["covered_lines"] + sums["covered_branches"]) / possible if possible else 100
        rows.append((folder, f"{percent:.0f} %", sums["num_statements"]))
    return _table("Coverage", rows, ("folder", "covered", "statements")) if rows else ""


def _table(title: str, rows: Iterable[tuple[object, ...]], head: tuple[str, ...] = ()) -> str:
    cells = "".join(f"<th{_side(index)}>{escape(text)}" for index, text in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f"<td{_side(index) if head else ''}>{escape(str(cell))}" for index, cell in enumerate(row))
        for row in rows
    )
    return f"<h2>{title}</h2><table><tr>{cells}{body}</table>"


def _side(column: int) -> str:
    return " class=n" if column else ""
