"""The audit trail says who did, tried or was refused what.

record   one entry; never changed, never deleted
chain    each record's hash covers the record before it, so that a change, a gap or another order shows
activity what one did oneself, wherever one has a part
head     sequence and hash of the newest record; kept elsewhere, it shows that the chain's end was cut off or made anew
"""
