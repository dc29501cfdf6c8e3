"""The `billhook` command line. It reads the arguments, and only the chosen command imports what it needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130
READER_GONE = 141
"""What a shell itself reports for Ctrl-C and for a pipe whose reader has left."""


def _chat(options: argparse.Namespace) -> int:
    from bot.console.chat import run

    return run(options.identity, options.files)


def _serve(options: argparse.Namespace) -> int:
    from bot.web.serve import run

    return run(with_worker=options.worker)


def _worker(_options: argparse.Namespace) -> int:
    from bot.worker import run

    return run()


def _migrate(options: argparse.Namespace) -> int:
    from bot.cli_database import check, migrate

    return check() if options.check else migrate()


def _doctor(_options: argparse.Namespace) -> int:
    from bot.doctor import run

    return run()


def _stats(options: argparse.Namespace) -> int:
    from bot.cli_stats import run

    return run(options.json)


def _demo(_options: argparse.Namespace) -> int:
    from bot.cli_database import demo

    return demo()


def _backup(options: argparse.Namespace) -> int:
    from bot.cli_database import backup_to

    return backup_to(options.file)


def _restore(options: argparse.Namespace) -> int:
    from bot.cli_database import restore_from

    return restore_from(options.file)


def _export(options: argparse.Namespace) -> int:
    from bot.cli_export import export

    return export(options.business, options.folder)


def _import(options: argparse.Namespace) -> int:
    from bot.cli_export import import_from

    return import_from(options.file)


def _telegram(options: argparse.Namespace) -> int:
    from bot.cli_telegram import run

    return run(options.action)


def _slack_manifest(_options: argparse.Namespace) -> int:
    from bot.cli_slack import run

    return run()


def _bounce(_options: argparse.Namespace) -> int:
    from bot.cli_mail import run

    return run()


def _rates(options: argparse.Namespace) -> int:
    from bot.cli_rates import keep_rates

    return keep_rates(options.file, options.business)


class _Format(argparse.HelpFormatter):
    """Knows the width by itself: argparse would import shutil and all its compressors to ask for it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=20, width=_width())


def _width() -> int:
    try:
        columns = int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        try:
            columns = os.get_terminal_size().columns or 80
        except (OSError, ValueError):
            columns = 80
    return max(40, min(columns, 100) - 2)


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_given: object, **_more: object) -> None:
        from bot.cli import version

        print(f"billhook {version()}")
        parser.exit()


def _identity(text: str) -> str:
    from bot.console.receive import is_identity

    if not is_identity(text):
        raise argparse.ArgumentTypeError("a name has 1 to 40 letters, digits, - _ or .")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="billhook", formatter_class=_Format, allow_abbrev=False,
        description="An invoicing assistant that lives in the chat.",
        epilog="Exit codes: 0 done, 1 a failure told in one sentence, 2 wrong usage.",
    )  # fmt: skip
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            formatter_class=_Format,
            allow_abbrev=False,
        )
        command.set_defaults(run=run)
        return command

    chat = add("chat", _chat, "talk to Billhook in this terminal, or through a pipe, one message per line")
    chat.add_argument("--as", dest="identity", metavar="NAME", type=_identity, default="owner",
                      help="who is speaking (default: owner)")  # fmt: skip
    chat.add_argument("--files", metavar="DIR", help="where received files go (default: in the data folder)")
    serve = add("serve", _serve, "run the web app and the worker")
    serve.add_argument(
        "--no-worker", dest="worker", action="store_false", help="leave the worker to another process"
    )
    add("worker", _worker, "run the background worker alone")
    migrate = add("migrate", _migrate, "bring the database to this release's schema")
    migrate.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 unless the schema is right"
    )
    add("doctor", _doctor, "show what is configured, what is missing and what that switches off")
    stats = add("stats", _stats, "show what the whole install does: use, plans, Stripe and what waits")
    stats.add_argument("--json", action="store_true", help="for programs")
    add("telegram", _telegram, "tell Telegram where updates go, or show what it says").add_argument(
        "action", metavar="ACTION", choices=("set-webhook", "delete-webhook", "info"),
        help="set-webhook, delete-webhook or info",
    )  # fmt: skip
    add("slack-manifest", _slack_manifest, "print the manifest that creates the Slack app")
    add("bounce", _bounce, "read from standard input a mail that came back, and mark its letter as failed")
    rates = add("rates", _rates, "keep the exchange rates of a file of the ECB, for every business")
    rates.add_argument("--business", metavar="ID", help="for this one only")
    rates.add_argument("file", metavar="FILE", help="eurofxref as CSV, ZIP or XML; - reads standard input")
    add("demo", _demo, "fill a business with sample data")
    add("backup", _backup, "save everything to a file").add_argument("file", metavar="FILE")
    add("restore", _restore, "load a backup into an empty database").add_argument("file", metavar="FILE")
    export = add("export", _export, "save everything of one business to a zip")
    export.add_argument("--business", metavar="ID", help="which one, where there are several")
    export.add_argument("folder", metavar="DIR", help="where the zip goes")
    add("import", _import, "bring an exported business into this install").add_argument(
        "file", metavar="FILE"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; 0 = done, 1 = failed and told why, 2 = wrong usage."""
    try:
        try:
            options = _parser().parse_args(arguments)
            code: int = options.run(options)
        finally:
            if sys.stdout:
                sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return READER_GONE
    except Exception as error:  # the outermost edge of the program, where a bug becomes a sentence
        from bot.cli import explain

        if isinstance(error, OSError):
            _drop_output()
        return explain(error)
    return code


def _drop_output() -> None:
    """The interpreter flushes once more on its way out and must find a place to write to."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
