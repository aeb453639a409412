"""Runs execute notebooks and remember what came of it.

run          one wish to have a notebook executed with certain parameters; the row is the truth
attempt      one try at a run; a run whose process was lost is tried again
ledger       the runs and their states: queued → starting → running → committing → succeeded,
             or failed, cancelled, crashed
slot         a place to execute in; a machine has so many, whatever the number of processes that open the home
lease        an attempt's right to speak for its run: a token that every change of the run must show
executor     takes queued runs and starts a worker for each
worker       the process of one attempt
results      what a run leaves besides tables: metrics, figures and checks
"""
