"""The process of an app, outside a sandbox, as in a home of one's own."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_ext.served.asking import NO_ANSWER, Failed, asked
from jupyter_ext.served.process import AppProcess
from tests.factories.notebooks import plain
from tests.factories.store import write
from workbench.domains.apps.service import AppCaller, notebook_for

READING = "import workbench as wb\nrows = wb.read('delays').to_arrow().num_rows"


@pytest.mark.timeout(120)
def test_it_serves_visits_with_what_it_reads_until_it_is_closed(workbench, caller):
    """Each visit brings the scripts of what it shows, one that fails says in which cell; afterwards nothing is left."""
    write(caller, "delays", {"day": [1, 2]}, mode="replace")
    caller.call(
        "pipelines.register",
        name="app",
        notebook=plain(
            "import panel as pn",
            READING,
            "import os\nassert rows == 2",
            "import pandas as pd\npn.extension()\nshown = pn.widgets.Tabulator(pd.DataFrame({'rows': [rows]}))",
            "pn.Column(pn.bind(lambda: shown)).servable()",
            "visits = int(os.environ.get('visits', 0))\nassert visits < 2\nos.environ['visits'] = str(visits + 1)",
        ),
    )
    caller.call("pipelines.publish", id="app", reads=["delays"], writes=[])
    shown = caller.call("apps.show", id="app")
    with workbench.read() as db:
        context = caller.identify(db)
        context.db = db
        notebook = notebook_for(context, shown)

    process = AppProcess(workbench, AppCaller(workbench, caller.identify, shown.version_id), notebook, "Delays")
    try:
        first, second = (asyncio.run(asked(process.place, "/open")) for _ in range(2))
        third = asyncio.run(asked(process.place, "/open?dark=1"))
        assert process.alive
    finally:
        process.close()

    assert (first.code, b"static/js/bokeh.min.js" in first.body) == (200, True)
    assert [b"tabulator.min.js" in visit.body for visit in (first, second)] == [True, True]
    assert Failed.of(third) == Failed(6, "AssertionError", "")
    assert (process.alive, process.place.parent.exists()) == (False, False)
    assert asyncio.run(asked(process.place, "/open")).code == NO_ANSWER
