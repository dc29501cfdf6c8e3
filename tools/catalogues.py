"""Keep the catalogues of what the chat says in step with the code: `python -m tools.catalogues`.

`--fill FILE` takes translations from JSON first, `{"English": {"de": "…", "fr": "…", "es": "…"}}`. `--check` writes
nothing and exits with 1 when a file is not what this tool would write, or a sentence is not translated.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.language import SPOKEN
from handlers.words import DOMAIN

LANGUAGES = tuple(code for code in SPOKEN if code != "en")
_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("bot", "core", "handlers", "storage")
# Operators read English, and the fixed words of documents have a domain of their own.
_ELSEWHERE = (
    "bot/__main__.py", "bot/cli*.py", "bot/demo*.py", "bot/doctor*.py", "bot/logs.py", "bot/settings*.py",
    "bot/web/*", "core/documents/words.py", "core/documents/exemption.py", "storage/archive.py", "storage/backup.py",
)  # fmt: skip

Places = list[tuple[str, int]]


class _Dateless(Catalog):
    """A catalogue whose header is the same whenever and with whichever release of Babel it is written."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def file_of(language: str, ending: str) -> Path:
    return _ROOT / "handlers" / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def messages() -> dict[str, Places]:
    """Every sentence that the chat may say, with the places it stands in."""
    found: dict[str, Places] = {}
    for name in _sources():
        with (_ROOT / name).open("rb") as file:
            for line, message, _comments, _context in extract("python", file, {"_": None, "N_": None}):
                found.setdefault(str(message), []).append((name, line))
    return found


def _sources() -> Iterator[str]:
    names = (path.relative_to(_ROOT).as_posix() for room in _ROOMS for path in (_ROOT / room).rglob("*.py"))
    return (name for name in sorted(names) if not any(fnmatch(name, pattern) for pattern in _ELSEWHERE))


def translations(language: str) -> dict[str, str]:
    """What the language's .po holds; empty strings for what is not translated yet."""
    path = file_of(language, "po")
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def catalogue(language: str, found: Mapping[str, Places], known: Mapping[str, str]) -> Catalog:
    """The messages that were found, with the translations that are known; others are dropped."""
    made = _Dateless(language, header_comment=f"# What the chat says: {language}.", fuzzy=False)
    for message, places in found.items():
        # Babel would mark the per cent sign of `{rate}% on` as a place to fill; ours are all in braces.
        made.add(message, known.get(message, ""), places).flags.clear()
    return made


def as_po(made: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, made, width=110, sort_by_file=True, include_lineno=False)
    return written.getvalue().rstrip(b"\n") + b"\n"


def as_mo(made: Catalog) -> bytes:
    written = BytesIO()
    write_mo(written, made)
    return written.getvalue()


def update(filled: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Write every file anew; returns what is still to be translated, and what was filled in that nobody says."""
    found = messages()
    left = [f"nobody says: {message}" for message in filled.keys() - found.keys()]
    for language in LANGUAGES:
        given = {message: texts[language] for message, texts in filled.items() if language in texts}
        known = translations(language) | given
        made = catalogue(language, found, known)
        file_of(language, "po").parent.mkdir(parents=True, exist_ok=True)
        file_of(language, "po").write_bytes(as_po(made))
        file_of(language, "mo").write_bytes(as_mo(made))
        left += [f"{language}: not translated: {message}" for message in found if not known.get(message)]
    return left


def wrong() -> list[str]:
    """What differs from what `update` would write, and what is still to be translated."""
    found, left = messages(), []
    for language in LANGUAGES:
        known = translations(language)
        made = catalogue(language, found, known)
        for ending, expected in (("po", as_po(made)), ("mo", as_mo(made))):
            path = file_of(language, ending)
            if not path.exists() or path.read_bytes() != expected:
                left.append(f"{path.relative_to(_ROOT)} is out of date: run python -m tools.catalogues")
        left += [f"{language}: not translated: {message}" for message in found if not known.get(message)]
    return left


def main() -> int:
    parser = argparse.ArgumentParser(description="Keep the catalogues of the chat in step with the code.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if anything is to do"
    )
    parser.add_argument("--fill", type=Path, metavar="FILE", help="take translations from this JSON first")
    given = parser.parse_args()
    if given.check:
        left = wrong()
    else:
        left = update(json.loads(given.fill.read_text(encoding="utf-8")) if given.fill else {})
    print(*left, f"{len(messages())} sentences in {', '.join(LANGUAGES)}", sep="\n")
    return 1 if given.check and left else 0


if __name__ == "__main__":
    sys.exit(main())
