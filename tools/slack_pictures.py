"""Draws the pictures of docs/slack.md anew: `python -m tools.slack_pictures [NAME …]`.

A real server in a process of its own talks to the tests' Slack; what its people then see is drawn by
tools/slack_page.py and photographed with Chromium. The clock stands at the same morning each time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fakes.slack import Channel, FakeSlack, Person, Shown
from tests.scenarios.slack_house import House, opened
from tools import chat_photo, slack_page

MORNING = "2026-03-02T08:30:00+00:00"
SCALE = 1.5
_QUIET_SECONDS = 0.6
_SILENT = ("conversations.", "users.", "auth.", "files.getUploadURL")
"""Methods whose calls nobody sees anything of."""
STUDIO = (
    "/start Studio Löwe; country DE; address Hauptstr. 1, 10115 Berlin; vat-id DE136695976; "
    "iban DE89370400440532013000; terms 14d"
)
ACME = "/client add Acme GmbH; address Ring 2, 20095 Hamburg; country DE; vat-id DE123456788"
MODAL_FIELDS = 6


class Film:
    """Lets people act, waits for the app, and collects what is to be drawn."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.team = slack.team("T0STUDIO", "Studio Löwe")
        self.ana = self.team.person("Ana")
        self.ben = self.team.person("Ben")
        self.pieces: list[str] = []
        self._seen: dict[tuple[str, str], Shown] = {}
        self._began = 0.0

    def acts(self, act: Callable[[], object]) -> None:
        """Returns when the app has answered and is silent again."""
        before = self._answers()
        act()
        self.slack.wait_until(lambda: self._answers() > before, what="an answer")
        since, last = time.monotonic(), self._answers()
        while time.monotonic() - since < _QUIET_SECONDS or self.slack.pending:
            time.sleep(0.05)
            if self._answers() != last:
                since, last = time.monotonic(), self._answers()

    def _answers(self) -> int:
        return sum(not call.method.startswith(_SILENT) for call in self.slack.calls)

    def says(self, person: Person, text: str) -> None:
        self.acts(lambda: person.say(text))

    def types(self, person: Person, command: str, text: str, where: Channel) -> None:
        """A slash command, which is seen only while it is typed."""
        self.pieces.append(slack_page.line(f"{command} {text}".rstrip()))
        self.acts(lambda: person.slash(command, text, where=where))

    # What is drawn.

    def tells(self, pressed: str, text: str = "") -> None:
        self.pieces.append(slack_page.caption(pressed, text))

    def skips(self, person: Person, where: Channel) -> None:
        """What stands there now is not drawn."""
        self._news(person, where)

    def looks(self, person: Person, where: Channel) -> None:
        """Everything there that is new or reads otherwise since the last look; threads are folded."""
        news = self._news(person, where)
        for shown in news:
            if shown.thread_ts is None:
                self.pieces.append(self._message(shown))

    def thread(self, person: Person, where: Channel) -> None:
        """The newest thread there as it stands beside the channel, or what is new in it since the last look."""
        every, news = person.sees(where), self._news(person, where)
        begins = [shown.thread_ts for shown in every if shown.thread_ts][-1]
        below = [shown for shown in every if shown.thread_ts == begins]
        first = [shown for shown in news if shown.ts == begins]
        if first:
            self.pieces += [self._message(first[0]), slack_page.replies(len(below))]
        self.pieces += [self._message(shown) for shown in news if shown in below]

    def _news(self, person: Person, where: Channel) -> list[Shown]:
        found = []
        for shown in person.sees(where):
            key = (person.id, shown.ts)
            if self._seen.get(key) != shown:
                found.append(shown)
            self._seen[key] = shown
        return found

    def _message(self, shown: Shown) -> str:
        return slack_page.message(shown, self._clock(shown))

    def _clock(self, shown: Shown) -> str:
        """The morning goes on from the first message that is drawn."""
        at = float(shown.ts)
        self._began = self._began or at
        begin = datetime.fromisoformat(MORNING).timestamp()
        return f"{datetime.fromtimestamp(begin + at - self._began, ZoneInfo(self.ana.tz)):%H:%M}"


# -- the pictures ------------------------------------------------------------------------------------


def form(film: Film) -> None:
    """The form of an invoice, with one field that was not understood."""
    ana, channel = film.ana, _studio(film)
    film.acts(lambda: ana.slash("/invoice", where=channel))
    ana.wait_modal(lambda screen: screen.fields)
    ana.choose("Who is it for?", "Acme GmbH, Hamburg", typed="acm")
    ana.fill("What do you bill for?", "3h design @ 120\n2 x Hosting @ 49.90")
    ana.fill("When is it due?", "in a while")
    ana.submit()
    screen = ana.wait_modal(lambda screen: screen.errors)
    film.pieces.append(slack_page.modal(screen, MODAL_FIELDS))


def draft(film: Film) -> None:
    """What was understood, for Ana alone, although she asked in a channel."""
    ana, channel = film.ana, _studio(film)
    film.pieces.append(slack_page.header("# acme", "3 members"))
    film.types(ana, "/invoice", "Acme: 3h design @ 120, 2 x Hosting @ 49.90; due 14d", channel)
    film.looks(ana, channel)


def issued(film: Film) -> None:
    """In a channel for one client in which everybody sees results: what Ben sees there."""
    ana, ben, channel = film.ana, film.ben, _studio(film)
    film.acts(lambda: ana.slash("/billhook", "channel Acme; show open", where=channel))
    film.acts(lambda: ana.slash("/invoice", "3h design @ 120, 2 x Hosting @ 49.90", where=channel))
    film.acts(lambda: ana.press("Issue", where=channel))
    film.pieces.append(slack_page.dialog(ana.confirmed[-1]))
    film.tells("Issue", "and everybody in the channel has the PDF")
    film.pieces.append(slack_page.header("# acme", "3 members"))
    film.looks(ben, channel)


def approval(film: Film) -> None:
    """Above the limit, in a channel in which everybody sees results."""
    ana, ben, channel = film.ana, film.ben, _studio(film)
    film.says(ben, "/start")
    film.acts(lambda: ben.press("Ask to be let in", where=ben.dm))
    film.acts(lambda: ana.press("As member", where=ana.dm))
    film.says(ana, "/approval 1000 Ana")
    film.acts(lambda: ana.slash("/billhook", "channel Acme; show open", where=channel))
    film.acts(lambda: ben.slash("/invoice", "10h design @ 120", where=channel))
    film.acts(lambda: ben.press("Ask for approval", where=channel))
    film.pieces.append(slack_page.header("Thread", "# acme"))
    film.thread(ana, channel)
    film.acts(lambda: ana.press("Approve", where=channel))
    film.tells("Approve", "issues it")
    film.thread(ana, channel)


def home(film: Film) -> None:
    """A business with a few invoices."""
    ana, _channel = film.ana, _studio(film)
    film.says(ana, "/client add Café Ölmühle; address Weserstraße 101, 12059 Berlin; country DE")
    for line in (
        "Acme: 12h design @ 95; on 2026-01-12",
        "Café: Menu cards @ 640; on 2026-02-03",
        "Acme: 3h design @ 120; on 2026-02-20",
        "Café: Website @ 1900; on 2026-03-02",
    ):
        film.says(ana, f"/invoice {line}")
        film.says(ana, "/issue")
    film.says(ana, "/paid 4 1000")
    film.says(ana, "/invoice Acme: Workshop @ 760")
    film.acts(ana.open_home)
    film.pieces += [slack_page.header("Billhook"), slack_page.home(ana.wait_home("Acme"))]


PICTURES = {"form": form, "draft": draft, "issued": issued, "approval": approval, "home": home}


def _studio(film: Film) -> Channel:
    """Ana has set her business up and has one client; none of it is drawn."""
    film.says(film.ana, STUDIO)
    film.says(film.ana, ACME)
    return film.team.channel("acme", [film.ana, film.ben])


# -- from the conversation to the file ----------------------------------------------------------------


def drawn(play: Callable[[Film], None], folder: Path) -> str:
    """The page of one scene, played with a server and a database of its own."""
    with FakeSlack() as slack:
        film = Film(slack)
        house = House(
            slack=slack,
            team=film.team,
            url=f"sqlite:///{folder / 'pictures.db'}",
            folder=folder,
            begin=MORNING,
        )
        with opened(house):
            house.serve()
            play(film)
        if slack.violations:
            raise RuntimeError(f"Slack would not like this: {slack.violations}")
    return slack_page.page(film.pieces)


def main() -> int:
    chromium = chat_photo.browser()
    if chromium is None:
        return 1
    wanted = sys.argv[1:] or list(PICTURES)
    if not PICTURES.keys() >= set(wanted):
        print(f"There are these pictures: {', '.join(PICTURES)}.")
        return 2
    for name in wanted:
        target = chat_photo.IMAGES / f"slack-{name}.png"
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            page = drawn(PICTURES[name], folder)
            chat_photo.photograph(chromium, page, folder, target, slack_page.WIDTH, SCALE)
        print(f"{target.name}  {target.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
