"""What is stored in the inbox and the outbox comes back as it was, through JSON as the database keeps it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from handlers.kinds import (
    Attachment,
    Block,
    Button,
    ChatRef,
    Facts,
    InvoicePdf,
    Lines,
    Notice,
    Pressed,
    Question,
    Reply,
    SenderRef,
    Text,
    Typed,
    Update,
)
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
buttons = st.lists(st.builds(Button, texts, st.just("")), max_size=4).map(tuple)
files = st.builds(Attachment, texts, texts, st.binary(max_size=50))
documents = st.builds(InvoicePdf, st.uuids(), texts)
replies = st.builds(Reply, blocks, buttons, st.lists(st.one_of(files, documents), max_size=4).map(tuple))
questions = st.builds(
    Question, texts, texts, texts, st.integers(1, 9), st.integers(1, 9), buttons, texts, blocks
)
refs = st.tuples(texts, texts)
inputs = st.one_of(
    st.builds(Typed, texts, st.lists(files, max_size=2).map(tuple), st.booleans()), st.builds(Pressed, texts)
)


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


@given(texts, texts, refs, inputs)
def test_an_update_comes_back_as_it_was(
    platform: str, address: str, who: tuple[str, str], given_: Typed
) -> None:
    update = Update(platform, "7", ChatRef(platform, address), SenderRef(platform, *who), given_)

    assert update_from_json(platform, "7", stored(update_to_json(update))) == update


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
