"""Lists of subscribers: from a file's cells to checked rows, into the register, and out again."""
