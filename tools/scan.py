"""Scans the tracked files for what must never be committed: secrets, one machine's paths, lock file URLs."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A line that must show such a text, in a test of this scan for example, carries this mark.
ALLOWED = "scan: allow"

PATTERNS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a Stripe key": re.compile(r"\b[sr]k_(?:live|test)_[0-9A-Za-z]{20,}"),
    "a webhook secret": re.compile(r"\bwhsec_[0-9A-Za-z+/]{24,}"),
    "a Slack token": re.compile(r"\bx(?:ox[abeoprs]|app)-[0-9]+-[0-9A-Za-z-]{20,}"),
    "a Telegram bot token": re.compile(r"\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}\b"),
    "a cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a code host's token": re.compile(
        r"\b(?:gh[opsu]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{60,}|glpat-[\w-]{20,})"
    ),
    "a path of one machine": re.compile(r"(?<![\w.:/~-])/(?:home|root|work|Users)/[\w.-]+"),
}
ADDRESS = re.compile(r"(?:https?|file)://|--(?:extra-)?index-url|--find-links", re.IGNORECASE)


def tracked_files() -> list[Path]:
    """Files git tracks and the work tree holds; what git ignores is a developer's own affair."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def findings(name: str, text: str) -> Iterator[str]:
    """One line for each thing found, as `file:line: what`; the secret itself is not repeated."""
    patterns = dict(PATTERNS)
    if Path(name).name.startswith("requirements"):
        patterns["an address in a lock file"] = ADDRESS
    for number, line in enumerate(text.splitlines(), start=1):
        if ALLOWED in line:
            continue
        for what, pattern in patterns.items():
            if pattern.search(line):
                yield f"{name}:{number}: {what}"


def main() -> int:
    """Exits with 1 if anything was found; binary files are not read."""
    found: list[str] = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += findings(str(path.relative_to(ROOT)), text)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
