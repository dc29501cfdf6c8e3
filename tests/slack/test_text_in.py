"""Slack's encoding of a text, and what the person typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text_in import MAX_TEXT, plain

TEAM = "T061EG9R6"


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [
        ("Acme: 3h design @ 120", "Acme: 3h design @ 120"),
        ("client add Acme, <mailto:ana@acme.at|ana@acme.at>", "client add Acme, ana@acme.at"),
        ("<mailto:ana@acme.at>", "ana@acme.at"),
        ("<mailto:ana@acme.at?subject=Hi|Write to us>", "ana@acme.at"),
        ("see <http://acme.at|acme.at>", "see acme.at"),
        ("see <https://acme.at/>", "see https://acme.at/"),
        ("see <https://acme.at/|https://acme.at>", "see https://acme.at"),
        ("<http://acme.at:8080|acme.at:8080>", "acme.at:8080"),
        ("<https://acme.at/?a=1&amp;b=2|acme.at/?a=1&amp;b=2>", "acme.at/?a=1&b=2"),
        ("<https://evil.example|paypal.com>", "https://evil.example"),
        ("<https://evil.example|evil:80>", "https://evil.example"),
        ("<https://acme.at|our site>", "https://acme.at"),
        ("<tel:+4366012345|+43 660 12345>", "+43 660 12345"),
        ("<tel:+4366012345|call us>", "+4366012345"),
        ("<tel:+4366012345>", "+4366012345"),
    ],
)
def test_links_become_what_was_typed(encoded: str, typed: str) -> None:
    assert plain(encoded, TEAM) == typed


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [
        ("member add <@U2147483697|bob>", f"member add @{TEAM}/U2147483697"),
        ("<@W012A3CDE>", f"@{TEAM}/W012A3CDE"),
        ("<@W012A3CDE|>", f"@{TEAM}/W012A3CDE"),
        ("<@nobody>", "@nobody"),
        ("<#C2147483705|projects>", "#projects"),
        ("<#C2147483705|>", "#C2147483705"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!subteam^S012AB3CD|@team-billing>", "@team-billing"),
        ("<!subteam^S012AB3CD>", "@S012AB3CD"),
        ("until <!date^1772703667^{date_short}|5 March 2026>", "until 5 March 2026"),
    ],
)
def test_mentions_become_names(encoded: str, typed: str) -> None:
    assert plain(encoded, TEAM) == typed


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [
        ("R&amp;D &lt;draft&gt;", "R&D <draft>"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("&lt;@U2147483697&gt;", "<@U2147483697>"),
        ("&quot;", "&quot;"),
    ],
)
def test_entities_are_decoded_once_and_give_no_links(encoded: str, typed: str) -> None:
    assert plain(encoded, TEAM) == typed


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [
        ("“Logo”, Ana’s ‘draft’", "\"Logo\", Ana's 'draft'"),
        ("„Logo“ und ‚Entwurf‘", "„Logo“ und ‚Entwurf‘"),
        ("„Logo” i “szkic”", '„Logo” i "szkic"'),
        ("„ without its other half, Ana’s", "„ without its other half, Ana's"),
    ],
)
def test_curled_quotes_are_straight_again_and_typed_ones_stay(encoded: str, typed: str) -> None:
    assert plain(encoded, TEAM) == typed


@pytest.mark.parametrize(
    ("encoded", "typed"),
    [
        ("Acme: 1\u00a0200,50", "Acme: 1 200,50"),
        ("Acme: 1\u202f200,50", "Acme: 1 200,50"),
        ("Acme:\t7", "Acme: 7"),
        ("Acme\r\n3h\rLogo", "Acme\n3h\nLogo"),
        ("A\x00c\x1bm\x7fe\ud800", "Acme"),
        ("<\x00!here>", "@here"),
        ("  Acme \n", "Acme"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_spaces_are_plain_and_controls_are_gone(encoded: str, typed: str) -> None:
    assert plain(encoded, TEAM) == typed


def test_a_text_that_is_too_long_stays_one_too_long() -> None:
    found = plain("&amp;" * 30_011, TEAM)

    assert found == "&" * MAX_TEXT


@pytest.mark.parametrize("part", ["<", ">", "<<|", "„", "‚", "&", "<!date^", "<@U", "<mailto:"])
def test_a_hostile_text_is_read_in_no_time(part: str) -> None:
    assert len(plain(part * 70_001, TEAM)) <= MAX_TEXT


PIECES = st.sampled_from(
    ["<", ">", "|", "@", "#", "!", "^", "&amp;", "&lt;", "&gt;", "mailto:", "tel:", "https://", "date", "U0ANA7",
     "a", "“", "„", "’", "\x00", "\ud800", "\u00a0", "\r", "\n", " ", "/"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_whatever_was_encoded_nothing_live_is_left(encoded: str) -> None:
    found = plain(encoded.replace("&lt;", " ").replace("&gt;", " "), TEAM)

    assert re.search("<[^<>]*>", found) is None
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00a0\ud800-\udfff]", found)


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs"], exclude_characters="„“”‚‘’"), max_size=200)
)
def test_what_was_typed_comes_back_from_slacks_encoding(typed: str) -> None:
    encoded = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert plain(encoded, TEAM) == typed.strip()
