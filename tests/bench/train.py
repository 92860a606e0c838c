#!/usr/bin/env python3
"""Count how common runs of four bytes are in ordinary text, for the gate (lib/gate/weigh.c).

    tests/bench/train.py FILE... > lib/gate/weights.inc

FILEs are text of the kind that heal-detect reads and finds nothing in, most of it logs of real tools; each counts
alike, however long it is.  The shipped table is made of a megabyte or less of each of these at work: apt, builds of
Debian packages, make, cargo, go and its tests, npm, pip, pytest and other tests of Python, maven, javac, linters, ansible
and terraform, git, curl and ssh, strace, the system's logs; of manual pages, README files and change logs; and of
lib/gate/sample.inc.  Not of what noise.py makes, so that the benchmark cannot be learned by heart.

The table has 65536 characters: half powers of two of the share of places, 'A' for next to none.  Runs are counted in the two
forms that windows have (image.h, gate_alike), at their hash; runs that share one are counted together.
"""
import sys

SLOTS = 1 << 16
RARE = 2.0 ** -20
LONGEST = 4


def forms(data):
    small = bytearray(range(256))
    capitals = bytearray(range(256))
    for c in range(256):
        if 0x30 <= c <= 0x39:
            small[c] = capitals[c] = 0x30
        elif 0x41 <= c <= 0x5A:
            small[c], capitals[c] = c + 0x20, 1
    return data.translate(bytes(small)), data.translate(bytes(capitals))


def runs(data, counts, weight):
    small, capitals = forms(data)
    for n in (3, 4):
        for i in range(len(data) - n + 1):
            a, b = small[i:i + n], capitals[i:i + n]
            counts[a] = counts.get(a, 0) + weight
            if a != b:
                counts[b] = counts.get(b, 0) + weight


def slot(run):
    h = len(run)
    for c in run:
        h = ((h ^ c) * 0x01000193) & 0xFFFFFFFF
    return (h ^ h >> 15) % SLOTS


def level(share):
    n = 0
    while n < 26 and share >= RARE * 2.0 ** (n / 2):
        n += 1
    return chr(ord("A") + n)


def main():
    counts, shares = {}, [0.0] * SLOTS
    for path in sys.argv[1:]:
        with open(path, "rb") as f:
            data = f.read(1 << 20)
        if len(data) >= 1000:
            runs(data, counts, 1.0 / len(data))
    for run, share in counts.items():
        shares[slot(run)] += share / (len(sys.argv) - 1)
    table = "".join(level(s) for s in shares)
    for i in range(0, len(table), 112):
        print('"%s"' % table[i:i + 112])


if __name__ == "__main__":
    main()
