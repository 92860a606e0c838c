#!/usr/bin/env python3
"""store.py - how fast the store takes and answers, with many incidents

    tests/bench/store.py BUILD [-n 1000000] [--store FILE|URL]... [--keep DIR]

Writes N generated incidents once, then for each store (default: an SQLite file in a temporary directory): the
incidents per second that `heal-log -q` takes from a pipe, by the clock and by processor time, and the median
time of the questions.  The distribution is that of a fleet's continuous integration over 90 days: few errors make most
incidents (Zipf), three of ten are analysed, two of ten have a fix with an outcome.
"""
import argparse, json, os, random, resource, statistics, subprocess, sys, tempfile, time

TOOLS = [("gcc", "c", 20), ("make", "make", 10), ("pytest", "python", 18), ("tsc", "typescript", 14), ("cargo", "rust", 10),
         ("go", "go", 8), ("cmake", "cmake", 5), ("npm", "node", 8), ("terraform", "terraform", 4), ("ansible", "yaml", 3)]
WORDS = "cannot find undefined reference expected before statement unused variable module missing import type mismatch".split()


def uuid7(ms, rng):
    x = ms << 80 | 7 << 76 | rng.getrandbits(12) << 64 | 2 << 62 | rng.getrandbits(62)
    h = f"{x:032x}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def stamp(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms // 1000)) + f".{ms % 1000:03d}Z"


def errors_of(rng, n):
    """n distinct errors, each with its fingerprint."""
    out = []
    for k in range(n):
        tool, environment, _ = rng.choices(TOOLS, [t[2] for t in TOOLS])[0]
        message = " ".join(rng.choices(WORDS, k=rng.randint(4, 9))) + f" 'name_{k}'"
        if k % 20 == 0:  # a word that also announces secrets
            message = "unexpected token: " + message
        out.append({"tool": tool, "environment": environment, "rule": f"{tool}.rule{k % 37}", "level": "error",
                    "message": message, "file": f"src/part{k % 400}/file{k % 3000}.c", "line": 1 + k % 900,
                    "column": 1 + k % 70, "print": f"{rng.getrandbits(128):032x}"})
    return out


def incident(rng, ms, e):
    error = {k: v for k, v in e.items() if k != "print"}
    error["text"] = f"{e['file']}:{e['line']}:{e['column']}: error: {e['message']}\n   {e['line']} |   return name;\n"
    r = {"heal": 1, "kind": "incident", "id": uuid7(ms, rng), "time": stamp(ms), "fingerprint": e["print"], "error": error}
    kind = rng.random()
    if kind < 0.3:
        r["analysis"] = {"type": "syntax_error", "severity": 6, "confidence": 0.9, "by": "rule", "root": True}
        r["solutions"] = [{"id": f"{e['tool']}.fix{e['line'] % 50}", "type": "code_fix", "applicability": "machine",
                           "description": "replace the name", "confidence": 0.9, "risk": {"level": "green"}}]
    if kind < 0.2:
        good = rng.random() < 0.8
        r["fix"] = {"solution": r["solutions"][0]["id"], "status": "applied" if good else "rolled_back", "attempt": 1}
        r["validation"] = {"status": "passed" if good else "failed", "resolved": good}
    return r


def generate(path, n, seed):
    rng = random.Random(seed)
    errors = errors_of(rng, max(50, n // 50))
    weights = [0.0]
    for k in range(len(errors)):
        weights.append(weights[-1] + 1 / (k + 1) ** 0.8)
    begin, step = 1_780_000_000_000, 90 * 86_400_000 // n
    with open(path, "w") as f:
        for k in range(n):
            e = rng.choices(errors, cum_weights=weights[1:])[0]
            f.write(json.dumps(incident(rng, begin + k * step, e), separators=(",", ":")) + "\n")


def ingest(log, store, path, n):
    with open(path, "rb") as f:
        cat = subprocess.Popen(["cat"], stdin=f, stdout=subprocess.PIPE)
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([log, "-q"], stdin=cat.stdout, check=True, env={**os.environ, "HEAL_STORE": store})
        seconds = time.monotonic() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cat.stdout.close()
        cat.wait()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  ingest           {n / seconds:9.0f}/s  ({n / cpu:.0f}/s of processor time)", flush=True)


def ask(log, store, words):
    env, times = {**os.environ, "HEAL_STORE": store}, []
    for _ in range(5):
        begin = time.monotonic()
        subprocess.run([log] + words, stdout=subprocess.DEVNULL, check=True, env=env)
        times.append((time.monotonic() - begin) * 1000)
    print(f"  {' '.join(words):28} {statistics.median(times):9.1f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build")
    parser.add_argument("-n", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", action="append", default=[], help="a file or a URL; it must be empty")
    parser.add_argument("--input", help="use this file of records, or make it")
    parser.add_argument("--ask", action="append", default=[], help="only these questions, as 'history -n 20'")
    parser.add_argument("--no-ingest", action="store_true", help="the stores are filled")
    a = parser.parse_args()
    log = os.path.join(os.path.abspath(a.build), "tools/heal-log")
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("HEAL_PACKS", os.path.join(os.path.abspath(a.build), "share/heal.pack"))
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CONFIG_HOME"] = folder
        path = a.input or os.path.join(folder, "records")
        if not os.path.exists(path) and not a.no_ingest:
            generate(path, a.n, a.seed)
        shown = None
        for store in a.store or [os.path.join(folder, "bench.db")]:
            print(f"{store.split('@')[-1]}, {a.n} incidents")
            if not a.no_ingest:
                ingest(log, store, path, a.n)
            last = subprocess.run([log, "history", "-n", "1", "-f", "ndjson"], capture_output=True, check=True,
                                  env={**os.environ, "HEAL_STORE": store}).stdout
            shown = json.loads(last)["id"] if last else None
            questions = [q.split() for q in a.ask] or [["history", "-n", "20"], ["stats"], ["stats", "--since", "2026-08-01"],
                         *(["stats", "--by", by] for by in ("rule", "tool", "day", "path", "project")),
                         ["similar", shown], ["rules"], ["show", shown]]
            for words in questions:
                ask(log, store, words)


if __name__ == "__main__":
    sys.exit(main())
