"""Predictions over HTTP: requests in, answers out, as each version of the image has them."""
