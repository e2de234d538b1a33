"""Makes of one table, as people have it, what the forecast pipeline takes: TTS.csv and its config."""
