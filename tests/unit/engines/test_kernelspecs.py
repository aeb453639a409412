"""Which kernel a notebook gets."""

from __future__ import annotations

import json

import pytest
from nbformat.v4 import new_notebook

from workbench.engines import kernelspecs
from workbench.engines.kernel import KernelEngine


def asking_for(name: str | None = None, language: str | None = None, info: str | None = None) -> object:
    """A notebook whose metadata name a kernel, its language, or only the language."""
    metadata: dict = {}
    if name:
        metadata["kernelspec"] = {"name": name, "display_name": name} | ({"language": language} if language else {})
    if info:
        metadata["language_info"] = {"name": info}
    return new_notebook(metadata=metadata)


@pytest.fixture
def scala(tmp_path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An installed kernel of another language."""
    folder = tmp_path / "kernels" / "almond"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps({"argv": ["true"], "display_name": "Scala", "language": "scala"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    return "almond"


def test_an_installed_kernel_is_taken():
    """The notebook's own kernel, where it exists."""
    assert KernelEngine.nb_kernel_name(asking_for("python3", "python")) == "python3"


def test_the_callers_choice_is_taken_at_its_word():
    """`papermill -k` wins, and is not second-guessed."""
    assert KernelEngine.nb_kernel_name(asking_for("python3", "python"), "mine") == "mine"


@pytest.mark.parametrize(
    "nb",
    [
        asking_for("conda-env-work-py", "python"),
        asking_for("my-venv", info="python"),
        asking_for("python37"),
        asking_for(info="ipython"),
    ],
)
def test_a_python_notebook_falls_back_to_python3(nb: object, caplog: pytest.LogCaptureFixture):
    """A kernel that exists on its author's machine only does not keep a Python notebook from running."""
    assert KernelEngine.nb_kernel_name(nb) == "python3"
    assert KernelEngine.nb_language(nb) == "python"


def test_the_fallback_is_announced(caplog: pytest.LogCaptureFixture):
    """The warning names the kernel that is missing."""
    kernelspecs.kernel_name(asking_for("conda-env-work-py", "python"))

    assert "'conda-env-work-py' is not installed" in caplog.text


def test_the_chosen_kernel_decides_on_the_language(scala: str):
    """What the notebook says is that of its own kernel."""
    assert kernelspecs.is_python(asking_for("python3"))
    assert not kernelspecs.is_python(asking_for("python3", "python"), scala)
    assert kernelspecs.is_python(asking_for(scala), "python3")
    assert kernelspecs.is_python(asking_for("python3"), "not_installed")


@pytest.mark.parametrize("nb", [asking_for("ir"), asking_for("ir", "R"), asking_for(info="julia"), asking_for()])
def test_what_is_not_known_to_be_python_is_not(nb: object):
    """A kernel's name alone does not make a notebook Python."""
    assert not kernelspecs.is_python(nb)


def test_another_language_does_not_become_python():
    """An R notebook without R is refused, naming what is installed."""
    with pytest.raises(kernelspecs.NoKernel, match=r"'ir' is not installed; installed are: .*python3"):
        kernelspecs.kernel_name(asking_for("ir", "R"))


def test_a_notebook_that_says_nothing_is_refused():
    """Without a kernel and a language nothing is guessed."""
    with pytest.raises(kernelspecs.NoKernel, match="No kernel name found"):
        kernelspecs.kernel_name(asking_for())
    with pytest.raises(kernelspecs.NoKernel, match="No language found"):
        kernelspecs.language(asking_for())


def test_the_language_is_the_kernels_where_the_notebook_is_silent(scala: str):
    """To write parameters in it, papermill needs a language; the installed kernel knows it."""
    assert kernelspecs.kernel_name(asking_for(scala)) == scala
    assert kernelspecs.language(asking_for(scala)) == "scala"
    assert kernelspecs.language(asking_for(scala), "other") == "other"
