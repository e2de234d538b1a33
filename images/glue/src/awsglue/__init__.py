"""What a Glue job's script finds under the name `awsglue`, as far as a Python shell job has it."""
