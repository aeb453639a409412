"""Connectors bring data in.

connector   a named way to a data source: a type, its settings, and secrets that only the vault knows
driver      the code that speaks to sources of one type; others may be installed (entry point `workbench.connectors`)
stream      one table-like thing that a connector offers: a table, a file pattern, a path of an API
cursor      a column that grows with what is new in a stream; a read after a value gives only rows strictly greater
mark        the greatest cursor value that was read: where the next incremental read begins
consumer    who reads a stream incrementally, such as a pipeline; each has a mark of its own for each stream
"""
