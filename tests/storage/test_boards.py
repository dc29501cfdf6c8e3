"""Standing overviews on somebody's screen: whose they are, and for how long they count."""

from __future__ import annotations

from datetime import timedelta

from core.chat_ports import Board
from storage.places import BOARD_LIFE, MAX_BOARDS
from tests.builders.core import IDS
from tests.fakes.clock import FixedClock
from tests.storage.shop import Shop

TICK = timedelta(microseconds=1)


def a_board(name: str = "home", language: str = "de") -> Board:
    place = IDS.new()
    return Board(f"slack:T7/{place}/home", f"slack:T7/{place}", name, language)


async def show(shop: Shop, *boards: Board) -> None:
    for board in boards:
        async with shop.storage.work() as work:
            await work.chats.show_board(shop.id, board)


async def boards_of(shop: Shop, sender: str = "") -> list[Board]:
    async with shop.storage.work() as work:
        return list(await work.chats.boards(shop.id, sender))


async def test_a_business_knows_its_own_boards_the_last_seen_first(
    shop: Shop, neighbour: Shop, clock: FixedClock
) -> None:
    first, second, other = a_board(), a_board("overview", "fr"), a_board()
    for whose, board in ((shop, first), (shop, second), (neighbour, other)):
        await show(whose, board)
        clock.advance(timedelta(minutes=1))
    before = await boards_of(shop)

    await show(shop, first)

    assert (before, await boards_of(shop)) == ([second, first], [first, second])


async def test_a_board_shows_one_business_at_a_time(shop: Shop, neighbour: Shop) -> None:
    board = a_board()
    await show(shop, board)
    changed = Board(board.chat, board.sender, "overview", "fr")

    await show(neighbour, changed)

    assert (await boards_of(shop), await boards_of(neighbour)) == ([], [changed])


async def test_a_board_counts_for_thirty_days_after_it_was_seen(shop: Shop, clock: FixedClock) -> None:
    board = a_board()
    await show(shop, board)

    clock.advance(BOARD_LIFE - TICK)
    before = await boards_of(shop)
    clock.advance(TICK)

    assert (before, await boards_of(shop)) == ([board], [])


async def test_a_sender_without_a_business_has_a_board_of_their_own(shop: Shop) -> None:
    own, other = a_board(), a_board()
    async with shop.storage.work() as work:
        for board in (own, other):
            await work.chats.show_board(None, board)

    assert (await boards_of(shop, own.sender), await boards_of(shop)) == ([own], [])


async def test_a_board_shown_anew_without_a_look_changes_hands_and_grows_no_younger(
    shop: Shop, neighbour: Shop, clock: FixedClock
) -> None:
    board = a_board()
    await show(shop, board)
    clock.advance(BOARD_LIFE - TICK)
    async with shop.storage.work() as work:
        await work.chats.show_board(neighbour.id, board, looked=False)
        await work.chats.show_board(neighbour.id, a_board(), looked=False)
    before = await boards_of(shop), await boards_of(neighbour)

    clock.advance(TICK)

    assert before == ([], [board])
    assert await boards_of(neighbour) == []


async def test_only_the_boards_seen_last_are_shown_anew(shop: Shop, clock: FixedClock) -> None:
    boards = [a_board() for _each in range(MAX_BOARDS + 1)]
    for board in boards:
        await show(shop, board)
        clock.advance(TICK)

    assert await boards_of(shop) == boards[:0:-1]


async def test_a_board_follows_its_chat_and_takes_the_place_of_one_there(shop: Shop) -> None:
    old, new = a_board(), a_board("overview")
    await show(shop, new, old)

    async with shop.storage.work() as work:
        await work.chats.move(old.chat, new.chat)

    assert await boards_of(shop) == [Board(new.chat, old.sender, old.name, old.language)]
