"""Files that arrive: under a harmless name, whole, and never in place of another."""

import os
import stat
from pathlib import Path

import pytest

from bot.console.files import safe_name, save


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("2026-0007.pdf", "2026-0007.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ("/abs/olute.pdf", "_abs_olute.pdf"),
        (".bashrc", "bashrc"),
        ("a\x00b\n\x1b[31m\u202e.pdf", "ab[31m.pdf"),
        ("C:con?.pdf", "C_con_.pdf"),
        ("Löwe 山田.csv", "Löwe 山田.csv"),
        ("...", "file"),
        ("", "file"),
        ("trailing. . ", "trailing"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("letter", ["x", "山"])
def test_a_long_name_is_cut_and_keeps_its_ending(letter: str) -> None:
    name = safe_name(letter * 300 + ".pdf")

    assert name.endswith(f"{letter}.pdf")
    assert len(name) <= 120
    assert len(name.encode()) <= 200


def test_a_file_is_saved_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    path = save(tmp_path / "new" / "folder", "a.pdf", b"%PDF-7")

    assert path == tmp_path / "new" / "folder" / "a.pdf"
    assert path.read_bytes() == b"%PDF-7"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["a.pdf"]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    first = save(tmp_path, "a.pdf", b"same")
    before = first.stat().st_mtime_ns

    again = save(tmp_path, "a.pdf", b"same")

    assert again == first
    assert first.stat().st_mtime_ns == before
    assert os.listdir(tmp_path) == ["a.pdf"]


def test_a_different_file_of_the_same_name_gets_a_number(tmp_path: Path) -> None:
    paths = [save(tmp_path, "a.pdf", content) for content in (b"one", b"two", b"three", b"two")]

    assert [path.name for path in paths] == ["a.pdf", "a-2.pdf", "a-3.pdf", "a-2.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"one"
    assert (tmp_path / "a-3.pdf").read_bytes() == b"three"


def test_a_name_without_an_ending_gets_its_number_at_the_end(tmp_path: Path) -> None:
    save(tmp_path, "README", b"one")

    assert save(tmp_path, "README", b"two").name == "README-2"


def test_a_link_that_waits_under_the_name_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"mine")
    (tmp_path / "a.pdf").symlink_to(victim)

    path = save(tmp_path, "a.pdf", b"theirs")

    assert path.name == "a-2.pdf"
    assert victim.read_bytes() == b"mine"


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").write_bytes(b"")

    with pytest.raises(OSError, match="taken"):
        save(tmp_path / "taken", "a.pdf", b"x")
