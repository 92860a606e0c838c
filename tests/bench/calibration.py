#!/usr/bin/env python3
"""calibration.py BUILD [ECOSYSTEM...] [-n CASES] [--seed N] [--keep DIR] - do heal's confidences come true on its repair cases?

The cases below tests/repair are divided in two halves at random.  The first half is healed with an empty store, which so
learns.  The second half, whose errors it has not seen, is healed twice: with an empty store (before), and with the store of
the first half (after).  Each prediction is a solution that heal tried, with the confidence that it had.  Printed are, for
the second half:

  before     the confidences without anything learned
  learned    the confidences with what the store learned from the first half
  expected   the means of the distributions whose lower bounds `before` are, as `heal-log calibrate` prints them
  taught     the same of `learned`
  isotonic   those of `before`, calibrated by an isotonic regression fit to the first half
  beta       the same with beta calibration, whose three parameters are fit to the first half
  perfect    what a perfect calibration would score on so few predictions, if `beta` were the truth

with the Brier score and the expected calibration error (ten bins) of each, and a 90 % interval of the latter by the
bootstrap.  Scores and regression are computed here, not by heal.  One division is a small sample, so at last
`heal-log calibrate` is printed for both halves, each healed with an empty store: its calibrations are ten-fold cross-fits
by fingerprint."""
import argparse
import json
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "repair"


def case_tree(case, to):
    """The broken tree of a case, as tests/repair-case makes it."""
    spec = json.loads((case / "case.json").read_text())
    to.mkdir(parents=True)
    if spec.get("sound"):
        shutil.copytree(HERE / "sound" / spec["sound"], to, symlinks=True, dirs_exist_ok=True)
    if (case / "files").is_dir():
        shutil.copytree(case / "files", to, symlinks=True, dirs_exist_ok=True)
    if (case / "slip.diff").exists():
        subprocess.run(["patch", f"--directory={to}", "--strip=1", "--silent", "--binary", f"--input={case / 'slip.diff'}"],
                       check=True)
    return spec


def environment(build, home):
    keep = {k: v for k, v in os.environ.items() if not k.startswith(("HEAL_", "XDG_", "GIT_", "PYTHON"))}
    keep.update(HOME=str(home), XDG_STATE_HOME=f"{home}/state", XDG_CONFIG_HOME=f"{home}/config", XDG_CACHE_HOME=f"{home}/cache",
                PATH=f"{build}/tools:{os.environ['PATH']}", HEAL_PACKS=f"{build}/share/heal.pack", LC_ALL="C.UTF-8",
                TERM="dumb", HEAL_LOCAL_COMMANDS="ansible-playbook", GOTOOLCHAIN="local")
    return keep


def heal(build, cases, box, store):
    box.mkdir()
    for number, case in enumerate(cases):
        tree = box / str(number)
        spec = case_tree(case, tree)
        try:
            subprocess.run(["heal", "run", "--yes", "--no-color", "--store", store, "--", *spec["command"]], cwd=tree,
                           env=environment(build, box), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            print(f"no result within 300 s: {case.name}", file=sys.stderr)
        shutil.rmtree(tree, ignore_errors=True)


def ask(build, box, *arguments):
    return subprocess.run(["heal-log", *arguments], env=environment(build, box), capture_output=True, text=True, check=True).stdout


def predictions(build, box, store):
    lines = ask(build, box, "calibrate", "--format", "ndjson", "--store", store).splitlines()
    return [(p["confidence"], p["success"], p["expected"]) for p in map(json.loads, lines)]


def brier(pairs):
    return sum((p - y) ** 2 for p, y in pairs) / len(pairs)


def ece(pairs):
    bins = {}
    for p, y in pairs:
        bins.setdefault(min(int(p * 10), 9), []).append((p, y))
    return sum(abs(sum(p - y for p, y in b)) for b in bins.values()) / len(pairs)


def interval(pairs, rng):
    scores = sorted(ece([rng.choice(pairs) for _ in pairs]) for _ in range(400))
    return scores[20], scores[-20]


def isotonic(pairs):
    steps = []
    for p, y in sorted(pairs):
        if steps and steps[-1][0] == p:
            steps[-1][1] += y
            steps[-1][2] += 1
        else:
            steps.append([p, y, 1])
    pooled = []
    for p, total, n in steps:
        pooled.append([p, total, n])
        while len(pooled) > 1 and pooled[-1][1] / pooled[-1][2] <= pooled[-2][1] / pooled[-2][2]:
            _, total, n = pooled.pop()
            pooled[-1][1] += total
            pooled[-1][2] += n

    def value(x):
        best = pooled[0]
        for step in pooled:
            if step[0] <= x:
                best = step
        return best[1] / best[2]
    return value


def inputs(p):
    p = min(max(p, 0.001), 0.999)
    return math.log(p), -math.log(1 - p), 1.0


def solved(rows):
    """The solution of a system of three linear equations."""
    for i in range(3):
        for k in range(3):
            if k != i:
                factor = rows[k][i] / rows[i][i]
                rows[k] = [x - factor * y for x, y in zip(rows[k], rows[i])]
    return [rows[i][3] / rows[i][i] for i in range(3)]


def beta(pairs):
    """Newton's method, from no change; the priors are normal with standard deviation 1 around it."""
    start = [1.0, 1.0, 0.0]
    w = start[:]

    def value(p):
        return 1 / (1 + math.exp(-sum(a * x for a, x in zip(w, inputs(p)))))
    for _ in range(30):
        rows = [[float(i == j) for j in range(3)] + [w[i] - start[i]] for i in range(3)]
        for p, y in pairs:
            x, q = inputs(p), value(p)
            for i in range(3):
                rows[i][3] += (q - y) * x[i]
                for j in range(3):
                    rows[i][j] += q * (1 - q) * x[i] * x[j]
        w = [a - step for a, step in zip(w, solved(rows))]
    return value


def main():
    options = argparse.ArgumentParser(usage=__doc__.splitlines()[0].split(" - ")[0])
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("ecosystems", nargs="*")
    options.add_argument("-n", type=int, default=0, help="this many cases, chosen at random")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=pathlib.Path, help="keep the stores in this folder")
    options = options.parse_args()
    build = options.build.resolve()
    rng = random.Random(options.seed)
    cases = [c.parent for c in sorted(CASES.glob("*/*/case.json")) if not options.ecosystems or c.parent.parent.name in options.ecosystems]
    cases = [c for c in cases if all(shutil.which(w) for w in json.loads((c / "case.json").read_text()).get("needs", []))]
    rng.shuffle(cases)
    cases = cases[:options.n or None]
    first, second = cases[:len(cases) // 2], cases[len(cases) // 2:]
    with tempfile.TemporaryDirectory() as temporary:
        top = (options.keep or pathlib.Path(temporary)).resolve()
        top.mkdir(exist_ok=True)
        learned, before = f"{top}/learned.db", f"{top}/before.db"
        heal(build, first, top / "first", learned)
        known = predictions(build, top, learned)
        taught = [(p, y) for p, y, _ in known]
        after = f"{top}/after.db"
        subprocess.run(["heal-log", "--quiet", "--store", after], input=ask(build, top, "export", "--store", learned), text=True,
                       env=environment(build, top), check=True)
        heal(build, second, top / "second", before)
        heal(build, second, top / "third", after)
        told = predictions(build, top, before)
        unlearned = [(p, y) for p, y, _ in told]
        # The records of the first half come first.
        grown = predictions(build, top, after)[len(known):]
        rows = [("before", unlearned), ("learned", [(p, y) for p, y, _ in grown]), ("expected", [(m, y) for _, y, m in told]),
                ("taught", [(m, y) for _, y, m in grown])]
        rows += [(name, [(fit(p), y) for p, y in unlearned]) for name, fit in (("isotonic", isotonic(taught)), ("beta", beta(taught)))]
        drawn = [ece([(p, rng.random() < p) for p, _ in rows[-1][1]]) for _ in range(400)]
        print(f"cases: {len(first)} to learn from ({len(known)} predictions, {sum(y for _, y in taught)} came true), {len(second)} to measure")
        print(f"{'':10} {'n':>5} {'true':>5} {'Brier':>7} {'ECE':>7}  90 % interval")
        for name, pairs in rows:
            low, high = interval(pairs, rng)
            print(f"{name:10} {len(pairs):5} {sum(y for _, y in pairs):5} {brier(pairs):7.4f} {ece(pairs):7.4f}  {low:.4f} to {high:.4f}")
        print(f"{'perfect':30} {sum(drawn) / len(drawn):7.4f}\n")
        both = f"{top}/both.db"
        subprocess.run(["heal-log", "--quiet", "--store", both], text=True, env=environment(build, top), check=True,
                       input=ask(build, top, "export", "--store", learned) + ask(build, top, "export", "--store", before))
        print(ask(build, top, "calibrate", "--store", both), end="")


if __name__ == "__main__":
    main()
