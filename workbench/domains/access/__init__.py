"""Access says who somebody is and what she may reach.

user        a person with an account in this installation
workspace   a hard boundary around pipelines, tables and all else; people see nothing of those they have no part in
member      a user in a role within a workspace
group       members of a workspace who have roles and shares together
account     a user who signs in: a name and a password, of which only the argon2 hash is kept
session     somebody being signed in, in a browser by a cookie or in a program by tokens; it ends by itself or is ended
token       a secret by which a program acts as a user within one workspace; only its hash is kept
scope       a permission that a token is narrowed to
share       a right on one object, granted to a user, to all of a role or to a group
link        a text that is good once: an invitation to a workspace, or the reset of a password
compliance  who may do what in a workspace, and who did, month by month
principal   whoever calls: a user in person, by token, by Jupyter or by the operating system
"""
