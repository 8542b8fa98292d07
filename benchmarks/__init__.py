"""Ratios beside a peer or a limit, each in one run. They share with the tests what starts services and listens."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
