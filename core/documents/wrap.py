"""Breaking text into lines of a given width, in time proportional to the length of the text."""

from __future__ import annotations

from collections.abc import Mapping


def wrap(text: str, limit: int, widths: Mapping[str, int]) -> list[str]:
    """Lines no wider than `limit` (thousandths of the font size); a word wider than that is broken anywhere."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if sum(map(widths.__getitem__, paragraph)) <= limit:
            lines.append(paragraph)
        else:
            lines.extend(_fill(paragraph, limit, widths))
    return lines


def _fill(paragraph: str, limit: int, widths: Mapping[str, int]) -> list[str]:
    lines: list[str] = []
    space = widths[" "]
    current: list[str] = []
    used = 0
    for word in paragraph.split(" "):
        width = sum(map(widths.__getitem__, word))
        if current and used + space + width <= limit:
            current.append(word)
            used += space + width
            continue
        if current:
            lines.append(" ".join(current))
        if width <= limit:
            current, used = [word], width
        else:
            *full, rest = _chop(word, limit, widths)
            lines.extend(full)
            current, used = [rest], sum(map(widths.__getitem__, rest))
    lines.append(" ".join(current))
    return lines


def _chop(word: str, limit: int, widths: Mapping[str, int]) -> list[str]:
    parts: list[str] = []
    start = used = 0
    for index, char in enumerate(word):
        width = widths[char]
        if used + width > limit and index > start:
            parts.append(word[start:index])
            start, used = index, 0
        used += width
    parts.append(word[start:])
    return parts
