"""Lists of visits: from a file's cells to checked rows, into the register. The same list twice is once."""
