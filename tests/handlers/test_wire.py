"""What is stored in the inbox and the outbox comes back as it was, through JSON as the database keeps it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.einvoice.profiles import Profile
from core.einvoice.terms import Added, Contact
from core.ladder import Tone
from core.reminder_letter import LetterText
from handlers.kinds import (
    Attachment,
    Block,
    Box,
    Button,
    ChatRef,
    DocumentPdf,
    DocumentXml,
    Entry,
    Facts,
    FileForm,
    Letter,
    Lines,
    Notice,
    Option,
    PaidPdf,
    Question,
    ReminderPdf,
    Reply,
    ReportFile,
    ReportKind,
    SenderRef,
    Sheet,
    Text,
)
from handlers.updates import Around, Input, Kept, Occasion, Pressed, Submitted, Typed, Update
from handlers.wire import Json, from_json, question_to_json, reply_to_json, update_from_json, update_to_json
from storage.codec import decode_plain, encode_plain

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
tables = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Lines,
        st.tuples(*[texts] * width),
        st.lists(st.tuples(*[texts] * width), max_size=3).map(tuple),
        st.lists(st.integers(0, width - 1), max_size=2).map(tuple),
        texts,
    )
)
blocks: st.SearchStrategy[tuple[Block, ...]] = st.lists(
    st.one_of(
        st.builds(Text, texts),
        st.builds(Notice, texts, st.sampled_from(["success", "info", "warning", "error"])),
        st.builds(Facts, st.lists(st.tuples(texts, texts), max_size=3).map(tuple), texts),
        tables,
    ),
    max_size=4,
).map(tuple)
buttons = st.lists(
    st.builds(
        Button, texts, st.just(""), st.just(""), texts, st.sampled_from(["", "primary", "danger"]), texts
    ),
    max_size=4,
).map(tuple)
files = st.builds(Attachment, texts, texts, st.binary(max_size=50))
added = st.builds(Added, st.none() | st.builds(Contact, texts, texts, texts), texts)
documents = (
    st.builds(DocumentPdf, st.uuids(), texts)
    | st.builds(PaidPdf, st.uuids(), texts)
    | st.builds(DocumentXml, st.uuids(), texts, st.sampled_from(Profile), added)
)
reports = st.builds(
    ReportFile, st.sampled_from(ReportKind), st.sampled_from(FileForm), texts, st.dates(), st.dates(), texts,
    st.none() | st.uuids(), texts,
)  # fmt: skip
letters = st.builds(
    ReminderPdf, texts,
    st.builds(
        LetterText, st.uuids(), texts, st.dates(), st.sampled_from(Tone), texts, texts, texts,
        st.lists(st.tuples(st.uuids(), st.integers(0, 10**12)), max_size=3).map(tuple), st.integers(0, 10**9),
        st.none() | st.uuids(), st.lists(texts, max_size=3).map(tuple),
    ),
)  # fmt: skip
replies = st.builds(
    Reply,
    blocks,
    buttons,
    st.lists(st.one_of(files, documents, reports, letters), max_size=4).map(tuple),
    aside=st.booleans(),
    topic=texts,
    letter=st.none() | st.builds(Letter, texts, texts, texts, texts, texts),
)
entries = st.builds(
    Entry, texts, texts, st.sampled_from(Box), texts, texts,
    st.lists(st.builds(Option, texts, texts), max_size=3).map(tuple),
    st.booleans(), st.booleans(), st.booleans(), texts,
)  # fmt: skip
sheets = st.builds(Sheet, texts, texts, st.lists(entries, max_size=3).map(tuple), texts)
questions = st.builds(
    Question, texts, texts, texts, st.integers(1, 9), st.integers(1, 9), buttons, texts, blocks,
    sheet=st.none() | sheets,
)  # fmt: skip
values = st.dictionaries(texts, texts, max_size=3)
inputs = st.one_of(
    st.builds(Typed, texts, st.lists(files, max_size=2).map(tuple), st.booleans()),
    st.builds(Pressed, texts),
    st.builds(Submitted, texts, values),
    st.builds(Kept, texts, values, st.booleans()),
)
occasions = st.builds(Occasion, way=texts, opens=texts, form=texts, thread=texts, aloud=st.booleans())


def stored(payload: Json) -> Json:
    back = decode_plain(encode_plain(payload))
    assert isinstance(back, dict)
    return back


def tokens(shown: Reply | Question) -> tuple[str, ...]:
    return tuple(f"token{place}" for place in range(len(shown.buttons)))


@given(replies)
def test_a_reply_comes_back_as_it_was(reply: Reply) -> None:
    contents = [item for item in reply.attachments if isinstance(item, Attachment)]

    back = from_json(stored(reply_to_json(reply, tokens(reply))), contents)

    assert back == (reply, tokens(reply))


@given(questions)
def test_a_question_comes_back_as_it_was(question: Question) -> None:
    back = from_json(stored(question_to_json(question, tokens(question))), [])

    assert back == (question, tokens(question))


@given(
    st.builds(
        Update,
        st.just("slack"),
        st.just("7"),
        st.builds(ChatRef, st.just("slack"), texts),
        st.builds(SenderRef, st.just("slack"), texts, texts, texts, texts),
        inputs,
        occasions,
        texts,
        st.none() | st.builds(Around, st.builds(ChatRef, st.just("slack"), texts), texts),
    )
)
def test_an_update_comes_back_as_it_was(update: Update) -> None:
    assert update_from_json("slack", "7", stored(update_to_json(update))) == update


def test_what_a_button_does_never_leaves_the_database() -> None:
    reply = Reply((Text("Which?"),), (Button("Issue", "issue", "0123456789abcdef"),))

    payload = reply_to_json(reply, ("token1",))
    shown, names = from_json(stored(payload), [])

    assert "0123456789abcdef" not in repr(payload)
    assert shown == replace(reply, buttons=(Button("Issue", ""),))
    assert names == ("token1",)


def test_the_bytes_of_a_file_stay_out_of_the_reply() -> None:
    reply = Reply((Text("Here:"),), attachments=(Attachment("a.pdf", "application/pdf", b"%PDF-secret"),))

    assert "secret" not in repr(reply_to_json(reply, ()))


# -- what an earlier release has stored --------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "read_as"),
    [
        ({"typed": "/help", "by_number": True, "files": []}, Typed("/help", (), True)),
        ({"pressed": "token43"}, Pressed("token43")),
    ],
)
def test_an_update_stored_before_workspaces_is_read(given_: Json, read_as: Input) -> None:
    data = {"address": "7", "sender": {"identity": "11", "name": "Ana"}, **given_}

    found = update_from_json("telegram", "1031", data)

    assert found == Update(
        "telegram", "1031", ChatRef("telegram", "7"), SenderRef("telegram", "11", "Ana"), read_as
    )


def test_a_release_before_workspaces_reads_the_sender_of_today() -> None:
    update = Update(
        "telegram", "7", ChatRef("telegram", "7"), SenderRef("telegram", "11", "Ana"), Pressed("t")
    )

    assert update_to_json(update)["sender"].keys() == {"identity", "name", "language"}


@pytest.mark.parametrize(
    ("row", "button"),
    [
        (["Pay", "token1"], Button("Pay")),
        (["Pay", "", "https://pay.example"], Button("Pay", url="https://pay.example")),
        (["Void", "token1", "", "danger"], Button("Void", tone="danger")),
    ],
)
def test_a_reply_stored_before_topics_is_read(row: list[str], button: Button) -> None:
    data: Json = {"kind": "reply", "blocks": [], "buttons": [row], "attachments": []}

    assert from_json(data, []) == (Reply((), (button,)), (row[1],))


def test_a_question_stored_before_sheets_is_read() -> None:
    data: Json = {
        "kind": "question", "title": "Invoice", "field": "client", "prompt": "Who?", "step": 2, "steps": 5,
        "error": "", "before": [], "buttons": [["Skip", "token1", "", ""]],
    }  # fmt: skip

    assert from_json(data, []) == (
        Question("Invoice", "client", "Who?", 2, 5, (Button("Skip"),)),
        ("token1",),
    )
