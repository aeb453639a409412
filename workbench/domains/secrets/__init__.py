"""Secrets go in and never come out by any door; only the workbench itself opens them, when it needs them.

secret     the value of one field of one object, such as the password of a connector
data key   encrypts one secret; new each time the secret is set
key        the key-encryption key: encrypts data keys, stays outside the database
keyring    the keys at hand; the first encrypts, the others still open what they once closed
rotation   of a key: a new one wraps all data keys, and the old one is retired once it wraps none;
           of a secret: a new value is set, and the one before counts until it expires or is retired
"""
