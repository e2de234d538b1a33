"""The AutoPredictor: candidates weighted per series by what they did in backtests."""
