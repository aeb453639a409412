"""Search finds things of a workspace by what they are called, among those that the caller may see.

kind        what is found: pipelines, runs, connectors, tables, columns, dashboards, mappings, queries,
            templates, members
rank        how well it fits: 4 its very name, 3 how that begins, 2 how a word in it begins, 1 somewhere in its texts
hit         one thing that was found, and the page that is about it
"""
