#!/usr/bin/env python3
"""breaks.py BUILD PROJECTS [--only NAME,...] [--fault NAME,...] [--without NAME,...] [-n PER_PROJECT] [--seed N] [--jobs N] [--git] [--peers] [--keep DIR] [-v]

Break real projects as a refactoring or a bad day breaks them, run `heal run --yes`, and judge the tree, the command and
the project's full tests.

PROJECTS holds a source tree for each project, named LANGUAGE-NAME (py, go, rs, ts, js, c, cpp, and those of
breaks_more.py); its command is that of the
language, below.  A project whose command fails as it is, is left out.  Faults are those of FAULTS; one that the command does not
notice is tried in another place.  With --git, the project is a repository, and the fault is in its last commit together
with an unrelated change.  Results:

  healed     heal says so, and the files are equal to the original, but for comments and blanks
  otherwise  heal says so, the full tests pass, but the files differ: looked at by a person (--keep)
  wrong      heal says so, and the full tests do not pass
  proposed   it waits for a person; approved, the full tests pass
  left       it waits for a person, or knows nothing; nothing was changed
  partly     it says how many of how many errors are mended, and that the command still fails
  FALSE      heal says so, but the command fails
  DAMAGED    heal does not say so, but files were changed

With --peers, tools that edit code by themselves get the same broken trees (breaks_peers.py), and a table compares them.

Exits with 1 if a result was wrong, FALSE or DAMAGED.  The same seed chooses the same places."""
import argparse, collections, concurrent.futures, os, pathlib, random, re, shutil, statistics, subprocess, sys, tempfile, time

import breaks_more as more
import breaks_peers as peers

LANGUAGES = {
    "py": (r"\.py$", ["python3", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"], r"(^|/)(tests?|testing)/|(^|/)(test_|conftest|setup)|_test\.py$|(^|/)docs?/"),
    "go": (r"\.go$", ["go", "test", "./..."], r"_test\.go$"),
    "rs": (r"\.rs$", ["cargo", "test", "-q", "--offline"], r"(^|/)(tests|benches|examples)/"),
    "ts": (r"\.tsx?$", ["tsc", "--noEmit", "-p", "."], r"(^|/)(tests?|spec|__tests__|dist|node_modules)/|\.d\.ts$"),
    "js": (r"\.[cm]?js$", ["node", "--test"], r"(^|/)(tests?|spec|__tests__|dist|node_modules|examples?|bench)/|\.(test|spec)\.[cm]?js$|(^|/)\.|\.config\."),
    "c": (r"\.[ch]$", ["make", "check"], r"(^|/)(tests?|examples)/"),
    "cpp": (r"\.(?:cc|cpp|h|hpp)$", ["make", "check"], r"(^|/)(tests?|examples)/|_test\.cc$"),
}
DEFINITION = {
    "py": r"^[ \t]*def (?P<name>[a-z]\w{3,})\((?P<args>[^()\n]*)\)[^\n:]*:",
    "go": r"^func (?:\([^)\n]*\) )?(?P<name>[A-Za-z]\w{3,})\((?P<args>[^()\n]*)\)",
    "rs": r"^[ \t]*(?:pub(?:\([a-z]+\))? )?(?:const )?fn (?P<name>[a-z]\w{3,})\((?P<args>[^()\n]*)\)",
    "ts": r"^(?:export )?(?:default )?(?:async )?function (?P<name>[A-Za-z]\w{3,})(?:<[^()\n]*>)?\((?P<args>[^()\n]*)\)",
    "js": r"^[ \t]*(?:export )?(?:default )?(?:async )?function (?P<name>[A-Za-z]\w{3,})\((?P<args>[^()\n]*)\)",
    "c": r"^(?!return\b|else\b)(?:[A-Za-z_]\w*[ *]+)+(?P<name>[A-Za-z_]\w{3,})\((?P<args>[^()\n]*)\)(?= *\n?\{)",
    "cpp": r"^[ \t]*(?!return\b|else\b)(?:[A-Za-z_][\w:<>]*[ *&]+)+(?:\w+::)?(?P<name>[A-Za-z_]\w{3,})\((?P<args>[^()\n]*)\)(?=(?: const)? *\n?\{)",
}
IMPORT = {"ts": r"^import [^\n]*\n", "js": r"^(?:import [^\n]*|(?:const|var|let) [^\n=]* = require\([^\n]*)\n", "c": r'^#include "[^\n]*\n', "cpp": r'^# *include ["<][^\n]*\n', "py": r"^(?:import|from) [^\n(]*\n", "go": r'^\t(?:\w+ )?"[\w./-]+"\n', "rs": r"^ *use [^\n{]*;\n"}

LANGUAGES.update(more.LANGUAGES)
DEFINITION.update(more.DEFINITION)
IMPORT.update(more.IMPORT)


def masked(text, lang):
    """The text with blanks in the place of comments and strings."""
    if lang in ("sh", "cmake", "make", "ansible"):
        return re.sub(r"(?<![^\s;])#[^\n]*", lambda m: " " * len(m.group()), text)
    comment = r"#[^\n]*" if lang == "py" else r"//[^\n]*|/\*.*?\*/"
    if lang in ("ts", "js"):
        return re.sub(r"""`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|""" + comment, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    strings = r'"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|' + (r"'(?:\\.|[^'\\\n])*'" if lang == "py" else r"`[^`]*`|'(?:\\.|[^'\\\n])'")
    return re.sub(strings + "|" + comment, lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


class Tree:
    def __init__(self, folder, lang):
        self.folder, self.lang = folder, lang
        files, _, tests = LANGUAGES[lang]
        names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and "/." not in f"/{p.relative_to(folder)}")
        self.all = [n for n in names if re.search(files, n) and not re.search(r"(^|/)(target|node_modules)/", n) and "/build/" not in f"/{n}"]
        self.every = [n for n in names if not re.search(more.BUILT, n)]
        self.own = [n for n in self.all if not re.search(tests, n)]

    def text(self, name):
        with (self.folder / name).open(errors="surrogateescape", newline="") as f:
            return f.read()

    def write(self, name, text):
        with (self.folder / name).open("w", errors="surrogateescape", newline="") as f:
            f.write(text)

    def uses(self, name):
        """(file, offset) of each use of the name that is not in its definition."""
        out = []
        for f in self.all:
            for m in re.finditer(rf"(?<!def )(?<!fn )(?<!func )(?<!function )(?<!\) )\b{name}\b", masked(self.text(f), self.lang)):
                out.append((f, m.start()))
        return out


def pick(tree, rng, pattern, code=True, among=None, other=False):
    """A random match in a random file of the project, whose name matches among: (file, text, match)."""
    files = [f for f in (tree.every if other else tree.own) if not among or re.search(among, f)]
    rng.shuffle(files)
    for f in files:
        text = tree.text(f)
        found = list(re.finditer(pattern, masked(text, tree.lang) if code else text, re.M))
        if found:
            return f, text, rng.choice(found)
    return None


def affix(name, rng):
    snake = "_" in name or name.islower()
    new = rng.choice(["get_" + name, name + "_value", name + "_impl"] if snake else ["get" + name[0].upper() + name[1:], name + "Value", name + "Impl"])
    return new[0].upper() + new[1:] if name[0].isupper() else new


def rename_definition(tree, rng):
    got = pick(tree, rng, DEFINITION[tree.lang])
    if not got or got[2]["name"].startswith("test") or not tree.uses(got[2]["name"]):
        return False
    f, text, m = got
    tree.write(f, text[:m.start("name")] + affix(m["name"], rng) + text[m.end("name"):])
    return True


def rename_use(tree, rng):
    got = pick(tree, rng, DEFINITION[tree.lang])
    uses = [u for u in tree.uses(got[2]["name"]) if u[0] in tree.own] if got else []
    if not uses:
        return False
    f, at = rng.choice(uses)
    text, name = tree.text(f), got[2]["name"]
    tree.write(f, text[:at] + affix(name, rng) + text[at + len(name):])
    return True


def add_parameter(tree, rng):
    got = pick(tree, rng, DEFINITION[tree.lang])
    if not got or not tree.uses(got[2]["name"]) or "*" in got[2]["args"] or "=" in got[2]["args"] or "..." in got[2]["args"]:
        return False
    f, text, m = got
    new = {"py": "verbose", "go": "verbose bool", "rs": "verbose: bool", "ts": "verbose: boolean", "js": "verbose", "c": "int verbose", "cpp": "bool verbose", "java": "boolean verbose"}[tree.lang]
    args = text[m.start("args"):m.end("args")].strip().rstrip(",")
    tree.write(f, text[:m.start("args")] + (args + ", " if args else "") + new + text[m.end("args"):])
    return True


def drop_argument(tree, rng):
    got = pick(tree, rng, r"(?<![\w.])(?:\w+\.)?(?!def\b|fn\b|func\b|if\b|for\b|while\b|match\b|return\b)[a-z_A-Z]\w+\((?P<args>[^()\n]*,[^()\n,]+)\)")
    if not got:
        return False
    f, text, m = got
    if re.search(r"\b(def|func|fn|function|class)\s[^\n]*$", text[:m.start("args")].rsplit("\n", 1)[-1]):
        return False
    args = text[m.start("args"):m.end("args")]
    tree.write(f, text[:m.start("args")] + args[:args.rindex(",")] + text[m.end("args"):])
    return True


def lose_import(tree, rng):
    got = pick(tree, rng, IMPORT[tree.lang], code=False)
    if not got:
        return False
    f, text, m = got
    tree.write(f, text[:m.start()] + text[m.end():])
    return True


def attribute(tree, rng):
    got = pick(tree, rng, r"(?<=\w)\.(?P<name>[a-zA-Z]\w{3,})\b")
    if not got:
        return False
    f, text, m = got
    name = m["name"]
    new = rng.choice([name + "s", name[:-1], name.replace("_", "") if "_" in name else name[0] + name[1:].capitalize(), name + "_"])
    if new == name:
        return False
    tree.write(f, text[:m.start("name")] + new + text[m.end("name"):])
    return True


def double_block(tree, rng):
    got = pick(tree, rng, DEFINITION[tree.lang] if tree.lang != "py" else r"^ +(?:return|raise|if|for|while|with|try)\b[^\n]*$")
    if not got:
        return False
    f, text, m = got
    start = text.rfind("\n", 0, m.start()) + 1
    lines = text[start:].split("\n")
    end = next((i for i in range(1, len(lines)) if lines[i].startswith("}")), None) if tree.lang != "py" else None
    if end is None:
        end = rng.randint(2, 4)
    block = "\n".join(lines[:end + 1]) + "\n"
    tree.write(f, text[:start] + block + text[start:])
    return True


def lose_line(tree, rng):
    f = rng.choice(tree.own)
    lines = tree.text(f).splitlines(True)
    at = [i for i, l in enumerate(masked("".join(lines), tree.lang).splitlines()) if l.strip()]
    if len(at) < 5:
        return False
    del lines[rng.choice(at)]
    tree.write(f, "".join(lines))
    return True


def cut_file(tree, rng):
    f = rng.choice(tree.own)
    text = tree.text(f)
    if len(text) < 800:
        return False
    tree.write(f, text[:int(len(text) * rng.uniform(0.6, 0.95))])
    return True


def move_file(tree, rng):
    f = rng.choice(tree.own)
    p = pathlib.PurePath(f)
    if p.stem in ("__init__", "lib", "main", "mod", "conftest", "setup"):
        return False
    new = tree.folder / p.with_name(p.stem + rng.choice(["_core", "_util", "2"]) + p.suffix)
    if new.exists():
        return False
    (tree.folder / f).rename(new)
    return True


def merge_left(tree, rng):
    f = rng.choice(tree.own)
    lines = tree.text(f).splitlines(True)
    at = [i for i, l in enumerate(masked("".join(lines), tree.lang).splitlines()) if l.strip()]
    if len(at) < 5:
        return False
    i = rng.choice(at)
    other = re.sub(r"\b(\w{4,})\b", lambda m: m.group() + "_old", lines[i], count=1)
    if other == lines[i] or not lines[i].endswith("\n"):
        return False
    lines[i:i + 1] = ["<<<<<<< HEAD\n", lines[i], "=======\n", other, ">>>>>>> feature/rework\n"]
    tree.write(f, "".join(lines))
    return True


def wrong_path(tree, rng):
    got = pick(tree, rng, {"py": r"^from \.*(?P<name>\w{3,})[\w.]* import", "go": r'^\t"[\w./-]*?(?P<name>\w{3,})"$', "rs": r"^ *(?:pub )?(?:mod|use (?:crate|super|self)::)\s*(?P<name>\w{3,})",
        "js": r"(?:from |require\()['\"]\.{1,2}/[\w./-]*?(?P<name>\w{3,})(?:\.[cm]?js)?['\"]", "ts": r"from ['\"]\.{1,2}/[\w./-]*?(?P<name>\w{3,})['\"]", "c": r'^#include "[\w./-]*?(?P<name>\w{3,})\.h"', "cpp": r'^#include "[\w./-]*?(?P<name>\w{3,})\.h"', **more.WRONG_PATH}[tree.lang], code=False)
    if not got:
        return False
    f, text, m = got
    tree.write(f, text[:m.start("name")] + rng.choice([m["name"] + "s", m["name"][:-1], m["name"] + "_util"]) + text[m.end("name"):])
    return True


def change_type(tree, rng):
    types = {"go": ["int", "string", "bool", "int64", "[]byte", "float64"], "rs": ["usize", "&str", "bool", "String", "u8", "i32"],
        "ts": ["string", "number", "boolean", "unknown"], "c": ["int", "size_t", "char", "long"], "cpp": ["int", "size_t", "bool", "char"], **more.TYPES}.get(tree.lang)
    if not types:
        return False
    got = pick(tree, rng, r"(?<=[ :(])(?P<name>" + "|".join(re.escape(t) for t in types) + r")(?=[,)])")
    if not got:
        return False
    f, text, m = got
    tree.write(f, text[:m.start("name")] + rng.choice([t for t in types if t != m["name"]]) + text[m.end("name"):])
    return True


def swap_arguments(tree, rng):
    got = pick(tree, rng, r"(?<![\w.])(?:\w+\.)?(?!def\b|fn\b|func\b|if\b|for\b|while\b|match\b|return\b)[a-z_A-Z]\w+\((?P<one>[\w.]+), (?P<two>[\w.]+)(?=[,)])")
    if not got or got[2]["one"] == got[2]["two"]:
        return False
    f, text, m = got
    if re.search(r"\b(def|func|fn|function|class)\s[^\n]*$", text[:m.start("one")].rsplit("\n", 1)[-1]):
        return False
    tree.write(f, text[:m.start("one")] + m["two"] + ", " + m["one"] + text[m.end("two"):])
    return True


def lose_sign(tree, rng):
    """What a language wants at a use and people forget: self., await, &, *, mut, ?."""
    sign = {"py": r"\bself\.(?=\w)|\bawait ", "go": r"(?<=[(=, ])[&*](?=\w)", "rs": r"(?<=[(=, ])&(?:mut )?(?=\w)|\bmut (?=\w)|(?<=\))\?|(?<=[(=, ])\*(?=\w)",
        "ts": r"\bawait |\bthis\.|(?<=\w)!(?=[.;,)\[])|(?<=\w)\?(?=\.)", "js": r"\bawait |\bthis\.|\bnew (?=\w)"}.get(tree.lang)
    got = pick(tree, rng, sign) if sign else None
    if not got:
        return False
    f, text, m = got
    tree.write(f, text[:m.start()] + text[m.end():])
    return True


def rename_key(tree, rng):
    got = pick(tree, rng, r"""(?<=[\[{( ])(?P<quote>['"])(?P<name>[a-z][a-z_]{3,})(?P=quote)(?=\]|:)|(?<=[{ ])(?P<bare>[a-z]\w{3,})(?=: )""", code=False) if tree.lang in ("py", "js", "ts") else None
    if not got or not (got[2]["name"] or tree.lang != "py"):
        return False
    f, text, m = got
    part = "name" if m["name"] else "bare"
    tree.write(f, text[:m.start(part)] + affix(m[part], rng) + text[m.end(part):])
    return True


# What another major version of the language or its library calls it: (now, then).
OLD_NAMES = {"py": [(r"\.items\(\)", ".iteritems()"), (r"\brange\(", "xrange("), (r"\.values\(\)", ".itervalues()"), (r"\bcollections\.abc\b", "collections"),
    (r"(?<![\w.])str\(", "unicode("), (r"\binput\(", "raw_input("), (r"\bimport_module\(", "imp.load_module("), (r"(?<![\w.])zip\(", "izip("), (r"\.__next__\b", ".next"), (r"(?<![\w.])chr\(", "unichr(")],
    "rs": [(r"\.trim_start_matches\(", ".trim_left_match("), (r"\bu8::from_str_radix\(", "from_str_radix(")], "js": [(r"\bBuffer\.from\(", "Buffer.fromString("), (r"\butil\.inspect\b", "sys.inspect")]}


def old_api(tree, rng):
    names = OLD_NAMES.get(tree.lang, [])[:]
    rng.shuffle(names)
    for now, then in names:
        got = pick(tree, rng, now)
        if got:
            f, text, m = got
            tree.write(f, text[:m.start()] + then + text[m.end():])
            return True
    return False


def bracket(tree, rng):
    got = pick(tree, rng, r"[][(){}]")
    if not got:
        return False
    f, text, m = got
    tree.write(f, text[:m.start()] + text[m.end():])
    return True


FAULTS = collections.OrderedDict([
    ("definition renamed", rename_definition), ("stale use", rename_use), ("parameter added", add_parameter),
    ("argument dropped", drop_argument), ("import lost", lose_import), ("attribute's name", attribute), ("block doubled", double_block),
    ("lost line", lose_line), ("file cut", cut_file), ("file moved", move_file), ("merge left", merge_left), ("wrong path", wrong_path),
    ("type changed", change_type), ("bracket", bracket), ("arguments swapped", swap_arguments), ("sign lost", lose_sign),
    ("key renamed", rename_key), ("old API", old_api)])


def shared_pick(tree, rng, pattern, among=None, code=True):
    return pick(tree, rng, pattern, code, among, other=bool(among))


for name_, (make_, languages_) in more.FAULTS.items():
    FAULTS[name_] = lambda tree, rng, make_=make_, languages_=languages_: tree.lang in languages_ and make_(tree, rng, shared_pick)


def run(command, folder, env, seconds):
    try:
        r = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           timeout=seconds, start_new_session=True)
        return r.returncode, r.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired:
        return -1, "timeout"


def built(path):
    """A program, an object, or something else that a build made."""
    if re.search(r"\.(o|lo|a|so|class|stamp|log|tst)$|\.so\.", path.name):
        return True
    with path.open("rb") as f:
        return f.read(4) == b"\x7fELF"


def is_sound(project):
    """Does its command pass as it is?"""
    command = LANGUAGES[project.name.split("-")[0]][1]
    with tempfile.TemporaryDirectory(prefix="breaks.") as base:
        tree = pathlib.Path(base) / project.name
        shutil.copytree(project, tree, symlinks=True)
        passes = run(command, tree, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}, 300)[0] == 0
    if not passes:
        print(f"left out: {project.name}", file=sys.stderr)
    return passes


def snapshot(folder):
    out = {}
    for p in sorted(folder.rglob("*")):
        name = str(p.relative_to(folder))
        if p.is_file() and not p.is_symlink() and not built(p) and not re.search(r"(^|/)(\.git|target|node_modules|build|CMakeFiles|__pycache__|\.pytest_cache|\.heal[^/]*)(/|$)|\.egg-info|Cargo\.lock$|\.pyc$", name):
            out[name] = p.read_bytes()
    return out


def same(one, two, lang):
    def code(name, text):
        return re.sub(r"\s+", " ", masked(text.decode(errors="replace"), lang)) if re.search(LANGUAGES[lang][0], name) else text
    return one.keys() == two.keys() and all(one[n] == two[n] or (code(n, one[n]) == code(n, two[n]) and one[n].split() == two[n].split()) for n in one)


def git(folder, *words):
    subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", *words], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def peers_try(tree, sound, lang, base, env):
    """What each of the tools makes of a copy of the broken tree: equal to the original, passes, or left."""
    command, results = LANGUAGES[lang][1], {}
    there, missing = peers.peers_of(lang)
    for name in there:
        copy = base / "peer" / tree.name
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(tree, copy, symlinks=True)
        files = [f for f in Tree(copy, lang).all if re.search(r"\.\w+$", f)]
        peers.mend(name, copy, files, base, env, run)
        results[name] = "equal" if same(sound, snapshot(copy), lang) else "passes" if run(command, copy, env, 300)[0] == 0 else "left"
    shutil.rmtree(base / "peer", ignore_errors=True)
    return results, missing


def one(task):
    a, project, fault, number = task
    lang = project.name.split("-")[0]
    command = LANGUAGES[lang][1]
    rng = random.Random(f"{a.seed} {project.name} {fault} {number}")
    base = pathlib.Path(tempfile.mkdtemp(prefix="breaks.", dir=a.keep))
    tree = base / project.name
    env = {**os.environ, "HEAL_PACKS": f"{a.build}/share/heal.pack", "HEAL_STORE": str(base / "store.db"), "XDG_STATE_HOME": str(base / "state"),
           "XDG_CONFIG_HOME": str(base / "config"), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    try:
        for _ in range(12):
            shutil.rmtree(tree, ignore_errors=True)
            shutil.copytree(project, tree, symlinks=True)
            sound = snapshot(tree)
            if a.git:
                git(tree, "init", "-q"); git(tree, "add", "-A", "-f"); git(tree, "commit", "-q", "-m", "first")
            if not FAULTS[fault](Tree(tree, lang), rng):
                continue
            if a.git:
                (tree / "NOTES.txt").write_text("A note.\n")
                sound["NOTES.txt"] = b"A note.\n"
                git(tree, "add", "-A", "-f"); git(tree, "commit", "-q", "-m", "rework")
            # What the first run leaves behind must not be there when heal runs it.
            first = base / "first" / project.name
            shutil.rmtree(first, ignore_errors=True)
            shutil.copytree(tree, first, symlinks=True)
            status, said = run(command, first, env, 120)
            shutil.rmtree(first.parent)
            if status > 0:
                break
        else:
            return None
        others = peers_try(tree, sound, lang, base, env) if a.peers else ({}, [])
        broken, begin = snapshot(tree), time.monotonic()
        status, told = run([f"{a.build}/tools/heal", "run", "--yes", "--", *command], tree, env, 400)
        seconds = time.monotonic() - begin
        after = snapshot(tree)
        says = "heal: healed" in told
        passes = says and run(command, tree, env, 120)[0] == 0
        if says and not passes:
            result = "FALSE"
        elif says:
            full = command if lang != "py" else [w for w in command if w != "-x"]
            result = "healed" if same(sound, after, lang) else "otherwise" if run(full, tree, env, 300)[0] == 0 else "wrong"
        elif after != broken:
            result = "partly" if re.search(r"^heal: \d+ of \d+ mended", told, re.M) else "DAMAGED"
        else:
            result = "left"
            ids = re.findall(r"heal review approve (?:--apply )?(\S+?)'?[\s;,.]", told + " ")
            for i in ids[:1]:
                run([f"{a.build}/tools/heal", "review", "approve", "--apply", i], tree, env, 300)
                if run(command, tree, env, 120)[0] == 0:
                    result = "proposed"
        if a.keep:
            (base / "said").write_text(said + "\n=====\n" + told + f"\n===== {result}\n")
            for name in sound.keys() | broken.keys():
                if sound.get(name) != broken.get(name):
                    for kind, files in (("sound", sound), ("broken", broken)):
                        to = base / kind / name
                        to.parent.mkdir(parents=True, exist_ok=True)
                        to.write_bytes(files.get(name, b""))
        last = [l for l in told.splitlines() if l.startswith("heal: ")]
        return project.name, fault, result, seconds, base.name, (last[-1] if last else "")[:150], others
    finally:
        if not a.keep:
            shutil.rmtree(base, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("projects", type=pathlib.Path)
    parser.add_argument("--only", type=lambda s: s.split(","))
    parser.add_argument("--fault", type=lambda s: s.split(","))
    parser.add_argument("--without", type=lambda s: s.split(","))
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--seed", default="1")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--git", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--keep", type=os.path.abspath)
    parser.add_argument("-v", "--verbose", action="store_true")
    a = parser.parse_args()
    if a.keep:
        os.makedirs(a.keep, exist_ok=True)
    projects = [p.resolve() for p in sorted(a.projects.iterdir()) if p.is_dir() and p.name.split("-")[0] in LANGUAGES and (not a.only or p.name in a.only)]
    projects = [p for p in projects if is_sound(p)]
    tasks = [(a, p, f, k) for p in projects for f in FAULTS if (not a.fault or f in a.fault) and f not in (a.without or ()) and f not in more.WITHOUT.get(p.name.split("-")[0], ()) for k in range(a.n)]
    table, seconds, compared = collections.defaultdict(collections.Counter), [], peers.Table()
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for got in pool.map(one, tasks):
            if not got:
                continue
            name, fault, result, took, base, last, others = got
            compared.add(others[0], result, others[1])
            table[fault][result] += 1
            seconds.append(took)
            if a.verbose:
                said = "".join(f" [{n}: {r}]" for n, r in others[0].items())
                print(f"{result:9} {fault:18} {name:20} {took:5.1f} s {base} {last}{said}", flush=True)
    results = ["healed", "otherwise", "proposed", "left", "partly", "wrong", "FALSE", "DAMAGED"]
    print(f"{'fault':20}" + "".join(f"{r:>10}" for r in results))
    for fault in FAULTS:
        if table[fault]:
            print(f"{fault:20}" + "".join(f"{table[fault][r] or '':>10}" for r in results))
    all_ = sum(table.values(), collections.Counter())
    print(f"{'all':20}" + "".join(f"{all_[r]:>10}" for r in results))
    compared.show()
    if seconds:
        print(f"median {statistics.median(seconds):.1f} s")
    return any(all_[r] for r in ("wrong", "FALSE", "DAMAGED"))


if __name__ == "__main__":
    sys.exit(main())
