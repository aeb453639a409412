"""Messages of a kernel, taken apart without what nobody looks at."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from jupyter_client.adapter import adapt
from jupyter_client.session import Session


class PlainSession(Session):
    """A session that leaves dates as text; parsing them takes a third of the time that a message takes."""

    def deserialize(self, msg_list: list[Any], content: bool = True, copy: bool = True) -> dict[str, Any]:
        """A message of its parts: signature, header, parent's header, metadata, content and buffers.

        Raises:
            ValueError: it is not signed with this session's key.
        """
        if not copy or not content:
            return super().deserialize(msg_list, content=content, copy=copy)
        if self.auth is not None and not compare_digest(bytes(msg_list[0]), self.sign(msg_list[1:5])):
            raise ValueError("a message on the kernel's sockets has a wrong signature")
        header, parent, metadata, said = (self.unpack(part) for part in msg_list[1:5])
        message = {
            "header": header,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "metadata": metadata,
            "content": said,
            "buffers": [memoryview(part) for part in msg_list[5:]],
        }
        adapted: dict[str, Any] = adapt(message)
        return adapted
