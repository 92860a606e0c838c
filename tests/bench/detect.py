#!/usr/bin/env python3
"""Measure heal-detect beside its peers, in one run, on input that is made here.

    tests/bench/detect.py [BUILD] [MB]

BUILD is a release build (meson setup --buildtype=release), default ./build; MB the size of the clean log,
default 200.  Commands take turns round by round; medians are compared, so what counts is the last column:
ratios in this one run.  Peers that are not installed are left out by name.
"""
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build")
MB = int(sys.argv[2]) if len(sys.argv) > 2 else 200
DETECT = os.path.join(BUILD, "tools/heal-detect")
RULES = os.path.join(BUILD, "tools/heal-rules")
PACK = os.path.join(BUILD, "share/heal.pack")
ENV = dict(os.environ, HEAL_PACKS=PACK, LC_ALL="C")

# What build logs say while nothing is wrong; about two lines in fifteen hold "rror".
LINES = [
    "gcc -Wall -Wextra -Werror=format-security -O2 -c src/file{n}.c -o build/file{n}.o",
    "[ {p}%] Building C object CMakeFiles/app.dir/src/module{n}.c.o",
    "[{p}/400] Compiling error_handler{n}.cpp",
    "ok  \tgithub.com/example/pkg{n}\t0.{n}s",
    "tests/test_module{n}.py::test_case_{p} PASSED                 [ {p}%]",
    "[INFO] Building module-{n} 1.0.{p}                            [{p}/90]",
    "npm http fetch GET 200 https://registry.example/package{n} {n}ms (cache hit)",
    "Get:{p} http://deb.example bookworm/main amd64 libfoo{n} amd64 1.2-{p} [12.3 kB]",
    "aws_instance.web{n}: Creation complete after {p}s [id=i-0{n}]",
    "ok: [host{n}] => (item=package-{p})",
    "2026-11-20 12:00:{p} INFO  org.example.Server: request {n} handled in {p} ms",
    "   Compiling crate-{n} v0.{p}.1",
    "Unpacking libbar{n}:amd64 (1.{p}) ...",
    "  adding: docs/page{n}.html (deflated {p}%)",
    "PASS src/components/Widget{n}.test.tsx ({p} ms)",
]


def make_noise(path, size):
    rng = random.Random(20)
    with open(path, "w") as f:
        written = 0
        while written < size:
            text = "".join(rng.choice(LINES).format(n=rng.randrange(1000), p=rng.randrange(10, 99)) + "\n"
                           for _ in range(20000))
            f.write(text)
            written += len(text)


def run(argv, stdin=subprocess.DEVNULL):
    begin = time.perf_counter()
    p = subprocess.Popen(argv, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENV)
    p.wait()
    return time.perf_counter() - begin


def resident(path):
    """Peak memory of heal-detect itself on a stream: what a wait reports is at least the parent's size at the fork."""
    p = subprocess.Popen([DETECT], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=ENV)
    with open(path, "rb") as f:
        shutil.copyfileobj(f, p.stdin, 1 << 20)
    p.stdin.flush()
    time.sleep(0.3)
    with open("/proc/%d/status" % p.pid) as f:
        peak = int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1))
    p.stdin.close()
    p.wait()
    return peak


def rounds(commands, n):
    """name -> median seconds, the commands taking turns."""
    times = {k: [] for k in commands}
    for _ in range(n + 1):
        for name, argv in commands.items():
            times[name].append(run(argv))
    return {k: statistics.median(v[1:]) for k, v in times.items()}


def rg_patterns(path):
    """The rules' patterns that ripgrep's own engine takes, one a line, as bytes."""
    listed = subprocess.run([RULES, "list"], stdout=subprocess.PIPE, env=ENV, check=True).stdout.decode("utf-8")
    kept = []
    for line in listed.splitlines():
        pattern = re.sub(r"\(\?<(?![=!])\w+>", "(", line.split("\t", 2)[2])
        if re.search(r"\(\?<?[=!]|\\[1-9]|\(\?>|[*+?}]\+", pattern):
            continue
        if subprocess.run(["rg", "-q", "--no-unicode", "-e", pattern, os.devnull], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode < 2:
            kept.append(pattern)
    with open(path, "w") as f:
        f.write("\n".join(kept) + "\n")
    return len(kept)


def show(what, value, target):
    print("%-58s %-22s %s" % (what, value, target))


def main():
    tmp = tempfile.mkdtemp(prefix="heal-bench-")
    try:
        noise, small = os.path.join(tmp, "noise.log"), os.path.join(tmp, "small.log")
        make_noise(noise, MB * 1000000)
        with open(noise, "rb") as f, open(small, "wb") as g:
            g.write(f.read(20000000))
        count = len(subprocess.run([RULES, "list"], stdout=subprocess.PIPE, env=ENV).stdout.splitlines())
        print("%d rules, %d MB of clean log, medians of interleaved runs\n" % (count, MB))

        t = rounds({"cat": ["cat"], "detect": [DETECT]}, 101)
        show("start-up on empty input, heal-detect / cat", "%.2f  (%.2f / %.2f ms)" % (
            t["detect"] / t["cat"], t["detect"] * 1e3, t["cat"] * 1e3), "<= 1.3")

        t = rounds({"wc": ["wc", "-l", noise], "detect": [DETECT, noise]}, 5)
        size = os.path.getsize(noise) / 1e6
        show("clean log, speed of heal-detect / wc -l", "%.3f  (%.0f / %.0f MB/s)" % (
            t["wc"] / t["detect"], size / t["detect"], size / t["wc"]), ">= 0.06")
        show("peak memory of heal-detect", "%.1f MB" % (resident(noise) / 1024), "<= 8 MB")

        if shutil.which("rg"):
            patterns = os.path.join(tmp, "patterns")
            kept = rg_patterns(patterns)
            t = rounds({"rg": ["rg", "-a", "--no-unicode", "-c", "-f", patterns, small], "detect": [DETECT, small]}, 3)
            show("20 MB, speed of heal-detect / rg with %d of the patterns" % kept, "%.1f  (%.0f / %.0f MB/s)" % (
                t["rg"] / t["detect"], 20 / t["detect"], 20 / t["rg"]), ">= 2")
        else:
            print("ripgrep is not installed: left out")
    finally:
        shutil.rmtree(tmp, ignore_errors=True)


if __name__ == "__main__":
    main()
