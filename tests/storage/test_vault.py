"""Secrets at rest: which key closes them, which opens them, and what is told when none does."""

from __future__ import annotations

import base64
import subprocess
import sys

import pytest

from core.errors import Conflict, Unavailable
from storage.vault import Vault

FIRST, SECOND, THIRD = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (7, 11, 251))
SECRET = "xoxb-7-ünïcode"


def test_a_secret_comes_back_and_is_not_readable_in_between() -> None:
    closed = Vault([FIRST]).encrypt(SECRET)

    assert Vault([FIRST]).decrypt(closed) == SECRET
    assert "xoxb" not in closed


def test_an_older_key_still_opens_what_it_closed() -> None:
    closed = Vault([FIRST]).encrypt(SECRET)

    assert Vault([THIRD, SECOND, FIRST]).decrypt(closed) == SECRET


def test_what_an_older_key_closed_is_renewed_under_the_first() -> None:
    closed, both = Vault([FIRST]).encrypt(SECRET), Vault([SECOND, FIRST])

    renewed = both.renewed(closed)

    assert renewed is not None
    assert Vault([SECOND]).decrypt(renewed) == SECRET
    assert both.renewed(renewed) is None


@pytest.mark.parametrize("keys", [[], [SECOND], [SECOND, THIRD]])
def test_what_no_key_opens_names_the_setting(keys: list[str]) -> None:
    for closed in (Vault([FIRST]).encrypt(SECRET), "", "no token", "gAAAAÄ"):
        for act in (Vault(keys).decrypt, Vault(keys).renewed):
            with pytest.raises(Unavailable, match="BILLHOOK_SECRET_KEYS"):
                act(closed)


def test_without_a_key_nothing_is_stored_readable() -> None:
    with pytest.raises(Conflict, match="BILLHOOK_SECRET_KEYS"):
        Vault([]).encrypt(SECRET)


@pytest.mark.parametrize("key", ["", "short", FIRST[:-1], FIRST[:-4], f"{FIRST[:-2]}!=", "ä" * 44])
def test_a_text_that_is_no_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(ValueError, match="BILLHOOK_SECRET_KEYS: number 2 is no key") as refused:
        Vault([FIRST, key])

    assert not key or key not in str(refused.value)


def test_a_vault_shows_nothing_of_its_keys() -> None:
    vault = Vault([FIRST])
    vault.encrypt(SECRET)

    assert repr(vault) == str(vault) == "Vault()"


def test_a_start_does_not_pay_for_cryptography() -> None:
    program = "import storage.engine, sys; print('cryptography' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "False\n"
