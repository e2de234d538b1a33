"""Files that leave the engine: Parquet and CSV parts, and the index that answers queries."""
