"""What the text of a parameter names, so that forms offer what there is to choose from.

All are text to a notebook: `table: Table` is `table: str` whose form lists the tables that the person may read.
"""

from __future__ import annotations

Connector = str  # a connector
Stream = str  # what the form's connector offers
Table = str  # a table that is there
NewTable = str  # a table, there already or yet to be made
Column = str  # a column of the form's tables or stream
