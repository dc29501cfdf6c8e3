"""Keep the catalogues of the chat, of letters and of documents in step with the code: `python -m tools.catalogues`.

`--fill FILE` takes translations from JSON first, `{"English": {"de": "…", "fr": "…", "es": "…"}}`, and with `--printed`
those of documents; a sentence with a plural is named by its singular and has a list of forms. `--check` writes nothing
and exits with 1 when a file is not what this tool would write, or a sentence is not translated.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.documents.words import DOMAIN as PRINTED
from core.language import SPOKEN, WRITTEN
from handlers.words import DOMAIN

LANGUAGES = tuple(code for code in SPOKEN if code != "en")
WRITTEN_ONLY = tuple(code for code in WRITTEN if code not in SPOKEN)
"""Their catalogues hold what a client may read of the chat's sentences, and nothing else."""
PRINTED_LANGUAGES = tuple(code for code in WRITTEN if code != "en")
_ROOT = Path(__file__).resolve().parent.parent
_ROOMS = ("bot", "core", "handlers", "storage")
_FOLDERS = {DOMAIN: "handlers/locale", PRINTED: "core/documents/locale"}
_PRINTED = (
    "core/documents/exemption.py", "core/documents/reminder_words.py", "core/documents/report_words.py",
    "core/documents/words.py",
)  # fmt: skip
"""The fixed words of documents, which have a domain of their own."""
_TO_CLIENTS = (
    "bot/mail/render.py", "handlers/background/opting_out.py", "handlers/background/viewing.py",
    "handlers/hosted_figures.py", "handlers/hosted_page.py", "handlers/hosted_sums.py", "handlers/letters.py",
    "handlers/pay_words.py", "handlers/quote_letters.py", "handlers/quote_page.py", "handlers/reminder_words.py",
    "handlers/reminding.py",
)  # fmt: skip
"""Letters and pages."""
# Operators read English.
_ELSEWHERE = (
    "bot/__main__.py", "bot/cli*.py", "bot/demo*.py", "bot/doctor*.py", "bot/logs.py", "bot/settings*.py",
    "bot/web/*", "storage/archive.py", "storage/backup.py", "storage/business_*.py", "storage/parcel.py", *_PRINTED,
)  # fmt: skip
_CALLS = {"_": None, "N_": None, "_n": (1, 2)}

Places = list[tuple[str, int]]
Message = str | tuple[str, ...]
"""A sentence; with a plural, its two forms in English or all of another language."""


class _Dateless(Catalog):
    """A catalogue whose header is the same whenever and with whichever release of Babel it is written."""

    has_plurals = False

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            *([("Plural-Forms", self.plural_forms)] if self.has_plurals else []),
            ("Content-Transfer-Encoding", "8bit\n"),
        ]


def file_of(language: str, ending: str, domain: str = DOMAIN) -> Path:
    return _ROOT / _FOLDERS[domain] / language / "LC_MESSAGES" / f"{domain}.{ending}"


@cache
def messages() -> dict[Message, Places]:
    """Every sentence that the chat may say, with the places it stands in."""
    names = (path.relative_to(_ROOT).as_posix() for room in _ROOMS for path in (_ROOT / room).rglob("*.py"))
    return _found(name for name in sorted(names) if not any(fnmatch(name, pattern) for pattern in _ELSEWHERE))


@cache
def wanted(language: str, domain: str = DOMAIN) -> dict[Message, Places]:
    """Every sentence that is said or printed in that language."""
    if domain == PRINTED:
        return _found(_PRINTED)
    return messages() if language in LANGUAGES else _found(_TO_CLIENTS)


def catalogues() -> Iterator[tuple[str, str]]:
    """The language and the domain of each."""
    yield from ((language, DOMAIN) for language in (*LANGUAGES, *WRITTEN_ONLY))
    yield from ((language, PRINTED) for language in PRINTED_LANGUAGES)


def _found(names: Iterator[str] | Sequence[str]) -> dict[Message, Places]:
    found: dict[Message, Places] = {}
    for name in names:
        with (_ROOT / name).open("rb") as file:
            for line, message, _comments, _context in extract("python", file, _CALLS):
                found.setdefault(message, []).append((name, line))
    return found


def translations(language: str, domain: str = DOMAIN) -> dict[Message, Message]:
    """What the language's .po holds; empty strings for what is not translated yet."""
    path = file_of(language, "po", domain)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {_plain(message.id): _plain(message.string) for message in read_po(file) if message.id}


def _plain(text: str | Sequence[str] | None) -> Message:
    return text if isinstance(text, str) else tuple(text or ())


def catalogue(
    language: str, found: Mapping[Message, Places], known: Mapping[Message, Message], domain: str = DOMAIN
) -> Catalog:
    """The messages that were found, with the translations that are known; others are dropped."""
    what = "documents print" if domain == PRINTED else "the chat says"
    made = _Dateless(language, header_comment=f"# What {what}: {language}.", fuzzy=False)
    made.has_plurals = any(not isinstance(message, str) for message in found)
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


def update(filled: Mapping[str, Mapping[str, str | list[str]]], into: str = DOMAIN) -> list[str]:
    """Write every file anew; returns what is still to be translated, and what was filled in that nobody says."""
    left: list[str] = []
    said: set[str] = set()
    for language, domain in catalogues():
        found = wanted(language, domain)
        by_name = {_name(message): message for message in found}
        given = {
            by_name[name]: _plain(texts[language])
            for name, texts in filled.items()
            if domain == into and language in texts and name in by_name
        }
        known = translations(language, domain) | given
        made = catalogue(language, found, known, domain)
        file_of(language, "po", domain).parent.mkdir(parents=True, exist_ok=True)
        file_of(language, "po", domain).write_bytes(as_po(made))
        file_of(language, "mo", domain).write_bytes(as_mo(made))
        left += untranslated(language, domain, found, known)
        said |= by_name.keys() if domain == into else set()
    return [f"nobody says: {name}" for name in filled.keys() - said] + left


def _name(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def untranslated(
    language: str, domain: str, found: Mapping[Message, Places], known: Mapping[Message, Message]
) -> list[str]:
    return [
        f"{language}: not translated in {domain}: {_name(message)}"
        for message in found
        if not known.get(message) or not all(known[message])
    ]


def wrong() -> list[str]:
    """What differs from what `update` would write, and what is still to be translated."""
    left = []
    for language, domain in catalogues():
        found, known = wanted(language, domain), translations(language, domain)
        made = catalogue(language, found, known, domain)
        for ending, expected in (("po", as_po(made)), ("mo", as_mo(made))):
            path = file_of(language, ending, domain)
            if not path.exists() or path.read_bytes() != expected:
                left.append(f"{path.relative_to(_ROOT)} is out of date: run python -m tools.catalogues")
        left += untranslated(language, domain, found, known)
    return left


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Keep the catalogues of all that people read in step with the code."
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if anything is to do"
    )
    parser.add_argument("--fill", type=Path, metavar="FILE", help="take translations from this JSON first")
    parser.add_argument(
        "--printed", action="store_true", help="those are words of documents, not of the chat"
    )
    given = parser.parse_args()
    if given.check:
        left = wrong()
    else:
        filled = json.loads(given.fill.read_text(encoding="utf-8")) if given.fill else {}
        left = update(filled, PRINTED if given.printed else DOMAIN)
    print(*left, f"{len(messages())} sentences in {', '.join(LANGUAGES)}; of these, what a client reads in "
          f"{', '.join(WRITTEN_ONLY)}; {len(_found(_PRINTED))} printed ones", sep="\n")  # fmt: skip
    return 1 if given.check and left else 0


if __name__ == "__main__":
    sys.exit(main())
