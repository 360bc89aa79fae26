"""Runs in Spark's own environment: Parquet folders and queries in as JSON, rows out as JSON."""

import json
import sys

from pyspark.sql import SparkSession


def main() -> None:
    asked = json.load(sys.stdin)
    spark = (
        SparkSession.builder.master(asked["master"])
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "512m")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    for name, path in asked["tables"].items():
        spark.read.parquet(path).createOrReplaceTempView(name)
    answers = []
    for query in asked["queries"]:
        rows = spark.sql(query).collect()
        answers.append([[_plain(value) for value in row] for row in rows])
    executors = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
    spark.stop()
    json.dump({"answers": answers, "executors": executors}, sys.stdout)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


main()
