"""What others send us by HTTP, read up to a limit: nobody knows yet who they are."""

from starlette.requests import Request


async def body_of(request: Request, largest: int, *, drained: int = 0) -> bytes | None:
    """A request's body, or None for one of more octets than `largest`.

    What is too large is still listened to up to `drained` octets: a browser that is cut short does not show why.
    """
    body, size = bytearray(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= largest:
            body += chunk
        elif size > drained:
            break
    return bytes(body) if size <= largest else None
