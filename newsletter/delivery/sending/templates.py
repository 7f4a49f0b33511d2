"""Templates of the sends at work, made from what the register keeps of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from newsletter.delivery.ledger import read_letter, read_sheet
from newsletter.delivery.message import Template
from newsletter.problems import Refused

if TYPE_CHECKING:
    from newsletter.delivery.letter import Letter
    from newsletter.delivery.message import DkimSigner
    from newsletter.store.register import Register

_KEPT = 128
"""Templates in memory at a time, some 200 kB each."""


class Templates:
    """For many threads; one that has not been asked for lately is forgotten."""

    def __init__(self, register: Register, signer: DkimSigner | None = None) -> None:
        self._register = register
        self._signer = signer
        self._kept: OrderedDict[tuple[int, str], Template] = OrderedDict()
        self._letters: dict[int, Letter] = {}
        self._lock = threading.Lock()

    def of(self, send_id: int, edition: str) -> Template:
        """The template of an edition of a send. Raises Refused when the register's copy was tampered with."""
        key = (send_id, edition)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(send_id, edition)
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def letter(self, send_id: int) -> Letter:
        """What all mails of a send share."""
        if send_id not in self._letters:
            with self._register.read() as connection:
                self._letters[send_id] = read_letter(connection, send_id)
        return self._letters[send_id]

    def _make(self, send_id: int, edition: str) -> Template:
        letter = self.letter(send_id)
        with self._register.read() as connection:
            try:
                sheet = read_sheet(connection, send_id, edition)
            except ValueError as error:
                raise Refused(str(error), "find out who wrote into the register; then newsletter cancel") from error
        return Template(letter, sheet, self._register.key, self._signer)
