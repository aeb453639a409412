"""What people install is complete, without a checkout beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile

import pytest

from tests.runner.stages import ROOT

ASK = """
from pathlib import Path
import workbench
from workbench.demo.places import shipped_notebooks
here = Path(workbench.__file__).parent
assert shipped_notebooks().is_relative_to(here), shipped_notebooks()
print(*sorted(path.name for path in shipped_notebooks().glob("*.ipynb")))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    given = {**os.environ, "SKIP_JUPYTER_BUILDER": "1"}  # where Node.js is, the bundle was built before the tests
    done = subprocess.run(build, cwd=ROOT, env=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_has_all_modules_and_what_they_read(wheel):
    """Every module, migration, asset, notebook, template and document is in the wheel, and no frontend source."""
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    packages = [name for name in tracked if name.startswith(("workbench/", "jupyter_ext/")) and (ROOT / name).exists()]
    beside = [f"workbench/{name}" for name in tracked if name.startswith(("docs/", "notebooks/", "templates/"))]
    left_out = ("jupyter_ext/frontend/", "jupyter_ext/jupyter-config/")

    assert [name for name in packages + beside if not name.startswith(left_out) and name not in names] == []
    assert [name for name in names if name.startswith((*left_out, "tests/"))] == []


def test_the_wheel_enables_the_server_extension(wheel):
    """Jupyter finds the extension's configuration where it looks, so that nobody has to enable anything."""
    names = zipfile.ZipFile(wheel).namelist()

    assert [name for name in names if name.endswith("data/data/etc/jupyter/jupyter_server_config.d/jupyter_ext.json")]


def test_the_wheel_brings_the_sidebar(wheel, bundle):
    """JupyterLab finds the bundle where it looks: what it is made of, who installed it, and every chunk of it."""
    place = "data/data/share/jupyter/labextensions/@jupyter-workbench/lab/"
    names = {name.partition(place)[2] for name in zipfile.ZipFile(wheel).namelist() if place in name}

    built = {str(path.relative_to(bundle)) for path in bundle.rglob("*") if path.is_file()}
    assert {"package.json", "static/style.js"} <= built
    assert names == built | {"install.json"}


def test_an_installed_wheel_finds_its_notebooks(wheel, tmp_path):
    """`workbench demo` of an installed wheel has its notebooks inside the package."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    given = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=given, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_papermill_knows_the_engine():
    """`papermill --engine workbench-kernel` works in anyone's shell."""
    from papermill.engines import papermill_engines

    assert papermill_engines.get_engine("workbench-kernel").__module__ == "workbench.engines.kernel"
