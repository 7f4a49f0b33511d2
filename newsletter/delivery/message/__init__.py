"""A sealed edition and a reader: the whole mail, as it goes out and as it stands in an .eml file."""

from newsletter.delivery.message.dkim import DkimSigner, read_signer
from newsletter.delivery.message.identity import Identity, message_id, return_path
from newsletter.delivery.message.reader import Reader, Unsendable
from newsletter.delivery.message.template import Template
from newsletter.delivery.message.tokens import make_token, read_token

__all__ = [
    "DkimSigner",
    "Identity",
    "Reader",
    "Template",
    "Unsendable",
    "make_token",
    "message_id",
    "read_signer",
    "read_token",
    "return_path",
]
