"""Reading what is posted, up to a limit."""

from __future__ import annotations

from starlette.requests import Request


async def body_of(request: Request, most: int) -> bytes | None:
    """None for one that is larger, whatever its header says. Raises ClientDisconnect."""
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit() and int(length[:12]) <= most):
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
