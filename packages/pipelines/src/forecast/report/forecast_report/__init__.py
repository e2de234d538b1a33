"""The parts of the report: what a run did, what its data is like, how good the forecast is, and the page."""
