"""Making a campaign's status mail, and sending it to each who is to get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Unpack

from newsletter.build.mail import render_mail
from newsletter.campaigns.charts import chart_png
from newsletter.campaigns.progress.basis import read_basis
from newsletter.campaigns.progress.report import report
from newsletter.campaigns.status import status_of
from newsletter.delivery.notices import How, Notice, Picture, Posted, Recipient, post
from newsletter.layouts.slots import Later
from newsletter.problems import Refused
from newsletter.subscribers.terms import months_after

if TYPE_CHECKING:
    from newsletter.build.mail import Mail
    from newsletter.campaigns.progress.values import Report
    from newsletter.settings import Settings
    from newsletter.store.register import Register
    from newsletter.workspace import Workspace

KIND = "status"
_CID = "burn-up@status"
_SLOT = "asset.burn-up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """A campaign's status as it was known at the end of a day; each contact gets it once."""

    campaign: str
    as_of: date
    when: str
    """What it is for: a month (2027-01), or by hand a day. It stands in the key."""

    def key(self, contact: str) -> str:
        """What a contact's mail is known by."""
        return f"{KIND}/{self.campaign}/{self.when}/{contact}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A status mail, before anybody's address is on it."""

    subject: str
    mail: Mail
    pictures: tuple[Picture, ...]


def by_hand(campaign: str, as_of: date) -> Occasion:
    """A status that somebody asks for: the figures of a day go to each contact once."""
    return Occasion(campaign=campaign, as_of=as_of, when=as_of.isoformat())


def send_status(
    workspace: Workspace,
    register: Register,
    occasion: Occasion,
    to: Sequence[str],
    **how: Unpack[How],
) -> list[Posted]:
    """Send it to these contacts; what became of each. Raises Refused when nothing can be sent now."""
    if how["really"]:
        _must_be_remembered(occasion, workspace.settings, how["clock"]())
    basis = read_basis(workspace, occasion.campaign)
    with register.read() as connection:
        written = compose(workspace, report(connection, basis, occasion.as_of))
    notices = [_notice(workspace, occasion, contact, written) for contact in to]
    return post(workspace.root, workspace.settings, register, notices, **how)


def compose(workspace: Workspace, told: Report) -> Written:
    """The mail, with the picture of the burn-up where there is one to draw. Raises Invalid for a broken layout."""
    status = status_of(told)
    pictures = (Picture(cid=_CID, kind="image/png", data=chart_png(told)),) if told.burn_up else ()
    view = {KIND: {**asdict(status), "image": Later(_SLOT) if pictures else None}}
    mail = render_mail(workspace, KIND, view, {_SLOT: f"cid:{_CID}"})
    return Written(subject=status.subject, mail=mail, pictures=pictures)


def _must_be_remembered(occasion: Occasion, settings: Settings, now: datetime) -> None:
    """Who got the figures of a day is known for some months; later they might get them twice."""
    months = settings.privacy.keep_notices_months
    if occasion.as_of <= months_after(now, -months).astimezone(settings.zone).date():
        text = f"the figures of {occasion.as_of} are not sent any more: who got them is remembered for {months} months"
        raise Refused(text, "send those of a later day, or hand over the report: newsletter campaign report --pdf")


def _notice(workspace: Workspace, occasion: Occasion, contact: str, written: Written) -> Notice:
    fields = workspace.items["contact"][contact].fields
    return Notice(
        key=occasion.key(contact),
        kind=KIND,
        to=Recipient(address=fields.email, name=fields.title, contact=contact),
        subject=written.subject,
        text=written.mail.text,
        html=written.mail.html,
        pictures=written.pictures,
    )
