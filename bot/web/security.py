"""What browsers are told about every page of ours: run nothing, load nothing from elsewhere, keep and tell nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

_TWO_YEARS = 63_072_000


def is_secure(url: str) -> bool:
    """Whether what has that address is reached over https."""
    return url.startswith("https:")


@lru_cache(maxsize=512)
def page_headers(style: str, *, secure: bool = False, forms: str = "'self'") -> dict[str, str]:
    """For a page whose one style is `style`: it is named by its hash, so that no other one counts.

    `secure`: the page has an https address, so nobody may ever be led to it without. `forms` are the sources to
    which a form may lead, its redirects included.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        "default-src 'none'", f"style-src 'sha256-{digest}'", "img-src 'self'", f"form-action {forms}",
        "base-uri 'none'", "frame-ancestors 'none'",
    )  # fmt: skip
    headers = {
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
        "X-Frame-Options": "DENY",
        **file_headers(secure=secure),
    }
    # Whoever forwards the page's address forwards all it takes to see it.
    headers["Cache-Control"] = "no-store"
    return headers


def file_headers(*, secure: bool = False) -> dict[str, str]:
    """For what is not a page, such as a document or a picture."""
    headers = {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if secure:
        headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}"
    return headers
