"""Serves apps: what notebooks mark `.servable()`, out of processes that are trusted no more than any notebook.

process     one app of one viewer: a sandbox that listens on a socket nobody else reaches, and a broker for its reads
grant       what lets a browser reach it: an address nobody guesses, checked at each request, which ends with the
            session and the rights of who was given it
relay       what passes between the two
"""
