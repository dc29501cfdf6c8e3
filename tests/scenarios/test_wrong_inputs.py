"""What is typed wrong: one clear sentence with the field and an example, and nothing is changed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from handlers.registry import COMMANDS
from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, meant, opens_a_studio_with_acme

DATABASES = ("sqlite",)
"""What is said and asked does not depend on the database."""

FIELDS = {
    # What was typed, then the field that is named, what is said, and the example that is shown.
    "/invoice Acme: 3h design": ("lines", "There is no price; write it behind an @.", "2 x Hosting @ 49.90"),
    "/invoice Acme: design @ twelve": ("lines", "“twelve” is not an amount of money", "2 x Hosting @ 49.90"),
    "/invoice Acme: design @ 1e5": ("lines", "is not an amount of money", "2 x Hosting @ 49.90"),
    "/invoice Acme: a @ 5 b @ 6": ("lines", "There are two prices", "3h design @ 120, 2 x Hosting @ 49.90"),
    "/invoice Acme: a @ 5 EUR, b @ 6 USD": (
        "lines",
        "A price is in USD, but the invoice is in EUR",
        "2 x Hosting",
    ),
    "/invoice Acme: a @ 5; due soonish": ("due", "is neither a time to pay nor a date", "14d"),
    "/invoice Acme: a @ 5; due yesterday": ("due", "before its date", "14d"),
    "/invoice Acme: a @ 5; on 2020-01-01": ("on", "is more than a year away from today", "2026-03-05"),
    "/invoice Acme: a @ 5; on 31.2.": ("on", "is not a day of the calendar", "2026-12-31"),
    "/invoice Acme: a @ 5; period never": ("period", "“never”", "2026-11"),
    "/invoice Acme: a @ 5; vat 101": ("vat", "is not a percentage from 0 to 100", "19%"),
    "/invoice Acme: a @ 5; discount 0%": ("discount", "is no discount", "10%"),
    "/invoice Acme: a @ 5; currency gold": ("currency", "is not the code of a currency", "EUR"),
    "/invoice Acme: a @ 5 EUR; currency CHF": ("currency", "The prices are written in EUR", "EUR"),
    "/invoice Acme: a @ 5; incl perhaps": ("incl", "is neither yes nor no", "yes"),
    "/invoice 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/invoice show 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/pdf 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/xml 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/xml 2026-0001 edifact": ("format", "“edifact” is no format that I can write.", "peppol"),
    "/paid 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/paid 2026-0001 0": ("amount", "must be more than zero", "120"),
    "/paid 2026-0001 5 2027-01-01": ("date", "is in the future", "today"),
    "/receipt 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/language Klingon": ("language", "is not a language I know", "de"),
    "/language Italian": ("language", "I speak English, German, French and Spanish.", "de"),
    "/deliveries now": ("deliveries", "behind it may stand failed, uncertain or sent", "/deliveries failed"),
    "/credit 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/credit 2026-0001 500 oops": ("amount", "Of 2026-0001, only EUR 428.40 is left", "428.40"),
    "/credit 2026-0001 5 USD oops": ("amount", "USD is another currency", "428.40"),
    "/credit 2026-0001: design @ lots; reason x": (
        "lines",
        "is not an amount of money",
        "2 x Hosting @ 49.90",
    ),
    "/credit 2026-0001: design @ 5 vat 7%; reason x": (
        "lines",
        "has no line with VAT of 7%",
        "1h design @ 120",
    ),
    "/credit 2026-0001 #7 oops": ("lines", "2026-0001 has no line 7.", "#1"),
    "/credit 2026-0001 9 x #1 oops": ("lines", "Of line 1 of 2026-0001, only 3 is left to credit.", "#1"),
    "/credit 2026-0001 #1, #1 oops": ("lines", "Line 1 stands here twice.", "#1, #2"),
    "/credit show CN9": ("number", "There is no credit note CN9.", "CN2026-0001"),
    "/credit pdf CN9": ("number", "There is no credit note CN9.", "CN2026-0001"),
    "/credit xml CN9": ("number", "There is no credit note CN9.", "CN2026-0001"),
    "/credit void CN9 oops": ("number", "There is no credit note CN9.", "CN2026-0001"),
    "/credit use 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/refund 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/refund 2026-0001 lots": ("amount", "“lots” is not an amount of money", "120"),
    "/settings credit-pattern CN": ("credit-pattern", "is not a number pattern", "{YYYY}"),
    "/settings credit-pattern {YYYY}-{NNNN}": ("credit-pattern", "must not look alike", "CN{YYYY}-{NNNN}"),
    "/void 2026-0099 oops": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/edit line 7: a @ 5": ("at", "There is no line 7; the draft has 1.", "1"),
    "/edit line 1: a": ("line", "There is no price", "2 x Hosting @ 49.90"),
    "/edit add a": ("add", "There is no price", "2 x Hosting @ 49.90"),
    "/edit remove 7": ("remove", "There is no line 7; the draft has 1.", "1"),
    "/edit remove 1": ("remove", "This is the only line; discard the draft instead.", "/discard"),
    "/edit foo": ("edit", "“foo” does not say what to change", "due 30d"),
    "/edit due 3d; due 4d": ("edit", "“due” stands here twice.", "due 30d"),
    "/edit due yesterday": ("due", "before its date", "14d"),
    "/client add Bär; address Kai 3; country Lummerland": ("country", "is not a country I know", "DE"),
    "/client add Bär; address Kai 3; country DE; email bär": (
        "email",
        "is not an e-mail address",
        "books@acme",
    ),
    "/client edit Acme; vat-id DE123": ("vat-id", "has not the form of a VAT id", "DE136695976"),
    "/product add A, b @ 5": ("name", "cannot be named in a line", "Hosting"),
    "/product add Talk @ twelve": ("price", "is not an amount of money", "120"),
    "/product add Talk @ 5 / parsec": ("unit", "is not a unit I know", "month"),
    "/product add Talk @ 5 vat lots": ("vat", "is not a percentage", "19%"),
    "/product add Talk @ 5 vat goods": ("vat", "A product has a rate", "19%"),
    "/product add Talk @ 5; code a b": ("code", "is no code", "HOST-1"),
    "/product edit Care; price none": ("price", "is not an amount of money", "120"),
    "/invoice Acme: 3h Care": ("lines", "is priced by another unit", "2 x Hosting @ 49.90"),
    "/settings iban DE00": ("iban", "IBAN", "DE89370400440532013000"),
    "/settings bic X": ("bic", "is not a BIC", "COBADEFFXXX"),
    "/settings vat-id DE136695977": ("vat-id", "its check digits are wrong", "DE136695976"),
    "/settings vat lots": ("vat", "is not a percentage", "19%"),
    "/settings terms whenever": ("terms", "is not a time to pay", "14d"),
    "/settings currency gold": ("currency", "is not the code of a currency", "EUR"),
    "/settings language klingon": ("language", "is not a language I know", "de"),
    "/settings zone Mars": ("zone", "is not a time zone I know", "Europe/Berlin"),
    "/settings accent red": ("accent", "is not a colour", "#1f4e79"),
    "/settings next-number none": ("next-number", "is no counter of a number", "42"),
    "/settings email nobody": ("email", "is not an e-mail address", "books@acme.example"),
    "/settings country Lummerland": ("country", "is not a country I know", "DE"),
    "/settings logo mine": ("logo", "There is no picture in this message.", "/settings logo file:logo.png"),
    "/invite boss": ("role", "is no role: it is accountant, member, admin or owner", "member"),
    "/invite @ben member": ("person", "I know nobody by name here.", "/invite member"),
    "/business Zimt": ("business", "You work for no business called Zimt.", "Studio Löwe"),
    "/business new Zimt; country Lummerland": ("country", "is not a country I know", "DE"),
    "/channel Acme; show open": ("channel", "Say this in the channel", "/channel Acme; show open"),
    "/member role ben boss": ("role", "is no role", "member"),
    "/member role nobody admin": ("member", "Nobody here is called nobody.", "ana"),
    "/member remove nobody": ("member", "Nobody here is called nobody.", "ana"),
    "/approval 1000 nobody": ("approver", "Nobody here is called nobody.", "ana"),
    "/approval limit lots; approver ana": ("limit", "is not an amount of money", "120"),
    "/reminders steps soon": ("steps", "“soon” is not a number of days", "-3 0 3 7 14"),
    "/reminders steps 7 7": ("steps", "Each step of a ladder is named once.", "-3, 0, 3"),
    "/reminders at noonish": ("at", "“noonish” is not a time of day.", "13:00"),
    "/invoice Acme: a @ 5; early 2%": (
        "early",
        "does not say how much is off within how many days",
        "2% 10d",
    ),
    "/invoice Acme: a @ 5; early 2% 1m": ("early", "is below 100%, and counts for 1 to 365 days", "2% 10d"),
    "/invoice Acme: a @ 5; early 2% 15d; due 14d": ("early", "after the invoice is due on", "2% 10d"),
    "/settings cash-rounding 0.05 CHF": ("cash-rounding", "in your own currency, EUR", "0.05"),
    "/settings cash-rounding 500": ("cash-rounding", "a step of at most 100", "0.05"),
    "/client edit Acme; early 200% 3d": ("early", "is not a percentage from 0 to 100", "19%"),
    "/aging in XXY": ("file", "“in XXY” is not one of: csv, xlsx.", "csv"),
    "/rate XXY 1": ("currency", "is not the code of a currency", "EUR"),
    "/rate USD lots": ("rate", "“lots” is not an exchange rate", "1.0832"),
    "/rate EUR 1.1": ("rate", "A rate is between two currencies.", "1 EUR = 1.0832 USD"),
    "/rate USD 1.1 on 2020-01-01": ("on", "is not a day of the last 400 days", "2026-03-05"),
    "/rate USD 1.1 on tomorrow": ("on", "is not a day of the last 400 days", "2026-03-05"),
    "/rate import": ("file", "Send the ECB's file of reference rates along", "file:eurofxref-hist.csv"),
    "/reminders preview 30h": ("preview", "“30h” is not a number of hours from 0 to 23.", "4h"),
    "/reminders preview 14h": (
        "preview",
        "Reminders are shown on the day they leave;",
        "preview 4h; at 13:00",
    ),
    "/reminders at 3": ("at", "4 hours before 03:00 is the day before.", "preview 4h; at 13:00"),
    "/reminders silence maybe": ("silence", "“maybe” is not one of: send, hold.", "hold"),
    "/reminders minimum lots": ("minimum", "“lots” is not an amount of money", "120"),
    "/reminders minimum 20 USD": ("minimum", "in the currency of your business, EUR.", "20"),
    "/reminders quiet always": ("quiet", "“always” does not say from when until when.", "20-8"),
    "/reminders weekends maybe": ("weekends", "“maybe” is neither on nor off.", "on"),
    "/reminders holidays maybe": ("holidays", "“maybe” is neither on nor off.", "on"),
    "/reminders fee 40": ("fee", "“40” does not say how much at which step", "40 at 14"),
    "/reminders fee 40 at 15": (
        "fee",
        "The late fee stands at 15 days, but no reminder is sent then.",
        "steps -3 0 3 7 14 15; fee 40 at 15",
    ),
    "/reminders interest lots": ("interest", "“lots” is not one of: statutory, off.", "11.27%"),
    "/reminders pay-link http://pay.example": ("pay-link", "is not an https address", "https://pay.example/"),
    "/reminders pay-link https://pay.example/{name}": (
        "pay-link",
        "“{name}” is no place that I can fill",
        "https://pay.example/",
    ),
    "/reminders reminders maybe": ("reminders", "“maybe” is neither on nor off.", "on"),
    "/reminders on; off": ("reminders", "“reminders” is there twice; write it once.", "on"),
    "/reminders Acme steps never": ("steps", "“never” is not a number of days", "-3 0 3 7 14"),
    "/reminders Acme language Klingon": ("language", "is not a language I know", "de"),
    "/reminders Acme language Swedish": ("language", "no documents and letters in “Swedish” yet", "de"),
    "/reminders Acme zone Mars": ("zone", "is not a time zone I know", "Europe/Berlin"),
    "/reminders client Acme; reminders maybe": ("reminders", "is neither on nor off, nor usual.", "off"),
    "/reminders 2026-0099 off": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/reminders 2026-0001 steps 91": ("steps", "90 days after the due date", "-3, 0, 3"),
    "/reminders invoice 2026-0001; reminders maybe": ("reminders", "nor usual.", "off"),
    "/reminders text rude de": ("tone", "“rude” is not one of: notice, friendly, firm, final.", "friendly"),
    "/reminders text firm sv": ("language", "There are no documents and letters in “sv” yet", "de"),
    "/reminders text firm de {name}": ("text", "“{name}” is no place that I can fill", "Dear {client}"),
    "/remind 2026-0099": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/snooze 2026-0099 3d": ("number", "There is no invoice 2026-0099.", "2026-0001"),
    "/snooze 2026-0001 someday": ("until", "“someday” is neither a number of days nor a date.", "3d"),
    "/snooze 2026-0001 yesterday": ("until", "2026-03-04 is not a day of the coming year.", "3d"),
    "/promise Acme someday": ("client", "There is no client named “Acme someday”", "Acme friday"),
    "/promise Acme yesterday": ("date", "a promise is about a later one.", "2026-03-06"),
    "/promise Acme today": ("date", "a promise is about a later one.", "2026-03-06"),
    "/promise Acme 2027-04-01": ("date", "is more than a year away from today.", "2026-03-06"),
    "/quote Acme: 3h design": ("lines", "There is no price", "2 x Hosting @ 49.90"),
    "/quote Acme: a @ 5; valid soonish": ("valid", "is neither a number of days nor a date", "30d"),
    "/quote Acme: a @ 5; valid 2026-03-01": ("valid", "is before its date 2026-03-05", "30d"),
    "/quote show Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote pdf Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote issue Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote discard Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote edit foo": ("edit", "“foo” does not say what to change", "valid 60d"),
    "/quote accept Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote decline Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote withdraw Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote convert Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote rest Q99": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote deposit Q99 30%": ("quote", "There is no quote Q99.", "Q2026-0001"),
    "/quote deposit Q2026-0001 130%": ("share", "is not a percentage from 0 to 100", "19%"),
    "/quote deposit Q2026-0001 5 USD": ("share", "Q2026-0001 is in EUR; 5 USD is another currency.", "30%"),
    "/deposit much": ("share", "“much” is not an amount of money", "120,50"),
    "/deposit 5000": ("share", "A deposit of EUR 5,000.00 is more than the total of EUR 476.00.", "30%"),
    "/settings quote-pattern {NNNN}": (
        "quote-pattern",
        "Quotes must not look like invoices",
        "Q{YYYY}-{NNNN}",
    ),
    "/recurring Acme monthly on 31: Hosting": ("lines", "There is no price", "2 x Hosting @ 49.90"),
    "/recurring Acme: Hosting @ 5; every 31": ("every", "does not say how often", "monthly on 31"),
    "/recurring Acme monthly: Hosting @ 5; times 0": (
        "times",
        "is not a number of invoices from 1 to 999",
        "12",
    ),
    "/recurring Acme monthly: Hosting @ 5; then pay": ("then", "is none of draft, issue and send", "issue"),
    "/recurring Acme monthly: Hosting @ 5; due 2027-01-01": (
        "due",
        "is due some days after each date",
        "14d",
    ),
    "/recurring Acme monthly on 31: Hosting @ 5; until 2026-03-30": (
        "until",
        "It would end before its first day, 2026-03-31.",
        "2026-03-31",
    ),
    "/tomorrow please": ("tomorrow", "It shows what comes next", "/tomorrow"),
    "/digest tomorrow": ("time", "“tomorrow” is not a time of day.", "8:30"),
    "/digest 8:30; 9:00": ("digest", "“time” is there twice; write it once.", "8:30; weekdays"),
    "/digest days sometimes": ("days", "“sometimes” is not a choice of days", "weekdays"),
    "/notify quiet always": ("quiet", "“always” does not say from when until when.", "21-7"),
    "/notify digest maybe": ("digest", "“maybe” is neither on nor off.", "on"),
    "/notify weekends maybe": ("weekends", "“maybe” is neither on nor off.", "on"),
    "/notify zone Mars": ("zone", "is not a time zone I know", "Europe/Berlin"),
    "/aging soon": ("file", "“soon” is not one of: csv, xlsx.", "csv"),
    "/statement Acme; soon": ("period", "“soon” is not a period", "2026-11-01..2026-11-30"),
    "/report soon": ("period", "“soon” is not a period", "2026-11-01..2026-11-30"),
    "/report 1990-01-01..2026-12-31": ("period", "at most thirty years", "2026"),
    "/import": ("file", "Send a CSV file of clients or of invoices along", "/import file:clients.csv"),
    "/undo please": ("undo", "It takes your last change back", "/undo"),
}
SENTENCES = {
    "/plan pro": "Everything is included here; there are no plans to choose from.",
    "/upgrade gold": "Everything is included here; there are no plans to choose from.",
    "/billing perhaps": "Everything is included here; there are no plans to choose from.",
    # Nothing to ask again: one sentence that says what to do next.
    "/issue 99": "There is no such draft. See /invoices draft",
    "/discard 99": "There is no such draft. See /invoices draft",
    "/client Nobody": "There is no client named “Nobody”.",
    "/client edit Nobody": "There is no client named “Nobody”.",
    "/client archive Nobody": "There is no client named “Nobody”.",
    "/client restore Acme": "No client is archived.",
    "/client add Acme GmbH, Ring 2, 20095 Hamburg, DE": "There is a client named Acme GmbH already.",
    "/product Nothing": "There is no product called “Nothing”.",
    "/product edit Nothing": "There is no product called “Nothing”.",
    "/product archive Nothing": "There is no product called “Nothing”.",
    "/product restore Care": "No product is archived.",
    "/product add care @ 5": "There is a product called care already.",
    "/invoices Nobody": "There is no client named “Nobody”.",
    "/settings colour red": "There is no “colour” here; after a semicolon comes one of: name, country",
    "/reminders colour red": "There is no “colour” here; after a semicolon comes one of: reminders, steps",
    "/reminders Nobody off": "There is no client named “Nobody”.",
    "/reminders client Nobody": "There is no client named “Nobody”.",
    "/snooze Nobody 3d": "There is no client named “Nobody”.",
    "/statement Nobody": "There is no client named “Nobody”.",
    "/promise Nobody friday": "There is no client named “Nobody”.",
    "/promise Acme -": "Acme GmbH has not promised anything.",
    "/quote send Q2026-0001": "Mail is switched off here.",
    "/quote link Q2026-0001": "Clients cannot reach this install, so there is no page to link to.",
    "/quotes Nobody": "There is no client named “Nobody”.",
    "/quote deposit Q2026-0001 30%": "Q2026-0001 is not accepted.",
    "/deposit 2026-0001 30%": "2026-0001 is issued already; an issued invoice is not edited.",
    "/recurring list": "Nothing is billed by itself.",
    "/recurring show Nobody": "Nothing is billed by itself.",
    "/recurring edit Acme: Hosting @ 60": "Nothing is billed to Acme GmbH by itself.",
    "/recurring then Acme issue": "Nothing is billed to Acme GmbH by itself.",
    "/recurring preview Acme": "Nothing is billed to Acme GmbH by itself.",
    "/recurring pause Acme": "Nothing is billed to Acme GmbH by itself.",
    "/recurring resume Acme": "Nothing is billed to Acme GmbH by itself.",
    "/recurring skip": "Nothing is billed by itself. Set it up: /recurring Acme monthly on 31: Hosting @ 50",
    "/recurring end Acme": "Nothing is billed to Acme GmbH by itself.",
    "/notify colour red": "There is no “colour” here; after a semicolon comes one of: digest, preview",
    "/send 2026-0001": "Mail is switched off here.",
    "/credit send CN2026-0001": "Mail is switched off here.",
    "/refund 2026-0001": "There is no credit on 2026-0001 to give back. Make a credit note first",
    "/credit use 2026-0001": "Acme GmbH has no credit in EUR.",
    "/paylink 2026-0001": "Clients cannot reach this install, so there is no page to link to.",
    "/payments connect": "Clients cannot pay online here: this install has no public address (PUBLIC_URL).",
    "/payments connect rk_live_7": "A key has no place in a chat, where it stays readable.",
    "/payments disconnect": "No Stripe account is connected.",
    "/start again": "Studio Löwe is set up.",
    "/join nothing": "You already work for Studio Löwe.",
    "/link nothing": "This code does not exist or has expired.",
    "/help nothing": "There is no /nothing. These are all commands:",
    "/invoics": "There is no /invoics. Did you mean /invoices?",
    "/inv Acme": "There is no /inv. Did you mean /invoice?",
    "/xyzzy": "There is no /xyzzy.",
    "/": "Behind the / stands a command, such as /invoice.",
    "thanks": "I did not understand that.",
}

TAKES_NOTHING = {"clients", "export", "home", "overdue", "members", "payments", "products", "rates"}


@pytest.fixture(scope="module")
async def studio(shared_office: Office) -> Chat:
    """A studio with an issued invoice, a draft and a colleague."""
    ana = shared_office.person("ana")
    await opens_a_studio_with_acme(ana)
    await invites(ana, shared_office.person("ben"), "member")
    await bills(ana, "Acme: 3h design @ 120")
    await ana.says("/product add Care @ 49.90 / month")
    await ana.says("/quote Acme: Offer @ 500")
    await ana.says("/quote issue")
    await ana.says("/quote Acme: Plan @ 600")
    await ana.says("/invoice Acme: 5h talk @ 80")
    # The places of texts are shown in braces, as whoever writes one types them.
    await ana.says("/reminders text final fr {client} {number} {amount} {currency} {due} {days}")
    await ana.says("/reminders text final fr {client} {number} {amount} {due} {days}")
    return ana


@pytest.fixture
async def busy(shared_office: Office, studio: Chat) -> AsyncIterator[Chat]:
    yield studio
    await shared_office.leave_forms(studio.name)


@pytest.mark.parametrize("text", FIELDS)
async def test_a_wrong_value_is_named_with_its_field_and_a_good_example(
    shared_office: Office, busy: Chat, text: str
) -> None:
    field, said, example = FIELDS[text]
    before = await shared_office.snapshot("ana")

    await busy.says(text)

    busy.sees(f"{field}: ", said, "Example: ")
    assert example in busy.seen.text.split("Example: ", 1)[1].split("\n", 1)[0]
    assert await shared_office.snapshot("ana") == before


@pytest.mark.parametrize("text", SENTENCES)
async def test_what_cannot_be_done_is_one_sentence_that_helps(
    shared_office: Office, busy: Chat, text: str
) -> None:
    before = await shared_office.snapshot("ana")

    await busy.says(text)

    busy.sees(SENTENCES[text])
    assert await shared_office.snapshot("ana") == before


def test_every_command_that_takes_something_is_given_something_wrong() -> None:
    tried = {meant(text.removeprefix("/")) for text in (*FIELDS, *SENTENCES)}

    assert [
        command.name for command in COMMANDS if command.typed and command.name not in tried | TAKES_NOTHING
    ] == []


async def test_the_command_that_was_meant_is_a_button_and_takes_the_rest_along(busy: Chat) -> None:
    await busy.says("/invoics open Acme")

    await busy.presses("/invoices")

    busy.sees("Open invoices of Acme GmbH", "2026-0001")


async def test_the_value_is_asked_for_again_and_the_rest_is_kept(ana: Chat) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says("/invoice Acme: 3h design @ 120; due soonish; note Danke!")
    ana.sees("When is it due?")

    await ana.says("30d")

    ana.sees("Draft for Acme GmbH", "(30d)", "Danke!", "EUR 428.40")


@pytest.mark.parametrize(
    "typed",
    [
        "{name}", "{0}", "%s %(x)s", "<b>fett</b>", "'; DROP TABLE client; --", "日本語 株式会社", "Ünlü & Çelik",
        "🦁" * 40, "a\u0301" * 20, "x" * 200,
    ],
)  # fmt: skip
async def test_odd_names_are_only_names(ana: Chat, typed: str) -> None:
    await opens_a_studio_with_acme(ana)
    await ana.says(f"/client {typed}")
    await ana.says("/client add")
    await ana.says(typed)
    await ana.says("Ring 2, 20095 Hamburg")
    await ana.says("DE")
    await ana.says("/skip")

    await ana.says("/skip")

    ana.sees("is now a client.")
