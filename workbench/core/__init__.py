"""What every domain stands on; knows no domain.

operation   something a person or program may ask for, declared once
gate        the one way in: authorise, validate, load the target, run, audit
context     who asks, in which workspace, within which transaction
journal     audit records and events, written in commit order
"""
