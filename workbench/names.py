"""What the text of a parameter names, so that forms offer what there is to choose from.

All are text to a notebook: `table: Table` is `table: str` whose form lists the tables that the person may read.
"""

from __future__ import annotations

Connector = str  # a connector
Stream = str  # what the form's connector offers
Table = str  # a table that is there
NewTable = str  # a table, there already or yet to be made
Column = str  # a column of the form's tables or stream
NumberColumn = str  # one of them that holds numbers
MomentColumn = str  # one of them that holds days or times
SharedColumn = str  # a column that all of the form's tables have
Condition = str  # an SQL condition on the rows of the form's tables
