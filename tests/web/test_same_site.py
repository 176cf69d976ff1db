import pytest
from starlette.requests import Request

from bot.web.same_site import foreign

OURS = "https://bot.example.org"


def request(method: str = "POST", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": method, "headers": raw})


@pytest.mark.parametrize("ours", ["", OURS])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}, {"sec_fetch_site": "cross-site"}],
)
def test_a_change_that_another_site_asks_for_is_foreign(headers: dict[str, str], ours: str) -> None:
    assert foreign(request(host="localhost:8080", **headers), ours)
    assert not foreign(request("GET", host="localhost:8080", **headers), ours)


def test_our_own_pages_are_not_foreign_at_our_address_nor_at_the_one_that_was_asked() -> None:
    assert not foreign(request(host="localhost:8080", origin="http://localhost:8080"))
    assert not foreign(request(host="inside:8080", origin=OURS), OURS)
    assert foreign(request(host="inside:8080", origin=OURS))


def test_what_platforms_send_is_not_foreign() -> None:
    assert not foreign(request(host="bot.example.org"), OURS)
