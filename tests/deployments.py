#!/usr/bin/env python3
"""deployments.py make SEED PLANTED | score PLANTED - for tests/deployments.bats

make: a synthetic history of ten weeks as records: 40 errors with Poisson rates, half of them rare, 20 deployments, and
after some of these a regression, a new or a much more frequent error until the second deployment from then, written to
PLANTED.  Also drops of rates, which are no regressions.
score: precision and recall of `heal-log deploys --format ndjson` on standard input."""
import datetime
import json
import random
import sys

DAYS, ERRORS, DEPLOYMENTS = 70, 40, 20
BEGIN = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=DAYS + 5)


def at(day):
    return (BEGIN + datetime.timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def poisson_times(rng, rate, begin, end):
    day = begin
    while rate > 0:
        day += rng.expovariate(rate)
        if day >= end:
            return
        yield day


def incident(n, fingerprint, day):
    return {"heal": 1, "kind": "incident", "id": f"i{n}", "time": at(day), "fingerprint": f"f{fingerprint}",
            "error": {"rule": f"r{fingerprint}", "level": "error", "message": f"error {fingerprint}"}}


def make(seed, name):
    rng = random.Random(seed)
    times = sorted(rng.uniform(7, DAYS - 4) for _ in range(DEPLOYMENTS))
    rates = [rng.choice((rng.uniform(0.02, 0.2), rng.uniform(0.3, 3))) for _ in range(ERRORS)]
    planted, events = [], []
    for fingerprint, rate in enumerate(rates):
        events += [(day, fingerprint) for day in poisson_times(rng, rate, 0, DAYS)]
    for k in rng.sample(range(DEPLOYMENTS - 2), 8):
        new = rng.random() < 0.5
        fingerprint = ERRORS + k if new else rng.randrange(ERRORS)
        rate = 4 if new else 4 * max(rates[fingerprint], 1)
        events += [(day, fingerprint) for day in poisson_times(rng, rate, times[k], times[k + 2])]
        planted.append([f"v{k}", f"f{fingerprint}", round(times[k + 2] - times[k], 2)])
    for n, (day, fingerprint) in enumerate(sorted(events)):
        print(json.dumps(incident(n, fingerprint, day)))
    for k, day in enumerate(times):
        print(json.dumps({"heal": 1, "kind": "deployment", "id": f"d{k}", "time": at(day),
                          "deployment": {"revision": f"v{k}", "environment": "production", "status": "succeeded"}}))
    with open(name, "w", encoding="utf-8") as out:
        json.dump(planted, out)


def score(name):
    planted = {(v, f) for v, f, _ in json.load(open(name, encoding="utf-8"))}
    found = {(d["revision"], r["fingerprint"]) for d in map(json.loads, sys.stdin) for r in d["rose"]}
    print(json.dumps({"planted": len(planted), "found": len(found), "right": len(planted & found)}))


if sys.argv[1] == "make":
    make(int(sys.argv[2]), sys.argv[3])
else:
    score(sys.argv[2])
