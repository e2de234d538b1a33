"""Not there without Spark; importing it says so."""

from awsglue._spark_only import spark_only

raise spark_only(__name__)
