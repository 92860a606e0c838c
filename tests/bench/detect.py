#!/usr/bin/env python3
"""Measure heal-detect beside its peers, in one run, on input that is made here.

    tests/bench/detect.py [BUILD] [MB] [LOG ...]

BUILD is a release build (meson setup --buildtype=release), default ./build; MB the size of the clean log,
default 200.  Commands take turns round by round; medians of their processor time are compared, so what counts are
the ratios in this one run.  The last column is what is aimed at, on a machine that does nothing else; how busy this one
was is told at the beginning and at the end.  Peers that are not installed are left out by name.  The logs are made by
noise.py; LOGs are real ones in which there is nothing to find, of which the share of lines is told on which a pattern is
tried in vain.
"""
import json
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from noise import Noise, WORDS

BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build")
MB = int(sys.argv[2]) if len(sys.argv) > 2 else 200
LOGS = sys.argv[3:]
ANALYZE = os.path.join(BUILD, "tools/heal-analyze")
DETECT = os.path.join(BUILD, "tools/heal-detect")
RULES = os.path.join(BUILD, "tools/heal-rules")
PACK = os.path.join(BUILD, "share/heal.pack")
ENV = dict(os.environ, HEAL_PACKS=PACK, LC_ALL="C")

def run(argv, env=None, folder=None):
    """Seconds of the processor, not of the clock: others may be at work on the machine."""
    with tempfile.TemporaryFile() as out:   # not /dev/null: grep stops at the first match there
        p = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL, cwd=folder,
                             env=dict(ENV, **(env or {})))
        usage = os.wait4(p.pid, 0)[2]
        p.returncode = 0
    return usage.ru_utime + usage.ru_stime


def clock(argv, env=None):
    """Seconds on the clock: what two threads gain shows there alone; only fair on an idle machine."""
    begin = time.perf_counter()
    run(argv, env)
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


def rounds(commands, n, run=run):
    """name -> median seconds, the commands taking turns; a command is argv or (argv, environment)."""
    times = {k: [] for k in commands}
    for _ in range(n + 1):
        for name, command in commands.items():
            times[name].append(run(*command) if isinstance(command, tuple) else run(command))
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


def speed(seconds, path):
    return os.path.getsize(path) / 1e6 / seconds


def start_up():
    t = rounds({"cat": ["cat"], "detect": [DETECT]}, 61)
    show("start-up on empty input, heal-detect / cat", "%.2f  (%.2f / %.2f ms)" % (
        t["detect"] / t["cat"], t["detect"] * 1e3, t["cat"] * 1e3), "<= 1")


def clean(noise):
    """Nothing to report: as fast as reading, nearly."""
    commands = {"wc -l": ["wc", "-l", noise], "cat": ["cat", noise], "heal-detect": [DETECT, noise]}
    for kernel in ("avx2", "ssse3", "plain"):
        commands["heal-detect, " + kernel] = ([DETECT, noise], {"HEAL_GATE": kernel})
    t = rounds(commands, 5)
    for name in list(t)[1:]:
        show("clean log, %s / wc -l" % name, "%.3f  (%.0f / %.0f MB/s)" % (
            t["wc -l"] / t[name], speed(t[name], noise), speed(t["wc -l"], noise)),
            ">= 0.12, AVX-512 0.15" if name == "heal-detect" else "")
    t = rounds({"wc -l": ["wc", "-l", noise], "heal-detect": [DETECT, noise]}, 7, clock)
    show("clean log on the clock, two threads / wc -l", "%.3f  (%.0f / %.0f MB/s)" % (
        t["wc -l"] / t["heal-detect"], speed(t["heal-detect"], noise), speed(t["wc -l"], noise)), ">= 0.22, AVX-512 0.30")


def peers(tmp, name, path):
    """Beside programs that look for the same patterns, or for a few words."""
    commands = {"heal-detect": [DETECT, path]}
    if shutil.which("rg"):
        patterns = os.path.join(tmp, "patterns")
        kept = rg_patterns(patterns) if not os.path.exists(patterns) else sum(1 for _ in open(patterns))
        commands["rg, %d of the patterns" % kept] = ["rg", "-a", "--no-unicode", "-c", "-f", patterns, path]
    else:
        print("ripgrep is not installed: left out")
    commands["grep -E of three words"] = ["grep", "-acE", "error|warning|fail", path]
    t = rounds(commands, 3)
    for peer in list(t)[1:]:
        show("%s, heal-detect / %s" % (name, peer), "%.1f  (%.0f / %.0f MB/s)" % (
            t[peer] / t["heal-detect"], speed(t["heal-detect"], path), speed(t[peer], path)),
            ">= 6" if peer.startswith("rg") else "")


# What is hardest on the gate, on the state of the text, on escapes and on the search for documents.
WORST = {
    "near-misses on every line": "no error: warnin: faile: fata: err: Tracebac (most recent cal last)\n",
    "an error on every line": "src/a.c:1:2: error: unknown type name 'x'\n",
    "short lines": "a\n",
    "one endless line": "an endless error: line without an end, ",
    "nothing but escapes": "\x1b[31m",
    "nothing but carriage returns": "\r",
    "braces": "{\"a\":[{\"b\":{\n",
    "a block that never ends": "  File \"a.py\", line 1, in f\n    g()\n",
    "binary": "".join(chr(i) for i in range(256)),
}


WANTED = {"near-misses on every line": 250, "an error on every line": 40}


def worst(tmp):
    path = os.path.join(tmp, "worst.log")
    for name, piece in WORST.items():
        with open(path, "wb") as f:
            f.write(piece.encode("latin-1") * (8000000 // len(piece)))
        t = rounds({"detect": [DETECT, path]}, 1)
        show("worst cases: " + name, "%.0f MB/s" % speed(t["detect"], path), ">= %d MB/s" % WANTED.get(name, 100))


def records_of(path, to):
    with open(to, "wb") as f:
        subprocess.run([DETECT, path], stdout=f, env=ENV, check=True)
    return to


def analysis(tmp):
    """The stage behind: one incident, and one whose line is a megabyte."""
    one, long = os.path.join(tmp, "one.log"), os.path.join(tmp, "long.log")
    with open(one, "w") as f:
        f.write("src/a.c:1:2: error: unknown type name 'x'\n")
    with open(long, "w") as f:
        f.write("src/a.c:1:2: error: unknown type name '%s'\n" % ("x " * 500000))
    t = rounds({"detect": [DETECT, one], "analyze": [ANALYZE, records_of(one, os.path.join(tmp, "one.ndjson"))],
                "long": [ANALYZE, records_of(long, os.path.join(tmp, "long.ndjson"))]}, 11,
               lambda argv: run(argv, folder=tmp))   # not in a project, whose size would count
    show("heal-detect and heal-analyze on one incident", "%.2f ms" % ((t["detect"] + t["analyze"]) * 1e3), "<= 3 ms")
    show("heal-analyze on a line of 1 MB", "%.2f s" % t["long"], "<= 0.2 s")


def in_vain(path):
    """Lines of a real log, and those with a rule whose pattern is tried although nothing is found."""
    told = subprocess.run([RULES, "cost", path], stdout=subprocess.PIPE, env=ENV, check=True).stdout.decode()
    tried, lines = map(int, re.search(r"on (\d+) of (\d+) lines", told).groups())
    found = subprocess.run([DETECT, path], stdout=subprocess.PIPE, env=ENV).stdout.splitlines()
    rows = sum(r["end_line"] - r["line"] + 1 for r in (json.loads(line)["source"] for line in found))
    return max(tried - rows, 0), lines


def candidates():
    counts = [in_vain(path) for path in LOGS]
    lines = sum(n for _, n in counts)
    if lines:
        show("lines of %d real logs on which a pattern is tried in vain" % len(LOGS), "%.2f %% of %d" % (
            100 * sum(n for n, _ in counts) / lines, lines), "< 0.5 %")


def busy():
    return "%.1f of %d processors busy in the last minute" % (os.getloadavg()[0], os.cpu_count())


def kernel():
    told = subprocess.run([RULES, "cost"], input=b"", stdout=subprocess.PIPE, env=ENV).stdout.decode()
    return re.search(r"kernel (\w+)", told).group(1)


def latency():
    """From the last byte of a line that is an incident to its record, while the producer goes on living."""
    p = subprocess.Popen([DETECT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=ENV)
    times = []
    for i in range(20):
        time.sleep(0.02)
        begin = time.perf_counter()
        p.stdin.write(b"bash: line %d: missing-tool: command not found\nall is well\n" % i)
        p.stdin.flush()
        if select.select([p.stdout], [], [], 2)[0]:
            os.read(p.stdout.fileno(), 1 << 20)
            times.append(time.perf_counter() - begin)
    p.stdin.close()
    p.wait()
    show("from an incident's last byte to its record", "%.2f ms of %d" % (
        statistics.median(times) * 1e3, len(times)) if times else "never", "<= 5 ms")


def made_up_pack(tmp, n):
    """n rules whose messages have nothing to do with one another."""
    source, image = os.path.join(tmp, "rules-%d" % n), os.path.join(tmp, "rules-%d.pack" % n)
    os.mkdir(source)
    noise = Noise(7)
    with open(os.path.join(source, "made-up.yaml"), "w") as f:
        f.write("pack: made-up\nenvironment: any\nrules:\n")
        for i in range(n):
            words = noise.rng.sample(WORDS, 2)
            f.write("  - {id: made-up.r%d, match: '^(?<file>[^:]+):(?<line>\\d+): (?<message>%s %s of the %s%d .*)$'}\n" % (
                i, noise.rng.choice(("bad", "no", "unexpected", "cannot find", "missing")), words[0], words[1], i))
    subprocess.run([RULES, "compile", "--output", image, source], env=ENV, check=True, stdout=subprocess.DEVNULL)
    return image


def scaling(tmp, noise):
    t = rounds({n: ([DETECT, "--packs", made_up_pack(tmp, n), noise], None) for n in (350, 700)}, 3)
    show("700 rules take so many times what 350 take", "%.2f  (%.0f / %.0f MB/s)" % (
        t[700] / t[350], speed(t[350], noise), speed(t[700], noise)), "<= 1.1")


def main():
    tmp = tempfile.mkdtemp(prefix="heal-bench-")
    try:
        noise, small, mixed, dense = (os.path.join(tmp, n) for n in ("noise", "small", "mixed", "dense"))
        Noise().log(noise, MB * 1000000)
        Noise().log(small, 20000000)
        Noise(21).log(mixed, 20000000, 0.02)
        Noise(22).log(dense, 5000000, 0.9)
        count = len(subprocess.run([RULES, "list"], stdout=subprocess.PIPE, env=ENV).stdout.splitlines())
        print("%d rules, %d MB of clean log, medians of interleaved runs; kernel %s; %s\n" % (
            count, MB, kernel(), busy()))
        start_up()
        clean(noise)
        show("peak memory of heal-detect, clean", "%.1f MB" % (resident(noise) / 1024), "<= 6 MB")
        show("peak memory of heal-detect, 90 % errors", "%.1f MB" % (resident(dense) / 1024), "<= 8 MB")
        candidates()
        analysis(tmp)
        latency()
        scaling(tmp, small)
        peers(tmp, "20 MB, clean", small)
        peers(tmp, "20 MB, 2 % errors", mixed)
        peers(tmp, "5 MB, 90 % errors", dense)
        worst(tmp)
        print("\nat the end %s" % busy())
    finally:
        shutil.rmtree(tmp, ignore_errors=True)


if __name__ == "__main__":
    main()
