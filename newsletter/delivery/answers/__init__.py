"""What calendars answer to an invitation (iTIP REPLY, RFC 5546 § 3.2.3): read from the mail, and worked in."""
