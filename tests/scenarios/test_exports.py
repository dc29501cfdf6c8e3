"""Everything of a business as one file in the chat, for its owner alone."""

from __future__ import annotations

import io
import zipfile

from tests.scenarios.chat import Chat
from tests.scenarios.in_process import Office
from tests.scenarios.scenes import bills, invites, opens_a_studio_with_acme


async def test_the_owner_gets_all_of_it_and_nobody_else_does(office: Office, ana: Chat) -> None:
    ben = office.person("ben")
    await opens_a_studio_with_acme(ana)
    await bills(ana, "Acme: 3h design @ 120")
    await invites(ana, ben, "admin")

    await ben.says("/export")
    ben.sees("/export is for the role owner and above; you are admin.")
    await ana.says("/export")

    ana.sees("Everything of Studio Löwe as it stands now.")
    with zipfile.ZipFile(io.BytesIO(ana.has_file("billhook-2026-03-05.zip"))) as file:
        assert file.testzip() is None
        assert {"pdf/2026-0001.pdf", "xml/2026-0001.xml", "csv/invoices.csv", "manifest.json"} <= {
            *file.namelist()
        }
        assert b"Acme GmbH" in file.read("data/client.jsonl")
