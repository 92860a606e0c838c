#!/usr/bin/env python3
"""Time the questions to a large store.

    tests/bench/store.py BUILD [-n INCIDENTS] [--keep FILE]

Makes records of INCIDENTS incidents (default 200000) of 40 rules in 12 tools, 60 projects and 900 files, over
400 days; a third of them were mended, some rolled back, some undone. They are imported with heal-log, then each
question is asked five times; the median of the processor time and of the time on the clock are printed. The exit status
is 1 if the first exceeds its limit; on a busy machine the second means nothing. The records are the same in each run.
"""
import argparse, datetime, json, os, random, resource, statistics, subprocess, sys, tempfile, time

LIMIT = 100
QUESTIONS = [
    ("history -n 20",),
    ("history -n 20 --rule", "tool3.rule7"),
    ("history -n 20 --project", "/srv/project41"),
    ("history -n 20 --tool", "tool5"),
    ("history -n 20 --path", "src/file88.c"),
    ("history -n 20 --path", "src"),
    ("history -n 20 --status", "undone"),
    ("history -n 20 --command", "make target9"),
    ("history -n 20 --status fixed --since 2026-06-01 --until 2026-06-08 --tool", "tool5"),
    ("show", "FIRST"),
    ("stats",),
    ("stats --since", "2026-06-01"),
    ("stats --by rule",),
    ("stats --by tool",),
    ("stats --by day",),
    ("stats --by project",),
    ("stats --by path -n 20",),
    ("similar -n 20", "FIRST"),
    ("similar -n 20", "no such header 17 in file 3"),
]
ASIDE = [("rules",), ("todo -n 20",)]  # measured, without a limit


def records(n):
    rng = random.Random(1)
    begin = datetime.datetime(2025, 10, 20, tzinfo=datetime.timezone.utc)
    for i in range(n):
        tool, rule, file, project = rng.randrange(12), rng.randrange(40), int(rng.paretovariate(0.6)) % 900, rng.randrange(60)
        when = (begin + datetime.timedelta(seconds=i * 400 * 86400 / n)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        kind = rng.random()
        r = {
            "heal": 1, "kind": "incident", "id": "%08x-%04x" % (i, rng.randrange(65536)), "time": when,
            "correlation_id": "session-%d" % (i // 3), "fingerprint": "%032x" % (tool * 7919 + rule * 104729 + file * 31 + project % 7),
            "source": {"command": ["make", "target%d" % (file % 50)], "cwd": "/srv/project%d" % project, "project": "/srv/project%d" % project},
            "error": {"tool": "tool%d" % tool, "rule": "tool%d.rule%d" % (tool, rule), "level": "error",
                      "message": "no such header %d in file %d" % (rng.randrange(1000), rule) if rule % 4 else "message %d of tool %d" % (rule, tool),
                      "file": "src/file%d.c" % file, "line": rng.randrange(1, 900)},
            "analysis": {"type": "syntax_error", "severity": 7, "confidence": 0.9, "by": "rule" if rule % 5 else "none", "root": True, "time": when},
        }
        if rule % 5 and kind < 0.6:
            r["solutions"] = [{"id": "fix%d.%d" % (tool, rule), "type": "code_fix", "applicability": "machine", "confidence": 0.9}]
            ok = kind < 0.35
            r["fix"] = {"solution": r["solutions"][0]["id"], "status": "applied" if ok else "rolled_back", "attempt": 1, "time": when}
            r["validation"] = {"status": "passed" if ok else "failed", "resolved": ok, "time": when}
        yield r
        if kind < 0.01 and "fix" in r:
            yield {"heal": 1, "kind": "event", "id": "undo-%d" % i, "time": when,
                   "event": {"name": "fix_undone", "incident": r["id"], "solution": r["fix"]["solution"]}}


def ask(tool, question, env):
    argv = [tool] + question[0].split() + list(question[1:])
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(argv, env=env, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent * 1000, (time.monotonic() - begin) * 1000


def main():
    p = argparse.ArgumentParser()
    p.add_argument("build")
    p.add_argument("-n", type=int, default=200000)
    p.add_argument("--keep", metavar="FILE", help="use this store, made if missing")
    a = p.parse_args()
    tool = os.path.abspath(os.path.join(a.build, "tools/heal-log"))
    with tempfile.TemporaryDirectory() as d:
        store = os.path.abspath(a.keep) if a.keep else os.path.join(d, "heal.db")
        env = {"PATH": os.environ["PATH"], "HOME": d, "HEAL_STORE": store, "LC_ALL": "C.UTF-8",
               "HEAL_PACKS": os.path.abspath(os.path.join(a.build, "share/heal.pack"))}
        if not os.path.exists(store):
            begin = time.monotonic()
            with subprocess.Popen([tool, "import"], env=env, stdin=subprocess.PIPE, text=True) as log:
                for r in records(a.n):
                    log.stdin.write(json.dumps(r, separators=(",", ":")) + "\n")
                log.stdin.close()
                if log.wait():
                    sys.exit("the import failed")
            seconds = time.monotonic() - begin
            print("import: %d incidents in %.1f s, %.0f a second; %.0f MB" % (
                a.n, seconds, a.n / seconds, os.path.getsize(store) / 1e6))
        first = subprocess.run([tool, "export", "-n", "1"], env=env, capture_output=True, text=True, check=True).stdout
        slow = False
        for question in QUESTIONS + ASIDE:
            asked = tuple(json.loads(first)["id"] if w == "FIRST" else w for w in question)
            ms, clock = (statistics.median(t) for t in zip(*(ask(tool, asked, env) for _ in range(5))))
            limit = LIMIT if question in QUESTIONS else None
            slow |= bool(limit and ms > limit)
            print("%8.1f ms  %8.1f ms  %-4s %s" % (ms, clock, "" if not limit else "ok" if ms <= limit else "SLOW", " ".join(question)))
        sys.exit(slow)


main()
