"""The ledger: who gets a send, whose turn it is, and what became of each mail. Its tables are the truth."""

from newsletter.delivery.ledger.book import Ledger
from newsletter.delivery.ledger.control import Changed, cancel, pause, resume
from newsletter.delivery.ledger.counts import Doubt, SendStatus, status
from newsletter.delivery.ledger.doubt import Settled, Word, reconcile
from newsletter.delivery.ledger.freeze import BATCH_SIZE, freeze
from newsletter.delivery.ledger.life import Process, Worker, alive, epoch, this_process
from newsletter.delivery.ledger.sheets import read_letter, read_sheet
from newsletter.delivery.ledger.values import (
    AlreadySent,
    Batch,
    Frozen,
    Halted,
    LedgerFull,
    LedgerLost,
    NewSend,
    Outcome,
    Replaced,
    State,
    Turn,
)

__all__ = [
    "BATCH_SIZE",
    "AlreadySent",
    "Batch",
    "Changed",
    "Doubt",
    "Frozen",
    "Halted",
    "Ledger",
    "LedgerFull",
    "LedgerLost",
    "NewSend",
    "Outcome",
    "Process",
    "Replaced",
    "SendStatus",
    "Settled",
    "State",
    "Turn",
    "Word",
    "Worker",
    "alive",
    "cancel",
    "epoch",
    "freeze",
    "pause",
    "read_letter",
    "read_sheet",
    "reconcile",
    "resume",
    "status",
    "this_process",
]
