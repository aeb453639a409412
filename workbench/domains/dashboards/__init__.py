"""Dashboards show people what the workspace knows without their opening a notebook.

home       the first page: how the runs stand, what the store holds, what was written last
summary    the figures of the home page, counted by the database
series     a number over time: a measure of a table, averaged over each day of one of its columns
measure    a column of numbers worth averaging
dashboard  cards over tables and saved queries, made by people without code; a document with versions
document   what a dashboard is, in YAML: cards, where they stand and what they ask
card       one number, chart, table, text or filter; asks one source for what it shows
source     the rows of a card: a table, at a version or as it is, or one SELECT that somebody wrote
filter     what narrows every card whose source has the column
published  shown to an audience, which reads with the rights that the publisher holds at that moment
late       the data are older than the document allows
"""
