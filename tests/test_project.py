"""What must hold for the project's own files, whatever they contain."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCK_FILES = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
ROOMS = ("core", "storage", "handlers", "bot")
LONGEST_FILE = 400


def tracked(suffix: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name.endswith(suffix)]
    return [path for path in paths if path.is_file()]


def normal(requirement: str) -> str:
    """The name alone, spelled as package indexes spell it."""
    name = re.match(r"[\w.-]+", requirement)
    assert name is not None
    return re.sub(r"[-_.]+", "-", name.group()).lower()


def pins(lock_file: str) -> dict[str, str]:
    """Package name to its pinned version."""
    lines = (ROOT / lock_file).read_text().splitlines()
    pinned = (line.split(" ", 1)[0].split("==") for line in lines if re.match(r"\w", line))
    return {normal(name): version for name, version in pinned}


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_a_lock_file_names_no_index_and_no_place(lock_file: str) -> None:
    text = (ROOT / lock_file).read_text()

    found = re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links|(?m:^-[ef]\b)|\s@\s", text)

    assert found == []


@pytest.mark.parametrize("lock_file", LOCK_FILES)
def test_every_pin_of_a_lock_file_has_hashes(lock_file: str) -> None:
    text = (ROOT / lock_file).read_text()

    entries = [entry for entry in re.split(r"(?m)^(?=\w)", text) if re.match(r"\w", entry)]

    assert len(entries) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_runtime_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    declared = {normal(requirement) for requirement in project["dependencies"]}

    assert declared - pins("requirements.txt").keys() == set()


@pytest.mark.parametrize(("smaller", "larger"), [LOCK_FILES[:2], LOCK_FILES[1:]])
def test_a_larger_lock_file_keeps_every_version_of_the_smaller(smaller: str, larger: str) -> None:
    assert pins(smaller).items() - pins(larger).items() == set()


def test_the_procfile_migrates_on_release_and_runs_web_and_worker() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()

    processes = dict(line.split(": ", 1) for line in lines)

    assert processes == {
        "release": "billhook migrate",
        "web": "billhook serve --no-worker",
        "worker": "billhook worker",
    }


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in tracked(".py")
        if "migrations" not in path.parts
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_every_package_file_is_empty() -> None:
    assert [path for path in tracked("__init__.py") if path.read_bytes()] == []


def test_every_module_opens_with_what_it_is_for() -> None:
    modules = [
        path
        for path in tracked(".py")
        if path.relative_to(ROOT).parts[0] in ROOMS and path.name != "__init__.py"
    ]

    silent = [path for path in modules if not ast.get_docstring(ast.parse(path.read_text()))]

    assert silent == []
