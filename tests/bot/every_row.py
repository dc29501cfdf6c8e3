"""At least one row for every table, with values that are hard to keep."""

import json
import uuid
from datetime import UTC, date, datetime, time
from typing import Any

BUSINESS, MEMBER, CLIENT, INVOICE, OUTBOX = (uuid.UUID(int=number) for number in (7, 11, 13, 17, 19))
AT = datetime(2026, 3, 31, 8, 15, 30, 123456, tzinfo=UTC)
ODD = 'Löwe & Söhne\n山田 🦁 \\ "quoted" \u2028 {}'
BYTES = bytes(range(256))

ROWS: dict[str, list[dict[str, Any]]] = {
    "business": [{"business_id": BUSINESS, "version": 3, "name": ODD, "data": json.dumps({"a": [1, None, ODD]})}],
    "chat": [
        {"chat": "terminal:owner", "business_id": None, "client_id": None, "shows_data": False, "title": "",
         "reachable": True},
        {"chat": "telegram:-7", "business_id": BUSINESS, "client_id": CLIENT, "shows_data": True, "title": ODD,
         "reachable": False},
    ],
    "member": [
        {"business_id": BUSINESS, "id": MEMBER, "version": 1, "name": "Ana", "role": "owner", "created_at": AT,
         "left_at": None},
    ],
    "client": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=CLIENT.int + count * 1000), "version": 1, "name": f"{ODD}{count}",
         "search": "x", "archived_at": AT if count % 2 else None, "data": "{}"}
        for count in range(1203)
    ],
    "invoice": [
        {"business_id": BUSINESS, "id": INVOICE, "version": 2, "client_id": CLIENT, "state": "issued",
         "number": "2026-0007", "currency": "EUR", "total_minor": 2**53 + 1, "paid_minor": 700, "credited_minor": 71,
         "issued_on": date(2026, 3, 31), "due_on": date(2026, 4, 14), "created_at": AT, "issued_at": AT,
         "voided_at": None, "void_reason": "", "draft": '{"price":"0.1000"}', "document": '{"total":"7"}',
         "imported": True},
    ],
    "counter": [{"business_id": BUSINESS, "series": "invoice", "period": "2026", "value": 7}],
    "payment": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=23), "version": 1, "client_id": CLIENT, "invoice_id": INVOICE,
         "currency": "EUR", "amount_minor": 700, "applied_minor": 700, "received_on": date(2026, 4, 1),
         "method": "transfer", "created_at": AT, "reversed_at": None, "provider_id": "pi_7", "refunds_id": None,
         "move_id": None, "discount_minor": 14},
        # What it gives back is restored after it, although its id comes first.
        {"business_id": BUSINESS, "id": uuid.UUID(int=3), "version": 1, "client_id": CLIENT, "invoice_id": INVOICE,
         "currency": "EUR", "amount_minor": -71, "applied_minor": -70, "received_on": date(2026, 4, 1),
         "method": "refund", "created_at": AT, "reversed_at": None, "provider_id": "",
         "refunds_id": uuid.UUID(int=23), "move_id": uuid.UUID(int=5),
         "discount_minor": 0},
    ],
    "audit": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=29), "at": AT, "member_id": None, "action": "issued",
         "subject": "invoice", "subject_id": INVOICE, "label": ODD, "version": 2, "before": None, "undoes": None},
    ],
    "file": [{"business_id": BUSINESS, "id": uuid.UUID(int=31), "media_type": "image/png", "content": BYTES}],
    "credit_note": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=97), "version": 1, "client_id": CLIENT, "invoice_id": INVOICE,
         "number": "CN2026-0007", "currency": "EUR", "total_minor": 71, "issued_on": date(2026, 4, 2),
         "created_at": AT, "reason": ODD, "voided_at": AT, "void_reason": ODD, "document": '{"total":"7"}'},
    ],
    "document": [
        {"business_id": BUSINESS, "subject_id": INVOICE, "kind": "invoice", "sha256": "ab", "content": BYTES * 999}
    ],
    "seat": [{"sender": "terminal:owner", "business_id": BUSINESS, "member_id": MEMBER, "chosen_at": AT}],
    "invitation": [
        {"code_hash": "h", "business_id": BUSINESS, "role": "admin", "invited_by": MEMBER, "expires_at": AT,
         "member_id": None},
    ],
    "conversation": [
        {"chat": "terminal:owner", "sender": "terminal:owner", "frames": "[]", "parked": "[]", "expires_at": AT}
    ],
    "button": [
        {"token": "t", "chat": "terminal:owner", "sender": "terminal:owner", "outbox_id": OUTBOX, "position": 0,
         "label": "Issue", "command": "issue", "argument": "", "expires_at": AT},
    ],
    "inbox": [
        {"platform": "terminal", "update_id": "u", "chat": "terminal:owner", "payload": '{"typed":"/help"}',
         "received_at": AT, "state": "done", "reference": ""},
    ],
    "outbox": [
        {"id": OUTBOX, "chat": "terminal:owner", "business_id": None, "payload": "{}", "state": "sent",
         "created_at": AT, "sender": "terminal:owner", "dedupe_key": "d", "done": 2, "ref": "41", "attempts": 3,
         "next_at": AT, "taken_at": None, "error": ODD, "kind": "reminder", "about": uuid.UUID(int=41), "repeats": 1},
    ],
    "link": [{"code_hash": "h", "sender": "telegram:7", "command": "bind", "argument": ODD, "expires_at": AT}],
    "sender": [{"sender": "telegram:7", "language": "de", "wrong_codes": 3, "guessed_at": AT}],
    "rate_slot": [{"key": "telegram:7", "next_at": 1774944930.123456}],
    "board": [
        {"chat": "slack:T7/home/U7", "sender": "slack:T7/U7", "business_id": BUSINESS, "name": "home", "language": "de",
         "seen_at": AT},
    ],
    "installation": [
        {"platform": "slack", "tenant": "T7", "name": ODD, "token": "gAAAAA", "bot_user": "U8", "scopes": "a b",
         "installed_by": "U7", "installed_at": AT, "revoked_at": None},
    ],
    "install_state": [{"state_hash": "h", "expires_at": AT}],
    "approval": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=37), "version": 1, "invoice_id": INVOICE, "invoice_version": 2,
         "member_id": MEMBER, "chat": "slack:T7/D7", "asked_at": AT, "answer": "refused", "decided_by": MEMBER,
         "reason": ODD},
    ],
    "receipt": [{"business_id": BUSINESS, "payment_id": uuid.UUID(int=23), "file_id": uuid.UUID(int=31)}],
    "agenda": [
        {"business_id": BUSINESS, "zone": "Asia/Kathmandu", "digest_at": time(8, 45), "digest_days": "weekdays",
         "look_at": None, "since": AT.date(), "digest_on": AT.date(), "looked_on": None, "digest_next": AT,
         "look_next": None, "next_at": AT, "woken_at": None},
    ],
    "digest_run": [{"business_id": BUSINESS, "local_on": AT.date(), "decided_at": AT, "made_at": None}],
    "unsubscribe": [{"token_hash": "h", "business_id": BUSINESS, "email": ODD, "expires_at": AT}],
    "reminder": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=41), "version": 2, "client_id": CLIENT, "currency": "EUR",
         "tone": "firm", "way": "mail", "decided_on": AT.date(), "send_at": AT, "state": "sent", "text": ODD,
         "outbox_id": OUTBOX},
    ],
    "reminder_run": [
        {"business_id": BUSINESS, "invoice_id": INVOICE, "step": -3, "reminder_id": uuid.UUID(int=41),
         "balance_minor": 10**15 - 1},
    ],
    "chase": [
        {"business_id": BUSINESS, "invoice_id": INVOICE, "delivered_on": AT.date(), "stopped": True,
         "snoozed_until": None, "steps": "[-3,7]"},
    ],
    "promise": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=43), "version": 1, "client_id": CLIENT,
         "promised_on": AT.date(), "made_at": AT, "kept": "broken"},
    ],
    "series": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=45), "version": 1, "client_id": CLIENT, "member_id": MEMBER,
         "state": "active", "next_at": AT, "data": '{"rule":"ä"}'},
    ],
    "product": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=47), "version": 1, "search": ODD, "code": "x", "archived_at": AT,
         "data": '{"name":"ä"}'},
    ],
    "exchange_rate": [
        {"business_id": BUSINESS, "rated_on": AT.date(), "base": "EUR", "quote": "USD", "source": "ecb",
         "rate": "1.0832"},
    ],
    "file_import": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=101), "version": 0, "member_id": MEMBER, "step": "shown",
         "created_at": AT, "content": BYTES, "data": '{"filename":"ä"}'},
    ],
    "quote": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=61), "version": 1, "client_id": CLIENT, "state": "open",
         "number": "Q7", "currency": "EUR", "total_minor": 2**53 + 1, "valid_until": AT.date(), "next_at": AT,
         "data": '{"note":"ä"}', "document": "{}"},
    ],
    "quote_link": [
        {"token_hash": "h", "business_id": BUSINESS, "quote_id": uuid.UUID(int=61), "created_at": AT},
    ],
    "recurrence_run": [
        {"business_id": BUSINESS, "series_id": uuid.UUID(int=45), "period": AT.date(), "invoice_id": INVOICE,
         "made_at": AT},
    ],
    "fee_run": [
        {"business_id": BUSINESS, "invoice_id": INVOICE, "step": 14, "fee_invoice_id": INVOICE, "currency": "EUR",
         "amount_minor": 4000, "accrued_to": AT.date()},
    ],
    "notice": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=47), "chat": "slack:T7/D7", "kind": "digest", "due_at": AT,
         "payload": '{"text":"ä"}'},
    ],
    "preference": [{"business_id": BUSINESS, "subject": "slack:T7/D7", "data": '{"zone":"Asia/Kathmandu"}'}],
    "opt_out": [{"business_id": BUSINESS, "email": ODD, "opted_at": AT}],
    "subscription": [
        {"business_id": BUSINESS, "version": 3, "plan": "pro", "standing": "past_due", "yearly": True,
         "currency": "EUR", "price_minor": 2**53 + 1, "renews_at": AT, "trial_ends_at": None, "ends_at": AT,
         "past_due_since": AT, "trialed": True, "customer": "cus_7", "provider_id": "sub_7", "told": "past_due"},
    ],
    "plan_change": [
        {"business_id": BUSINESS, "version": 3, "at": AT, "plan_from": "pro", "plan_to": "pro",
         "standing_from": "active", "standing_to": "past_due"},
    ],
    "usage": [
        {"business_id": BUSINESS, "meter": "invoices", "period": "2026-03", "used": 5, "warned": True, "full_count": 2},
    ],
    "plan_order": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=53), "kind": "upgrade", "member_id": MEMBER,
         "chat": "telegram:7", "sender": "telegram:11", "created_at": AT, "plan": "pro", "yearly": False,
         "state": "open"},
    ],
    "stripe_event": [
        {"id": f"evt_{count}", "type": "invoice.paid", "object_id": "sub_7", "business_id": business,
         "created_at": AT, "stored_at": AT, "applied_at": None, "failed_at": AT, "error": ODD,
         "account": "acct_7" if business else ""}
        for count, business in enumerate((None, BUSINESS))
    ],
    "event_look": [{"whose": "", "until": AT}],
    "invoice_link": [
        {"token_hash": "h", "business_id": BUSINESS, "invoice_id": INVOICE, "created_at": AT, "revoked_at": None,
         "own": True},
    ],
    "invoice_view": [
        {"business_id": BUSINESS, "invoice_id": INVOICE, "first_at": AT},
    ],
    "pay_account": [
        {"business_id": BUSINESS, "sealed": "gAAAAA", "account": "acct_7", "live": True, "webhook_id": "we_7",
         "connected_at": AT, "left_at": None},
    ],
    "pay_setup": [
        {"token_hash": "h", "business_id": BUSINESS, "member_id": MEMBER, "chat": "telegram:7", "expires_at": AT},
    ],
    "pay_session": [
        {"business_id": BUSINESS, "id": uuid.UUID(int=59), "invoice_id": INVOICE, "currency": "EUR",
         "amount_minor": 2**53 + 1, "created_at": AT, "state": "open", "to_end": True, "provider_id": "cs_7",
         "url": "https://pay.example/cs_7#ä", "expires_at": AT, "account": "acct_7", "discount_minor": 2**53 + 1},
    ],
    "tally": [{"name": "stripe_seconds", "labels": 'name="x"', "day": AT.date(), "value": 0.1}],
    "attachment": [
        {"outbox_id": OUTBOX, "position": 0, "filename": "7.pdf", "media_type": "application/pdf", "content": b""}
    ],
}  # fmt: skip
