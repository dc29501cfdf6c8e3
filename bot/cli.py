"""What every command of the command line shares: how failures are told, and the version."""

from __future__ import annotations

import errno
import logging
import secrets
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

from bot.logs import log_to_file
from core.errors import BillhookError
from handlers.words import _, sentence

log = logging.getLogger(__name__)


def explain(error: Exception) -> int:
    """Tell why a command failed, in one sentence on standard error, and give its exit code."""
    if isinstance(error, BillhookError):
        said = sentence(error)
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        said = _("There is no space left on the device that is written to.")
    else:
        reference = secrets.token_hex(4)
        if not logging.getLogger().handlers:
            log_to_file()
        log.critical("the command failed, reference %s", reference, exc_info=error)
        said = _(
            "Something went wrong on our side. If it happens again, report the reference {reference} with the log.",
            reference=reference,
        )
    sys.stderr.write(f"{said}\n")
    return 1


def version() -> str:
    """As it was installed, or as the source tree says."""
    try:
        return installed_version("billhook")
    except PackageNotFoundError:
        source = Path(__file__).parent.parent / "pyproject.toml"
        project = tomllib.loads(source.read_text(encoding="utf-8"))["project"]
        return str(project["version"])
