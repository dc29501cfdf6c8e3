"""Calls to the fake Stripe as they go over the wire, for tests of the fake itself."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from stripe._api_version import _ApiVersion
from stripe._encode import _api_encode

from tests.fakes.stripe_values import Json


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Json
    headers: httpx.Headers = field(repr=False)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and parameter of a refusal."""
        told = self.body["error"]
        return self.status, told.get("code", ""), told.get("param", "")

    def __getitem__(self, name: str) -> Any:
        assert self.status == 200, self.body
        return self.body[name]


class Api:
    """One key's view of the API; also what a browser sees."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            # Loopback needs no certificates, and reading them all takes a fifth of a second.
            base_url=url, headers={"Stripe-Version": _ApiVersion.CURRENT}, trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )  # fmt: skip
        self._key = key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def get(self, path: str, **parameters: object) -> Answer:
        query = httpx.QueryParams([*_api_encode(parameters)])
        return self._ask("GET", path, params=query)

    def post(self, path: str, *, key: str = "", **parameters: object) -> Answer:
        """`key` is that of idempotency."""
        headers = {"Idempotency-Key": key} if key else {}
        content = str(httpx.QueryParams([*_api_encode(parameters)]))
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask("POST", path, content=content, headers=headers)

    def delete(self, path: str) -> Answer:
        return self._ask("DELETE", path)

    def raw(self, method: str, path: str, headers: dict[str, str], content: str = "") -> Answer:
        """With these headers and no key of its own."""
        got = self._client.request(method, path, headers=headers, content=content)
        return Answer(got.status_code, got.json(), got.headers)

    def page(self, url: str, form: dict[str, str] | None = None) -> httpx.Response:
        return self._client.get(url) if form is None else self._client.post(url, data=form)

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        got = self._client.request(
            method,
            path,
            **{**more, "headers": {"Authorization": f"Bearer {self._key}", **more.get("headers", {})}},
        )
        return Answer(got.status_code, got.json(), got.headers)
