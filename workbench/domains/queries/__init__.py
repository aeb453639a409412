"""Queries are SELECTs over the tables of a workspace; a saved one has a name, versions, parameters and a chart.

query       a document with versions: one SELECT, what it is asked with, and how its rows are drawn
parameter   a named and typed value that the SELECT is asked with, `$month`; it is bound, never written into the SQL
publishing  showing one version to an audience, which gets its rows by the rights that its publisher holds at that time
definer     whose rights a version stands for: its publisher's where it is published, else its author's
history     what somebody asked lately on the query page: her own statements, without the values that she gave
ticket      the name that somebody gives to what she asks, by which she can end it while it is answered
"""
