"""The store keeps the workspace's tables, with every version they ever had.

table        a named set of rows with typed columns; a Delta Lake folder and a row that says who owns it
version      the state of a table after its n-th write; counted from 1, never reused, never changed
head         the version that readers see; it moves when a commit is done, and only forward
write        rows to append, to put in place of all, or to merge on a key: wait, staged, for their commit
commit       writes to one or several tables that are seen together or not at all
             open → committing → done, or discarded; from committing on it can only be completed
lease        a table's promise to one commit; taken on the way to committing, given back when it is done
sequence     the number of a write to its table; Delta remembers the last one applied, so that none applies twice
pin          the version of a table that a run saw first, and sees until it ends
snapshot     the files of a table at one version, as a relation with the types that the version declares
lineage      which tables and connectors a commit read, and which versions it made of them
"""
