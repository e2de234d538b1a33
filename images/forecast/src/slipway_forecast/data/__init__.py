"""From the user's files to the panel: reading, checking, statistics, alignment, filling."""
