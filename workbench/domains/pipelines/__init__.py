"""Pipelines are notebooks with parameters, kept in a catalog.

pipeline     a name in a workspace under which a notebook can be run; archived, never lost
version      what the notebook was when it was registered: numbered from 1, immutable, told apart by its content's hash
current      the version that runs without saying otherwise; restoring makes a new version of old content
parameters   what the cell tagged `parameters` declares, as JSON Schema; values given at a run go into a cell below it
published    a version whose reads and writes are declared: it runs with its publisher's rights to just those
reads        connectors and tables that a version may read, as globs over `connector.stream` and `table`
rights       what a run may read and write, and in whose name; computed in one place
"""
