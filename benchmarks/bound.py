"""How benchmarks start processes of their own, so that a benchmark that is killed leaves none behind."""

from __future__ import annotations

import sys

# This Python, ended by the kernel when its parent ends, however that ends (setpriv of util-linux, Linux alone).
BOUND_PYTHON = ("setpriv", "--pdeathsig", "TERM", "--", sys.executable)
