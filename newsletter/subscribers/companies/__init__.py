"""The companies of the register: taken over from CVR, each with its fixed contact, listed and shown."""
