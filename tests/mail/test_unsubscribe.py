"""The page behind the link that ends letters, asked as mail programs and people do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.web.app import create_app
from bot.web.unsubscribe import unsubscribe_route
from core.codes import code_hash
from tests.fakes.smtp import FakeSmtp
from tests.mail.office import BOOKS, PUBLIC_URL, MailOffice
from tests.scenarios.chat import Chat

TOKEN = "k3Jd0aQ9x-_Zr81b7Tg2Pw"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str


class Reader:
    """Somebody with a browser."""

    def __init__(self, office: MailOffice) -> None:
        app = office.app
        self._app = create_app(app.storage, routes=[unsubscribe_route(app.storage, app.opting_out)])

    async def __call__(self, method: str, token: str = TOKEN, language: str = "en") -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"List-Unsubscribe=One-Click", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        path = f"/u/{token}"
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
            "headers": [(b"accept-language", language.encode())], "client": ("127.0.0.1", 7),
            "server": ("127.0.0.1", 8000),
        }  # fmt: skip
        await self._app(scope, receive, send)
        headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(
            sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent[1:]).decode()
        )


@pytest.fixture
async def office(fresh_database_url: str, smtp: FakeSmtp) -> AsyncIterator[MailOffice]:
    office = MailOffice(fresh_database_url, smtp)
    yield office
    await office.close()


@pytest.fixture
async def ana(office: MailOffice) -> Chat:
    """Acme has a letter with the link."""
    return await has_the_link(office)


@pytest.fixture(scope="module")
async def unchanged(files_database_url: str) -> AsyncIterator[MailOffice]:
    """Where Acme has such a letter, for all tests in which nothing is changed."""
    with FakeSmtp() as smtp:
        office = MailOffice(files_database_url, smtp)
        await has_the_link(office)
        yield office
        await office.close()
    assert smtp.wrongs == []


async def has_the_link(office: MailOffice) -> Chat:
    ana = office.person("ana")
    await office.mails(ana)
    async with office.app.storage.work() as work:
        seat = (await work.chats.speaker(office.sender_of("ana").key)).seat
        assert seat is not None
        await work.enter(seat.business_id)
        await work.opt_outs.add_token(code_hash(TOKEN), BOOKS)
    return ana


async def test_opening_the_link_changes_nothing_and_shows_one_button(unchanged: MailOffice) -> None:
    reader, before = Reader(unchanged), await unchanged.snapshot("ana")

    answer = await reader("GET")

    assert answer.status == 200
    assert "No more mail from Studio Löwe?" in answer.text
    assert answer.text.count("<button>") == 1
    assert await unchanged.snapshot("ana") == before


async def test_pressing_it_ends_the_letters_and_is_told_once(office: MailOffice, ana: Chat) -> None:
    reader = Reader(office)

    first, second = await reader("POST"), await reader("POST")
    await office.errands.work_off(office.app)
    again = await reader("GET")
    await ana.says("/send 2026-0001")

    assert (first.status, second.status, again.status) == (200, 200, 200)
    assert f"{BOOKS} gets no more mail from Studio Löwe." in first.text
    assert "<button>" not in again.text
    assert len(office.told("ana", f"{BOOKS} asked not to get mail from you any more.")) == 1
    ana.sees(f"{BOOKS} asked not to get mail from you.")


async def test_mail_goes_on_once_it_is_noted_how_the_reader_agreed(office: MailOffice, ana: Chat) -> None:
    reader = Reader(office)
    await reader("POST")
    await ana.says("/client Acme")
    ana.sees("Mail: none, as asked for on ")

    await ana.presses("Mail again")
    ana.sees(f"{BOOKS} asked on ", "only they can change that. How and when did they tell you")
    await ana.says("ok")
    ana.sees("Write how and when they said so. Example: Ada King, by phone on 5 March")
    await ana.says("Ada King, by phone on 5 March")
    ana.sees(f"{BOOKS} gets mail from you again, because you noted: Ada King, by phone on 5 March")
    noted = ana.seen
    await ana.says("/send 2026-0001")
    ana.sees(f"to {BOOKS}?")
    await ana.says("/client mail Acme; once more, to be sure")
    ana.sees(f"{BOOKS} gets mail from you: nobody asked to be left alone.")
    (kept,) = [row for row in (await office.snapshot("ana"))["audit"] if "mail allowed" in row]
    assert "Ada King, by phone on 5 March" in kept

    await ana.presses("Undo", on=noted)
    ana.sees("Taken back: Acme GmbH gets no mail, as their reader asked.")
    await ana.says("/send 2026-0001")
    ana.sees(f"{BOOKS} asked not to get mail from you.")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("token", ["x" * 22, "0", "x" * 5000, "%00", "..", "k3Jd0aQ9x-_Zr81b7Tg2PW"])
async def test_a_link_that_names_nothing_says_nothing(unchanged: MailOffice, method: str, token: str) -> None:
    reader, before = Reader(unchanged), await unchanged.snapshot("ana")

    answer = await reader(method, token)

    assert answer.status == 404
    assert "Löwe" not in answer.text
    assert await unchanged.snapshot("ana") == before


async def test_that_there_is_nothing_is_said_in_the_reader_s_language(unchanged: MailOffice) -> None:
    answer = await Reader(unchanged)("GET", "x" * 22, language="de-AT,en;q=0.5")

    assert "Nicht gefunden" in answer.text


@pytest.mark.usefixtures("ana")
async def test_after_its_time_the_link_names_nothing(office: MailOffice) -> None:
    office.wait(days=401)

    answer = await Reader(office)("POST")

    assert answer.status == 404


async def test_the_page_tells_nobody_where_it_was_and_is_not_kept(unchanged: MailOffice) -> None:
    answer = await Reader(unchanged)("GET")

    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "Keine Mails mehr von Studio Löwe?"),
        ("sv,fr;q=0.8", "Plus d’e-mails de Studio Löwe"),
        ("nl-BE,fr;q=0.8", "Geen e-mail meer van Studio Löwe?"),
        ("en-GB", "No more mail from Studio Löwe?"),
        # Where the reader has no language of ours, it is that of the business.
        ("xx", "Keine Mails mehr von Studio Löwe?"),
        ("'\"><script>", "Keine Mails mehr von Studio Löwe?"),
    ],
)
async def test_it_speaks_the_reader_s_language(unchanged: MailOffice, language: str, said: str) -> None:
    answer = await Reader(unchanged)("GET", language=language)

    assert said in answer.text.replace("&#x27;", "'")
    assert "<script>" not in answer.text


async def test_a_name_is_only_text_on_the_page(office: MailOffice, ana: Chat) -> None:
    await ana.says("/settings name <b>Löwe</b> & “Söhne”")

    answer = await Reader(office)("GET")

    assert "&lt;b&gt;Löwe&lt;/b&gt; &amp;" in answer.text
    assert "<b>" not in answer.text


async def test_the_link_in_a_reminder_leads_there(office: MailOffice, ana: Chat) -> None:
    office.wait(days=20)
    await ana.says("/remind 2026-0001")
    await ana.presses("Send now")
    await office.later(seconds=1)

    reminder = office.smtp.letters[-1]
    link = str(reminder.message["List-Unsubscribe"]).strip("<>")
    answer = await Reader(office)("POST", link.removeprefix(f"{PUBLIC_URL}/u/"))

    assert len(office.smtp.letters) == 2
    assert reminder.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"No more mails like this one: {link}" in reminder.text
    assert (answer.status, f"{BOOKS} gets no more mail from Studio Löwe." in answer.text) == (200, True)
