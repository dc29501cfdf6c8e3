"""Typed text made safe to store and print: one spelling, no hidden characters, a length limit."""

from __future__ import annotations

import re
import unicodedata

from core.errors import N_, InvalidInput

SHOWN = 60
_MAX_MARKS = 30
"""Combining marks in a row (Unicode's stream-safe limit): normalising longer runs takes quadratic time."""

_ZWJ = "\u200d"
_HIDDEN = re.compile(
    # C0 and C1 controls other than the newline, the bidi and invisible characters of SECURITY.md, the Arabic
    # letter mark, soft hyphen, Mongolian vowel separator, word joiners, deprecated format characters,
    # interlinear anchors, lone surrogates (they cannot be encoded), noncharacters and tag characters.
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BREAKS = re.compile("\r\n?|[\u2028\u2029]")
_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e007a]{1,8}\U000e007f")
_EMOJI = re.compile("[\u00a9\u00ae\u203c-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_AROUND = "\ufe0f\u20e3\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""What may stand between an emoji and its joiner: variation selector, keycap and skin tones."""


def clean(text: str, field: str, limit: int, *, multiline: bool = False, example: str = "") -> str:
    """The text in NFC with plain spaces, without its outer blanks; refuses what a reader cannot see."""
    text = text.strip()
    if len(text) > limit:
        raise _too_long(text, field, limit, example)
    text = _BREAKS.sub("\n", _SPACES.sub(" ", text.replace("\t", " ")))
    _refuse_hidden(text, field, example)
    if "\n" in text and not multiline:
        raise InvalidInput(field, N_("“{value}” has a line break; write it on one line."), example,
                           value=shown(text))  # fmt: skip
    if not text.isascii():
        _refuse_stacked_marks(text, field, example)
        text = unicodedata.normalize("NFC", text)
    if len(text) > limit:
        raise _too_long(text, field, limit, example)
    return text.strip()


def required(text: str, field: str, limit: int, example: str = "", *, multiline: bool = False) -> str:
    """As `clean`, and an empty answer is refused."""
    text = clean(text, field, limit, multiline=multiline, example=example)
    if not text:
        raise InvalidInput(field, N_("Nothing was written here."), example)
    return text


def shown(text: str, limit: int = SHOWN) -> str:
    """For quoting in an error: on one line, nothing invisible, cut to `limit` characters."""
    text = text[: limit * 4].strip()
    printable = "".join(_visible(character) for character in text)
    return printable if len(printable) <= limit else printable[: limit - 1].rstrip() + "…"


def bare(text: str) -> str:
    """For comparing words: lower case, without accents (Straße = strasse, März = marz)."""
    text = text.casefold().translate(_PLAIN)
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_PLAIN = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "\u2019": "'"})


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


def _too_long(text: str, field: str, limit: int, example: str) -> InvalidInput:
    return InvalidInput(
        field,
        N_("“{value}” is {length} characters long; {limit} is the most that fits."),
        example,
        value=shown(text),
        length=len(text),
        limit=limit,
    )


def _refuse_hidden(text: str, field: str, example: str) -> None:
    visible = text if text.isascii() else _FLAG.sub("", text)
    for match in _HIDDEN.finditer(visible):
        if match.group() == _ZWJ and _joins_emoji(visible, match.start()):
            continue
        raise InvalidInput(
            field,
            N_("“{value}” holds a character that cannot be seen ({code}); type it again without it."),
            example,
            value=shown(text),
            code=f"U+{ord(match.group()):04X}",
        )


def _joins_emoji(text: str, index: int) -> bool:
    """Only between two emoji a joiner shows (family, profession); elsewhere it hides a difference."""
    # Three characters are the most that legally follow an emoji before its joiner.
    before = text[max(0, index - 3) : index].rstrip(_AROUND)
    after = text[index + 1 : index + 2]
    return bool(_EMOJI.fullmatch(before[-1:]) and _EMOJI.fullmatch(after))


def _refuse_stacked_marks(text: str, field: str, example: str) -> None:
    run = 0
    for character in text:
        # The category, not the combining class: U+0F73 has class 0 and still decomposes into two marks.
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run > _MAX_MARKS:
            raise InvalidInput(
                field,
                N_("“{value}” stacks too many accents on one letter; type it again without them."),
                example,
                value=shown(text),
            )
