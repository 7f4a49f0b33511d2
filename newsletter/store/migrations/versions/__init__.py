"""The versions of the register, one file each."""
