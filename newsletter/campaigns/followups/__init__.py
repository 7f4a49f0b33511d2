"""What was promised to companies: each next step with its working day, from the promise to how it ended.

A visit's next step and one without a visit are promised alike:

    promise(connection, Promise(company_id=…, what=…, consultant=…, due_on=due_on("5 workdays", today), visit_id=…),
            now=now, actor=actor)
"""

from newsletter.campaigns.followups.acts import Promise, promise
from newsletter.campaigns.followups.days import due_on

__all__ = ["Promise", "due_on", "promise"]
