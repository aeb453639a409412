"""Apps are what notebooks show: objects that their cells mark `.servable()`, alive in a process that is nobody else's.

app       the version of a pipeline whose notebook marks something as servable, as a page for those who may see it
author    who answers for the version: its publisher, or who registered it where it is not published
reads     the tables that an app may read: declared by the version, and open to both its author and who looks at it
served    what the process of an app sends; the browser trusts none of it, see `jupyter_ext.served`
"""
