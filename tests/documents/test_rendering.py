"""Rendering off the event loop: short documents in a thread, long ones in a process."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.rendering import Renderer
from core.documents.issued import render_issued
from core.einvoice.export import to_xml
from core.einvoice.profiles import Profile
from core.einvoice.terms import NOTHING_ADDED
from core.errors import Conflict, InvalidInput, Unavailable
from core.invoice import Document, Line
from tests.builders.documents import REDUCED, a_document, a_line, a_logo

LONG = [a_line(index, tax=REDUCED if index % 3 else None) for index in range(150)]


@pytest.fixture
async def renderer() -> AsyncIterator[Renderer]:
    renderer = Renderer()
    yield renderer
    await renderer.close()


async def test_short_and_long_documents_are_the_same_as_rendered_directly(renderer: Renderer) -> None:
    logo = a_logo()

    for document in (a_document(2), a_document(LONG, currency="KWD")):
        assert await renderer.render(document, logo) == render_issued(document, logo=logo)
        assert await renderer.render(document, None, void=True) == render_issued(document, void=True)


async def test_the_data_of_short_and_long_documents_are_as_written_directly(renderer: Renderer) -> None:
    for document in (a_document(2), a_document(LONG)):
        expected = to_xml(document, Profile.PEPPOL)
        assert await renderer.xml(document, Profile.PEPPOL, NOTHING_ADDED) == expected
        with pytest.raises(Conflict, match="2026-0007 lacks"):
            await renderer.xml(document, Profile.XRECHNUNG, NOTHING_ADDED)


async def test_what_cannot_be_printed_is_refused_by_both(renderer: Renderer) -> None:
    for lines in (1, 150):
        with pytest.raises(InvalidInput, match="漢") as caught:
            await renderer.render(a_document([Line("漢", Decimal(7))] * lines), None)
        assert caught.value.field == "lines"


async def test_a_document_past_the_time_limit_is_given_up_and_the_next_one_works() -> None:
    renderer = Renderer(time_limit=0.0)
    document = a_document(LONG)

    with pytest.raises(Unavailable) as caught:
        await renderer.render(document, None)
    await renderer.close()

    assert caught.value.retry_after > 0
    assert len(await renderer_with_patience(document)) > 10_000


async def renderer_with_patience(document: Document) -> bytes:
    renderer = Renderer()
    try:
        return await renderer.render(document, None)
    finally:
        await renderer.close()


async def test_a_killed_process_is_replaced(renderer: Renderer) -> None:
    document = a_document(LONG)
    expected = await renderer.render(document, None)
    process = renderer.process_id
    assert process is not None

    os.kill(process, signal.SIGKILL)
    try:
        again = await renderer.render(document, None)
    except Unavailable:
        again = await renderer.render(document, None)

    assert again == expected
    assert renderer.process_id != process


async def test_short_documents_do_not_wait_for_long_ones(renderer: Renderer) -> None:
    short, long = a_document(1), a_document(1000)
    done: list[str] = []

    async def note(name: str, document: Document) -> None:
        await renderer.render(document, None)
        done.append(name)

    await asyncio.gather(*(note("long", long) for _ in range(4)), note("short", short))

    assert done[-1] == "long"
