"""Pages in a process of their own: it draws them and holds their sessions, and has neither the home nor its keys.

The server asks who comes, as for every route, and relays; a page calls operations through the server.

child       the process: one at a time, looked after by the supervisor
visit       a page that somebody opened, for as long as her window shows it
handle      what a visit calls operations by: good for its person in its workspace, and gone with the visit
"""
