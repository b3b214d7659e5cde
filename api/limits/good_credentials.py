"""Credentials that were good lately: whoever has one is not held up by others who try bad ones from the same address.

Only marks of them are kept, under a secret of this process, so that memory holds nothing that opens anything.
"""

import hashlib
import secrets
from collections import OrderedDict
from threading import Lock
from typing import Final

_MOST: Final = 10_000


class GoodCredentials:
    """The marks of the credentials that were good last; safe to use from many threads."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._lock = Lock()
        self._marks: OrderedDict[bytes, None] = OrderedDict()

    def __contains__(self, credential: str) -> bool:
        return self._mark(credential) in self._marks

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, credential: str) -> None:
        """Remember that a credential was good just now."""
        mark = self._mark(credential)
        with self._lock:
            self._marks[mark] = None
            self._marks.move_to_end(mark)
            if len(self._marks) > _MOST:
                self._marks.popitem(last=False)

    def discard(self, credential: str) -> None:
        """Forget a credential that is good no longer."""
        with self._lock:
            self._marks.pop(self._mark(credential), None)

    def _mark(self, credential: str) -> bytes:
        return hashlib.blake2b(credential.encode("utf-8", "replace"), key=self._secret, digest_size=16).digest()
