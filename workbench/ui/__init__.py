"""The shell that every page wears; it knows how things look and nothing about what they mean.

page      what a person opens in the browser: a title, navigation, filters and parts
visit     one person looking at one page of one workspace, and the door to operations for them
part      a piece of a page made of text: a row of figures, a table, a notice
figure    one number with what it means, how it stands and where it came from
status    how something stands, said three times: by a colour, by a shape and by a word
tone      the colour of a meaning: primary, success, warning, error, info, muted
"""
