#!/usr/bin/env python3
"""What heal run costs besides the command and the checkers that it runs.

    tests/bench/run.py [--build DIR] [--times N]

Two figures: by how much `heal run -- true` is slower than `true`; and, for a few broken projects, the time of
`heal run --yes -- COMMAND` less that in which one of its children ran, for each incident that was mended.  Each is
told twice, as time on the clock and as processor time: on a busy machine only the second means anything, or the
first under `chrt -r 1`, where nothing else has the processor meanwhile.

The children are timed by a stopwatch that stands in PATH under the names of the command and of every checker, notes
when it begins and when what it runs has ended.  What heal does in a child before it starts a program is heal's own.
The processor time that the stopwatch itself takes, child after child, is measured and left out.  What it needs
is compiled in: confined children have an environment of named variables.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time

STOPWATCH = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long spent(int who)
{
	struct rusage r;
	getrusage(who, &r);
	return (r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1000000000LL + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) * 1000LL;
}

int main(int argc, char **argv)
{
	long long begin = now(), before = spent(RUSAGE_SELF); /* what heal did in the child until here is its own */
	const char *name = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	char line[100];
	int status = 0;

	(void)argc;
	setenv("PATH", REAL_PATH, 1); /* what the child starts is its own time: it must not meet a stopwatch again */
	argv[0] = (char *)name;
	pid_t child = vfork();
	if (child == 0) {
		execvp(name, argv);
		_exit(127);
	}
	waitpid(child, &status, 0);
	int fd = open(LOG, O_WRONLY | O_APPEND);
	long long used = spent(RUSAGE_SELF) - before + spent(RUSAGE_CHILDREN);
	int n = snprintf(line, sizeof(line), "%lld %lld %lld\n", begin, now(), used);
	if (write(fd, line, (size_t)n) != n)
		return 126; /* a child that is not counted would be taken for heal's own time */
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
"""

# name, files, command, incidents
CASES = [
    ("make", {"Makefile": "all:\n        @echo all\n"}, ["make"], 1),
    ("c", {"a.c": "int main(void)\n{\n\treturn 0\n}\n"}, ["gcc", "-c", "a.c"], 1),
    ("c, 3 files", {"a.c": "int a(void)\n{\n\treturn 0\n}\n", "b.c": "int b(void)\n{\n\treturn 0\n}\n",
                    "c.c": "int c(void)\n{\n\treturn 0\n}\n"}, ["gcc", "-c", "a.c", "b.c", "c.c"], 3),
    ("python", {"a.py": "import sys\nprint(math.sqrt(4))\n"}, ["python3", "a.py"], 1),
    ("shell", {"a.sh": "if true; then\n\techo yes\n"}, ["bash", "a.sh"], 1),
    ("c, a name", {"a.c": "static int total(void)\n{\n\treturn 0;\n}\n\nint main(void)\n{\n\treturn totl();\n}\n"},
     ["gcc", "-Werror", "-c", "a.c"], 1),
    ("python, a name", {"a.py": "def total():\n    return 1\n\n\nprint(totl())\n"}, ["python3", "a.py"], 1),
    ("python, a colon", {"a.py": "def total()\n    return 1\n\n\nprint(total())\n"}, ["python3", "a.py"], 1),
    ("node", {"a.js": "const a = [1, 2;\nconsole.log(a);\n"}, ["node", "a.js"], 1),
    ("json", {"a.json": '{"a": 1,\n "b": [1, 2,]}\n'}, ["python3", "-m", "json.tool", "a.json"], 1),
]
TIMED = ["true", "make", "gcc", "cc", "python3", "bash", "sh", "node", "go", "shellcheck", "perl", "git", "ruff",
         "pyflakes3"]


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def union(spans):
    """Seconds in which at least one ran."""
    total, end = 0, 0
    for a, b in sorted(spans):
        total += max(0, b - max(a, end))
        end = max(end, b)
    return total / 1e9


def fresh(root, files):
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(os.path.join(root, ".git"))
    for name, text in files.items():
        with open(os.path.join(root, name), "w") as f:
            f.write(text)


def waited(argv, cwd, env):
    """Seconds on the clock and of the processor, for the command and all it waited for; its status."""
    begin = time.monotonic()
    with open(os.devnull, "r+b") as null:
        child = subprocess.Popen(argv, cwd=cwd, env=env, stdin=null, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, child.returncode


def stopwatch_cost(env, root, log, times):
    """Seconds of the processor that one start of the stopwatch takes, besides what it notes."""
    costs = []
    for _ in range(times):
        open(log, "w").close()
        _, processor, _ = waited(["true"], root, env)
        costs.append(processor - int(open(log).read().split()[2]) / 1e9)
    return statistics.median(costs)


def own_time(heal, env, root, case, log, stopwatch):
    """Milliseconds of one healing, clock and processor, and its children; None where it did not heal."""
    fresh(root, case[1])
    open(log, "w").close()
    clock, processor, status = waited([heal, "run", "--yes", "--", *case[2]], root, env)
    rows = [tuple(map(int, line.split())) for line in open(log)] if os.path.exists(log) else []
    if status != 0 or len(rows) < 2:
        return None
    return ((clock - union([r[:2] for r in rows]) - stopwatch * len(rows)) * 1e3 / case[3],
            (processor - sum(r[2] / 1e9 + stopwatch for r in rows)) * 1e3 / case[3], len(rows))


def bystander(heal, env, root, times):
    """By how many milliseconds it is slower, taken in turn: clock, processor."""
    rows = [(waited([heal, "run", "--", "true"], root, env), waited(["true"], root, env)) for _ in range(times)]
    return [statistics.median(r[0][i] for r in rows) * 1e3 - statistics.median(r[1][i] for r in rows) * 1e3 for i in (0, 1)]


def pack_with_log(build, box):
    """The packs, but that confined children may write the stopwatch's log."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../share")
    tables, out = os.path.join(box, "tables"), os.path.join(box, "bench.pack")
    shutil.copytree(os.path.join(source, "tables"), tables)
    name = os.path.join(tables, "confinement.yaml")
    with open(name) as f:
        text = f.read()
    text = text.replace("  devices: [", f"  devices: [{box}/log/times, ")
    with open(name, "w") as f:
        f.write(text)
    subprocess.run([os.path.join(build, "tools", "heal-rules"), "compile", "-o", out, os.path.join(source, "patterns"), tables],
                   check=True)
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--build", default=os.environ.get("HEAL_BUILD", "build"))
    p.add_argument("--times", type=int, default=15)
    o = p.parse_args()
    build = os.path.abspath(o.build)
    heal = os.path.join(build, "tools", "heal")
    with tempfile.TemporaryDirectory() as box:
        bin_dir, home, root, log = (os.path.join(box, n) for n in ("bin", "home", "project", "log/times"))
        os.makedirs(os.path.dirname(log))
        open(log, "w").close()
        os.makedirs(os.path.join(home, ".config/heal"))
        with open(os.path.join(home, ".config/heal/config.json"), "w") as f:
            json.dump({"trial.writable": [os.path.dirname(log)]}, f)
        os.makedirs(bin_dir)
        os.makedirs(home, exist_ok=True)
        os.makedirs(root)
        source = os.path.join(box, "stopwatch.c")
        with open(source, "w") as f:
            f.write(STOPWATCH)
        path = "/usr/local/bin:/usr/bin:/bin"
        build_stopwatch = ["cc", "-O2", f'-DREAL_PATH="{path}"', f'-DLOG="{log}"', "-o", os.path.join(bin_dir, "stopwatch"), source]
        # Without a loader it starts in a third of the time; where there is no static libc, it takes longer.
        if subprocess.run([*build_stopwatch, "-static"], stderr=subprocess.DEVNULL).returncode != 0:
            subprocess.run(build_stopwatch, check=True)
        for name in TIMED:
            if shutil.which(name):
                os.symlink("stopwatch", os.path.join(bin_dir, name))
        env = {"PATH": path, "HOME": home, "LC_ALL": "C.UTF-8", "HEAL_PACKS": pack_with_log(build, box)}
        print("{:<18} {:7.2f} ms on the clock, {:7.2f} ms of the processor, more than true".format(
            "heal run -- true", *bystander(heal, env, root, o.times * 4)))
        env["PATH"] = bin_dir + ":" + path
        each, stopwatch = [], stopwatch_cost(env, root, log, o.times * 10)
        print(f"{'the stopwatch':<18} {stopwatch * 1e3:7.2f} ms of the processor for a child, left out below")
        for case in CASES:
            got = [g for g in (own_time(heal, env, root, case, log, stopwatch) for _ in range(o.times)) if g]
            if not got:
                print(f"{case[0]:<18} not healed here")
                continue
            each += got
            print("{:<18} {:7.1f} ms on the clock, {:7.1f} ms of the processor, {} children".format(
                case[0], *(statistics.median(g[i] for g in got) for i in (0, 1)), got[0][2]))
        if each:
            for name, share in (("at the median", 0.5), ("in 9 of 10", 0.9)):
                print("{:<18} {:7.1f} ms on the clock, {:7.1f} ms of the processor, an incident {}".format(
                    "heal's own", *(quantile([g[i] for g in each], share) for i in (0, 1)), name))


if __name__ == "__main__":
    main()
