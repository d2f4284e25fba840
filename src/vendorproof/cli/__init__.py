"""The command line: one module a command, imported when it is called."""

from __future__ import annotations

import errno
import sys
import traceback
from importlib import import_module
from typing import NoReturn, TextIO, cast

import click

from vendorproof import __version__
from vendorproof.cli.outlet import Outlet
from vendorproof.errors import VendorproofError
from vendorproof.exchange.redaction import hidden_everywhere

__all__ = ["main"]

_COMMANDS = (
    "checks",
    "clean",
    "judge",
    "lint",
    "mock",
    "notify",
    "plan",
    "prove",
    "report",
    "run",
    "targets",
    "vendors",
)

_OURS = "vendorproof: this is our own error; please report it with the lines above"
_FILES = frozenset(
    {
        *(errno.ENAMETOOLONG, errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR, errno.ELOOP),
        *(errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EINVAL),
    }
)
"""What a file or folder that somebody named may be wrong with."""

EXIT_CODES = """\b
Exit codes:
  0  all decided requirements held
  1  a stated requirement failed
  2  usage, contract or target file wrong
  3  the target could not be reached, nothing could be exercised, or the
     run did not come to its end
  4  our own error"""


class _Commands(click.Group):
    """Imports a command's module when the command is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"vendorproof.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from difflib import get_close_matches

            close = get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" The commands are {', '.join(_COMMANDS)}."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vendorproof")
def cli() -> None:
    """Does an API vendor do what its documentation says?"""


def main() -> None:
    """Runs the command line and ends the process with the documented exit code."""
    sys.stdout = cast("TextIO", Outlet(sys.stdout))
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except VendorproofError as error:
        click.echo(f"vendorproof: {hidden_everywhere(str(error))}", err=True)
        sys.exit(error.exit_code)
    except OSError as error:
        if error.errno not in _FILES:
            _crashed()
        named = hidden_everywhere(str(error.filename or ""))
        click.echo(f"vendorproof: {named[:200]}: {error.strerror}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("vendorproof: interrupted", err=True)
        sys.exit(130)
    except Exception:  # noqa: BLE001 - 1 is the exit code of a vendor's failure, and this is none
        _crashed()


def _crashed() -> NoReturn:
    """Ends the process with what the exception at hand tells, without secrets."""
    click.echo(hidden_everywhere(traceback.format_exc()), err=True)
    click.echo(_OURS, err=True)
    sys.exit(4)
