#!/usr/bin/env python3
"""man_examples.py PAGE - run the examples of a manual page and compare what they print

man.bats states the convention.  The commands of a page run in one shell, in the present
directory, in the page's order; standard error is part of the output.  Prints what differs;
exit status 1 if anything does, 2 where the page has no example that can be run."""
import re
import subprocess
import sys

ESCAPES = {r"\e": "\\", r"\&": "", r"\-": "-", r"\(aq": "'", r"\(dq": '"', r"\(ha": "^", r"\(ti": "~", r"\(ga": "`"}


def plain(line):
    return re.sub(r"\\(?:\((?:aq|dq|ha|ti|ga)|[e&-])", lambda m: ESCAPES[m.group()], line)


def examples(page):
    """[command, [expected line, ...]] for each "$ " line of the literal displays in EXAMPLES."""
    found, inside, literal = [], False, False
    for line in page:
        line = line.rstrip("\n")
        if line.startswith(".Sh"):
            inside = line == ".Sh EXAMPLES"
        elif inside and line.startswith(".Bd -literal"):
            literal = fresh = True
        elif line.startswith(".Ed"):
            literal = False
        elif inside and literal:
            line = plain(line)
            if line.startswith("$ "):
                found.append([line[2:], []])
                fresh = False
            elif not fresh and line.startswith("> ") and not found[-1][1]:
                found[-1][0] += "\n" + line[2:]
            elif not fresh:
                found[-1][1].append(line)
    return found


def pattern(expected):
    """A line "..." stands for any lines, "..." within a line for any text."""
    lines = [r"(?:.*\n)*?" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + "\n" for line in expected]
    return re.compile("".join(lines))


def outputs(commands):
    """What each command printed; all of them in one shell, so that $? and cd carry over."""
    script = "".join(f"{command}\nheal_example=$?; printf '\\036'; (exit $heal_example)\n" for command in commands)
    ran = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=120, check=False)
    return ran.stdout.decode("utf-8", "replace").split("\036")


def main():
    with open(sys.argv[1], encoding="utf-8") as page:
        found = examples(page)
    if not found:
        print(f"{sys.argv[1]}: no example that can be run")
        return 2
    bad = 0
    got = outputs([command for command, _ in found])
    for number, (command, expected) in enumerate(found):
        text = got[number] if number < len(got) else "(not run)\n"
        text += "" if not text or text.endswith("\n") else "\n"
        if not pattern(expected).fullmatch(text):
            bad += 1
            print(f"{sys.argv[1]}: $ {command}\n-- expected\n" + "\n".join(expected) + f"\n-- got\n{text}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
