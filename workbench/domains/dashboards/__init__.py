"""Dashboards show people what the workspace knows without their opening a notebook.

home      the first page: how the runs stand, what the store holds, what was written last
summary   the figures of the home page, counted by the database
series    a number over time: a measure of a table, averaged over each day of one of its columns
measure   a column of numbers worth averaging
"""
