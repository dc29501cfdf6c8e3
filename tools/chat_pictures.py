"""Draws the pictures of docs/telegram.md and docs/billing.md anew: `python -m tools.chat_pictures [NAME …]`.

A real bot in a process of its own talks to the tests' Telegram; what its people then see is drawn by
tools/chat_page.py and photographed with Chromium. The clock stands at the same morning each time, so that a new
picture differs only where the program does.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tests.fakes.stripe import KEY, WEBHOOK_SECRET, FakeStripe
from tests.fakes.telegram import Chat, FakeTelegram, Person, Shown
from tests.fakes.telegram_values import Place
from tests.scenarios.telegram_house import House, opened
from tests.workers.serving import BegunClock
from tools import chat_page, chat_photo

MORNING = "2026-03-02T08:30:00+00:00"
SCALE = 2
_QUIET_SECONDS = 0.5
STUDIO = (
    "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
    "iban DE89370400440532013000; terms 14d"
)
TEAM = ("Löwe team", "3 members")
ACME = "/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE123456788"


class Film:
    """Lets people act, waits for the bot, and collects what is to be drawn."""

    def __init__(self, telegram: FakeTelegram, stripe: FakeStripe) -> None:
        self.telegram = telegram
        self.stripe = stripe
        self.pieces: list[str] = []
        self._seen: dict[tuple[int, int], str] = {}
        self._toasts = 0

    # What people do. Each act returns when the bot has answered it and is silent again.

    def starts(self, person: Person, payload: str | None = None) -> None:
        self._acted(lambda: self.telegram.starts(person, payload))

    def says(self, person: Person, text: str, chat: Chat | None = None, reply_to: int | None = None) -> None:
        self._acted(lambda: self.telegram.says(person, text, chat=chat, reply_to=reply_to))

    def presses(self, person: Person, label: str, chat: Chat | None = None) -> None:
        self._acted(lambda: self.telegram.presses(person, label, chat=chat))

    def follows(self, person: Person, label: str, chat: Chat) -> None:
        self._acted(lambda: self.telegram.follows(person, label, chat=chat))

    def pays(self, person: Person) -> None:
        """On the page that the last link leads to."""
        session = self.stripe.calls_of("POST /v1/checkout/sessions")[-1].response["id"]
        self._acted(lambda: self.stripe.pays(session))

    def _acted(self, act: Callable[[], object]) -> None:
        before = self._answers()
        act()
        self.telegram.wait_for(lambda: self._answers() > before, what="an answer")
        since, last = time.monotonic(), self._answers()
        while time.monotonic() - since < _QUIET_SECONDS or self.telegram.pending:
            time.sleep(0.05)
            if self._answers() != last:
                since, last = time.monotonic(), self._answers()

    def _answers(self) -> int:
        """How often the bot did something that somebody can see."""
        seen = ("send", "edit", "answerCallbackQuery", "delete")
        calls = self.telegram.calls
        return sum(call.method.startswith(seen) and call.method != "sendChatAction" for call in calls)

    # What is drawn.

    def chat(self, place: Place, title: str = "Billhook", below: str = "bot") -> None:
        self.pieces.append(chat_page.header(title, below, group=not isinstance(place, Person)))

    def tells(self, pressed: str, text: str = "") -> None:
        self.pieces.append(chat_page.caption(pressed, text))

    def skips(self, *places: Place) -> None:
        """What stands there now is not drawn."""
        for place in places:
            self._news(place)
        self._toasts = len(self.telegram.toasts)

    def looks(self, place: Place, viewer: Person) -> None:
        """Everything in this chat that is new or reads otherwise since the last look, and what was noted over it."""
        news = self._news(place)
        known = {shown.message_id: shown for shown in self.telegram.messages(place)}
        in_group = not isinstance(place, Person)
        for shown in news:
            if shown.service:
                self.pieces.append(chat_page.service(f"{shown.sender} added Billhook"))
                continue
            mine = not shown.from_bot and shown.sender == viewer.first_name
            quoted = known.get(shown.reply_to or 0) if in_group else None
            self.pieces.append(chat_page.message(shown, mine, shown.sender if in_group else "", quoted))
        if news and news[-1].asked is not None:
            self.pieces.append(chat_page.prompt(news[-1]))
        for toast in self.telegram.toasts[self._toasts :]:
            if toast.text:
                self.pieces.append(chat_page.toast(toast.text, toast.alert))
        self._toasts = len(self.telegram.toasts)

    def _news(self, place: Place) -> list[Shown]:
        """A message that only lost its buttons is none; a client hides the code behind /start in a link."""
        found = []
        for shown in self.telegram.messages(place):
            key = (shown.chat_id, shown.message_id)
            if self._seen.get(key) != shown.text:
                found.append(shown)
            self._seen[key] = shown.text
        return [_without_code(shown) for shown in found]

    def last(self, place: Place) -> Shown:
        return [shown for shown in self.telegram.messages(place) if shown.from_bot][-1]


def _without_code(shown: Shown) -> Shown:
    return replace(shown, text="/start") if shown.text.startswith("/start go_") else shown


# -- the pictures ------------------------------------------------------------------------------------


def start(film: Film) -> None:
    ana = film.telegram.person("Ana")
    film.chat(ana)
    film.starts(ana)
    film.looks(ana, ana)
    film.presses(ana, "Set up my business")
    film.says(ana, "Studio Löwe")
    film.tells("Set up my business", "one message asks it all")
    film.looks(ana, ana)
    film.presses(ana, "Germany")
    for text in ("Hauptstr. 1, 10115 Berlin", "DE136695976", "DE89370400440532013000"):
        film.says(ana, text)
    film.presses(ana, "14 days")
    film.tells("", "four answers later")
    film.looks(ana, ana)


def invoice(film: Film) -> None:
    ana = _studio(film)
    film.chat(ana)
    film.says(ana, "Acme: 3h design @ 120, 2 x Hosting @ 49.90")
    film.looks(ana, ana)
    film.presses(ana, "Issue")
    film.tells("Issue", "gives the number")
    film.looks(ana, ana)
    film.presses(ana, "Paid")
    film.tells("Paid", "all of it, today")
    film.looks(ana, ana)
    film.presses(ana, "Paid")
    film.tells("Paid", "once more")
    film.looks(ana, ana)


def group(film: Film) -> None:
    ana, ben = _studio(film), film.telegram.person("Ben")
    team = _team(film, ana, ben)
    film.chat(team, *TEAM)
    film.says(ana, "/start", chat=team)
    film.looks(team, ana)
    film.follows(ana, "Set up in private", chat=team)
    film.tells("Set up in private", "opens her own chat")
    film.chat(ana)
    film.looks(ana, ana)
    film.presses(ana, "Yes, client data only in private")
    film.tells("Yes, client data only in private")
    film.chat(team, *TEAM)
    film.looks(team, ana)
    film.says(ben, "/overdue", chat=team)
    film.looks(team, ana)


def reply(film: Film) -> None:
    ana, ben = _studio(film), film.telegram.person("Ben")
    team = _team(film, ana, ben)
    film.says(ana, "/start", chat=team)
    film.follows(ana, "Set up in private", chat=team)
    film.presses(ana, "Yes, and show client data there")
    film.skips(team)
    film.chat(team, *TEAM)
    film.says(ben, "/invoice", chat=team)
    film.looks(team, ben)
    film.presses(ben, "Acme GmbH", chat=team)
    film.tells("Acme GmbH")
    film.looks(team, ben)
    film.says(ben, "3h design @ 120", chat=team, reply_to=film.last(team).message_id)
    film.tells("", "the reply is the answer")
    film.looks(team, ben)


def menu(film: Film) -> None:
    jana = film.telegram.person("Jana", language_code="de")
    film.starts(jana)
    film.chat(jana)
    film.looks(jana, jana)
    film.pieces.append(chat_page.menu(film.telegram.commands("all_private_chats", "de")))


def upgrade(film: Film) -> None:
    ana = _studio(film)
    film.chat(ana)
    film.says(ana, "/upgrade")
    film.looks(ana, ana)
    film.presses(ana, "Pro, EUR 12.00 a month")
    film.presses(ana, "Monthly, EUR 12.00")
    film.tells("Pro, EUR 12.00 a month", "and Monthly")
    film.looks(ana, ana)
    film.pays(ana)
    film.tells("Buy Pro", "opens Stripe’s page, where she pays")
    film.looks(ana, ana)
    film.says(ana, "/plan")
    film.looks(ana, ana)


PICTURES = {
    "start": start,
    "invoice": invoice,
    "group": group,
    "reply": reply,
    "menu": menu,
    "upgrade": upgrade,
}
SOLD = frozenset({"upgrade"})
"""Those in which plans are sold: elsewhere nobody hears of them."""


def _studio(film: Film) -> Person:
    """Ana has set her business up and has one client; none of it is drawn."""
    ana = film.telegram.person("Ana")
    film.starts(ana)
    film.says(ana, STUDIO)
    film.says(ana, ACME)
    film.skips(ana)
    return ana


def _team(film: Film, ana: Person, ben: Person) -> Chat:
    """Ben is a member of Ana's business, Cleo is not, and all three are in a group."""
    film.says(ana, "/invite member")
    code = re.search(r"\?start=(\S+)", film.last(ana).text)
    film.starts(ben, code[1] if code else None)
    film.skips(ana, ben)
    team = film.telegram.group(TEAM[0], ana, ben, film.telegram.person("Cleo"), bot=False)
    film.telegram.adds_bot(ana, team)
    return team


# -- from the conversation to the file ----------------------------------------------------------------


def drawn(name: str, folder: Path) -> str:
    """The page of one conversation, held with a bot and a database of its own."""
    clock = BegunClock(datetime.fromisoformat(MORNING))
    with FakeTelegram() as telegram, FakeStripe(clock=clock.now) as stripe:
        house = House(
            telegram=telegram, url=f"sqlite:///{folder / 'pictures.db'}", folder=folder, begin=MORNING,
            settings=_selling(stripe) if name in SOLD else {},
        )  # fmt: skip
        with opened(house):
            process = house.serve()
            stripe.own.listen(f"http://127.0.0.1:{process.port}/stripe/webhook", secret=WEBHOOK_SECRET)
            film = Film(telegram, stripe)
            PICTURES[name](film)
        if telegram.violations:
            raise RuntimeError(f"Telegram would not like this: {telegram.violations}")
    return chat_page.page(film.pieces)


def _selling(stripe: FakeStripe) -> dict[str, str]:
    return {
        "STRIPE_API_URL": stripe.url, "STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_PRICE_PRO": stripe.pro, "STRIPE_PRICE_PRO_YEARLY": stripe.pro_yearly,
        "STRIPE_PRICE_BUSINESS": stripe.business,
    }  # fmt: skip


def main() -> int:
    chromium = chat_photo.browser()
    if chromium is None:
        return 1
    wanted = sys.argv[1:] or list(PICTURES)
    if not PICTURES.keys() >= set(wanted):
        print(f"There are these pictures: {', '.join(PICTURES)}.")
        return 2
    for name in wanted:
        target = chat_photo.IMAGES / f"telegram-{name}.png"
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            page = drawn(name, folder)
            chat_photo.photograph(chromium, page, folder, target, chat_page.WIDTH, SCALE)
        print(f"{target.name}  {target.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
