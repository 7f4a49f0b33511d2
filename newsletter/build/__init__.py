"""build/: compose, render, cache and seal."""
