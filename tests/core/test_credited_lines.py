"""Crediting an invoice line by line: each part adds up, and all parts together take exactly the invoice."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.credit_note import left_of, part, whole
from core.credited_lines import OpenLines, Pick, Picks, of_parts, open_lines, parts_of, parts_typed
from core.errors import InvalidInput
from core.invoice import Discount, Document, Draft, LinePart, Preceding, Totals
from core.money import Money
from core.totals import compute
from tests.builders.cases import try_all
from tests.builders.core import a_draft, a_line
from tests.core.second_opinion import PLACES, Bill, typed_total
from tests.core.test_credit_note import NINETEEN, SEVEN, adds_up, frozen
from tests.core.test_totals_agree import PRICES, QUANTITIES, drafted

LINES = (
    a_line("100", "3", description="Design", tax=NINETEEN),
    a_line("49.90", "2", description="Hosting", tax=SEVEN),
    a_line("0.333", "3", description="Stamp", tax=NINETEEN),
)


class Books:
    """An invoice and the credit notes over its lines, one after the other."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.document = frozen(compute(draft))
        self.made: list[Document] = []

    @property
    def open(self) -> OpenLines:
        left = left_of(self.document, [one.totals for one in self.made])
        return open_lines(self.draft, self.document, left, self.made)

    def credit(self, *picks: Pick) -> Totals:
        parts = parts_of(self.open, Picks(picks))
        totals = of_parts(self.open, parts, "Credit")
        self.book(totals, parts)
        return totals

    def book(self, totals: Totals, parts: Sequence[LinePart] = ()) -> None:
        self.made.append(replace(frozen(totals), preceding=Preceding("2026-0007", None, tuple(parts))))


def of(discount: Discount | None = None, *, inclusive: bool = False) -> Books:
    return Books(a_draft(UUID(int=7), lines=LINES, discount=discount, inclusive=inclusive))


def test_a_line_is_credited_as_it_was_billed_and_what_is_left_of_it_afterwards() -> None:
    books = of()

    one_hour, rest = books.credit(Pick(1, Decimal(1)), Pick(2)), books.open

    assert [(line.description, line.quantity, line.net.minor) for line in one_hour.lines] == [
        ("Design", Decimal(1), 10000), ("Hosting", Decimal(2), 9980),
    ]  # fmt: skip
    assert one_hour.payable.minor == 11900 + 10679
    assert rest.quantities == (Decimal(2), Decimal(0), Decimal(3))
    assert rest.places == (1, 3)


@pytest.mark.parametrize(
    ("discount", "design"),
    [(Discount(percent=Decimal(10)), 27000), (Discount(amount=Decimal("40.08")), 27000)],
    ids=["percent", "amount"],
)
def test_a_line_takes_its_share_of_the_discount_along(discount: Discount, design: int) -> None:
    books = of(discount)

    taken = books.credit(Pick(1))

    assert (taken.net.minor, taken.line_total.minor, taken.discount.minor) == (design, 30000, 3000)


def test_all_lines_of_an_untouched_invoice_are_the_invoice() -> None:
    books = of(Discount(percent=Decimal(10)))

    assert books.credit(Pick(1), Pick(2), Pick(3)) == books.document.totals
    assert books.open.places == ()


def test_lines_written_anew_take_their_own_quantity_off() -> None:
    books = of()
    typed = (replace(LINES[0], description="DESIGN", quantity=Decimal(2)), replace(LINES[0], quantity=Decimal(2)),
             replace(LINES[1], price=Decimal(40)))  # fmt: skip

    assert parts_typed(books.open, typed) == (LinePart(1, Decimal(2)),)


WRONG = {
    "a line that is not there": ((Pick(4),), "2026-0007 has no line 4."),
    "line zero": ((Pick(0),), "2026-0007 has no line 0."),
    "the same line twice": ((Pick(2), Pick(2, Decimal(1))), "Line 2 stands here twice."),
    "more than is left": ((Pick(1, Decimal("2.5")),), "Of line 1 of 2026-0007, only 2 is left to credit."),
    "less than nothing": ((Pick(1, Decimal(-1)),), "Of line 1 of 2026-0007, only 2 is left to credit."),
    "nothing": ((Pick(1, Decimal(0)),), "Of line 1 of 2026-0007, only 2 is left to credit."),
    "what is credited already": ((Pick(3),), "Line 3 of 2026-0007 is credited already."),
}


@pytest.mark.parametrize(("picks", "said"), WRONG.values(), ids=WRONG)
def test_what_is_not_left_is_refused(picks: tuple[Pick, ...], said: str) -> None:
    books = of()
    books.credit(Pick(1, Decimal(1)), Pick(3))

    with pytest.raises(InvalidInput) as caught:
        books.credit(*picks)

    assert caught.value.message.format(**caught.value.values) == said


def test_a_line_is_refused_where_an_amount_has_taken_more_than_it_leaves() -> None:
    books = of()
    books.book(part(books.open.left, Money(20000, "EUR"), "Credit"))

    with pytest.raises(InvalidInput, match="is left to credit"):
        books.credit(Pick(1))


@st.composite
def short_bills(draw: st.DrawFn) -> Bill:
    rates = st.sampled_from(("19", "7", "2.1"))
    lines = [
        {"quantity": quantity, "price": price, "rate": rate, "category": "S"}
        for quantity, price, rate in draw(
            st.lists(st.tuples(QUANTITIES, PRICES, rates), min_size=1, max_size=5)
        )
    ]
    bill: dict[str, Any] = {
        "currency": draw(st.sampled_from(("EUR", "JPY", "KWD"))), "inclusive": draw(st.booleans()), "lines": lines,
        "percent": draw(st.none() | st.sampled_from(("10", "33.33"))), "amount": None,
    }  # fmt: skip
    if bill["percent"] is None and draw(st.booleans()):
        off = typed_total(bill) * draw(st.integers(1, 90)) // 100
        bill["amount"] = str(Decimal(off).scaleb(-PLACES[bill["currency"]]))
    return bill


def _credits(books: Books, pick: Pick) -> bool:
    """Whether all of it that is worth anything is credited: of a few cents rounding may have left nothing."""
    lines = books.open
    if pick.place not in lines.places:
        return True
    try:
        books.credit(pick)
    except InvalidInput:
        if lines.worth(pick.place, lines.quantities[pick.place - 1]) > lines.slack:
            raise
        return False
    return True


@given(
    bill=short_bills(),
    order=st.permutations(range(5)),
    halves=st.lists(st.booleans(), min_size=5, max_size=5),
)
@settings(max_examples=60, deadline=None)
def test_all_lines_one_after_the_other_are_the_invoice_rate_by_rate(
    bill: Bill, order: list[int], halves: list[bool]
) -> None:
    books, complete = Books(drafted(bill)), True
    assume(books.document.totals.payable.minor > 0)

    for place in [place for place in order if place < len(books.draft.lines)]:
        quantity = books.draft.lines[place].quantity
        half = (quantity / 2).quantize(Decimal("0.001"))
        if halves[place] and 0 < half < quantity:
            _credits(books, Pick(place + 1, half))
        complete = _credits(books, Pick(place + 1)) and complete
    rest = books.open.left
    if rest.payable.minor > 0 and not complete:
        books.book(whole(books.document, rest, "Credit"))

    assert all(adds_up(one.totals) for one in books.made)
    assert sum(one.totals.payable.minor for one in books.made) == books.document.totals.payable.minor
    over = books.open.left
    assert not any(row.basis or row.amount for row in over.rows) or not complete


def test_what_several_credit_notes_took_of_a_line_adds_up_and_an_amount_took_of_none() -> None:
    books = of()
    books.credit(Pick(1, Decimal(1)))
    books.credit(Pick(1, Decimal("0.5")), Pick(3, Decimal(1)))
    books.made.append(frozen(part(books.open.left, Money(1, "EUR"), "Credit")))

    assert books.open.quantities == (Decimal("1.5"), Decimal(2), Decimal(2))


def test_a_cent_that_is_left_leaves_lines_and_nothing_leaves_none() -> None:
    books = of()
    books.book(part(books.open.left, Money(books.open.left.payable.minor - 1, "EUR"), "Credit"))
    cent = books.open
    books.book(whole(books.document, cent.left, "Credit"))

    assert (cent.left.payable.minor, cent.places) == (1, (1, 2, 3))
    assert (books.open.left.payable.minor, books.open.quantities) == (0, (Decimal(0),) * 3)


def test_lines_written_anew_are_those_of_the_invoice_as_far_as_they_say_the_same() -> None:
    draft = replace(of().draft, lines=(replace(LINES[0], tax=None), *LINES[1:]), tax=NINETEEN)
    books = Books(draft)
    own = LINES[0]
    cases = {
        "some of it, at its own rate": (replace(own, quantity=Decimal("0.5")), ((1, "0.5"),)),
        "all of it, in other letters": (replace(own, description="DESIGN", tax=None), ((1, "3"),)),
        "nothing of it": (replace(own, quantity=Decimal(0)), ()),
        "more of it": (replace(own, quantity=Decimal("3.1")), ()),
        "at another rate": (replace(own, tax=SEVEN), ()),
        "another line at the rate of the invoice": (replace(LINES[1], tax=None), ()),
        "another line at its own": (LINES[1], ((2, "2"),)),
    }

    def attempt(name: str) -> None:
        line, found = cases[name]
        parts = parts_typed(books.open, [line])
        assert parts == tuple(LinePart(place, Decimal(quantity)) for place, quantity in found)

    try_all(cases, attempt)


def test_lines_of_which_an_amount_took_more_than_rounding_are_refused_with_what_is_left() -> None:
    books = of()
    books.book(part(books.open.left, Money(1_00, "EUR"), "Credit"))

    with pytest.raises(InvalidInput, match=r"Of 2026-0007, only EUR 463\.98 is left to credit"):
        books.credit(Pick(1), Pick(2), Pick(3))


PIECES = {
    "no VAT each, and a unit now and then": (
        ("0.02", False, None), "000101001013", "0 0 0 0 0 0 0 0 0 0 0 0", [(2, "0.02"), (11, "0.11")],
    ),
    "a unit each, and none now and then": (
        ("0.03", False, None), "111010110102", "0 0 0 0 0 0 0 0 0 0 0 0", [(3, "0.03"), (11, "0.11")],
    ),
    "prices with VAT": (
        ("0.02", True, None), "001001010012", "0 0 -1 0 0 -1 0 -1 0 0 -1 4", [(2, "0.02"), (5, "0.05")],
    ),
    "prices with VAT, a unit each": (
        ("0.03", True, None), "110101101010", "-1 -1 0 -1 0 -1 -1 0 -1 0 -1 8", [(3, "0.03"), (3, "0.03")],
    ),
    "prices with VAT, less a discount": (
        ("0.03", True, "0.05"), "101101101001", "-1 0 -1 -1 0 -1 -1 0 -1 0 0 6", [(3, "0.03"), (9, "0.09")],
    ),
}  # fmt: skip
"""The VAT and the rounding of each of twelve, and the last lines with the net price of each."""


def test_piece_after_piece_the_vat_that_is_left_stays_within_a_unit_of_its_rate() -> None:
    def attempt(name: str) -> None:
        (price, inclusive, off), taxes, roundings, last = PIECES[name]
        lines = (a_line(price, "12", tax=NINETEEN), a_line("0.11", "1", tax=NINETEEN))
        discount = Discount(amount=Decimal(off)) if off else None
        books = Books(a_draft(UUID(int=7), lines=lines, inclusive=inclusive, discount=discount))

        made = [books.credit(Pick(1, Decimal(1))) for _piece in range(11)] + [books.credit(Pick(1), Pick(2))]

        assert [one.tax.minor for one in made] == list(map(int, taxes))
        assert [one.rounding.minor for one in made] == list(map(int, roundings.split()))
        assert [(line.net.minor, str(line.unit_price)) for line in made[-1].lines] == last
        assert sum(one.payable.minor for one in made) == books.document.totals.payable.minor
        assert all(map(adds_up, made))

    try_all(PIECES, attempt)
