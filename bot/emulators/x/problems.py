"""X's errors: "problem" objects, worded as the live service words them."""

from typing import Any

from aiohttp import web

INVALID = "https://api.x.com/2/problems/invalid-request"
NOT_FOUND = "https://api.x.com/2/problems/resource-not-found"

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned "
    "or otherwise engaged by the author of the post you are replying to."
)
TOO_LONG = "Your Tweet text is too long."
QUOTE = "Quoting posts is not available to this app."
CASHTAGS = "A post may contain at most one cashtag."
LIKES = "You are not permitted to perform this action."
REPLY_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
ALREADY_REPOSTED = "You cannot retweet a Tweet that you have already retweeted."


class Problem(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body.get("detail", status)))
        self.status = status
        self.body = body

    def response(self) -> web.Response:
        return web.json_response(self.body, status=self.status, content_type="application/problem+json")


def _plain(status: int, title: str, detail: str) -> Problem:
    return Problem(status, {"title": title, "type": "about:blank", "status": status, "detail": detail})


def unauthorized() -> Problem:
    return _plain(401, "Unauthorized", "Unauthorized")


def forbidden(detail: str) -> Problem:
    return _plain(403, "Forbidden", detail)


def too_many_requests() -> Problem:
    return _plain(429, "Too Many Requests", "Too Many Requests")


def invalid(parameter: str, value: object, message: str) -> Problem:
    error = {"parameters": {parameter: [str(value)]} if parameter else {}, "message": message}
    body = {
        "errors": [error],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": INVALID,
    }
    return Problem(400, body)


def not_found(kind: str, parameter: str, value: str) -> Problem:
    body = {
        "title": "Not Found Error",
        "type": NOT_FOUND,
        "status": 404,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "resource_type": kind,
        "parameter": parameter,
        "value": value,
        "resource_id": value,
    }
    return Problem(404, body)
