"""Rules of segments: read in plain Python, compiled to SQL, told as a sentence."""
