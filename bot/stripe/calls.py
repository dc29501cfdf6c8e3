"""Calls to Stripe through its own library: connections, the version of the API, and errors in our own words.

The library is imported with the first call: it takes half a second, and most processes never call.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from core.errors import N_, BillhookError, InvalidInput, Unavailable

if TYPE_CHECKING:
    from stripe import AIOHTTPClient, StripeClient, StripeError

log = logging.getLogger(__name__)

API_VERSION = "2026-10-28.endive"
"""What answers look like does not change under us (docs.stripe.com/api/versioning)."""
Observe = Callable[[str, float, str], None]
"""Hears of every call: its name, how many seconds it took, and `ok`, `refused` or `unavailable`."""

_HEAVY = ("aiohttp", "stripe", "stripe._v1_services")
_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_HURRY_SECONDS = 5.0
"""While somebody waits in front of a page that does not move; pressing again is the same call."""
RETRIES = 2
"""Of one call; the library repeats it with the same idempotency key."""
_RETRY_SECONDS = 10.0
_MOST_WAIT = 60.0
_MOST_SAID = 300
_SECRET = re.compile(r"\b(?:[srp]k|whsec)_\S+")


class Calls:
    """One Stripe, and the accounts there. Connections are opened on first use, inside the loop that uses them."""

    def __init__(
        self, api_url: str, observe: Observe | None = None, seconds: float = _SECONDS, retries: int = RETRIES,
        hurry: float = _HURRY_SECONDS,
    ) -> None:  # fmt: skip
        self._hurry = hurry
        self._api_url = api_url.rstrip("/")
        self._observe = observe
        self._seconds = seconds
        self._retries = retries
        self._http: AIOHTTPClient | None = None

    async def client(self, key: str, patient: bool = True) -> StripeClient:
        """For the account that the key belongs to. One that is not `patient` tries once."""
        if self._http is None:
            # Beside the loop: whoever waits for something else meanwhile goes on.
            for name in _HEAVY:
                await asyncio.to_thread(importlib.import_module, name)
        import aiohttp  # noqa: PLC0415
        import stripe  # noqa: PLC0415

        # What it tells Stripe by itself is which machine this is; what it tells the log is what was sent.
        stripe.enable_telemetry = False
        logging.getLogger("stripe").setLevel(logging.WARNING)
        if self._http is None:
            timeout = aiohttp.ClientTimeout(total=self._seconds, connect=_CONNECT_SECONDS)
            self._http = stripe.AIOHTTPClient(timeout=timeout)
        return stripe.StripeClient(
            key, stripe_version=API_VERSION, base_addresses={"api": self._api_url},
            max_network_retries=self._retries if patient else 0, http_client=self._http,
        )  # fmt: skip

    @asynccontextmanager
    async def hurried_call(self, name: str) -> AsyncIterator[None]:
        """Like call, and given up after a few seconds."""
        with self.call(name):
            async with asyncio.timeout(self._hurry):
                yield

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        """Around one call. Raises Unavailable when Stripe does not answer or wants to be left alone, and
        InvalidInput when it refuses.
        """
        import aiohttp  # noqa: PLC0415
        import stripe  # noqa: PLC0415

        began, outcome = time.monotonic(), "ok"
        try:
            yield
        except stripe.StripeError as error:
            translated = _translated(name, error)
            outcome = "unavailable" if isinstance(translated, Unavailable) else "refused"
            raise translated from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # The answer broke off while it was read.
            outcome = "unavailable"
            log.warning("stripe: %s: %s", name, type(error).__name__)
            raise _silent() from None
        finally:
            if self._observe is not None:
                self._observe(name, time.monotonic() - began, outcome)

    async def close(self) -> None:
        if self._http is not None:
            http, self._http = self._http, None
            # Stripe's library says nothing of the types of this one.
            await http.close_async()  # type: ignore[no-untyped-call]


def _silent(wait: float = _RETRY_SECONDS) -> Unavailable:
    return Unavailable(N_("Stripe does not answer at the moment. Please try again in a minute."), wait)


def _translated(name: str, error: StripeError) -> BillhookError:
    """Never with a key in it: it would reach a chat or the log."""
    import stripe  # noqa: PLC0415

    status, code = error.http_status or 0, _SECRET.sub("…", error.code or "")
    log.warning(
        "stripe: %s: %s %s %s, request %s", name, type(error).__name__, status, code, error.request_id
    )
    match error:
        case stripe.APIConnectionError():
            return _silent()
        case stripe.RateLimitError():
            return _silent(_asked(error))
        case stripe.AuthenticationError():
            return InvalidInput("key", N_("Stripe does not know this key, or not any more."), "rk_live_…")
        case stripe.PermissionError():
            return InvalidInput("key", N_("The key may not do this at Stripe: its permissions do not reach."))
        case stripe.CardError() | stripe.InvalidRequestError() | stripe.IdempotencyError():
            return InvalidInput("stripe", N_("Stripe refuses: {reason}"), reason=_said(error))
        case _:
            # 409: the same call is still in hand there; 5xx: it went wrong there; or what answered was no Stripe.
            return _silent(_asked(error))


def _asked(error: StripeError) -> float:
    """Seconds to be left alone, where Stripe says how many."""
    given = {name.lower(): value for name, value in (error.headers or {}).items()}.get("retry-after", "")
    return min(float(given), _MOST_WAIT) if given.isascii() and given.isdigit() else _RETRY_SECONDS


def _said(error: StripeError) -> str:
    return _SECRET.sub("…", error.user_message or error.code or "")[:_MOST_SAID]
