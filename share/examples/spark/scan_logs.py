#!/usr/bin/env python3
"""scan_logs.py - scan the logs of many machines with heal-detect on Spark

    spark-submit scan_logs.py [--heal-detect PROGRAM] [--glob '*.log'] OUTPUT INPUT...

INPUT is a folder or file that Spark reads: a path, file:, s3a:, hdfs: and so on.  A file on a file system that every
worker mounts (no scheme, or file:) is read by heal-detect itself, so its size does not matter; any other is read by
Spark first and must fit into the memory of a worker.  Compressed files and archives are fine.

OUTPUT gets two folders:
    incidents     Parquet, a row an incident: fingerprint, tool, rule, level, file, line, message, log, time, record
                  (record is the line that heal-detect printed)
    fingerprints  Parquet, a row a fingerprint: incidents, logs, first, last, an example

A fingerprint is the same on every machine, so the tables of several runs are joined by it.  A worker that dies loses
nothing and doubles nothing: Spark runs its tasks again and keeps the output of one attempt of each.
"""
import argparse
import json
import subprocess
import sys
import threading
from urllib.parse import unquote, urlparse

import pandas
from pyspark.sql import SparkSession, functions

COLUMNS = "fingerprint string, tool string, rule string, level string, file string, line long, message string, " \
    "log string, time string, record string"
BATCH = 4096      # rows handed to Spark at once
TASK = 128 << 20  # bytes of logs a task, roughly


def read_by_itself(path):
    """The path that heal-detect opens, or None for a file that only Spark can read."""
    url = urlparse(path)
    return unquote(url.path) if url.scheme in ("", "file") else None


def row_of(line, log):
    record = json.loads(line)
    error = record["error"]
    return (record["fingerprint"], error.get("tool"), error.get("rule"), error.get("level"), error.get("file"),
            error.get("line"), error.get("message"), log, record.get("time"), line)


def incidents_of(program, path, content):
    """Run heal-detect on one log; yields rows.  A log that it cannot read ends the task, and so is seen."""
    name = read_by_itself(path)
    child = subprocess.Popen([program, name] if name else [program], stdin=subprocess.DEVNULL if name else subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    messages = []
    readers = [threading.Thread(target=lambda: messages.append(child.stderr.read()))]
    if not name:
        readers.append(threading.Thread(target=lambda: (child.stdin.write(content), child.stdin.close())))
    for reader in readers:
        reader.start()
    for line in child.stdout:
        yield row_of(line.decode().rstrip("\n"), path)
    for reader in readers:
        reader.join()
    if child.wait():
        raise RuntimeError(f"{path}: {program} ended with {child.returncode}: {messages[0].decode(errors='replace')}")


def scanner(program):
    names = [column.split()[0] for column in COLUMNS.split(", ")]

    def scan(batches):
        rows = []
        for batch in batches:
            contents = batch["content"] if "content" in batch else [None] * len(batch)
            for path, content in zip(batch["path"], contents):
                for row in incidents_of(program, path, content):
                    rows.append(row)
                    if len(rows) == BATCH:
                        yield pandas.DataFrame(rows, columns=names)
                        rows = []
        yield pandas.DataFrame(rows, columns=names)

    return scan


def main():
    parser = argparse.ArgumentParser(description="scan logs with heal-detect on Spark")
    parser.add_argument("--heal-detect", default="heal-detect", help="the program on the workers")
    parser.add_argument("--glob", default="*", help="names of the files to read")
    parser.add_argument("output")
    parser.add_argument("input", nargs="+")
    options = parser.parse_args()

    spark = SparkSession.builder.appName("heal-detect").getOrCreate()
    logs = (spark.read.format("binaryFile").option("pathGlobFilter", options.glob)
            .option("recursiveFileLookup", True).load(options.input))
    sizes = logs.select("path", "length").collect()
    if not sizes:
        sys.exit("scan_logs: no log below " + ", ".join(options.input))
    tasks = max(spark.sparkContext.defaultParallelism, sum(size["length"] for size in sizes) // TASK)
    columns = ["path"] if all(read_by_itself(size["path"]) for size in sizes) else ["path", "content"]
    work = logs.select(*columns).repartition(min(len(sizes), tasks))

    incidents = options.output.rstrip("/") + "/incidents"
    work.mapInPandas(scanner(options.heal_detect), COLUMNS).write.mode("errorifexists").parquet(incidents)
    found = spark.read.parquet(incidents)
    (found.groupBy("fingerprint")
     .agg(functions.count("*").alias("incidents"), functions.countDistinct("log").alias("logs"),
          functions.min("time").alias("first"), functions.max("time").alias("last"),
          functions.first("message").alias("example"))
     .write.mode("errorifexists").parquet(options.output.rstrip("/") + "/fingerprints"))
    print(f"{len(sizes)} logs, {found.count()} incidents")


if __name__ == "__main__":
    main()
