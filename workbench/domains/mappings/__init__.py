"""Mappings say how the columns of a source become those of a target; a saved one is a step that pipelines call.

mapping     a document with versions: a source, the columns of a target, and a rule for each column that is filled
source      a table of the store, or a connector's stream such as `crm.orders`
target      the columns that come out: those of a table of the store, or such as somebody typed in
rule        how one target column is made: copied, split, combined of several, or by an expression
expression  one scalar expression in DuckDB's SQL over the source's columns, and nothing else
failing     a value that does not cast to its target's type; it stops an application, and never becomes NULL silently
lossy       a value that a cast would change, such as 1.9 to 2; it stops one too, unless the rule accepts the loss
suggestion  a source column for a target column, with a confidence and a reason in words
suggester   whoever makes suggestions: a port, so that others can be installed
"""
