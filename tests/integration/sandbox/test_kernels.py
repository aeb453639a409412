"""A person's interactive kernel in a team home: sandboxed, in her workspace's folder, with a broker that is her."""

from __future__ import annotations

import asyncio
import shutil
import time

import pytest
from sqlalchemy import delete, select

from jupyter_ext.kernels import Owner, WorkspaceKernelManager
from tests.factories.people_at_work import Kernel, member
from workbench.core.clock import now
from workbench.core.errors import NotPermitted
from workbench.core.permissions import Role
from workbench.core.settings import load
from workbench.domains.access.models import Member, User
from workbench.domains.store.models import TableVersion
from workbench.home import open_home

pytestmark = pytest.mark.timeout(120)
TABLES = """
import os
import pyarrow as pa
import workbench as wb
wb.write(pa.table({"n": range(2_000_000)}), "many")
"""


@pytest.fixture(scope="module")
def team(migrated_home, tmp_path_factory):
    """A team home, opened in this process."""
    folder = tmp_path_factory.mktemp("team")
    shutil.copytree(migrated_home, folder / "home")
    workbench = open_home(load({"home": folder / "home", "root": folder, "team": True}, environ={}))
    yield workbench
    workbench.close()


@pytest.fixture(scope="module")
def ann(team):
    """A developer of `default`, with a session that may end."""
    return member(team, "ann")


@pytest.fixture(scope="module")
def kernel(team, ann):
    """Her kernel, beside a notebook in a folder of the workspace."""
    place = team.settings.files_dir / "default" / "delays"
    place.mkdir(parents=True)
    with Kernel(team, ann, cwd=place) as started:
        assert started.run(TABLES) == ""
        yield started


def eventually(true, seconds=20.0):
    """Wait until something is true, for ten times as long as it takes on a machine that does nothing else."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds
        time.sleep(0.05)


def test_it_works_beside_its_notebook(team, kernel):
    """It starts where the notebook is, and a file that it writes is in the workspace's folder."""
    assert kernel.run("open('note.txt', 'w').write('hello'); print(os.getcwd())") == "/workspace/delays"
    assert (team.settings.files_dir / "default" / "delays" / "note.txt").read_text() == "hello"


@pytest.mark.parametrize(
    ("outside", "inside"),
    [("default/sums/x.ipynb", "/workspace/sums/x.ipynb"), ("default", "/workspace"), ("other/x.ipynb", None)],
)
def test_its_notebook_is_where_it_finds_it(team, outside, inside):
    """Not where the server has it; what the kernel cannot see is not told at all, and neither is after a restart."""
    name = str(team.settings.files_dir / outside)
    ask = "import os; print(os.environ.get('JPY_SESSION_NAME'), [k for k, v in os.environ.items() if 'files/' in v])"
    with Kernel(team, member(team, "fay"), env={"JPY_SESSION_NAME": name, "ELSE": name}) as kernel:
        assert kernel.run(ask) == f"{inside} []"
        kernel.restart()
        assert kernel.run(ask) == f"{inside} []"


def test_what_lies_beside_a_notebook_is_found_by_its_cells_alone(team):
    """A file that anybody of the workspace may have named like a library runs in nobody else's kernel unasked."""
    place = team.settings.files_dir / "default" / "planted"
    place.mkdir(parents=True)
    for name in ("ipykernel_launcher", "ipykernel", "pyarrow", "pandas", "workbench", "bottleneck", "numexpr", "json"):
        (place / f"{name}.py").write_text("open('taken', 'a').write(__name__)\nraise SystemExit")
    (place / "helper.py").write_text("from second import value\n")
    (place / "second.py").write_text("value = 42\n")
    with Kernel(team, member(team, "dora"), cwd=place) as kernel:
        assert kernel.run("import workbench as wb; print(len(wb.query('SELECT 42 AS n').to_pandas()))") == "1"
        assert kernel.run("import json, pandas; print(pandas.DataFrame({'n': [1]}).n.sum())") == "1"
        assert kernel.run("import helper; print(helper.value)") == "42"
        assert kernel.run("import importlib; print(importlib.import_module('second').value)") == "42"
        assert "'missing'" in kernel.run("import missing")
    assert not (place / "taken").exists()


def test_the_verbs_are_the_person_s(team, kernel):
    """A write commits at once in her name, and she reads it back; there is no run."""
    cell = (
        "wrote = wb.write([{'id': 1}, {'id': 2}], 'numbers')\n"
        "total = wb.query('SELECT max(id) AS s FROM numbers').to_arrow()['s'].to_pylist()\n"
        "print(wrote.version, wrote.staged, total, wb.read('numbers').to_pandas()['id'].tolist(), wb.current_run)"
    )

    assert kernel.run(cell) == "1 False [2] [1, 2] None"
    with team.read() as db:
        assert set(db.scalars(select(TableVersion.author))) == {"ann"}


def test_a_stream_can_be_dropped_half_read(kernel):
    """A reader that nobody reads to its end costs its connection and nothing else."""
    cell = (
        "first = [next(wb.read('many').batches()).num_rows > 0 for _ in range(20)]\n"
        "print(all(first), len(wb.read('many')))"
    )

    assert kernel.run(cell) == "True 2000000"


def test_what_a_kernel_may_not_ask_for_is_refused(kernel):
    """Secrets, members and the like are not for kernels, whatever their person may do elsewhere."""
    cell = (
        "from workbench.sdk import caller\n"
        "for name in ('members.list', 'tokens.create', 'connectors.create', 'runs.start_notebook'):\n"
        "    try: caller().call(name)\n"
        "    except Exception as error: print(type(error).__name__, error.code)"
    )

    assert kernel.run(cell).splitlines() == ["NotPermitted not_within_a_kernel"] * 4


def test_an_interrupt_reaches_the_cell(kernel):
    """What runs is interrupted, and the kernel goes on."""
    assert kernel.interrupted("import time\ntime.sleep(30)", 0.3).startswith("KeyboardInterrupt")
    assert kernel.run("print('on')") == "on"


def test_the_broker_rests_while_its_person_is_signed_out(team, kernel, ann):
    """A call is refused at once, a stream under way is cut within two seconds, and in a new session she goes on."""
    door = kernel.manager.provisioner.broker.door
    assert kernel.run("held = wb.read('many').batches(); print(next(held).num_rows > 0)") == "True"

    ann.ended = True
    try:
        assert kernel.run("wb.read('many')").startswith("NotAuthenticated")
        eventually(lambda: door._resting)
        assert kernel.run("wb.read('many')").startswith("Unavailable: The workbench outside this sandbox does not")
        assert kernel.run("print('alive')") == "alive"
    finally:
        ann.ended = False
    kernel.manager.provisioner.welcome(Owner(team, ann, "default"))

    assert kernel.run("print(len(wb.read('many')))") == "2000000"


def test_nobody_else_inherits_a_kernel(team, kernel):
    """A colleague of the same workspace cannot take it over."""
    with pytest.raises(NotPermitted) as error:
        kernel.manager.provisioner.welcome(Owner(team, member(team, "bob"), "default"))
    assert error.value.code == "kernel_not_yours"


def test_it_starts_anew(kernel):
    """After a restart nothing is left of the old one but its files, and its broker answers."""
    kernel.restart()

    assert kernel.run("print('wb' in globals())") == "False"
    assert kernel.run("import os; import workbench as wb; print(len(wb.read('many')))") == "2000000"


@pytest.mark.parametrize("how", ["role", "disabled"])
def test_a_kernel_ends_with_its_person_s_right_to_it(team, how):
    """Two seconds after she lost her role or was disabled, no code of hers runs any more."""
    cid = member(team, f"cid-{how}")
    with Kernel(team, cid) as kernel:
        with team.unit_of_work() as db:
            if how == "role":
                db.execute(delete(Member).where(Member.user_id == cid.user_id))
            else:
                db.get_one(User, cid.user_id).disabled_at = now()

        eventually(lambda: not kernel.alive())


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.VIEWER])
def test_who_may_not_use_kernels_has_none(team, role):
    """The kernel does not start for a role that has no kernels."""
    with pytest.raises(NotPermitted, match="may not use kernels"):
        Kernel(team, member(team, "eve", role)).__enter__()


def test_a_kernel_for_nobody_does_not_start():
    """Where nobody said whom it is for, there is nothing to decide by."""
    with pytest.raises(NotPermitted, match="whom this kernel is for"):
        asyncio.run(WorkspaceKernelManager().start_kernel())
