#!/usr/bin/env python3
"""experiments.py make NAME N SHARE CONTROL CHALLENGER SEED | recompute - for tests/experiments.bats

make: N incident records of the experiment NAME, whose variants succeed with the given rates, assigned with SHARE percent.
recompute: from `heal-log export` on standard input, what `heal-log experiments --format ndjson` must print.  It shares no
code with heal: what a sceptic would write from the manual page."""
import hashlib
import json
import math
import random
import sys


def unit_of(name, fingerprint, tree):
    digest = hashlib.sha256(f"{name}\n{fingerprint}\n{tree}\n".encode()).hexdigest()[:16]
    return digest, int(digest, 16) / 2**64


def make(name, n, share, control, challenger, seed):
    rng = random.Random(seed)
    for i in range(n):
        fingerprint = f"{rng.getrandbits(128):032x}"
        unit, fraction = unit_of(name, fingerprint, "/tree")
        is_challenger = fraction < share / 100
        names = ["new", "old"] if is_challenger else ["old", "new"]
        success = rng.random() < (challenger if is_challenger else control)
        solutions = [{"id": f"s.{v}", "applicability": "machine", "variant": f"{name}/{v}", "confidence": 0.9, "steps": []}
                     for v in names]
        print(json.dumps({
            "heal": 1, "kind": "incident", "id": f"{name}-{seed}-{i}", "time": "2026-11-20T12:00:00.000Z",
            "fingerprint": fingerprint, "error": {"rule": "r", "level": "error", "message": "m"},
            "solutions": solutions,
            "assignments": [{"experiment": name, "variant": f"{name}/{names[0]}", "challenger": is_challenger,
                             "unit": unit, "share": share}],
            "fix": {"solution": f"s.{names[0]}", "variant": f"{name}/{names[0]}",
                    "status": "applied" if success else "rolled_back"},
            "validation": {"status": "passed" if success else "failed", "resolved": success}}))


def result(record, assigned):
    fix, validation = record.get("fix", {}), record.get("validation", {})
    if fix.get("variant") == assigned["variant"]:
        if fix.get("status") == "applied" and validation.get("status") == "passed" and validation.get("resolved"):
            return True
        if fix.get("status") in ("failed", "rolled_back") or validation.get("status") == "failed":
            return False
    for solution in record.get("solutions", []):
        if solution.get("variant") == assigned["variant"] and solution.get("proof", {}).get("status") == "failed":
            return False
    return None


def capital(trials, better):
    rates = [(i + 0.5) / 10 for i in range(10)]
    total, pairs = 0.0, 0
    for low in rates:
        for high in rates:
            if low >= high:
                continue
            pairs += 1
            c, d = (low, high) if better else (high, low)
            log = 0.0
            for challenger, success, share in trials:
                if not 0 < share < 1:
                    continue
                pc, pd = (c, d) if success else (1 - c, 1 - d)
                q = share * pd / (share * pd + (1 - share) * pc)
                log += math.log(q / share if challenger else (1 - q) / (1 - share))
            total += math.exp(log)
    return total / pairs


def recompute():
    trials, shares, seen = {}, {}, set()
    for line in sys.stdin:
        record = json.loads(line)
        change = record.get("event", {}).get("change", {})
        if change.get("kind") == "stage":
            shares[change["name"]] = int(change["after"] or 10)
        for assigned in record.get("assignments", []):
            name = assigned["experiment"]
            is_challenger = int(assigned["unit"], 16) / 2**64 < assigned["share"] / 100
            assert is_challenger == assigned["challenger"], "an assignment does not follow from its unit"
            kept = trials.setdefault(name, [])
            success = result(record, assigned)
            if success is None or (name, assigned["unit"]) in seen:
                continue
            seen.add((name, assigned["unit"]))
            kept.append((is_challenger, success, assigned["share"] / 100))
    for name, kept in trials.items():
        arms = [[t for t in kept if t[0] == role] for role in (False, True)]
        print(json.dumps({"experiment": name, "share": shares.get(name, 10),
                          "control": [len(arms[0]), sum(t[1] for t in arms[0])],
                          "challenger": [len(arms[1]), sum(t[1] for t in arms[1])],
                          "better": float(f"{capital(kept, True):.5g}"), "worse": float(f"{capital(kept, False):.5g}")}))


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6]), int(sys.argv[7]))
else:
    recompute()
