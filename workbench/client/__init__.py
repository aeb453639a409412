"""The Python client: `Client(url, token).connectors.create(name=…)`, every operation of a server as a method.

client   a `Caller` whose operations are carried out by a server
noun     an attribute of a client, with a method for each of its operations
"""

from .client import Client
from .events import Event

__all__ = ["Client", "Event"]
