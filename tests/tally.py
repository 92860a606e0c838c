#!/usr/bin/env python3
"""tally.py LOG [STATUS] - sum up a test run from meson's testlog.json

Counts single cases, not files: each "ok" and "not ok" of a test that speaks TAP, one for a
test that only exits.  A test that dies, times out or breaks its plan counts one failure
more.  Names what was skipped and what failed; the last line is
    N passed, N failed[, N skipped]
and the exit status 1 if anything failed, or if STATUS (meson's own) was not 0."""
import json
import re
import sys

LINE = re.compile(r"^(not )?ok\b\s*\d*\s*-?\s*(.*?)(?:\s+#\s*(skip|todo)\b[:\s]*(.*))?$", re.I)


def cases(test):
    """(verdict, text) of each TAP line; nothing for a test that does not speak TAP."""
    for line in (test.get("stdout") or "").splitlines():
        found = LINE.match(line)
        if not found:
            continue
        bad, name, directive, why = found.groups()
        if directive and directive.lower() == "skip":
            yield "skipped", f"{name} ({why})" if why else name
        else:
            yield ("failed" if bad else "passed"), name


def complaint(test):
    """What a test that speaks TAP says below its "not ok"."""
    telling = False
    for line in (test.get("stdout") or "").splitlines():
        if LINE.match(line):
            telling = line.startswith("not ")
        if telling:
            yield line


def tally(log):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    named = {"passed": [], "failed": [], "skipped": []}
    for line in log:
        test = json.loads(line)
        found = list(cases(test))
        if not found:
            verdict = {"OK": "passed", "SKIP": "skipped"}.get(test["result"], "failed")
            found = [(verdict, test["result"])]
        elif test["result"] not in ("OK", "SKIP") and not any(v == "failed" for v, _ in found):
            found.append(("failed", f"the whole test: {test['result']}"))
        if any(v == "failed" for v, _ in found):
            print("\n".join(complaint(test)))
        for verdict, text in found:
            count[verdict] += 1
            named[verdict].append(f"{test['name']}: {text}")
    return count, named


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        count, named = tally(log)
    for verdict in "skipped", "failed":
        for text in named[verdict]:
            print(f"{verdict}: {text}")
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    ran = count["passed"] + count["failed"] > 0
    broken = len(sys.argv) > 2 and sys.argv[2] != "0"
    return 0 if ran and not count["failed"] and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
