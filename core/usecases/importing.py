"""Importing a file of another program: first what it would do, then all of it in one step, which can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from core.audit import Action, Entry
from core.documents.printable import check_printable, clean, drawn
from core.errors import N_, Conflict, InvalidInput
from core.importing import LIFE, ClientRow, Fault, Import, InvoiceRow, KnownClient, Plan, Sheet, Step
from core.invoice import ComputedLine, Document, Draft, Invoice, Line, State, TaxRow, Totals
from core.language import client_language
from core.money import Money
from core.numbering import SERIES
from core.party import Client
from core.tax import NO_TAX
from core.units import PIECE
from core.usecases.desk import Desk
from core.usecases.rates import at_home


async def keep_sheet(desk: Desk, filename: str, content: bytes) -> Import:
    """Until somebody says that it shall be imported. An earlier one of the business that waits is forgotten."""
    shown = Import(desk.ids.new(), desk.member.id, filename, desk.clock.now())
    await desk.work.imports.forget()
    await desk.work.imports.add(shown, content)
    return shown


async def waiting_file(desk: Desk, shown: Import) -> bytes:
    """Its content; `shown` must be locked, or two could import it.

    Raises Conflict when it was imported, or waited too long.
    """
    if shown.step is not Step.SHOWN:
        raise Conflict(N_("This file was imported already. Taking it back is done with /undo."))
    if desk.clock.now() - shown.created_at > LIFE:
        raise Conflict(N_("This file waited for more than an hour. Please send it again."))
    return await desk.work.imports.content(shown.id)


# -- what it would do ------------------------------------------------------------------------------


async def plan_import(desk: Desk, sheet: Sheet) -> Plan:
    """Who is new, by name and by e-mail address; whoever is there already stays as they are."""
    there = await desk.work.imports.known_clients()
    people = _People(there, [*sheet.clients, *(row.client for row in sheet.invoices)])
    known = 0
    for row in sheet.clients:
        known += people.whose(row)[1]
    invoices = [(row, people.whose(row.client)[0]) for row in sheet.invoices]
    faults = (*_unprintable(sheet.invoices), *await _wrong_numbers(desk, sheet.invoices))
    return Plan(tuple(people.new), known, tuple(invoices), faults, tuple(people.renamed.items()))


class _People:
    """Clients by name, else by an e-mail address that is nobody else's: those who are there, and those who will be.

    Two clients may have the address of one bookkeeper, and none of them may get the other one's invoices.
    """

    def __init__(self, there: Sequence[KnownClient], rows: Sequence[ClientRow]) -> None:
        self.new: list[ClientRow] = []
        self.renamed: dict[str, str] = {}
        self._by_name: dict[str, UUID | int] = {one.name.casefold(): one.id for one in reversed(there)}
        shared = _shared(there) | _shared(rows)
        self._by_email = {one.email.casefold(): one for one in there if one.email.casefold() not in shared}

    def whose(self, row: ClientRow) -> tuple[UUID | int, bool]:
        """And whether they were known before this row."""
        name = row.name.casefold()
        found = self._by_name.get(name)
        if found is not None:
            return found, True
        same = self._by_email.get(row.email.casefold())
        if same is not None:
            self.renamed[row.name] = same.name
            return same.id, True
        self._by_name[name] = len(self.new)
        self.new.append(row)
        return len(self.new) - 1, False


def _shared(people: Iterable[KnownClient | ClientRow]) -> frozenset[str]:
    """Addresses that stand beside more than one name, and no address at all."""
    shared, whose = {""}, dict[str, str]()
    for one in people:
        email, name = one.email.casefold(), one.name.casefold()
        if whose.setdefault(email, name) != name:
            shared.add(email)
    return frozenset(shared)


def _unprintable(rows: Sequence[InvoiceRow]) -> Iterator[Fault]:
    """Statements name the number and the client."""
    for row in rows:
        client = row.client
        named = (
            ("number", row.number),
            ("client", client.name),
            ("address", " ".join(client.address.lines())),
        )
        try:
            drawn((field, clean(text)) for field, text in named)
        except InvalidInput as error:
            yield Fault(row.row, error)


async def _wrong_numbers(desk: Desk, rows: Sequence[InvoiceRow]) -> tuple[Fault, ...]:
    """A number is there once, and none is taken that our own series has yet to give."""
    taken = await desk.work.imports.taken_numbers([row.number for row in rows])
    counted = await desk.work.imports.counted(SERIES)
    last, today = _last_counts(desk, rows), desk.business.number_pattern.period(desk.today)
    faults = []
    for row in rows:
        mine = desk.business.number_pattern.read(row.number)
        if row.number in taken:
            error = InvalidInput("number", N_("There is an invoice {number} already."), number=row.number)
            faults.append(Fault(row.row, error))
        elif mine is not None and mine[0] >= today and mine[1] > counted.get(mine[0], 0):
            error = InvalidInput(
                "number",
                N_("{number} is one that your own series has yet to give. Let it go on behind it first: "
                   "/settings next-number {next}"),
                number=row.number, next=last[mine[0]] + 1,
            )  # fmt: skip
            faults.append(Fault(row.row, error))
    return tuple(faults)


def _last_counts(desk: Desk, rows: Iterable[InvoiceRow]) -> dict[str, int]:
    """How far the rows go in each period, of those that look like ours."""
    last: dict[str, int] = {}
    for row in rows:
        if mine := desk.business.number_pattern.read(row.number):
            last[mine[0]] = max(mine[1], last.get(mine[0], 0))
    return last


# -- doing it --------------------------------------------------------------------------------------


async def carry_out(desk: Desk, shown: Import, plan: Plan) -> tuple[Import, Entry]:
    """Everything of the plan, in one change."""
    added = [_client(desk, row) for row in plan.new]
    for client in added:
        await desk.work.clients.add(client)
    invoices = []
    for row, whose in plan.invoices:
        client = added[whose] if isinstance(whose, int) else await desk.work.clients.get(whose)
        invoices.append(await _invoice(desk, row, client))
    for invoice in invoices:
        await desk.work.invoices.add(invoice)
    today = desk.business.number_pattern.period(desk.today)
    for period, last in _last_counts(desk, (row for row, _whose in plan.invoices)).items():
        if period < today:
            # Whoever dates an invoice back to a year before this one goes on behind the other program's.
            await desk.work.invoices.begin_count(SERIES, period, last)
    done = replace(
        shown,
        step=Step.DONE,
        clients=tuple(client.id for client in added),
        invoices=tuple(invoice.id for invoice in invoices),
    )
    saved = await desk.work.imports.save(done)
    return saved, await desk.record(Action.FILE_IMPORTED, saved, saved.filename)


def _client(desk: Desk, row: ClientRow) -> Client:
    return Client(
        desk.ids.new(), row.name, desk.clock.now(), row.address, vat_id=row.vat_id, email=row.email
    )  # fmt: skip


async def _invoice(desk: Desk, row: InvoiceRow, client: Client) -> Invoice:
    """One line that names it and comes to what is open, without VAT: that was declared where it was issued."""
    business, now = desk.business, desk.clock.now()
    nothing = Money.zero(row.open.currency)
    typed = Line(row.number, row.open.amount, tax=NO_TAX)
    draft = Draft(client.id, row.open.currency, (typed,), NO_TAX, row.due_on, row.issued_on)
    line = ComputedLine(row.number, Decimal(1), PIECE, row.open.amount, row.open, NO_TAX)
    totals = Totals(
        (line,), row.open, nothing, row.open, (TaxRow(NO_TAX, row.open, nothing, nothing),), nothing, nothing, row.open
    )  # fmt: skip
    document = Document(
        row.number, row.issued_on, row.due_on, "", business.party(), client.party(), totals,
        iban=business.iban, bic=business.bic, language=client_language(business, client),
    )  # fmt: skip
    check_printable(document)
    document = await at_home(desk, document)
    return Invoice(
        desk.ids.new(), draft, row.open, nothing, now, State.ISSUED, document, issued_at=now, imported=True
    )  # fmt: skip


# -- taking it back --------------------------------------------------------------------------------


async def take_back_import(desk: Desk, done: Import) -> Import:
    """Raises Conflict when something of it was changed or used since."""
    if done.step is not Step.DONE:
        raise Conflict(N_("This was taken back already."))
    for invoice_id in done.invoices:
        invoice = await desk.work.invoices.lock(invoice_id)
        if invoice.version:
            raise _used(invoice.issued.number)
        await desk.work.imports.remove_invoice(invoice)
    for client_id in done.clients:
        client = await desk.work.clients.get(client_id)
        if client.version:
            raise _used(client.name)
        await desk.work.clients.remove(client)
    return await desk.work.imports.save(replace(done, step=Step.TAKEN_BACK))


def _used(name: str) -> Conflict:
    return Conflict(
        N_("{name} was changed or used since, so the import cannot be taken back as a whole."), name=name
    )
