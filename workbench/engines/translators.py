"""papermill's translators of values into code, mended where text could become code or a date is lost."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from papermill import translators

from .injection import Moment

_POWERSHELL_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")


class _Python(translators.PythonTranslator):  # type: ignore[misc]
    @classmethod
    def translate(cls, val: Any) -> str:
        if isinstance(val, date):
            val = Moment(val)
        return val.code() if isinstance(val, Moment) else str(super().translate(val))


class _Julia(translators.JuliaTranslator):  # type: ignore[misc]
    @classmethod
    def translate_escaped_str(cls, str_val: Any) -> str:
        # In Julia a $ in text is code.
        return str(super().translate_escaped_str(str_val)).replace("$", r"\$")


class _Powershell(translators.PowershellTranslator):  # type: ignore[misc]
    @classmethod
    def translate_escaped_str(cls, str_val: Any) -> str:
        # Between double quotes $ is code; between single ones nothing is, and PowerShell takes curly quotes for those.
        return "'" + _POWERSHELL_QUOTES.sub(r"\1\1", str(str_val)) + "'"


_MENDED: dict[type, type] = {
    translators.PythonTranslator: _Python,
    translators.JuliaTranslator: _Julia,
    translators.PowershellTranslator: _Powershell,
}


def mended(translator: Any) -> Any:
    """The translator to use in place of papermill's."""
    return _MENDED.get(translator, translator)
