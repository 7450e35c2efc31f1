"""`./netvalue.sh bench [NAME …]`: every benchmark, or those named, on a database of their own.

Prints one line for each figure. A goal that is not reached is said, and is no error.
"""

from __future__ import annotations

import sys

import pytest

if __name__ == "__main__":
    wanted = " or ".join(sys.argv[1:])
    sys.exit(
        pytest.main(
            [
                "tests/benchmarks",
                "-q",
                "-s",
                "-o",
                "python_files=bench_*.py",
                "-o",
                "python_functions=bench_*",
            ]
            + (["-k", wanted] if wanted else [])
        )
    )
