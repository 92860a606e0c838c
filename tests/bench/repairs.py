#!/usr/bin/env python3
"""repairs.py BUILD [-n TIMES] [--only ECOSYSTEM] [--class NAME] [--seed N] [--jobs N] [--keep DIR] [-v]

Measure the repair rate: insert one error into a working program, run `heal run --yes`, and compare the result.

sound/ contains a working program for each ecosystem; heal has no rules for these programs.  An error of a class in
SLIPS, below, is inserted at a random place; if the command still passes, another place is chosen.  Results:

  healed     the command passes, and the files are equal to the original
  otherwise  the command passes and prints the same as the original, but the files differ
  wrong      the command passes, but prints something else
  left       heal's status is not 0, and the files are unchanged: manual intervention is required
  FALSE      heal's status is 0, but the command fails
  DAMAGED    heal's status is not 0, but the files were changed

Prints a Markdown table of repaired (healed or otherwise) / tried, by error class and ecosystem.  Exits with status 1
if any result was FALSE or DAMAGED.  The same seed chooses the same places."""
import argparse
import concurrent.futures
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# ecosystem: command, pattern of the files to change, required programs, command to prepare the copy
ECOSYSTEMS = {
    "c": (["make"], r"\.[ch]$", ["gcc", "make"], None),
    "make": (["make"], r"^Makefile$", ["gcc", "make"], None),
    "c++": (["make"], r"\.[ch]pp$", ["g++", "make"], None),
    "cmake": (["sh", "-c", "cmake -S . -B build && make -C build && build/greet world"], r"CMakeLists.txt$", ["cmake", "gcc"], None),
    "python": (["python3", "main.py"], r"\.py$", ["python3"], None),
    "json": (["python3", "main.py"], r"\.json$", ["python3"], None),
    "bash": (["./report.sh", "-v"], r"\.sh$", ["bash"], None),
    "go": (["go", "run", "."], r"\.go$", ["go"], None),
    "rust": (["cargo", "run", "-q", "--offline"], r"\.rs$", ["cargo"], None),
    "node": (["node", "index.js"], r"\.js$", ["node"], None),
    "typescript": (["tsc", "-p", "."], r"\.ts$", ["tsc"], None),
    "java": (["make"], r"\.java$", ["javac", "make"], None),
    "terraform": (["terraform", "plan", "-no-color"], r"\.tf$", ["terraform"], ["terraform", "init", "-no-color"]),
    "ansible": (["ansible-playbook", "site.yml"], r"site\.yml$", ["ansible-playbook"], None),
}
FOLDER = {"make": "c", "c++": "cpp", "json": "python"}

C_LIKE = {"c", "c++", "go", "rust", "node", "typescript", "java"}
NAMED = C_LIKE | {"python", "terraform", "ansible", "cmake", "make", "bash"}
KEYWORDS = {
    "c": "static const char double return while else if switch case default struct include define bool sizeof",
    "c++": "const auto return while else for class public namespace include catch throw std",
    "python": "def return import from class for in if elif else try except raise lambda",
    "go": "func return package import range struct type var for if",
    "rust": "pub fn let mut match struct enum impl use mod for in",
    "node": "const function return class constructor new throw for of if else",
    "typescript": "export interface const return class import enum switch case default readonly",
    "java": "public class private static final return import for new boolean if",
    "bash": "if then fi while do done for in case esac local echo printf",
    "terraform": "variable resource output locals default type value",
    "ansible": "name hosts tasks register when vars",
    "cmake": "add_executable target_link_libraries if endif else foreach endforeach set project",
    "make": "all clean",
}
IMPORT = {
    "c": r"^#include .*\n", "c++": r"^#include .*\n", "python": r"^(?:import|from) .*\n", "go": r'^\t"\w+"\n',
    "rust": r"^use .*\n", "node": r"^const .*require\(.*\n", "typescript": r"^import .*\n", "java": r"^import .*\n",
}


def literals(text, ecosystem):
    """The offsets of strings and comments."""
    comment = r"#[^\n]*" if ecosystem in ("python", "bash", "terraform", "ansible", "cmake", "make") else r"//[^\n]*|/\*.*?\*/"
    found = set()
    for m in re.finditer(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`[^`]*`|' + comment, text, re.S):
        found.update(range(m.start(), m.end()))
    return found


def mistype(word, rng):
    at = rng.randrange(1, len(word))
    how = rng.choice(("swap", "drop", "double"))
    if how == "swap" and word[at] != word[at - 1]:
        return word[:at - 1] + word[at] + word[at - 1] + word[at + 1:]
    if how == "double":
        return word[:at] + word[at] + word[at:]
    return word[:at] + word[at + 1:]


def cut(pattern, code_only=True):
    """Delete one match."""
    def slip(text, rng, ecosystem):
        quoted = literals(text, ecosystem) if code_only else ()
        found = [m for m in re.finditer(pattern, text, re.M) if m.start() not in quoted]
        if not found:
            return None
        m = rng.choice(found)
        return text[:m.start()] + text[m.end():]
    return slip


def put(pattern, what):
    """Insert something after one match."""
    def slip(text, rng, ecosystem):
        quoted = literals(text, ecosystem)
        found = [m for m in re.finditer(pattern, text, re.M) if m.start() not in quoted]
        if not found:
            return None
        m = rng.choice(found)
        return text[:m.end()] + what + text[m.end():]
    return slip


def change(pattern, into, code_only=True):
    def slip(text, rng, ecosystem):
        quoted = literals(text, ecosystem) if code_only else ()
        found = [m for m in re.finditer(pattern, text, re.M) if m.start() not in quoted]
        if not found:
            return None
        m = rng.choice(found)
        return text[:m.start()] + m.expand(into) + text[m.end():]
    return slip


def misspell_name(text, rng, ecosystem):
    quoted = literals(text, ecosystem) if ecosystem not in ("ansible", "terraform", "bash") else ()
    words = set(KEYWORDS.get(ecosystem, "").split())
    found = [m for m in re.finditer(r"[A-Za-z_]\w{3,}", text) if m.start() not in quoted and m.group() not in words]
    if not found:
        return None
    m = rng.choice(found)
    return text[:m.start()] + mistype(m.group(), rng) + text[m.end():]


def misspell_keyword(text, rng, ecosystem):
    quoted = literals(text, ecosystem)
    words = [w for w in KEYWORDS.get(ecosystem, "").split() if len(w) > 2]
    found = [m for m in re.finditer(r"\b(?:%s)\b" % "|".join(words), text) if m.start() not in quoted]
    if not found:
        return None
    m = rng.choice(found)
    return text[:m.start()] + mistype(m.group(), rng) + text[m.end():]


def wrong_case(text, rng, ecosystem):
    quoted = literals(text, ecosystem)
    found = [m for m in re.finditer(r"\b[A-Za-z]\w{3,}", text) if m.start() not in quoted]
    if not found:
        return None
    m = rng.choice(found)
    return text[:m.start()] + m.group()[0].swapcase() + text[m.start() + 1:]


def drop_import(text, rng, ecosystem):
    return cut(IMPORT[ecosystem])(text, rng, ecosystem)


def shift_line(text, rng, ecosystem):
    lines = text.split("\n")
    inner = [i for i, line in enumerate(lines) if line.startswith("  ") and line.strip()]
    if not inner:
        return None
    i = rng.choice(inner)
    lines[i] = rng.choice((lines[i][1:], " " + lines[i]))
    return "\n".join(lines)


def line_twice_tabbed(text, rng, ecosystem):
    lines = text.split("\n")
    inner = [i for i, line in enumerate(lines) if line.startswith("    ") and line.strip()]
    if not inner:
        return None
    i = rng.choice(inner)
    lines[i] = re.sub(r"^( {4})+", lambda m: "\t" * (len(m.group()) // 4), lines[i])
    return "\n".join(lines)


SLIPS = {
    "missing ;": (cut(r";(?=[ \t]*$)"), {"c", "c++", "rust", "java"}),
    "missing )": (cut(r"\)"), C_LIKE | {"python", "bash", "terraform", "cmake", "make"}),
    "missing (": (cut(r"\("), C_LIKE | {"python", "terraform", "cmake"}),
    "missing }": (cut(r"^[ \t]*\}[^\n]*\n|\}(?=[^\n]*$)"), C_LIKE | {"bash", "terraform", "json"}),
    "missing {": (cut(r" ?\{(?=[ \t]*$)"), C_LIKE | {"bash", "terraform", "json"}),
    "missing ]": (cut(r"\]"), C_LIKE | {"python", "bash", "terraform", "json", "ansible"}),
    "extra )": (put(r"\)", ")"), C_LIKE | {"python", "terraform", "cmake"}),
    "extra }": (put(r"^[ \t]*\}\n", "}\n"), C_LIKE | {"terraform"}),
    "missing quote": (cut(r"[\"']", code_only=False), C_LIKE | {"python", "bash", "terraform", "json", "ansible"}),
    "missing comma": (cut(r",(?=[ \n])"), C_LIKE | {"python", "json", "terraform"}),
    "trailing comma": (put(r"[}\]\"\d](?=\n[ \t]*[}\]])", ","), {"json"}),
    "missing :": (cut(r":(?=[ \t]*$)"), {"python"}),
    "missing colon of a key": (cut(r"(?<=\w):(?= |$)"), {"ansible", "json", "typescript", "rust"}),
    "= for ==": (change(r"(?<![=!<>+*/-])==(?!=)", "="), {"c", "c++", "python", "go", "java", "rust"}),
    "misspelt name": (misspell_name, NAMED),
    "misspelt keyword": (misspell_keyword, NAMED),
    "wrong case": (wrong_case, C_LIKE | {"python", "terraform", "cmake"}),
    "missing import": (drop_import, set(IMPORT)),
    "unused import": (put(r"^import \(\n", '\t"bytes"\n'), {"go"}),
    "unused variable": (put(r"^func [^\n]*\{\n", "\tunused := 1\n"), {"go"}),
    "missing mut": (cut(r"\bmut "), {"rust"}),
    "missing &": (cut(r"&(?=\w)"), {"rust", "go", "c"}),
    "missing module": (cut(r"^mod \w+;\n"), {"rust"}),
    "missing -l": (cut(r" -l\w+"), {"make"}),
    "missing object": (cut(r" \w+\.o(?=[ \n])"), {"make"}),
    "spaces for the tab": (change(r"^\t", "        "), {"make"}),
    "wrong indentation": (shift_line, {"python", "ansible"}),
    "tab in the indentation": (line_twice_tabbed, {"python", "ansible"}),
    "missing fi, done, esac": (cut(r"^[ \t]*(?:fi|done|esac)\b[^\n]*\n"), {"bash"}),
    "missing then, do": (cut(r"; (?:then|do)(?=$)"), {"bash"}),
    "blanks around =": (change(r"^([ \t]*\w+)=(?=[^\n]*$)", r"\1 = "), {"bash"}),
    "missing blank in [": (change(r"\[ (?=\")", "["), {"bash"}),
    "missing blank before ]": (change(r" \](?=;)", "]"), {"bash"}),
    "missing endif": (cut(r"^end\w+\(.*\)\n"), {"cmake"}),
    "missing end of a string's {{": (cut(r" \}\}"), {"ansible"}),
    "missing quotes of {{": (change(r"\"(\{\{[^\n\"]*)\"", r"\1", code_only=False), {"ansible"}),
}


class Lab:
    """An ecosystem with its working program."""

    def __init__(self, name, build, box):
        self.name = name
        self.command, self.pattern, self.needs, self.first = ECOSYSTEMS[name]
        self.sound = os.path.join(HERE, "sound", FOLDER.get(name, name.replace("+", "p")))
        self.box = box
        self.heal = os.path.join(build, "tools", "heal")
        self.env = self.environment(build)

    def environment(self, build):
        home = os.path.expanduser("~")
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": self.box, "TERM": "dumb",
               "HEAL_PACKS": os.path.join(build, "share", "heal.pack"), "XDG_CACHE_HOME": os.path.join(self.box, "cache"),
               "GOTOOLCHAIN": "local", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}
        for variable, folder in ("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo"), ("PYENV_ROOT", ".pyenv"):
            if os.path.isdir(os.path.join(home, folder)):
                env[variable] = os.path.join(home, folder)
        return env

    def missing(self):
        return [p for p in self.needs if not shutil.which(p)]

    def run(self, argv, where, state=None):
        env = dict(self.env)
        if state:
            env.update(XDG_STATE_HOME=state, XDG_CONFIG_HOME=state)
        try:
            done = subprocess.run(argv, cwd=where, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=300)
        except subprocess.TimeoutExpired:
            return 124, b""
        return done.returncode, done.stdout

    def copy(self, where):
        shutil.copytree(self.sound, where)
        if self.first:
            self.run(self.first, where)

    def sources(self):
        return sorted(os.path.relpath(os.path.join(folder, f), self.sound) for folder, _, files in os.walk(self.sound)
                      for f in files if re.search(self.pattern, f))

    def bytes_of(self, where):
        found = {}
        for folder, _, files in os.walk(self.sound):
            for f in files:
                name = os.path.relpath(os.path.join(folder, f), self.sound)
                try:
                    with open(os.path.join(where, name), "rb") as file:
                        found[name] = file.read()
                except OSError:
                    found[name] = None
        return found

    def output(self):
        where = os.path.join(self.box, "sound")
        self.copy(where)
        status, _ = self.run(self.command, where)
        if status:
            raise SystemExit(f"repairs.py: {self.name}: the original program fails")
        return self.plain(self.run(self.command, where)[1])

    def plain(self, out):
        """The output of the program, without that of the build."""
        return [line for line in out.splitlines() if not re.match(rb"cc |gcc |g\+\+ |c\+\+ |javac |make|\[|--|.*Built target", line)]


def broken(lab, slip, rng, where):
    """Make a copy with one error in which the command fails: (file, text before, text after, output), or None."""
    sources = lab.sources()
    for _ in range(12):
        name = rng.choice(sources)
        with open(os.path.join(lab.sound, name), encoding="utf-8") as file:
            text = file.read()
        after = slip(text, rng, "python" if lab.name == "json" else lab.name)
        if after is None or after == text:
            continue
        shutil.rmtree(where, ignore_errors=True)
        lab.copy(where)
        with open(os.path.join(where, name), "w", encoding="utf-8") as file:
            file.write(after)
        probe = where + ".probe"
        shutil.rmtree(probe, ignore_errors=True)
        shutil.copytree(where, probe)
        status, said = lab.run(lab.command, probe)
        shutil.rmtree(probe)
        if status:
            return name, text, after, said
    return None


def difference(before, after):
    for number, (old, new) in enumerate(zip(before.split("\n"), after.split("\n")), 1):
        if old != new:
            return f"{number}: {old.strip()!r} -> {new.strip()!r}"
    return "at the end"


def judge(lab, where, sound_output, expected):
    """Run heal in the broken tree and classify the result."""
    state = where + ".state"
    before = lab.bytes_of(where)
    status, said = lab.run([lab.heal, "run", "--yes", "--no-color", "--"] + lab.command, where, state)
    after = lab.bytes_of(where)
    if status:
        return ("left" if after == before else "DAMAGED"), said
    passes, out = lab.run(lab.command, where)
    if passes:
        return "FALSE", said
    if after == expected:
        return "healed", said
    return ("otherwise" if lab.plain(out) == sound_output else "wrong"), said


def try_one(lab, slip_name, number, seed, sound_output, keep):
    rng = random.Random(f"{seed}:{lab.name}:{slip_name}:{number}")
    where = os.path.join(lab.box, f"{list(SLIPS).index(slip_name):02}-{number}")
    found = broken(lab, SLIPS[slip_name][0], rng, where)
    if not found:
        return None
    name, text, after, failed = found
    copy = where + ".broken"
    shutil.copytree(where, copy)
    verdict, said = judge(lab, where, sound_output, lab.bytes_of(lab.sound))
    if keep and verdict not in ("healed",):
        kept = os.path.join(keep, lab.name, verdict, os.path.basename(where))
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(copy, os.path.join(kept, "broken"))
        shutil.copytree(where, os.path.join(kept, "after"))
        for file, data in ("failed", failed), ("heal", said):
            with open(os.path.join(kept, file), "wb") as out:
                out.write(data)
    for folder in where, copy, where + ".state":
        shutil.rmtree(folder, ignore_errors=True)
    return verdict, f"{lab.name}: {slip_name}: {verdict}: {name}:{difference(text, after)}"


def table(results, labs):
    names = [lab.name for lab in labs]
    print("| slip | " + " | ".join(names) + " | all |")
    print("|---" * (len(names) + 2) + "|")

    def cell(verdicts):
        good = sum(v in ("healed", "otherwise") for v in verdicts)
        bad = "".join(f" ({verdicts.count(v)} {v})" for v in ("wrong", "FALSE", "DAMAGED") if v in verdicts)
        return f"{good}/{len(verdicts)}{bad}" if verdicts else ""

    for slip in SLIPS:
        row = [[v for n, s, v in results if n == name and s == slip] for name in names]
        if any(row):
            print(f"| {slip} | " + " | ".join(map(cell, row)) + f" | {cell(sum(row, []))} |")
    row = [[v for n, _, v in results if n == name] for name in names]
    print("| **all** | " + " | ".join(map(cell, row)) + f" | {cell(sum(row, []))} |")
    count = {v: sum(r[2] == v for r in results) for v in ("healed", "otherwise", "wrong", "left", "FALSE", "DAMAGED")}
    print("\n" + ", ".join(f"{n} {v}" for v, n in count.items()))
    return count


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("build")
    options.add_argument("-n", type=int, default=2, help="errors of each class in each ecosystem")
    options.add_argument("--only", help="only these ecosystems, separated by commas")
    options.add_argument("--class", dest="slip", help="only classes that match this regular expression")
    options.add_argument("--seed", default="1")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    options.add_argument("--keep", help="keep the trees that are not equal to the original in this directory")
    options.add_argument("-v", action="store_true", help="print each result")
    o = options.parse_args()
    results, labs = [], []
    with tempfile.TemporaryDirectory() as box, concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        for name in ECOSYSTEMS:
            if o.only and name not in o.only.split(","):
                continue
            os.mkdir(os.path.join(box, name))
            lab = Lab(name, os.path.abspath(o.build), os.path.join(box, name))
            if lab.missing():
                print(f"skipped {name}: not installed: {', '.join(lab.missing())}", file=sys.stderr)
                continue
            labs.append(lab)
            out = lab.output()
            tries = [(slip, number) for slip in SLIPS if name in SLIPS[slip][1] and re.search(o.slip or "", slip)
                     for number in range(o.n)]
            for (slip, _), got in zip(tries, pool.map(lambda t: try_one(lab, *t, o.seed, out, o.keep), tries)):
                if got:
                    results.append((name, slip, got[0]))
                    if o.v:
                        print(got[1], file=sys.stderr, flush=True)
    count = table(results, labs)
    return 1 if count["FALSE"] or count["DAMAGED"] else 0


if __name__ == "__main__":
    sys.exit(main())
