"""Mails the program writes by itself, each to one person, each once: reminders, confirmations, a status.

    with open_posting(root, settings, register, environ=os.environ, clock=clock, really=really) as posting:
        posted = posting.send(notice)

The key of a `Notice` says what it is about and for when (`reminder/anna-eksempel/2027-01-05`); no reader's name and no
address stands in it. Under one key a mail goes out once, whatever is killed whenever; asking again says how it ended.
Without `really` it is a file in build/outbox/notices/, may be written again, and stands in no way of the real one.
`known` tells what became of keys, so that a chore may ask first and make nothing in vain; `in_doubt` lists what
was perhaps sent, for `newsletter status`; `reconcile` in doubt.py settles it by a person's word.
"""

from newsletter.delivery.notices.posting import How, Posting, open_posting, post
from newsletter.delivery.notices.rows import in_doubt, known, settle
from newsletter.delivery.notices.values import Calendar, File, Notice, Picture, Posted, Recipient

__all__ = [
    "Calendar",
    "File",
    "How",
    "Notice",
    "Picture",
    "Posted",
    "Posting",
    "Recipient",
    "in_doubt",
    "known",
    "open_posting",
    "post",
    "settle",
]
