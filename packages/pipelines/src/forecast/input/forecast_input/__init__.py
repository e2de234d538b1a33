"""Turns input files as people have them into the CSV that an import reads."""
