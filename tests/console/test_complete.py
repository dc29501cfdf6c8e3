"""What the prompt offers while a message is typed."""

from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import to_plain_text

from bot.console.complete import ChatCompleter
from bot.naming import Names

COMMANDS = {"invoice": "Write an invoice", "invoices": "List invoices", "client": "Show a client",
            "client add": "Add a client", "help": "What I can do"}  # fmt: skip
CLIENTS = ("Acme GmbH", "Ångström AB", "The Acme Bakery", "Zoo")
PRODUCTS = (("Hosting", "HOST-1"), ("Hosting plus", ""), ("3D model", ""), ("Größe L", "GL"))


class Asked:
    def __init__(self) -> None:
        self.times = 0

    async def names(self) -> Names:
        self.times += 1
        return Names(CLIENTS, PRODUCTS)


async def offered(text: str, completer: ChatCompleter | None = None) -> list[Completion]:
    chosen = completer or ChatCompleter(Asked().names, COMMANDS)
    return [item async for item in chosen.get_completions_async(Document(text), CompleteEvent())]


async def completed(text: str) -> list[str]:
    """The whole text, as it stands after each completion was taken."""
    return [text[: len(text) + item.start_position] + item.text for item in await offered(text)]


async def test_commands_complete_with_their_help() -> None:
    items = await offered("/cl")

    assert [(item.text, to_plain_text(item.display_meta)) for item in items] == [
        ("client", "Show a client"),
        ("client add", "Add a client"),
    ]


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("/", [f"/{name}" for name in COMMANDS]),
        ("/INV", ["/invoice", "/invoices"]),
        ("/client a", ["/client add", "/client Acme GmbH", "/client Ångström AB", "/client The Acme Bakery"]),
        ("/invoice ac", ["/invoice Acme GmbH", "/invoice The Acme Bakery"]),
        ("/invoice Acme G", ["/invoice Acme GmbH"]),
        ("/invoice åNG", ["/invoice Ångström AB"]),
        ("/invoices Z", ["/invoices Zoo"]),
        ("/invoices open Z", ["/invoices open Zoo"]),
        ("/client edit Z", ["/client edit Zoo"]),
        ("/client add Z", []),
        ("/invoice Zoo", []),
        ("/quote ac", ["/quote Acme GmbH", "/quote The Acme Bakery"]),
        ("/recurring edit Z", ["/recurring edit Zoo"]),
        ("/invoice Acme: 3h design", []),
        (
            "/invoice Acme: hos",
            ["/invoice Acme: Hosting", "/invoice Acme: Hosting plus", "/invoice Acme: HOST-1"],
        ),
        ("/invoice Acme: 2 x Hosting ", ["/invoice Acme: 2 x Hosting plus"]),
        (
            "/invoice Acme: 3h talk @ 80, 2,5 month plu",
            ["/invoice Acme: 3h talk @ 80, 2,5 month Hosting plus"],
        ),
        ("/invoice Acme: 2 x 3d", ["/invoice Acme: 2 x 3D model"]),
        ("/invoice Acme: 3", ["/invoice Acme: 3D model"]),
        ("/invoice Acme: 3h", []),
        (
            "/invoice Acme: 3h x h",
            ["/invoice Acme: 3h x Hosting", "/invoice Acme: 3h x Hosting plus", "/invoice Acme: 3h x HOST-1"],
        ),
        ("/invoice Acme: Hosting @ 4", []),
        ("/invoice Acme: Logo @ 900; hos", []),
        ("Acme: 2 größ", ["Acme: 2 Größe L"]),
        ("/invoice Acme:\n- 2 x Hosting\n- 1 gl", ["/invoice Acme:\n- 2 x Hosting\n- 1 GL"]),
        ("/recurring Acme monthly on 31: 3d", ["/recurring Acme monthly on 31: 3D model"]),
        ("/edit due 30d; add 1 x 3d", ["/edit due 30d; add 1 x 3D model"]),
        ("/edit line 2: 3d", ["/edit line 2: 3D model"]),
        ("/quote edit add 3d", ["/quote edit add 3D model"]),
        ("/product edit 3d", ["/product edit 3D model"]),
        ("/product add 3d", []),
        ("/paid 2026-0007: hos", []),
        ("/help Z", []),
        ("hello", []),
        ("", []),
    ],
)
async def test_the_text_becomes(typed: str, whole: list[str]) -> None:
    assert await completed(typed) == whole


async def test_names_are_asked_for_once_per_message_and_only_where_they_may_stand() -> None:
    asked = Asked()
    completer = ChatCompleter(asked.names, COMMANDS)

    await offered("/he", completer)
    assert asked.times == 0

    for text in ("/invoice ", "/invoice A", "/invoice Ac"):
        await offered(text, completer)
    assert asked.times == 1

    completer.forget_names()
    await offered("/invoice Z", completer)
    assert asked.times == 2


async def test_paths_complete_to_folders_and_files_that_can_be_sent(tmp_path: Path) -> None:
    for name in ("logo.png", "logo.svg", ".hidden.png", "my logo.png"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "logos").mkdir()

    assert await completed(f"/logo file:{tmp_path}/") == [
        f"/logo file:{tmp_path}/logo.png",
        f"/logo file:{tmp_path}/logos/",
        f'/logo file:"{tmp_path}/my logo.png"',
    ]
    assert await completed(f'/logo file:"{tmp_path}/my l') == [f'/logo file:"{tmp_path}/my logo.png"']
    assert await completed(f"file:{tmp_path}/nowhere/x") == []
