"""What to say where a script imports a part of `awsglue` that works on Spark."""


def spark_only(module: str) -> ImportError:
    """The error for a module that only Spark jobs have."""
    return ImportError(
        f"{module} needs Spark, and this is a Python shell job. On AWS too it is there only for jobs with "
        "the command glueetl, which this version of Slipway does not run. In a Python shell job use pandas, "
        "pyarrow or awswrangler, and awsglue.utils for the arguments.",
        name=module,
    )
