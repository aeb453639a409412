"""The documentation of this very version, where people are.

document    one page of it, called by its path with dots: `how-to.connect`; a folder's own page is called as the folder
section     what documents are for: learning, getting something done, understanding, looking up
heading     a part of a document; its anchor is what a link to it ends with
"""
