"""Telegram's HTML: the few tags that it knows, and its complaints about everything else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tests.fakes.telegram_text import utf16_length
from tests.fakes.telegram_values import Entity, Person, Refused, Violation, bad_request

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_MARK = re.compile(r"[<&]")
_CHARACTER = re.compile(r"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))(;?)")
_SPACES = re.compile(r"[ \t\r\n\v\0]*")
_TAG = re.compile(r"[^ \t\r\n\v\0>]*")
_ATTRIBUTE = re.compile(r"""[^ \t\r\n\v\0=>/"']*""")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")


def _unparsable(reason: str) -> Refused:
    return bad_request(f"can't parse entities: {reason}")


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: Mapping[str, str]
    offset: int
    piece: int


def parse_html(source: str, people: Mapping[int, Person] | None = None) -> tuple[str, list[Entity]]:
    """The text as it is shown, and its entities. Only people whom the bot knows can be linked to."""
    return _Parser(source, people or {}).parse()


class _Parser:
    def __init__(self, source: str, people: Mapping[int, Person]) -> None:
        self._source = source
        self._people = people
        self._pieces: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._code_language = ""

    def parse(self) -> tuple[str, list[Entity]]:
        source, position = self._source, 0
        while mark := _MARK.search(source, position):
            at = mark.start()
            self._say(source[position:at])
            if source[at] == "&":
                character, position = _character(source, at)
                self._say(character)
            elif source.startswith("</", at):
                position = self._end(at)
            else:
                position = self._begin(at)
        self._say(source[position:])
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._pieces), sorted(self._entities, key=lambda found: (found.offset, -found.length))

    def _say(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._offset += utf16_length(text)

    def _byte(self, at: int) -> int:
        return len(self._source[:at].encode("utf-8", "surrogatepass"))

    def _begin(self, at: int) -> int:
        source = self._source
        name = _match(_TAG, source, at + 1)
        if name.end() == len(source):
            raise _unparsable(f"Unclosed start tag at byte offset {self._byte(at)}")
        tag = name.group().lower()
        if tag not in _KINDS:
            raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {self._byte(at)}')
        attributes: dict[str, str] = {}
        position = name.end()
        if source[position] != ">":
            attributes, position = self._attributes(tag, at, position)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(at)}')
        self._open.append(_Open(tag, attributes, self._offset, len(self._pieces)))
        return position + 1

    def _attributes(self, tag: str, at: int, position: int) -> tuple[dict[str, str], int]:
        source = self._source
        unclosed = f'Unclosed start tag "{tag}" at byte offset {self._byte(at)}'
        found: dict[str, str] = {}
        while True:
            position = _match(_SPACES, source, position).end()
            if source.startswith(">", position):
                return found, position
            name = _match(_ATTRIBUTE, source, position)
            if not name.group():
                reason = f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(at)}'
                raise _unparsable(reason)
            position = _match(_SPACES, source, name.end()).end()
            if position == len(source):
                raise _unparsable(unclosed)
            if source[position] != "=":
                found[name.group()] = ""
                continue
            position = _match(_SPACES, source, position + 1).end()
            if position == len(source):
                raise _unparsable(unclosed)
            found[name.group()], position = self._value(position)
            if position == len(source):
                raise _unparsable(f"Unclosed start tag at byte offset {self._byte(at)}")

    def _value(self, position: int) -> tuple[str, int]:
        source = self._source
        quote = source[position]
        if quote not in "\"'":
            token = _match(_TOKEN, source, position)
            after = source[token.end() : token.end() + 1]
            if after not in " \t\r\n\v\0>":
                raise _unparsable(f"Unexpected end of name token at byte offset {self._byte(position)}")
            return token.group().lower(), token.end()
        end = source.find(quote, position + 1)
        if end < 0:
            return "", len(source)
        raw, value, start = source[position + 1 : end], "", 0
        while (at := raw.find("&", start)) >= 0:
            # An address may hold a bare "&"; a text may not.
            character, after_it = _character(raw, at, literal=True)
            value += raw[start:at] + character
            start = after_it
        return value + raw[start:], end + 1

    def _end(self, at: int) -> int:
        source = self._source
        if not self._open:
            raise _unparsable(f"Unexpected end tag at byte offset {self._byte(at)}")
        name = _match(_TAG, source, at + 2)
        position = _match(_SPACES, source, name.end()).end()
        if not source.startswith(">", position):
            raise _unparsable(f"Unclosed end tag at byte offset {self._byte(at)}")
        opened, tag = self._open[-1], name.group().lower()
        if tag and tag != opened.tag:
            reason = f'at byte offset {self._byte(at)}, expected "</{opened.tag}>", found "</{tag}>"'
            raise _unparsable(f"Unmatched end tag {reason}")
        self._open.pop()
        if self._offset > opened.offset:
            self._close(opened)
        return position + 1

    def _close(self, opened: _Open) -> None:
        offset, length = opened.offset, self._offset - opened.offset
        kind, attributes = _KINDS[opened.tag], opened.attributes
        match kind:
            case "code" | "pre":
                self._close_code(kind, offset, length, attributes.get("class", ""))
            case "text_link":
                inside = "".join(self._pieces[opened.piece :])
                self._close_link(attributes.get("href") or inside, offset, length)
            case "blockquote":
                name = "expandable_blockquote" if "expandable" in attributes else kind
                self._entities.append(Entity(name, offset, length))
            case "custom_emoji":
                emoji = attributes.get("emoji-id", "")
                if not emoji.isdecimal() or not 0 < int(emoji) < 2**63:
                    raise _unparsable("Invalid custom emoji identifier specified")
                self._entities.append(Entity(kind, offset, length, custom_emoji_id=emoji))
            case "date_time":
                self._close_time(attributes, offset, length)
            case _:
                self._entities.append(Entity(kind, offset, length))

    def _close_code(self, kind: str, offset: int, length: int, css: str) -> None:
        """`pre` and `code` around the same text are one block, whose language the `code` names."""
        language = css.removeprefix("language-") if css.startswith("language-") else ""
        last = self._entities[-1] if self._entities else None
        if last is not None and (last.offset, last.length) == (offset, length):
            if kind == "pre" and last.type == "code" and self._code_language:
                self._entities[-1] = Entity("pre", offset, length, language=self._code_language)
                return
            if kind == "code" and last.type == "pre" and language:
                self._entities[-1] = Entity("pre", offset, length, language=language)
                return
        # Nothing else is marked inside: a client shows it letter by letter.
        self._entities = [found for found in self._entities if found.offset < offset]
        self._code_language = language
        self._entities.append(Entity(kind, offset, length))

    def _close_link(self, url: str, offset: int, length: int) -> None:
        """What is no address Telegram shows as plain text."""
        parts = urlsplit(url)
        if parts.scheme == "tg" and parts.netloc == "user":
            person = self._people.get(int(parse_qs(parts.query).get("id", ["0"])[0]))
            if person is not None:
                self._entities.append(Entity("text_mention", offset, length, user=person))
        elif parts.scheme in {"http", "https", "tg"} and parts.netloc:
            self._entities.append(Entity("text_link", offset, length, url=url))

    def _close_time(self, attributes: Mapping[str, str], offset: int, length: int) -> None:
        written = attributes.get("format", "")
        if not _DATE_FORMAT.fullmatch(written):
            raise _unparsable("Invalid date format used")
        unix = attributes.get("unix", "")
        if not unix.isdecimal() or not int(unix):
            # The real server then shows plain text, which nobody means.
            raise Violation(f"can't parse entities: tg-time needs a Unix time, not {unix!r}")
        time = Entity("date_time", offset, length, unix_time=int(unix), date_time_format=written)
        self._entities.append(time)


def _match(pattern: re.Pattern[str], source: str, position: int) -> re.Match[str]:
    found = pattern.match(source, position)
    assert found is not None, "these patterns match nothing at the least"
    return found


def _character(source: str, at: int, *, literal: bool = False) -> tuple[str, int]:
    """What a reference at that place stands for, and where the text goes on."""
    found = _match(_CHARACTER, source, at)
    hexadecimal, decimal, name, semicolon = found.groups()
    if name is not None:
        character = _CHARACTERS.get(name, "")
    else:
        short = len(found.group()) - len(semicolon) < 10
        code = (int(hexadecimal or "0", 16) or int(decimal or "0")) if short else 0
        character = chr(code) if 0 < code < 0x10FFFF else ""
        if 0xD800 <= code <= 0xDFFF:
            reason = "Text contains invalid Unicode characters after decoding HTML entities"
            raise _unparsable(f"{reason}, check for unmatched surrogate code units")
    if character:
        return character, found.end()
    if literal:
        return "&", at + 1
    # The real server shows it as it stands. Here it tells of a text that nobody escaped.
    offset = len(source[:at].encode())
    raise Violation(f"can't parse entities: Unsupported entity {found.group()!r} at byte offset {offset}")
