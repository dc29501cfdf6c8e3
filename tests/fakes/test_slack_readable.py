"""What people read of Slack's blocks, and what in them is live."""

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from tests.fakes.slack_blocks import live_marks, message_errors, readable, view_errors
from tests.fakes.slack_samples import (
    CONFIRM,
    DIVIDER,
    OPTIONS,
    STATIC,
    actions,
    asking,
    button,
    home,
    leaf,
    modal,
    mrkdwn,
    plain,
    rich,
    run,
    section,
    table,
)


def test_what_slacks_own_library_builds_is_taken() -> None:
    message = [
        sdk.HeaderBlock(text="Invoices"),
        sdk.SectionBlock(text="*Acme*", fields=["a", "b"], accessory=sdk.ButtonElement(text="Open", action_id="o")),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="2/5")]),
        sdk.ActionsBlock(
            elements=[
                sdk.ButtonElement(
                    text="Void", action_id="v", style="danger", confirm=sdk.ConfirmObject(title="Void?", text="Sure?")
                ),
                sdk.OverflowMenuElement(options=[sdk.Option(value="a", label="A")], action_id="w"),
            ]
        ),
        sdk.TableBlock(rows=[[{"type": "raw_text", "text": "A"}]], column_settings=[{"align": "right"}]),
        sdk.RichTextBlock(elements=[sdk.RichTextSectionElement(elements=[sdk.RichTextElementParts.Text(text="A")])]),
    ]  # fmt: skip
    assert message_errors([block.to_dict() for block in message]) == []
    view = View(
        type="modal",
        title="New invoice",
        submit="Save",
        blocks=[
            sdk.InputBlock(
                label="Client", element=sdk.ExternalDataSelectElement(action_id="c", min_query_length=1)
            ),
            sdk.InputBlock(
                label="Due", element=sdk.DatePickerElement(initial_date="2026-03-05"), optional=True
            ),
        ],
    )
    assert view_errors(view.to_dict()) == []


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("Fish &amp; Chips &lt;b&gt; &amp;lt;", "Fish & Chips <b> &lt;"),
        ("*Paid* by _Ana_, ~not~ `INV-1`", "Paid by Ana, not INV-1"),
        ("*_both_* (*x*) *two words*", "both (x) two words"),
        ("5*3*2, snake_case_name, * note *, a ~ b ~ c", "5*3*2, snake_case_name, * note *, a ~ b ~ c"),
        ("*not\nclosed*", "*not\nclosed*"),
        ("```\n*kept* &lt;\n``` `_kept_`", "*kept* < _kept_"),
        ("*<https://a.example/x_y_|Open *it*>*", "Open *it*"),
        ("<https://a.example> <mailto:a@b.example|a@b.example> <mailto:c@d.example>",
         "https://a.example a@b.example c@d.example"),
        ("<@U1|ana> <@U2> <#C1|general> <!here> <!subteam^S1|@team>", "@ana @U2 #general @here @team"),
        ("due <!date^1780000000^{date_short}|5 Mar 2026>", "due 5 Mar 2026"),
        ("a < b > c", "a  b  c"),
    ],
)  # fmt: skip
def test_mrkdwn_reads_as_people_see_it(source: str, read: str) -> None:
    assert readable(source) == read
    assert readable([section(source)]) == read


def test_plain_text_reads_as_it_is() -> None:
    assert readable([{"type": "section", "text": plain("*a* &amp; <b>")}]) == "*a* &amp; <b>"


def test_a_message_reads_in_its_order_without_its_buttons() -> None:
    message = [
        {"type": "header", "text": plain("Invoices")},
        section("*Acme*", fields=[mrkdwn("One"), plain("Two")], accessory=button("Open")),
        DIVIDER,
        actions(button("Send"), {**STATIC, "options": OPTIONS}),
        table(["No.", "Total"], ["1", "2.00"]),
        {"type": "image", "image_url": "https://a.example", "alt_text": "A chart"},
        {"type": "context", "elements": [mrkdwn("2/5"), plain("more")]},
        {"type": "markdown", "text": "**Note**"},
    ]
    assert message_errors(message) == []
    assert readable(message).split("\n") == [
        "Invoices", "Acme", "One", "Two", "No.  Total", "1  2.00", "A chart", "2/5", "more", "Note",
    ]  # fmt: skip
    assert readable(message[0]) == "Invoices"


def test_a_view_reads_from_its_title_down() -> None:
    view = modal({**asking("plain_text_input", initial_value="typed"), "hint": plain("Hint")}, section("End"))
    assert readable(view) == "Title\nLabel\nHint\nEnd"
    assert readable(home(section("Here"))) == "Here"


def test_rich_text_reads_without_meaning_in_its_characters() -> None:
    block = rich(
        run(
            leaf("*a* &amp; <b> "),
            {"type": "link", "url": "https://a.example"},
            leaf(" "),
            {"type": "link", "url": "https://a.example", "text": "site"},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "broadcast", "range": "here"},
            {"type": "emoji", "name": "tada"},
            {"type": "color", "value": "#fff"},
            {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
        ),
        run(run(leaf("one")), run(leaf("two")), kind="rich_text_list", style="bullet"),
        run(run(leaf("three")), kind="rich_text_list", style="ordered", offset=2),
    )
    assert message_errors([block]) == []
    assert readable([block]).split("\n") == [
        "*a* &amp; <b> https://a.example site@U1#C1@here:tada:#fffthen", "• one", "• two", "3. three",
    ]  # fmt: skip


def test_live_markup_is_found_wherever_it_is_live() -> None:
    assert live_marks("&lt;!here&gt; <!channel> <https://a.example|A> <@U1>") == [
        "<!channel>", "<https://a.example|A>", "<@U1>",
    ]  # fmt: skip
    blocks = [
        {"type": "header", "text": plain("<!here>")},
        section("<@U1>", fields=[mrkdwn("<!date^1^{date}|then>"), plain("<@U9>")]),
        actions(button("<!here>", url="https://a.example", confirm={**CONFIRM, "text": mrkdwn("<#C1>")})),
        table(["<!here>"]),
        {"type": "markdown", "text": "<!everyone>"},
        rich(
            run(
                leaf("<!here>"),
                {"type": "link", "url": "https://a.example", "text": "A"},
                {"type": "user", "user_id": "U2"},
                {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "broadcast", "range": "channel"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "then"},
            )
        ),
    ]
    assert message_errors(blocks) == []
    expected = [
        "<@U1>", "<!date^1^{date}|then>", "<#C1>", "<!everyone>", "<https://a.example|A>", "<@U2>", "<!subteam^S1>",
        "<!channel>", "<!date^1^{date}|then>",
    ]  # fmt: skip
    assert live_marks(blocks) == expected
    assert live_marks(home(*blocks)) == expected
