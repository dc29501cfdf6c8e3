"""The port that `billhook serve` opens."""

import socket

from bot.settings import Settings
from bot.web.serve import listening


def test_a_body_does_not_wait_until_its_head_was_acknowledged() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    with listening(Settings(port=port)) as listener, socket.create_connection(listener.getsockname()):
        accepted, _address = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
