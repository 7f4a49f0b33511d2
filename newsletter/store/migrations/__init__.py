"""How the register came to be as it is."""
