"""What stands on the one-time page on which the owner of a business enters the key of its Stripe account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import BillhookError
from core.pay_ports import PayAccount
from handlers.kinds import Button, Notice, Reply
from handlers.words import _, sentence


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Plain texts; whoever shows them escapes them."""

    title: str
    text: str
    label: str
    """Of the field; empty where there is nothing to enter any more."""
    button: str = ""
    rights: tuple[tuple[str, str], ...] = ()
    wrong: str = ""


def asking(business: str, rights: Iterable[tuple[str, bool]], error: BillhookError | None = None) -> KeyPage:
    """`rights` of the key, as Stripe names them, and whether each is to write, or else to read."""
    return KeyPage(
        title=_("Let clients pay {business} online", business=business),
        text=_(
            "Make a restricted key in Stripe under Developers, API keys, with the rights below, and enter it here. It "
            "is kept encrypted and never shown again."
        ),
        label=_("Restricted key"),
        button=_("Connect"),
        rights=tuple((name, _("write") if writes else _("read")) for name, writes in rights),
        wrong=sentence(error) if error else "",
    )


def connected(business: str, account: PayAccount) -> KeyPage:
    return KeyPage(_("Connected"), _connected(business, account), "")


def used_up() -> KeyPage:
    text = _(
        "This page was for one key, within 15 minutes. Ask for a new one in your chat: /payments connect"
    )
    return KeyPage(_("Not found"), text, "")


def later() -> KeyPage:
    text = _("Stripe does not answer at the moment. Nothing was stored; please try again in some minutes.")
    return KeyPage(_("Not now"), text, "")


def told_connected(business: str, account: PayAccount) -> Reply:
    """In the chat in which the page was asked for."""
    said = Notice(_connected(business, account), "success")
    return Reply((said,), (Button(_("Online payments"), "payments"),))


def _connected(business: str, account: PayAccount) -> str:
    if account.live:
        return _("Clients can pay {business} online now, into the Stripe account {account}.",
                 business=business, account=account.account)  # fmt: skip
    return _(
        "Stripe account {account} of {business} is connected in test mode: clients see the button to pay, and no real "
        "money moves.",
        business=business, account=account.account,
    )  # fmt: skip
