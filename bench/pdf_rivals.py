"""The same invoice through HTML: WeasyPrint, and a warm Chromium that is driven over its DevTools protocol."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
from html import escape
from pathlib import Path
from typing import Any

from core.documents import qr
from core.invoice import Document
from core.money import Money
from core.units import LABELS

_FONTS = Path(__file__).parent.parent / "core" / "documents" / "fonts"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0",
)  # fmt: skip
_STYLE = """
@font-face { font-family: Noto; src: url(FONTS/NotoSans-Regular.small.ttf) }
@font-face { font-family: Noto; font-weight: bold; src: url(FONTS/NotoSans-Bold.small.ttf) }
@page { size: A4; margin: 44pt 48pt 70pt }
body { font: 9pt/1.45 Noto; color: #1c212b; margin: 0 }
h1, h2 { margin: 0; font-size: 20pt } h2 { color: #1f4e79; font-size: 17pt }
.two { display: flex; justify-content: space-between; margin-bottom: 18pt } .two > div { width: 48% }
.facts, .pay { background: #eff2f5; padding: 10pt; display: flex; justify-content: space-between; margin: 16pt 0 }
small { color: #6b7280; font-size: 7.5pt; display: block }
table { width: 100%; border-collapse: collapse } th { color: #6b7280; font: 7.5pt Noto }
td, th { text-align: right; padding: 4.5pt 0 4.5pt 16pt; border-bottom: .5pt solid #dee0e6; vertical-align: top }
td:first-child, th:first-child { text-align: left; padding-left: 0 } tr { break-inside: avoid }
.sums { width: 270pt; margin-left: auto } .sums td { border: 0; padding: 2pt 0 }
.due td { border-top: .7pt solid #6b7280; font-weight: bold; font-size: 13pt; color: #1f4e79 }
footer { color: #6b7280; font-size: 7.5pt; border-top: .5pt solid #dee0e6; margin-top: 20pt }
"""


def _money(money: Money) -> str:
    return f"{money.amount:,.2f}"


def html(document: Document) -> str:
    """A page with the same content and nearly the same look as our own."""
    totals = document.totals
    rows = "".join(
        f"<tr><td>{escape(line.description)}<td>{line.quantity} {LABELS[line.unit]}<td>{line.unit_price:,.2f}"
        f"<td>{line.tax.rate}%<td>{_money(line.net)}"
        for line in totals.lines
    )
    parties = "".join(
        f"<div><small>{label}</small><b>{escape(party.name)}</b><br>{'<br>'.join(map(escape, party.address.lines()))}"
        f"<br>VAT ID {party.vat_id}<br>{escape(party.email)}</div>"
        for label, party in (("From", document.seller), ("Billed to", document.buyer))
    )
    facts = "".join(
        f"<div><small>{label}</small><b>{escape(value)}</b></div>"
        for label, value in (
            ("Issue date", document.issued_on.isoformat()),
            ("Due date", document.due_on.isoformat()),
            ("Terms", "14 days"),
            ("Your reference", document.reference),
        )
    )
    row = totals.tax_rows[0]
    return (
        f"<!doctype html><meta charset=utf-8><style>{_STYLE.replace('FONTS', _FONTS.as_uri())}</style>"
        f"<div class=two><h2>{escape(document.seller.name)}</h2><h1>Invoice<br>{document.number}</h1></div>"
        f"<div class=two>{parties}</div><div class=facts>{facts}</div>"
        f"<table><thead><tr><th>Description<th>Quantity<th>Unit price<th>VAT<th>Amount EUR</thead>{rows}</table>"
        f"<table class=sums><tr><td>Subtotal<td>{_money(totals.line_total)}"
        f"<tr><td>VAT {row.tax.rate}% on {_money(row.basis)}<td>{_money(row.amount)}"
        f"<tr class=due><td>Total due<td>EUR {_money(totals.payable)}</table>{_payment(document)}"
        f"<footer>{escape(document.footer)}</footer>"
    )


def _payment(document: Document) -> str:
    if not document.iban:
        return ""
    # The same library and mask as ours, drawn as one path, so that only the page makers differ.
    _, *rectangles, _ = qr.path(qr.payload(document) or "", 0, 0, 41).split("\n")
    path = "".join(
        f"M{x} {y}h{width}v1h-{width}z"
        for x, y, width, _, _ in (rectangle.split() for rectangle in rectangles)
    )
    return (
        f"<div class=pay><div><b>How to pay</b><br>{escape(document.seller.name)}<br>IBAN {document.iban}<br>"
        f"BIC {document.bic}<br>{document.number}<br>{document.due_on}</div>"
        f"<svg viewBox='0 0 49 49' width=84pt height=84pt><path d='{path}'/></svg></div>"
    )


def weasyprint(text: str) -> bytes:
    """The page through WeasyPrint, in this process."""
    from weasyprint import HTML

    return bytes(HTML(string=text).write_pdf())


class Chromium:
    """A browser that stays open; use it as a context manager."""

    def __enter__(self) -> Chromium:
        from websockets.sync.client import connect

        self._folder = Path(tempfile.mkdtemp())
        browser = shutil.which("chromium") or shutil.which("chromium-browser") or "google-chrome"
        self._process = subprocess.Popen(
            [browser, *_FLAGS, f"--user-data-dir={self._folder / 'profile'}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port, path = self._address()
        self._socket = connect(f"ws://127.0.0.1:{port}{path}", max_size=None)
        self._count = 0
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._call("Page.enable", session=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def print(self, text: str) -> bytes:
        """The page as Chromium prints it; loaded from a file, so that it may read the fonts."""
        page = self._folder / "page.html"
        page.write_text(text, encoding="utf-8")
        self._call("Page.navigate", session=True, url=page.as_uri())
        self._wait("Page.loadEventFired")
        options = {"printBackground": True, "preferCSSPageSize": True}
        return base64.b64decode(self._call("Page.printToPDF", session=True, **options)["data"])

    def cpu_seconds(self) -> float:
        """User and system time so far of every live thread of the browser and its children."""
        return sum(_thread_nanoseconds(process) for process in _descendants(self._process.pid)) / 1e9

    def _address(self) -> tuple[str, str]:
        written = self._folder / "profile" / "DevToolsActivePort"
        for _ in range(200):
            if written.exists() and len(lines := written.read_text().splitlines()) == 2:
                return lines[0], lines[1]
            time.sleep(0.1)
        raise TimeoutError("Chromium did not open its DevTools port")

    def _call(self, method: str, *, session: bool = False, **parameters: Any) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": parameters}
        if session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        self._events: list[str] = []
        while True:
            answer = json.loads(self._socket.recv(timeout=60))
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])
            self._events.append(answer.get("method", ""))

    def _wait(self, event: str) -> None:
        while event not in self._events:
            self._events.append(json.loads(self._socket.recv(timeout=60)).get("method", ""))


def _descendants(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def _thread_nanoseconds(process: int) -> int:
    total = 0
    for schedule in Path(f"/proc/{process}/task").glob("*/schedstat"):
        try:
            total += int(schedule.read_text().split()[0])
        except (OSError, ValueError):
            continue
    return total
