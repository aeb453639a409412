"""Monitoring says how a workspace is doing, in figures that its database adds up; it keeps nothing of its own.

period      the span of time until now that figures are of: 24 hours, 7 or 30 days
success     the runs that succeeded as a part of those that succeeded, failed or crashed
percentile  the time within which so many per cent of the runs that succeeded were done
failures    runs that failed in one way: the same error in the same cell, but for numbers, ids and names in quotes
late        of a table: not written for more than twice the time that usually lies between its writes
"""
