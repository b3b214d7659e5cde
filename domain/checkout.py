"""Where this code lies: the one place that counts folders, for whoever needs files beside the modules."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The folder that holds `domain`, `projections`, `api` and `scripts`."""
