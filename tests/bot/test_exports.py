"""An export holds everything of one business and nothing of others; it goes back without loss, a bad one not at all."""

import csv
import hashlib
import io
import json
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.cli_export import bring_in
from bot.exports import Exported, TooLarge, export_to
from bot.rendering import Renderer
from core.errors import BillhookError, Conflict, InvalidInput, NotFound
from core.usecases.linking import link
from storage.backup import snapshot
from storage.business_rows import CARRIED, LEFT_OUT
from storage.engine import Storage, create_engine
from storage.parcel import Parcel, name_of
from storage.tables import metadata
from tests.bot.every_row import BUSINESS, BYTES
from tests.bot.one_business import NEIGHBOUR, SECRETS, fill, members, rewritten, rows_of_a_business
from tests.builders.core import IDS
from tests.fakes.clock import MORNING, FixedClock


async def exported(url: str, folder: Path, most: int | None = None) -> Exported:
    renderer = Renderer()
    try:
        async with snapshot(url) as connection:
            return await export_to(connection, renderer, BUSINESS, folder, MORNING, most)
    finally:
        await renderer.close()


async def brought_in(url: str, path: Path) -> tuple[int, list[Any]]:
    with Parcel(path) as parcel:
        parcel.prove()
        return await bring_in(url, parcel)


async def count(url: str) -> int:
    engine = create_engine(url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        selects = [sa.select(sa.func.count()).select_from(table) for table in metadata.sorted_tables]
        counts = [(await connection.execute(select)).scalar_one() for select in selects]
    await engine.dispose()
    return sum(counts)


def made_folder(path: Path) -> Path:
    path.mkdir()
    return path


def copied(template: Path, path: Path) -> str:
    shutil.copyfile(template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
async def origin(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A full database that no test changes."""
    url = copied(sqlite_template, tmp_path_factory.mktemp("origin") / "full.db")
    await fill(url, rows_of_a_business())
    return url


@pytest.fixture(scope="module")
async def made(origin: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return (await exported(origin, tmp_path_factory.mktemp("made"))).path


@pytest.fixture
def spoilt(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copy(made, tmp_path / "spoilt.zip"))


def test_every_table_is_either_taken_along_or_left_out_for_a_reason() -> None:
    carried = {table.name for table in CARRIED}

    assert carried | LEFT_OUT.keys() == metadata.tables.keys()
    assert carried & LEFT_OUT.keys() == set()
    assert all("business_id" in table.columns for table in CARRIED)


async def test_a_business_goes_from_one_database_to_the_other_and_back_without_loss(
    made: Path, fresh_database_url: str, sqlite_template: Path, tmp_path: Path
) -> None:
    rows, _codes = await brought_in(fresh_database_url, made)
    second = await exported(fresh_database_url, made_folder(tmp_path / "second"))
    last = copied(sqlite_template, tmp_path / "last.db")
    await brought_in(last, second.path)
    third = await exported(last, made_folder(tmp_path / "third"))

    first, again, end = (members(path) for path in (made, second.path, third.path))
    for found in (first, again, end):
        del found["manifest.json"]
    assert first == again == end
    assert {f"data/{table.name}.jsonl" for table in CARRIED} <= first.keys()
    assert all(first[f"data/{table.name}.jsonl"] for table in CARRIED)
    assert (rows, second.documents, third.rows) == (second.rows.total(), 4, second.rows)


def test_a_kept_pdf_is_taken_as_it_is_and_a_missing_one_is_rendered(made: Path) -> None:
    files = members(made)

    assert files["pdf/2026%2F0007.pdf"] == BYTES * 999
    assert files["pdf/2026%2F0008.pdf"].startswith(b"%PDF-")
    assert b"2026/0008" in files["xml/2026%2F0008.xml"]
    assert files["pdf/credit-notes/CN2026-0007-void.pdf"].startswith(b"%PDF-")
    assert stat.S_IMODE(made.stat().st_mode) == 0o600


def test_nothing_of_the_install_and_nothing_of_others_is_in_it(made: Path) -> None:
    whole = b"".join(content for name, content in members(made).items() if not name.startswith("pdf/"))

    assert [
        secret for secret in (*SECRETS, b"Fremd", b"Nachbar", str(NEIGHBOUR).encode()) if secret in whole
    ] == []


def test_the_tables_hold_numbers_as_numbers_and_no_formulas(made: Path) -> None:
    files = members(made)

    def table(name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(files[f"csv/{name}.csv"].decode("utf-8-sig"))))

    assert [(row["Number"], row["State"], row["Paid"]) for row in table("invoices")] == [
        ("2026/0007", "partly paid", "7.00"), ("2026/0008", "partly paid", "7.00"), ("", "draft", "0.00"),
    ]  # fmt: skip
    assert [row["Name"] for row in table("products")] == ["'+49 30 hosting"]
    assert [row["Amount"] for row in table("payments")] == ["-0.71", "7.00"]
    assert (len(table("lines")), len(table("clients"))) == (6, 2)


def test_the_manifest_proves_every_file(made: Path) -> None:
    files = members(made)

    manifest = json.loads(files.pop("manifest.json"))

    assert manifest["billhook_export"] == 1
    assert manifest["files"] == {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    }


async def test_who_brings_the_code_works_there_again_and_only_then_the_clock_comes_by(
    made: Path, fresh_database_url: str
) -> None:
    _rows, codes = await brought_in(fresh_database_url, made)
    storage = Storage(fresh_database_url, FixedClock(), pool_size=1)
    async with storage.work() as work:
        await work.enter(BUSINESS)
        with pytest.raises(NotFound):
            await work.agendas.get()

    async with storage.work() as work:
        desk, _entry = await link(work, storage.clock, IDS, codes[0][1], "terminal:somebody")
        agenda = await work.agendas.get()
    await storage.close()

    assert [(member.name, member.role.value) for member, _code in codes] == [("Ana", "owner")]
    assert (desk.member.name, desk.business.id) == ("Ana", BUSINESS)
    assert agenda.digest_next is not None


async def test_a_business_that_is_there_is_never_imported_over(made: Path, origin: str) -> None:
    before = await count(origin)

    with pytest.raises(Conflict, match="is in this database already, and nothing was changed"):
        await brought_in(origin, made)

    assert await count(origin) == before


async def test_an_export_of_another_schema_names_both(
    made: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    url = copied(sqlite_template, tmp_path / "old.db")
    engine = create_engine(url, pool_size=1, as_app=False)
    async with engine.begin() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
    await engine.dispose()

    with pytest.raises(BillhookError, match="and the database of schema 0000"):
        await brought_in(url, made)


async def test_an_export_that_grows_too_large_leaves_nothing_behind(origin: str, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await exported(origin, made_folder(tmp_path / "out"), most=9_999)

    assert list((tmp_path / "out").iterdir()) == []


async def test_a_file_that_exists_is_never_replaced(origin: str, made: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        await exported(origin, made.parent)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("2026-0007", "2026-0007"),
        ("RE/7", "RE%2F7"),
        ("../7", "%2E%2E%2F7"),
        ("Ä 7%", "Ä%207%25"),
        ("a:\\b", "a%3A%5Cb"),
    ],
)
def test_a_number_is_a_name_that_every_folder_takes(number: str, name: str) -> None:
    assert name_of(number) == name


# -- files that must not be imported -------------------------------------------------------------------


def _proved(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """A change with a right sum: as another program, or somebody with bad intent, could have made it."""

    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
        manifest = json.loads(files["manifest.json"])
        proof = {"size": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
        manifest["files"][name] = proof
        files["manifest.json"] = json.dumps(manifest).encode()

    return change


def _changed(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def _extra(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: b"x"})


def _without(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        del files[name]

    return change


_OTHER = f'"business_id":"{NEIGHBOUR}"'.encode()
_OWN = f'"business_id":"{BUSINESS}"'.encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_changed("data/payment.jsonl", b'"amount_minor":700', b'"amount_minor":701'), "was altered"),
        (_changed("manifest.json", b'"billhook_export": 1', b'"billhook_export": 2'), "a newer release"),
        (_changed("manifest.json", b'"payment": 2', b'"payment": 3'), "was altered"),
        (_changed("manifest.json", b"{", b"[{"), "was altered"),
        (_without("manifest.json"), "is no export of Billhook"),
        (_without("pdf/2026%2F0007.pdf"), "was altered"),
        (_extra("pdf/more.pdf"), "was altered"),
        (_extra("../evil"), "was altered"),
        (_extra("/etc/evil"), "was altered"),
        (_extra("c:evil"), "was altered"),
        (_proved("data/client.jsonl", _OWN, _OTHER), "was altered"),
        (_proved("data/client.jsonl", b'"name":', b'"caption":'), "was altered"),
        (_proved("data/client.jsonl", b'"country":"IE"', b'"country":7'), "was altered"),
        (_proved("data/business.jsonl", b'"version":3', b'"version":"3"'), "was altered"),
        (_proved("data/payment.jsonl", b'"amount_minor":700', b'"amount_minor":-700'), "was altered"),
        (
            _proved("data/payment.jsonl", b'"amount_minor":700', b'"amount_minor":7' + b"0" * 30),
            "was altered",
        ),
        (_proved("data/client.jsonl", b'"country":"IE"', b'"country":"\\ud800"'), "was altered"),
        (_proved("data/audit.jsonl", b'"label":"', b'"label":"\\ud800'), "was altered"),
        (_proved("data/receipt.jsonl", b'"payment_id":"00', b'"payment_id":"11'), "was altered"),
        (_proved("data/document.jsonl", b'"content":"pdf', b'"content":"pdf/../pdf'), "was altered"),
        (_proved("data/client.jsonl", b"\n", b"\nnull\n"), "was altered"),
        (_proved("data/client.jsonl", b"\n", b"\n" + b"[" * 100_000 + b"\n"), "was altered"),
    ],
)
async def test_a_changed_file_imports_nothing(
    spoilt: Path, sqlite_template: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    url = copied(sqlite_template, tmp_path / "target.db")
    rewritten(spoilt, change)

    with pytest.raises(InvalidInput, match=said):
        await brought_in(url, spoilt)

    assert await count(url) == 0


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("manifest.json", b" " * (8 << 20))


def _packed_otherwise(path: Path) -> None:
    """As nobody packs an export: what unpacks it takes as much memory as the file itself says."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as file:
        file.writestr("manifest.json", b"{}")


def _lying_about_its_size(path: Path) -> None:
    """Its directory says that a file of some bytes holds sixteen gigabytes."""
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<II", content, at + 20, 0xFFFFFFF0, 0xFFFFFFF0)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_bomb, "would unpack to more than an export ever holds"),
        (_packed_otherwise, "was altered"),
        (_lying_about_its_size, "was altered|would unpack to more"),
        (lambda path: path.write_bytes(path.read_bytes()[:-99]), "is no export of Billhook"),
        (lambda path: path.write_bytes(b"%PDF-1.7"), "is no export of Billhook"),
        (lambda path: path.write_bytes(b""), "is no export of Billhook"),
    ],
)
def test_a_spoiled_zip_is_recognised(spoilt: Path, spoil: Callable[[Path], object], said: str) -> None:
    spoil(spoilt)

    with pytest.raises(InvalidInput, match=said), Parcel(spoilt) as parcel:
        parcel.prove()
