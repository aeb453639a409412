"""What is installed beside the workbench, and how Jupyter is set up."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .findings import Finding, error, info, ok, warning

FLOORS = {
    "jupyter_server": "2.21", "jupyterlab": "4.6.2", "tornado": "6.5.5", "bokeh": "3.8.2", "nbconvert": "7.17.1",
}  # fmt: skip
EXTENSION, LABEXTENSION = "jupyter_ext", "@jupyter-workbench/lab"


def versions() -> Iterator[Finding]:
    """Whether what had security holes is new enough."""
    from packaging.version import Version

    old = []
    for name, floor in FLOORS.items():
        found = _version(name)
        if found is None or Version(found) < Version(floor):
            old.append(f"{name} {found or 'is missing'} (wanted >= {floor})")
    if old:
        yield error("versions", "; ".join(old), "Run `pip install -U jupyter-workbench`.")
    else:
        yield ok("versions", ", ".join(f"{name} {_version(name)}" for name in FLOORS))


def name_clash() -> Iterator[Finding]:
    """Whether the unrelated distribution `workbench` is installed, whose files overwrite ours."""
    found = _version("workbench")
    if found is None:
        yield ok("name clash", "No other distribution is called workbench.")
        return
    yield error(
        "name clash",
        f"The unrelated distribution workbench {found} is installed: it and jupyter-workbench overwrite each other.",
        "Run `pip uninstall -y workbench && pip install --force-reinstall --no-deps jupyter-workbench`.",
    )


def kernels() -> Iterator[Finding]:
    """Whether there is a Python kernel, and whether its interpreter exists."""
    from jupyter_client.kernelspec import KernelSpecManager

    found = KernelSpecManager().get_all_specs()
    if "python3" not in found:
        yield error("kernels", "There is no kernel named python3.", "Run `python -m ipykernel install --sys-prefix`.")
        return
    broken = [
        name
        for name, entry in found.items()
        if (argv := entry["spec"].get("argv")) and Path(argv[0]).is_absolute() and not Path(argv[0]).exists()
    ]
    if broken:
        fix = f"Run `jupyter kernelspec remove {broken[0]}`, or install its interpreter again."
        yield warning("kernels", f"The interpreter of {', '.join(broken)} is gone.", fix)
    else:
        yield ok("kernels", ", ".join(sorted(found)))


def server_extension() -> Iterator[Finding]:
    """Whether `jupyter lab` starts the extension."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.config_manager import BaseJSONConfigManager

    enabled: bool | None = None
    for folder in reversed(jupyter_config_path()):
        given = BaseJSONConfigManager(config_dir=folder).get("jupyter_server_config")
        enabled = given.get("ServerApp", {}).get("jpserver_extensions", {}).get(EXTENSION, enabled)
    if enabled:
        yield ok("server extension", "Enabled in Jupyter.")
        return
    state = "is disabled" if enabled is False else "is not enabled"
    fix = f"Run `jupyter server extension enable {EXTENSION} --sys-prefix`."
    yield warning("server extension", f"The server extension {state}: `jupyter lab` starts without the workbench.", fix)


def labextension() -> Iterator[Finding]:
    """Whether JupyterLab has the sidebar's bundle."""
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        if (Path(folder) / LABEXTENSION / "package.json").exists():
            yield ok("sidebar", "JupyterLab has its bundle.")
            return
    yield info(
        "sidebar",
        "JupyterLab has no sidebar of ours, because its bundle is missing; all else works without it.",
        "Install a released wheel, or in a checkout Node.js 20.19 or newer, and run `make bundle`.",
    )


def extras(url: str) -> Iterator[Finding]:
    """Whether what PostgreSQL needs is there."""
    absent = [name for name in ("psycopg", "adbc-driver-postgresql") if _version(name) is None]
    install = "Run `pip install 'jupyter-workbench[postgresql]'`."
    if absent and url.startswith("postgresql"):
        yield error("postgresql", f"{', '.join(absent)}: missing, and the metadata are in PostgreSQL.", install)
    elif absent:
        yield info("postgresql", f"{', '.join(absent)}: missing, so there are no PostgreSQL connectors.", install)
    else:
        yield ok("postgresql", "Drivers are installed.")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
