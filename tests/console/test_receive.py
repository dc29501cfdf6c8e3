"""Lines as updates, and what is refused before anything is sent."""

import os
from pathlib import Path

import pytest

from bot.console.receive import MAX_FILE, MAX_TEXT, decoded, is_identity, receive
from core.errors import InvalidInput
from handlers.kinds import Attachment, ChatRef, SenderRef
from handlers.updates import Typed


def typed(line: str, piped: bool = True) -> Typed:
    update = receive(line, "owner", piped)
    assert update is not None
    assert isinstance(update.input, Typed)
    return update.input


def test_a_line_is_an_update_of_its_own_from_the_named_person() -> None:
    first = receive("/help", "ana", piped=True)
    second = receive("/help", "ana", piped=True)

    assert first is not None
    assert second is not None
    assert (first.platform, first.chat) == ("terminal", ChatRef("terminal", "ana"))
    assert first.sender == SenderRef("terminal", "ana", "ana")
    assert first.input == Typed("/help", (), by_number=True)
    assert first.id != second.id


@pytest.mark.parametrize("line", ["", "   ", "\t\r\n", r"\n", "\x00\x1b"])
def test_a_line_with_nothing_in_it_is_skipped(line: str) -> None:
    assert receive(line, "owner", piped=True) is None


def test_in_a_pipe_a_backslash_and_an_n_are_a_line_break() -> None:
    assert (
        typed(r"/invoice Acme: 3h design @ 120\nLogo @ 900").text
        == "/invoice Acme: 3h design @ 120\nLogo @ 900"
    )


def test_at_a_prompt_a_backslash_and_an_n_are_what_they_are() -> None:
    assert typed(r"C:\new", piped=False).text == r"C:\new"


def test_control_characters_are_left_out_and_line_breaks_made_one_kind() -> None:
    assert typed("a\x00b\x1b[31m\tc\r\nd\re", piped=False).text == "ab[31m c\nd\ne"


@pytest.mark.parametrize("name", ["owner", "Ana", "ana.b-c_7", "Zoë", "x" * 40])
def test_a_good_name(name: str) -> None:
    assert is_identity(name)


@pytest.mark.parametrize("name", ["", "x" * 41, "a b", "a/b", "a:b", "ana\n", "💶"])
def test_a_bad_name(name: str) -> None:
    assert not is_identity(name)


def test_the_longest_message_is_sent_and_a_longer_one_is_not() -> None:
    assert len(typed("x" * MAX_TEXT).text) == MAX_TEXT

    with pytest.raises(InvalidInput, match="longer than 20000 characters, so nothing was sent"):
        receive("x" * (MAX_TEXT + 1), "owner", piped=True)


def test_bytes_that_are_no_utf8_are_refused() -> None:
    with pytest.raises(InvalidInput, match="not UTF-8 text, so nothing was sent"):
        decoded(b"L\xf6we")


def test_halves_of_characters_from_a_prompt_are_refused() -> None:
    with pytest.raises(InvalidInput, match="not UTF-8 text"):
        receive("L\udcf6we", "owner", piped=False)


# -- files ---------------------------------------------------------------------------------------------


def test_a_file_at_the_end_is_attached_and_its_word_is_taken_out(tmp_path: Path) -> None:
    (tmp_path / "logo.PNG").write_bytes(b"\x89PNG 7")

    given = typed(f"/logo file:{tmp_path}/logo.PNG ")

    assert given == Typed("/logo", (Attachment("logo.PNG", "image/png", b"\x89PNG 7"),), by_number=True)


def test_a_file_alone_is_a_message(tmp_path: Path) -> None:
    (tmp_path / "clients.csv").write_bytes(b"name\nAcme\n")

    given = typed(f"file:{tmp_path}/clients.csv")

    assert given == Typed("", (Attachment("clients.csv", "text/csv", b"name\nAcme\n"),), by_number=True)


def test_a_path_with_spaces_stands_in_quotes(tmp_path: Path) -> None:
    (tmp_path / "my logo.jpeg").write_bytes(b"\xff\xd8")

    given = typed(f'/logo file:"{tmp_path}/my logo.jpeg"')

    assert given.files == (Attachment("my logo.jpeg", "image/jpeg", b"\xff\xd8"),)


def test_a_file_may_stand_on_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "nice.pdf").write_bytes(b"%PDF")

    given = typed(rf"/logo\nfile:{tmp_path}/nice.pdf")

    assert (given.text, len(given.files)) == ("/logo", 1)


@pytest.mark.parametrize("text", ["see file:a.pdf in the mail", "profile:a.pdf", "file:", 'file:"a.pdf'])
def test_other_mentions_of_files_are_only_words(text: str) -> None:
    assert typed(text) == Typed(text, (), by_number=True)


def test_a_file_of_five_megabytes_is_sent_and_a_larger_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "big.pdf"
    path.write_bytes(b"7" * MAX_FILE)
    (file,) = typed(f"file:{path}").files
    assert isinstance(file, Attachment)
    assert len(file.content) == MAX_FILE

    path.write_bytes(b"7" * (MAX_FILE + 1))
    with pytest.raises(InvalidInput, match="larger than 5 MB, so nothing was sent"):
        receive(f"file:{path}", "owner", piped=True)


def test_only_files_of_known_kinds_are_sent(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_bytes(b"<svg/>")

    with pytest.raises(InvalidInput, match="Only PNG, JPEG, CSV, XML, ZIP and PDF files"):
        receive(f"file:{tmp_path}/logo.svg", "owner", piped=True)


def test_a_file_that_is_not_there_is_named_so() -> None:
    with pytest.raises(
        InvalidInput, match=r"cannot be read \(No such file or directory\), so nothing was sent"
    ):
        receive("file:nowhere.pdf", "owner", piped=True)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()

    with pytest.raises(InvalidInput, match="not a file"):
        receive(f"file:{tmp_path}/folder.pdf", "owner", piped=True)


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")

    with pytest.raises(InvalidInput, match="not a file"):
        receive(f"file:{tmp_path}/pipe.pdf", "owner", piped=True)
