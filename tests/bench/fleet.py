#!/usr/bin/env python3
"""fleet.py - scan the logs of many machines on Spark, GNU parallel and a Slurm array's script, one of them cut off

    fleet.py [--build DIR] [--mb 1024] [--logs 64]

Writes that many MB of build logs with known failures, scans them with one heal-detect, and again by the examples in
share/examples: with PySpark in local mode while a worker is killed, with GNU parallel, and by the tasks of a Slurm
array one after the other while one is killed and started again.  Prints the seconds and MB/s of each, and fails unless
each finds the same incidents, the same number of times.  A tool that is absent is named and left out.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "share/examples"
FAILURES = [
    "src/{0}.c:{1}:9: error: '{2}' undeclared (first use in this function)",
    "{0}.go:{1}:2: undefined: {2}",
    "src/{0}.ts({1},5): error TS2304: Cannot find name '{2}'.",
    "src/{0}.rs:{1}: error[E0425]: cannot find value `{2}` in this scope",
]


def write_logs(folder, mb, count):
    """Logs of a fleet: the same few failures on many machines, between lines that say that all is well."""
    chance = random.Random(1)
    words = ["alpha", "beta", "gamma", "delta", "total", "count", "index", "value"]
    folder.mkdir()
    for n in range(count):
        with open(folder / f"host{n:03}.log", "w", encoding="ascii") as log:
            left = (mb << 20) // count
            while left > 0:
                lines = [f"[{step}/900] CC src/{chance.choice(words)}/{chance.choice(words)}_{step}.c.o -O2 -g -Wall"
                         for step in range(200)]
                lines.append(chance.choice(FAILURES).format(
                    chance.choice(words), chance.randrange(1, 40), chance.choice(words)))
                text = "\n".join(lines) + "\n"
                log.write(text)
                left -= len(text)


def counted(lines):
    """How often each fingerprint was found in each log."""
    return collections.Counter(
        (record["fingerprint"], os.path.basename(record["source"]["name"])) for record in map(json.loads, lines))


def plain(detect, logs, _box):
    run = subprocess.run([detect, *map(str, logs)], stdout=subprocess.PIPE, check=True)
    return run.stdout.splitlines()


def children(pid):
    """The processes below one, deepest last."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    found, todo = [], [str(pid)]
    while todo:
        parent = todo.pop(0)
        below = [row for row in rows if row[1] == parent]
        found += below
        todo += [row[0] for row in below]
    return found


def kill_worker(spark, killed):
    """Kill one Python worker of Spark while it waits for heal-detect."""
    while spark.poll() is None and not killed:
        rows = children(spark.pid)
        scans = {row[1] for row in rows if "heal-detect" in row[2] and "python" not in row[2] and "java" not in row[2]}
        for row in rows:
            if row[0] in scans and "python" in row[2]:
                os.kill(int(row[0]), signal.SIGKILL)
                killed.append(row[0])
                return
        time.sleep(0.05)


def on_spark(detect, logs, box):
    output = box / "spark"
    killed = []
    spark = subprocess.Popen(
        [sys.executable, EXAMPLES / "spark/scan_logs.py", "--heal-detect", detect, "--glob", "*.log", output,
         logs[0].parent], env=os.environ | {"PYSPARK_SUBMIT_ARGS": "--master local[2,4] pyspark-shell",
                                           "PYSPARK_PYTHON": sys.executable},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    killer = threading.Thread(target=kill_worker, args=(spark, killed))
    killer.start()
    spark.communicate()
    killer.join()
    if spark.returncode:
        sys.exit(f"fleet: Spark ended with {spark.returncode}")
    if not killed:
        sys.exit("fleet: no worker of Spark was killed")
    import pandas
    return list(pandas.read_parquet(output / "incidents")["record"])


def on_parallel(detect, logs, box):
    run = subprocess.run([EXAMPLES / "parallel/scan-logs", logs[0].parent], stdout=subprocess.PIPE, check=True,
                         env=os.environ | {"PATH": f"{os.path.dirname(detect)}:{os.environ['PATH']}"})
    return run.stdout.splitlines()


def slurm_task(detect, box, n, count):
    return subprocess.Popen([EXAMPLES / "slurm/scan-logs.sbatch"], start_new_session=True, env=os.environ | {
        "PATH": f"{os.path.dirname(detect)}:{os.environ['PATH']}", "LOGS": str(box / "logs.txt"),
        "OUTPUT": str(box / "slurm"), "SLURM_ARRAY_TASK_ID": str(n), "SLURM_ARRAY_TASK_COUNT": str(count)})


def on_slurm(detect, logs, box):
    (box / "logs.txt").write_text("".join(f"{log}\n" for log in logs))
    task = slurm_task(detect, box, 0, 4)
    time.sleep(0.2)
    os.killpg(task.pid, signal.SIGKILL)
    task.wait()
    for n in range(4):
        if slurm_task(detect, box, n, 4).wait():
            sys.exit("fleet: a task of the array failed")
    return [line for part in (box / "slurm").glob("*.ndjson") for line in part.read_bytes().splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=ROOT / "build", type=pathlib.Path)
    parser.add_argument("--mb", default=1024, type=int)
    parser.add_argument("--logs", default=64, type=int)
    options = parser.parse_args()
    detect = str(options.build.resolve() / "tools/heal-detect")

    have_spark = subprocess.run([sys.executable, "-c", "import pyspark, pandas, pyarrow"], check=False,
                                stderr=subprocess.DEVNULL).returncode == 0
    ways = [("heal-detect", plain, True), ("spark", on_spark, have_spark),
            ("parallel", on_parallel, shutil.which("parallel")), ("slurm array", on_slurm, True)]
    with tempfile.TemporaryDirectory() as box:
        box = pathlib.Path(box)
        write_logs(box / "logs", options.mb, options.logs)
        logs = sorted((box / "logs").iterdir())
        wanted = None
        for name, scan, there in ways:
            if not there:
                print(f"{name:12} absent")
                continue
            start = time.monotonic()
            found = counted(scan(detect, logs, box))
            seconds = time.monotonic() - start
            wanted = wanted or found
            print(f"{name:12} {seconds:7.1f} s {options.mb / seconds:7.0f} MB/s {found.total():7} incidents", flush=True)
            if found != wanted:
                sys.exit(f"fleet: {name} found other incidents than one heal-detect: {(found - wanted).total()} more, "
                         f"{(wanted - found).total()} fewer")


if __name__ == "__main__":
    main()
