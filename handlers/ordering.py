"""What is said when an order at the payment provider was carried out, or was refused there."""

from __future__ import annotations

from collections.abc import Callable

from core.errors import BillhookError
from core.plan import NAMES
from core.plan_ports import Order, OrderKind
from core.ports import CHAT_JOB, Ids, Jobs, Work
from handlers.kinds import Button, Notice, Reply, Text
from handlers.posting import Posting, post
from handlers.telling import chat_ref, said_in
from handlers.words import _, sentence


class Teller:
    """Speaks in the chat where something was ordered, in the transaction that settles the order."""

    def __init__(self, ids: Ids, jobs: Jobs) -> None:
        self._ids = ids
        self._jobs = jobs

    async def tell_link(self, work: Work, order: Order, url: str) -> None:
        await self._tell(work, order, lambda: _with_link(order, url))

    async def tell_refusal(self, work: Work, order: Order, error: BillhookError) -> None:
        await self._tell(work, order, lambda: _refused(order, error))

    async def _tell(self, work: Work, order: Order, say: Callable[[], Reply]) -> None:
        """Once, however often the order is carried out; in the business that was entered."""
        business = await work.businesses.get()
        chosen = (await work.chats.speaker(order.sender)).language
        language = chosen or await work.outbox.language_of(order.chat) or business.language
        posting = Posting(business.id, order.sender, dedupe_key=f"order:{order.id.hex}")
        if await post(work, self._ids, chat_ref(order.chat), said_in(language, say), posting):
            await self._jobs.enqueue(work, CHAT_JOB, order.chat)


def _with_link(order: Order, url: str) -> Reply:
    if order.kind is OrderKind.UPGRADE:
        text = _("Here you buy {plan}. The page is good for a day.", plan=NAMES[order.plan])
        return Reply(
            (Text(text),), (Button(_("Buy {plan}", plan=NAMES[order.plan]), url=url, tone="primary"),)
        )
    text = _(
        "Here you change your plan and your card, and find what you paid. The page is good for some minutes."
    )
    return Reply((Text(text),), (Button(_("Open billing"), url=url, tone="primary"),))


def _refused(order: Order, error: BillhookError) -> Reply:
    reason = sentence(error)
    if order.kind in (OrderKind.UPGRADE, OrderKind.PORTAL):
        text = _("The page could not be opened. {reason}", reason=reason)
    else:
        text = _("Your plan was not changed. {reason}", reason=reason)
    return Reply((Notice(text, "error"),))


def paid_page() -> tuple[str, str]:
    """Headline and text of the page to which people come back from what was opened here; anybody may open it."""
    return _("Back to your chat"), _(
        "You can close this page. What became of it stands in your chat in a moment."
    )
