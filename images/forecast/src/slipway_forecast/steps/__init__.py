"""The job steps, each a function of a job document; README.md is their contract."""
