"""The door behind `netvalue.sh`: options in, exit code out. Django comes later, as it needs our keys."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys

from netvalue.embedded import archive, commands
from netvalue.embedded.refusal import Code, Refusal

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


def options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="netvalue.sh", allow_abbrev=False)
    doors = parser.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", metavar="DIR", help="the data directory (NETVALUE_DATA; .local in the checkout)"
    )

    up = doors.add_parser("up", parents=[data], help="start NetValue and say where it is")
    up.add_argument("--port", type=port, metavar="N", help="this port (the first free one from 8000 on)")
    up.add_argument("--host", default="127.0.0.1", metavar="ADDR", help="0.0.0.0 lets the local network in")
    up.add_argument("--quiet", action="store_true", help="say the address and what goes wrong, nothing else")
    up.add_argument("--verbose", action="store_true", help="show the log on the terminal, too")
    up.add_argument("--no-browser", action="store_true", help="do not open the page")
    up.set_defaults(door=commands.up)

    doors.add_parser("down", parents=[data], help="stop it").set_defaults(door=commands.down)
    doors.add_parser("status", parents=[data], help="say what runs").set_defaults(door=commands.status)

    manage = doors.add_parser("manage", parents=[data], help="run a command of Django's")
    manage.add_argument("command", nargs=argparse.REMAINDER)
    manage.set_defaults(door=commands.manage)

    backup = doors.add_parser("backup", parents=[data], help="everything you have, in one file")
    backup.add_argument("file", nargs="?", help="the file to write (in backups/ of the data directory)")
    backup.set_defaults(door=archive.backup)

    restore = doors.add_parser("restore", parents=[data], help="bring a backup back")
    restore.add_argument("file")
    restore.set_defaults(door=archive.restore)
    return parser


def port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65_535:
        raise ValueError
    return number


def main() -> int:
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a path may have letters that this terminal has not
    chosen = options().parse_args()
    try:
        return int(chosen.door(chosen))
    except Refusal as refusal:
        print(f"netvalue: {refusal}", file=sys.stderr)
        return refusal.code
    except OSError as error:
        if error.errno not in FULL:
            raise
        print(
            f"netvalue: {error.filename or 'The disk'} cannot be written: {error.strerror}.", file=sys.stderr
        )
        return Code.UNWRITABLE
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
