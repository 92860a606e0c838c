#!/usr/bin/env python3
"""quiet.py BUILD FOLDER [--show]

How often heal-detect takes for a failure what is none: FOLDER holds output of commands that
succeeded, a file a command, in folders by kind.  Whatever it reports there as an error, or worse,
is false, unless the command really failed at something on its way; --show names each.

Prints a table in Markdown, a row a kind: files, MB, errors, errors a MB; then the rules to blame.
Exit status 1 if there were any."""
import collections
import json
import os
import subprocess
import sys


def false_records(build, path):
    env = dict(os.environ, HEAL_PACKS=os.path.join(build, "share/heal.pack"))
    argv = [os.path.join(build, "tools/heal-detect"), "--level", "error", path]
    out = subprocess.run(argv, env=env, stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def files_by_kind(folder):
    kinds = collections.defaultdict(list)
    for top, _, names in os.walk(folder):
        for name in sorted(names):
            kinds[os.path.relpath(top, folder).split(os.sep)[0]].append(os.path.join(top, name))
    return sorted(kinds.items())


def row(name, files, size, errors):
    print("| %s | %d | %.2f | %d | %.2f |" % (name, files, size / 1e6, errors, errors * 1e6 / max(size, 1)))


def main(build, folder, show):
    rules, seen, sums = collections.Counter(), [], [0, 0, 0]
    print("| kind | files | MB | errors | a MB |\n| --- | ---: | ---: | ---: | ---: |")
    for kind, paths in files_by_kind(folder):
        found = [r for path in paths for r in false_records(build, path)]
        rules.update(r["error"]["rule"] for r in found)
        seen += found
        of = [len(paths), sum(map(os.path.getsize, paths)), len(found)]
        row(kind, *of)
        sums = [a + b for a, b in zip(sums, of)]
    row("all", *sums)
    print("\n" + ", ".join("%s %d" % r for r in rules.most_common()))
    for r in seen if show else []:
        print("%s:%d: %s: %s" % (r["source"]["name"], r["source"]["line"], r["error"]["rule"], r["error"]["raw"].split("\n")[0]))
    return 1 if seen else 0


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--show"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    sys.exit(main(*arguments, "--show" in sys.argv))
