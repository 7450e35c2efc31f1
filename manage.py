#!/usr/bin/env python
"""The door for commands: `./netvalue.sh manage COMMAND` runs this with everything installed."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvalue.settings")
    # A command may be spelt as its English words are: login-link is login_link.
    sys.argv[1:2] = [name.replace("-", "_") if name[:1] != "-" else name for name in sys.argv[1:2]]
    execute_from_command_line(sys.argv)
