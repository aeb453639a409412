"""Pages inside the Jupyter server: its port, its sign-in, its cookies.

site        the pages of one server, and what of them is open
stage       where they are drawn: in the server's own process, or in one of its `children`
door        lets to the socket of a page whom it was drawn for
person      who visits, and how she would like pages to be
"""

ENTRY = "workbench"  # below the base URL; leads each person to her start
APPS = f"{ENTRY}/apps"
