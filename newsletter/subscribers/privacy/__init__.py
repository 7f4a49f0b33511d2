"""What the register holds of a person: handing it out, erasing it, and letting go of it in time."""
