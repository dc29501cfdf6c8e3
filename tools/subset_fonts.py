"""Cut the vendored fonts from the static Noto Sans files: `python -m tools.subset_fonts FOLDER`.

FOLDER holds NotoSans-Regular.ttf and NotoSans-Bold.ttf as Debian's fonts-noto-core ships them. Needs fontTools.
Hinting and layout tables go, because a PDF viewer uses neither; every character of the complete files stays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

from core.documents.repertoire import SMALL

_TARGET = Path(__file__).parent.parent / "core" / "documents" / "fonts"


def _cut(source: Path, target: Path, chars: Iterable[str] | None) -> None:
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=["*"])
    options.drop_tables += ["DSIG", "GDEF", "GPOS", "GSUB", "gasp"]
    # The date of the file stays what it was, so that the same source gives the same bytes.
    options.recalc_timestamp = False
    font = load_font(str(source), options)
    subsetter = Subsetter(options)
    wanted = font.getBestCmap().keys() if chars is None else map(ord, sorted(chars))
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    save_font(font, str(target), options)
    print(target.name, target.stat().st_size)


def main(folder: Path) -> None:
    for weight in ("Regular", "Bold"):
        source = folder / f"NotoSans-{weight}.ttf"
        _cut(source, _TARGET / source.name, None)
        _cut(source, _TARGET / f"NotoSans-{weight}.small.ttf", SMALL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
