"""What is counted of requests: the route, and nothing that a client wrote into the address."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.traffic import Counting, Traffic


async def page(_request: Request) -> Response:
    return PlainTextResponse("here")


async def broken(_request: Request) -> Response:
    raise RuntimeError("a bug")


async def ask(traffic: Traffic, path: str, method: str = "GET") -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_message: Any) -> None:
        return None

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": ("127.0.0.1", 7), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    routes = [Route("/i/{token}", page), Route("/broken", broken)]
    await Starlette(routes=routes, middleware=[Middleware(Counting, traffic=traffic)])(scope, receive, send)


async def test_a_page_is_counted_by_its_route_and_never_by_its_token() -> None:
    traffic = Traffic()

    await ask(traffic, "/i/s3cret")
    await ask(traffic, "/i/an0ther")

    assert traffic.requests == {("GET", "/i/{token}", 200): 2}
    assert sum(traffic.seconds["/i/{token}"]) == 2
    assert traffic.total["/i/{token}"] > 0


async def test_what_no_route_answers_is_one_line_however_much_is_guessed() -> None:
    traffic = Traffic()

    await ask(traffic, "/wp-login.php")
    await ask(traffic, "/.env", "BREW")

    assert traffic.requests == {("GET", "-", 404): 1, ("OTHER", "-", 404): 1}


async def test_another_method_is_told_apart() -> None:
    traffic = Traffic()

    await ask(traffic, "/i/s3cret", "POST")

    assert traffic.requests == {("POST", "/i/{token}", 405): 1}


async def test_a_bug_counts_as_a_failure_of_ours() -> None:
    traffic = Traffic()

    with pytest.raises(RuntimeError):
        await ask(traffic, "/broken")

    assert traffic.requests == {("GET", "/broken", 500): 1}


def test_each_answer_falls_into_the_first_bucket_that_holds_it() -> None:
    traffic = Traffic()

    for seconds in (0.005, 0.0051, 9.0):
        traffic.note("GET", "/x", 200, seconds)

    assert traffic.seconds["/x"] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
