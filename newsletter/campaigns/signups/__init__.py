"""Who comes to an event: signing up and off, seats and the waiting list, who was there."""
