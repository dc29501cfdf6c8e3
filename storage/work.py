"""The unit of work: one transaction and the repositories that share it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from core.plan_ports import Plans
from core.ports import Clock
from storage.agendas import SqlAgendas
from storage.approvals import SqlApprovals
from storage.audit import SqlAudit
from storage.businesses import SqlBusinesses, SqlMembers
from storage.chats import SqlChats
from storage.clients import SqlClients
from storage.credit_notes import SqlCreditNotes
from storage.fees import SqlFees
from storage.files import SqlFiles
from storage.imports import SqlImports
from storage.installations import SqlInstallations
from storage.invoice_links import SqlInvoiceLinks
from storage.invoices import SqlInvoices
from storage.mailbox import SqlInbox, SqlOutbox
from storage.notices import SqlNotices
from storage.opt_outs import SqlOptOuts
from storage.pay_accounts import SqlPayAccounts
from storage.pay_sessions import SqlPaySessions
from storage.payments import SqlPayments
from storage.plans import SqlPlans, Unlimited
from storage.products import SqlProducts
from storage.promises import SqlPromises
from storage.provider_events import SqlProviderEvents
from storage.quotes import SqlQuotes
from storage.rates import SqlRates
from storage.reminders import SqlReminders
from storage.reports import SqlReports
from storage.scope import Scope
from storage.series import SqlSeries
from storage.slots import SqlSlots
from storage.vault import Vault

_BEGIN = sa.select(sa.literal(1))


class SqlWork:
    """core.ports.Work over one connection. It never commits; `Storage.work` does."""

    def __init__(self, connection: AsyncConnection, clock: Clock, vault: Vault, sells: bool = False) -> None:
        self.connection = connection
        self._scope = Scope(connection)
        self.agendas = SqlAgendas(self._scope, clock)
        self.businesses = SqlBusinesses(self._scope, self.agendas)
        self.members = SqlMembers(self._scope)
        self.clients = SqlClients(self._scope)
        self.invoices = SqlInvoices(self._scope)
        self.credit_notes = SqlCreditNotes(self._scope)
        self.payments = SqlPayments(self._scope)
        self.products = SqlProducts(self._scope)
        self.rates = SqlRates(self._scope)
        self.quotes = SqlQuotes(self._scope)
        self.reports = SqlReports(self._scope)
        self.audit = SqlAudit(self._scope)
        self.approvals = SqlApprovals(self._scope)
        self.files = SqlFiles(self._scope)
        self.chats = SqlChats(self._scope, clock)
        self.inbox = SqlInbox(self._scope)
        self.outbox = SqlOutbox(self._scope, clock)
        self.slots = SqlSlots(self._scope)
        self.installations = SqlInstallations(self._scope, clock, vault)
        self.reminders = SqlReminders(self._scope)
        self.fees = SqlFees(self._scope)
        self.promises = SqlPromises(self._scope)
        self.series = SqlSeries(self._scope)
        self.imports = SqlImports(self._scope)
        self.notices = SqlNotices(self._scope)
        self.opt_outs = SqlOptOuts(self._scope, clock)
        self.plans: Plans = SqlPlans(self._scope, clock) if sells else Unlimited()
        self.provider_events = SqlProviderEvents(self._scope)
        self.pay_accounts = SqlPayAccounts(self._scope, clock, vault)
        self.pay_sessions = SqlPaySessions(self._scope)
        self.invoice_links = SqlInvoiceLinks(self._scope, clock)
        self.after_commit: list[Callable[[], None]] = []
        """Called once the transaction is safe; never after a rollback."""

    async def begin(self) -> None:
        """Open the transaction, for what is about to bypass SQLAlchemy."""
        if not self._scope.begun:
            await self._scope.run(_BEGIN)

    async def enter(self, business_id: UUID) -> None:
        await self._scope.enter(business_id)
