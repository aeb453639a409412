"""A run's log is read page by page, while it is written."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from workbench.core.ids import new_id
from workbench.core.settings import Settings
from workbench.domains.runs.models import Status
from workbench.domains.runs.schemas import ReadLog
from workbench.domains.runs.service import ledger
from workbench.domains.runs.service.results import read_log


@pytest.fixture
def page(tmp_path):
    """Reads a page of the log of a run that goes on: 12,000 lines, and half a line that is being written."""
    settings, run = Settings(home=tmp_path), SimpleNamespace(id=new_id(), attempt=1, status=Status.RUNNING)
    line = {"at": "2026-01-01T00:00:00Z", "cell": 1, "stream": "output"}
    lines = [json.dumps(line | {"text": f"☃ {number}"}, ensure_ascii=False) for number in range(1, 12_001)]
    folder = ledger.attempt_folder(settings, run.id, 1)
    folder.mkdir(parents=True)
    (folder / "log.jsonl").write_text("\n".join([*lines, lines[0][:20]]), encoding="utf-8")

    def read(after, limit, last=None, q=None):
        found = read_log(settings, run, ReadLog(id=str(run.id), after=after, limit=limit, last=last, q=q), code=False)
        return [(line.number, line.text) for line in found.lines]

    return read


def test_a_page_may_begin_anywhere(page):
    """Lines count from 1, and those that are skipped are not looked into."""
    assert page(0, 2) == [(1, "☃ 1"), (2, "☃ 2")]
    assert page(10_500, 2) == [(10_501, "☃ 10501"), (10_502, "☃ 10502")]


def test_lines_can_be_looked_for(page):
    """Those with the text, in whatever case, with the numbers that they have; also of those only the last."""
    assert page(0, 2, q="☃ 1199") == [(1199, "☃ 1199"), (11_990, "☃ 11990")]
    assert page(0, 2, last=1, q="☃ 1199") == [(11_999, "☃ 11999")]
    assert page(0, 2, q="nobody said this") == []


def test_a_line_that_is_being_written_waits(page):
    """It comes whole with a later page, or not at all."""
    assert page(11_999, 10) == [(12_000, "☃ 12000")]
    assert page(12_000, 10) == []


def test_the_last_lines_keep_their_numbers(page):
    """Whoever wants the end alone gets it, and can go on from there."""
    assert page(0, 1000, last=2) == [(11_999, "☃ 11999"), (12_000, "☃ 12000")]
    assert page(11_999, 1000, last=50) == [(12_000, "☃ 12000")]
