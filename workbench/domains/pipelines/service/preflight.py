"""Says what would be refused before anything is started."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.core.context import Context
from workbench.core.errors import Invalid, WorkbenchError
from workbench.domains.pipelines.models import Pipeline, PipelineVersion

from .catalog import notebook_of, require_active
from .coercion import coerce
from .holdings import rights_for
from .rights import RunRights


def preflight(
    ctx: Context, pipeline: Pipeline, version: PipelineVersion, values: Mapping[str, Any], texts: Mapping[str, str]
) -> tuple[list[WorkbenchError], dict[str, Any] | None, RunRights]:
    """What a run of a version would be refused for, the parameters that it would have, and its rights."""
    refusals: list[WorkbenchError] = []

    def attempt(check: Callable[[], Any]) -> Any:
        try:
            return check()
        except WorkbenchError as error:
            refusals.append(error)

    attempt(lambda: require_active(pipeline))
    parameters = attempt(lambda: coerce(version.parameters, values, texts))
    attempt(lambda: _check_kernel(version))
    return refusals, parameters, rights_for(ctx, version)


def _check_kernel(version: PipelineVersion) -> None:
    from jupyter_client.kernelspec import NoSuchKernel

    from workbench.engines import kernelspecs

    try:
        kernelspecs.spec(kernelspecs.kernel_name(notebook_of(version)))
    except (kernelspecs.NoKernel, NoSuchKernel) as error:
        raise Invalid(
            str(error),
            fix="Install that kernel here, or choose another in the notebook and register it again.",
            code="no_kernel",
        ) from error
