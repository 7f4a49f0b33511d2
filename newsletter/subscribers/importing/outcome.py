"""What an import did, or would do."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields


@dataclass(kw_only=True)
class Outcome:
    """Counted in rows of the list, people and companies."""

    rows: int = 0
    bad: int = 0
    """Rows that are to be mended."""
    new: int = 0
    """People who were not in the register."""
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    """Rows about somebody who stood further up: only the first row counts."""
    kept_out: Counter[str] = field(default_factory=Counter)
    """Reason → people who said no, or were erased: nothing of their rows is taken."""
    agreed: int = 0
    """People who may be written to now, and could not before, or not with their own consent."""
    without_basis: int = 0
    """People of the list who may not be written to."""
    companies_new: int = 0
    companies_changed: int = 0
    workplaces_new: int = 0
    workplaces_changed: int = 0
    marks: int = 0
    """Interests, needs and memberships of companies that are new."""
    homeless: int = 0
    """Rows that name interests, needs or networks, which are a company's, and name no company."""

    def add(self, other: Outcome) -> None:
        """Count the other in."""
        for each in fields(self):
            if each.name == "kept_out":
                self.kept_out.update(other.kept_out)
            else:
                setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def writes(self) -> int:
        """How many rows of the register are written."""
        told = self.new + self.changed + self.companies_new + self.companies_changed
        return told + self.workplaces_new + self.workplaces_changed
