"""What is wrong with a letter in the eyes of a strict mail server (RFC 5322, 2047, 6532)."""

from __future__ import annotations

import email
import re
from email import policy
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

_MOST = 998
_WORD = re.compile(rb"=\?[^?\s]+\?[bq]\?[^?\s]*\?=", re.IGNORECASE)
_MOST_WORD = 75
_ONCE = ("From", "To", "Subject", "Date", "Message-ID")
_AT_MOST_ONCE = (
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Cc",
    "Bcc",
)


def wrongs_of(content: bytes, utf8: bool, eightbit: bool) -> list[str]:
    head, _gap, body = content.partition(b"\r\n\r\n")
    wrongs = _lines(content)
    if not utf8 and not head.isascii():
        wrongs.append("a header holds octets above 127")
    if not (eightbit or utf8) and not body.isascii():
        wrongs.append("the body holds octets above 127")
    wrongs += [
        f"an encoded word is longer than {_MOST_WORD}"
        for word in _WORD.findall(head)
        if len(word) > _MOST_WORD
    ]
    message = email.message_from_bytes(content, policy=policy.default)
    for name in _ONCE:
        wrongs += [] if len(message.get_all(name, [])) == 1 else [f"there is not exactly one {name}"]
    for name in _AT_MOST_ONCE:
        wrongs += [] if len(message.get_all(name, [])) <= 1 else [f"there are several {name}"]
    return wrongs or [*_headers(message), *_defects(message, utf8)]


def _lines(content: bytes) -> list[str]:
    bare = content.replace(b"\r\n", b"")
    wrongs = ["a bare CR or LF"] if b"\r" in bare or b"\n" in bare else []
    wrongs += ["a NUL"] if b"\0" in content else []
    longest = max(map(len, content.split(b"\r\n")))
    return wrongs + ([f"a line of {longest} octets"] if longest > _MOST else [])


def _headers(message: Any) -> list[str]:
    wrongs = []
    if not re.fullmatch(r"<[^<>@\s]+@[^<>@\s]+>", str(message["Message-ID"]).strip()):
        wrongs.append(f"no Message-ID: {message['Message-ID']}")
    try:
        if parsedate_to_datetime(str(message["Date"])).tzinfo is None:
            wrongs.append("a Date without a zone")
    except ValueError:
        wrongs.append("no Date")
    if len(message["From"].addresses) != 1 or len(message["To"].addresses) != 1:
        wrongs.append("one sender and one recipient")
    way_out = str(message.get("List-Unsubscribe", "<https://x>"))
    if not re.fullmatch(r"<(?:https?|mailto):[^<>\s]+>", way_out):
        wrongs.append(f"a List-Unsubscribe that no program reads: {way_out}")
    return wrongs


def _defects(message: Message[Any, Any], utf8: bool) -> list[str]:
    found = [str(defect) or type(defect).__name__ for defect in message.defects]
    for part in message.walk():
        found += [str(defect) or type(defect).__name__ for defect in part.defects]
        for _name, value in part.items():
            # The parser does not know the letters that SMTPUTF8 permits.
            found += [] if utf8 else [str(defect) for defect in getattr(value, "defects", ())]
    return found
