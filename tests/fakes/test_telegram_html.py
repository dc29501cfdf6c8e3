"""Telegram's HTML, and how its parts are counted."""

import pytest

from tests.fakes.telegram_html import parse_html
from tests.fakes.telegram_text import find_entities, trim, utf16_length
from tests.fakes.telegram_values import Entity, Person, Refused, Violation


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("&lt;b&gt; &amp; &quot;c&quot; &#8364;&#x1F600;", '<b> & "c" €😀', []),
        ("<b>a</b><strong>b</strong>", "ab", [Entity("bold", 0, 1), Entity("bold", 1, 1)]),
        ("<i>a</i><em>b</em>", "ab", [Entity("italic", 0, 1), Entity("italic", 1, 1)]),
        ("<u>a</u><ins>b</ins>", "ab", [Entity("underline", 0, 1), Entity("underline", 1, 1)]),
        (
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [Entity("strikethrough", place, 1) for place in range(3)],
        ),
        (
            '<tg-spoiler>a</tg-spoiler><span class="tg-spoiler">b</span>',
            "ab",
            [Entity("spoiler", 0, 1), Entity("spoiler", 1, 1)],
        ),
        (
            '<a href="https://example.com/?a=1&amp;b=2">x</a>',
            "x",
            [Entity("text_link", 0, 1, url="https://example.com/?a=1&b=2")],
        ),
        ("<a>https://example.com</a>", "https://example.com", [
            Entity("text_link", 0, 19, url="https://example.com")
        ]),
        ('<a href="javascript:alert(1)">x</a>', "x", []),
        ('<a href="tg://user?id=7">x</a>', "x", [Entity("text_mention", 0, 1, user=Person(7, "Ana"))]),
        ('<a href="tg://user?id=8">x</a>', "x", []),
        ("<code>a</code>", "a", [Entity("code", 0, 1)]),
        ("<pre>a</pre>", "a", [Entity("pre", 0, 1)]),
        ('<pre><code class="language-python">a</code></pre>', "a", [Entity("pre", 0, 1, language="python")]),
        ("<code><b>a</b></code>", "a", [Entity("code", 0, 1)]),
        ("<blockquote>a</blockquote>", "a", [Entity("blockquote", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [Entity("expandable_blockquote", 0, 1)]),
        (
            '<tg-time unix="1700000000" format="wDT">soon</tg-time>',
            "soon",
            [Entity("date_time", 0, 4, unix_time=1700000000, date_time_format="wDT")],
        ),
        ('<tg-emoji emoji-id="53">👍</tg-emoji>', "👍", [Entity("custom_emoji", 0, 2, custom_emoji_id="53")]),
        ("😀<b>a<i>b</i></b>", "😀ab", [Entity("bold", 2, 2), Entity("italic", 3, 1)]),
        ("<b></b>a", "a", []),
        ("<B >a</b >", "a", [Entity("bold", 0, 1)]),
        ("<b>a</>", "a", [Entity("bold", 0, 1)]),
    ],
)  # fmt: skip
def test_markup_becomes_text_and_entities(source: str, text: str, entities: list[Entity]) -> None:
    people = {7: Person(7, "Ana")}

    assert parse_html(source, people) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
        ('<tg-time unix="7" format="?">a</tg-time>', "Invalid date format used"),
        (
            "&#xDFDF;",
            "Text contains invalid Unicode characters after decoding HTML entities,"
            " check for unmatched surrogate code units",
        ),
    ],
)
def test_broken_markup_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)

    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    "source", ["Smith & Sons", "&nbsp;", "&apos;", "&#12345678;", "<tg-time>a</tg-time>"]
)
def test_what_the_real_server_would_show_unread_is_a_violation(source: str) -> None:
    with pytest.raises(Violation, match="can't parse entities"):
        parse_html(source)


def test_a_text_is_counted_in_utf16_units() -> None:
    assert [utf16_length(text) for text in ("abc", "äöü", "😀", "e\u0301")] == [3, 3, 2, 2]


def test_a_server_finds_commands_mentions_and_addresses_by_itself() -> None:
    text = "😀 /pay@billhook_test_bot @ana a@b.de #paid https://example.com/x?y=1. a/b 3@4 #1"

    found = find_entities(text)

    assert [(entity.type, entity.offset, entity.length) for entity in found] == [
        ("bot_command", 3, 22),
        ("mention", 26, 4),
        ("email", 31, 6),
        ("hashtag", 38, 5),
        ("url", 44, 25),
    ]


def test_blanks_at_both_ends_go_and_entities_move_along() -> None:
    text, entities = trim(" \n a b  ", [Entity("bold", 3, 1), Entity("italic", 5, 3)])

    assert (text, entities) == ("a b", (Entity("bold", 0, 1), Entity("italic", 2, 1)))
