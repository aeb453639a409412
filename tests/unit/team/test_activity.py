"""Which messages on sockets are a person's doing; these were sent by browsers."""

from __future__ import annotations

import pytest

from jupyter_ext.team.activity import DEEDS

PAGE = "jupyter_ext.pages.door.SocketDoor"
KERNEL = "jupyter_server.services.kernels.websocket.KernelWebsocketHandler"
ACT = (
    '{"events":[{"kind":"MessageSent","msg_type":"bokeh_event","msg_data":{"type":"event","name":"data_event","values":'
    '{"type":"map","entries":[["model",{"id":"p1020"}],["data",{"type":"map","entries":[["act","choose"]]}]]}}}]}'
)


@pytest.mark.parametrize(
    ("socket", "message", "counts"),
    [
        (PAGE, ACT, True),
        (PAGE, '{"events":[{"kind":"ModelChanged","model":{"id":"p1019"},"attr":"watched","new":true}]}', False),
        (PAGE, '{"msgid":"13F1FD16AEE24FDB91B9DC4195E228EE","msgtype":"PULL-DOC-REQ"}', False),
        (PAGE, b"\x00", False),
        (KERNEL, b'\x06\x00{"msg_type":"execute_request","session":"x"}', True),
        (KERNEL, '{"header":{"msg_type":"execute_request"}}', True),
        (KERNEL, b'\x06\x00{"msg_type":"kernel_info_request","session":"x"}', False),
        (KERNEL, '{"header":{"msg_type":"kernel_info_request"}}', False),
    ],
)
def test_what_is_said_on_a_socket_is_somebodys_doing_or_the_windows_own(socket, message, counts):
    """A control that is used and a cell that is run count; what a window tells by itself does not."""
    assert DEEDS[socket](message) == counts
