"""Who may tell us something: signatures that are right, and everything that only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.stripe.signatures import is_signed
from tests.fakes.stripe import sign

BODY = '{"id": "evt_1", "name": "Größe"}'.encode()
SECRET, NEXT = "whsec_Ly4oV7", "whsec_9qWgT2"  # scan: allow
AT = 1_772_703_667
NOW = datetime.fromtimestamp(AT, UTC)
SIGNED = sign(BODY, SECRET, AT)
V1 = SIGNED.split(",")[1]


@pytest.mark.parametrize("age", [0, 299, 300, -300])
def test_what_was_signed_within_five_minutes_is_taken(age: int) -> None:
    assert is_signed(BODY, sign(BODY, SECRET, AT - age), [SECRET], NOW)


def test_any_of_several_secrets_will_do_while_one_follows_the_other() -> None:
    both = f"{SIGNED},{sign(BODY, NEXT, AT).split(',')[1]}"

    assert is_signed(BODY, SIGNED, [NEXT, SECRET], NOW)
    assert is_signed(BODY, both, [NEXT], NOW)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(sign(BODY, NEXT, AT), id="another secret"),
        pytest.param(sign(BODY, "", AT), id="no secret"),
        pytest.param(sign(BODY, SECRET, AT - 301), id="old"),
        pytest.param(sign(BODY, SECRET, AT + 301), id="from the future"),
        pytest.param(sign(BODY.replace(b" ", b""), SECRET, AT), id="written anew"),
        pytest.param(f"t={AT + 1},{V1}", id="another moment"),
        pytest.param(f"t={AT},t={AT},{V1}", id="two moments"),
        pytest.param(V1, id="no moment"),
        pytest.param(f"t={AT}", id="no signature"),
        pytest.param(SIGNED.replace("v1=", "v0="), id="another scheme"),
        pytest.param(SIGNED.upper(), id="capitals"),
        pytest.param(f"t={AT},v1={V1[3:]}é", id="not ASCII"),
        pytest.param(f"t=-{AT},{V1}", id="before all time"),
        pytest.param(f"t={'9' * 5000},{V1}", id="after all time"),
        pytest.param(f"t=١٧٧٢٧٠٣٦٦٧,{V1}", id="other digits"),
        pytest.param(f"{SIGNED},{V1 * 100}", id="too long"),
        pytest.param("", id="empty"),
    ],
)
def test_anything_else_is_not_signed(header: str) -> None:
    assert not is_signed(BODY, header, [SECRET], NOW)


def test_without_a_secret_nothing_is_signed() -> None:
    assert not is_signed(BODY, SIGNED, [], NOW)
