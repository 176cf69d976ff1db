"""X's own OpenAPI specification, as a judge of requests and answers."""

import json
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse

_FILE = Path(__file__).parents[3] / "../shared/specs/x-openapi.json"
_HOST = "https://api.x.com"
_SUCCESS = ('{"data"', '{"meta"')
_LONGEST_RECORDED = 20_000


class Specification:
    def __init__(self, text: str) -> None:
        raw = json.loads(text)
        self._api = OpenAPI.from_dict(raw, config=Config(spec_validator_cls=None))
        self._parameters = {
            (method.upper(), path): [_name(raw, parameter) for parameter in operation.get("parameters", [])]
            for path, operations in raw["paths"].items()
            for method, operation in operations.items()
        }

    def check(self, exchange: dict[str, Any]) -> None:
        """Raises when the request, or the emulator's answer where it is a success, is not as X describes it."""
        request = MockRequest(
            _HOST,
            exchange["method"],
            exchange["path"],
            args=dict(parse_qsl(exchange["query"])),
            headers=exchange["headers"],
            data=exchange["body"].encode(),
        )
        with warnings.catch_warnings():
            # It does not know the scheme of OAuth 1.0a: signatures are the emulator's to check.
            warnings.filterwarnings("ignore", "Unsupported scheme type")
            self._api.validate_request(request)
        unknown = set(request.parameters.query) - set(self._known(exchange))
        assert not unknown, f"X knows no parameter {unknown} for {exchange['method']} {exchange['path']}"
        if exchange["answer"].startswith(_SUCCESS) and len(exchange["answer"]) < _LONGEST_RECORDED:
            self._api.validate_response(request, MockResponse(exchange["answer"].encode(), exchange["status"]))

    def _known(self, exchange: dict[str, Any]) -> list[str]:
        """Names of query parameters: the library lets unknown ones pass, and X drops them silently."""
        return next(
            names
            for (method, template), names in self._parameters.items()
            if method == exchange["method"] and _matches(template, exchange["path"])
        )


def _name(raw: dict[str, Any], parameter: dict[str, Any]) -> str:
    shared = raw["components"]["parameters"]
    return str(shared[parameter["$ref"].rsplit("/", 1)[1]]["name"] if "$ref" in parameter else parameter["name"])


def _matches(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(w == g or w.startswith("{") for w, g in zip(wanted, given, strict=True))


def specification() -> Specification | None:
    return Specification(_FILE.read_text()) if _FILE.exists() else None
