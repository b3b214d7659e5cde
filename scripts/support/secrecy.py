"""Secrecy of a process: secrets leave its environment before it has children, and it leaves no core dump.

A secret that was given in the environment is read from here afterwards. What starts a process can still be seen by its
own account in /proc, unless the process cannot be dumped, which is why it cannot.
"""

import ctypes
import os
import resource
import sys
from collections.abc import Mapping
from typing import Final

from api.runtime.settings import TABLE

_PR_SET_DUMPABLE: Final = 4
_withdrawn: dict[str, str] = {}


def keep_secrets() -> None:
    """Withdraw the secret settings from the environment, and let no memory of this process be written to a file.

    Children are told what they need by whoever starts them, and inherit that they leave no core file.
    """
    for setting in TABLE:
        if setting.secret and setting.variable in os.environ:
            _withdrawn[setting.variable] = os.environ.pop(setting.variable)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a limit does not stop dumps that the kernel pipes to a program
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def given_environment() -> Mapping[str, str]:
    """The environment as it was given to this process, with what was withdrawn from it."""
    return {**_withdrawn, **os.environ}
