"""Starts the emulators as the demo does, in a process of their own, and speaks to their control routes."""

import json
from types import TracebackType
from typing import Any

import requests

from bot.demo.process import start_emulators


class Emulators:
    """`with Emulators() as emulators:`; `emulators.base` is `http://127.0.0.1:PORT`."""

    def __enter__(self) -> "Emulators":
        self._process = start_emulators()
        assert self._process.stdout is not None
        self.base: str = json.loads(self._process.stdout.readline())["base"]
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def get(self, path: str, **query: str | int) -> Any:
        return self._json(requests.get(f"{self.base}/_control{path}", params=query, timeout=10))

    def post(self, path: str, **body: Any) -> Any:
        return self._json(requests.post(f"{self.base}/_control{path}", json=body, timeout=10))

    def put(self, path: str, body: Any) -> Any:
        return self._json(requests.put(f"{self.base}/_control{path}", json=body, timeout=10))

    def ledger(self, platform: str = "") -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("/ledger", platform=platform)
        return rows

    def exchanges(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("/exchanges")
        return rows

    def faults(self, platform: str, *faults: dict[str, Any]) -> None:
        self.put(f"/faults/{platform}", list(faults))

    def reset(self) -> None:
        self.post("/reset")

    @staticmethod
    def _json(response: requests.Response) -> Any:
        response.raise_for_status()
        return response.json()
