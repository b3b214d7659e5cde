"""The line by which a process says where it answers, whatever its helpers say before it."""

import re
from collections.abc import Iterable


def announced_address(lines: Iterable[str]) -> str:
    """The address that a server says that it answers at; fails with all that it said if it ended without."""
    said = []
    for line in lines:
        said.append(line)
        match = re.search(r"answers at (http://127\.0\.0\.1:\d+)", line)
        if match:
            return match[1]
    raise AssertionError("".join(said))
