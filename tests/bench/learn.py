#!/usr/bin/env python3
"""learn.py [--cache DIR] [--seed N] [--slips N] [--acts N] [--prove] [--public DIR | --versions DIR] [--verbose] BUILD [ECOSYSTEM...] - rules learned from some repairs, tried on others

The cases of tests/repair that heal mends are the repairs: what it makes of the broken tree, or the sound tree that a slip was
made in.  Each is a project of its own.  They are split by a hash of their names; from one part heal-log learns, as a user
would have it: a commit of the broken tree, the incidents of the failing command in a store, a commit of the mended one,
`heal-log learn --from-git`.  The rules are then tried on the other part, without any cause of heal's own packs:

  same message  cases of the other part whose error has the same detection rule and the same message, but for what is
                quoted and numbers, as that of a repair that was learned from
  similar       of these, such whose change is the same as well, but for words and numbers
  first         the first solution of heal-analyze makes exactly the mended file, or of several errors some hunks of it and
                nothing else; of the similar ones, and of the others
  wrong         its first solution makes something else; it is shown to a person
  automatic     `heal run --yes` with all rules signed off: right is the mended tree, part some hunks of it, wrong any other
                change; left is none

With --slips N the repairs are N errors of each class of repairs.py in the programs of sound/ instead, and the rules are
tried on all cases that have a program of their own, so that no program is on both sides.
With --prove, `first` and `wrong` are of the first solution after `heal-fix --prove`, which tries drafts in a copy; the rules
are not signed off then.
With --acts N the confidence of each rule is that of N repairs, so that it acts where the command passes in a copy.
With --public DIR the repairs are errors of these classes in the modules of packages instead, a folder of DIR each, such as
unpacked wheels; the language's own check of the module alone is the command (PUBLIC), and the packages are split.
With --versions DIR the repairs are those that packages made themselves: DIR has a folder of each, with a folder of each
version; a module that fails a strict check of its language (STRICT) passes in the next version.
Trees and mended files are kept in --cache, since mending takes the longest."""
import argparse
import collections
import difflib
import hashlib
import itertools
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import repairs

HERE = pathlib.Path(__file__).resolve().parent
SHARE = HERE.parent.parent / "share"


def environment(build, home):
    env = dict(os.environ, HOME=str(home), LC_ALL="C.UTF-8", GOTOOLCHAIN="local", HEAL_LOCAL_COMMANDS="ansible-playbook",
               HEAL_DATA_DIR=str(SHARE), PATH=f"{build / 'tools'}:{os.environ['PATH']}", PYTHONDONTWRITEBYTECODE="1",
               GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
    for name in ("STATE", "CONFIG", "CACHE", "DATA"):
        env[f"XDG_{name}_HOME"] = str(home / name.lower())
    env["HEAL_PACKS"] = str(build / "share" / "heal.pack")
    return env


def call(argv, cwd, env, text=None, seconds=120):
    try:
        done = subprocess.run(argv, cwd=cwd, env=env, input=text, stdin=subprocess.DEVNULL if text is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return 124, b""
    return done.returncode, done.stdout


def files_of(top):
    found = {}
    for path in sorted(top.rglob("*")):
        if path.is_file() and not path.is_symlink() and ".git" not in path.parts:
            try:
                with open(path, newline="", encoding="utf-8") as file:
                    found[str(path.relative_to(top))] = file.read()
            except UnicodeDecodeError:
                pass
    return found


def words(value):
    return [value] if isinstance(value, str) else value or []


def tree_make(case, spec, top):
    top.mkdir(parents=True)
    if spec.get("sound"):
        shutil.copytree(HERE / "sound" / spec["sound"], top, dirs_exist_ok=True, symlinks=True)
    if (case / "files").is_dir():
        shutil.copytree(case / "files", top, dirs_exist_ok=True, symlinks=True)


def mended(case, env, room):
    """{"command", "before", "after"} of a case; None: heal does not mend it here."""
    spec = json.loads((case / "case.json").read_text())
    if spec["expect"] != "healed" or any(not shutil.which(n) for n in words(spec.get("needs"))):
        return None
    top = room / "mend" / case.parent.name / case.name
    tree_make(case, spec, top)
    slip, sound = case / "slip.diff", files_of(top)
    if slip.exists():
        subprocess.run(["patch", "-d", top, "-p1", "-s", "--binary", "-i", slip], check=True)
    before = files_of(top)
    if not slip.exists():
        status, _ = call(["heal", "run", "--yes", "--no-color", "--no-store", "--", *words(spec["command"])], top, env)
        if status != 0:
            return None
        sound = files_of(top)
    return {"case": f"{case.parent.name}/{case.name}", "command": words(spec["command"]), "before": before,
            "after": {name: text for name, text in sound.items() if name in before}}


def cached(case, env, room, cache):
    kept = cache / f"{case.parent.name}__{case.name}.json" if cache else None
    if kept and kept.exists():
        return json.loads(kept.read_text())
    one = mended(case, env, room)
    if kept:
        kept.write_text(json.dumps(one))
    return one


def slips_made(number, ecosystems, build, room, seed):
    """Errors of the classes of repairs.py in the programs of sound/."""
    found = []
    for name in repairs.ECOSYSTEMS:
        box = room / "slips" / name
        box.mkdir(parents=True)
        lab = repairs.Lab(name, str(build), str(box))
        if (ecosystems and name not in ecosystems) or lab.missing():
            continue
        for k, (slip, (make, where)) in enumerate(repairs.SLIPS.items()):
            for i in range(number if name in where else 0):
                made = repairs.broken(lab, make, random.Random(f"{seed}:{name}:{slip}:{i}"), str(box / "tree"))
                if made:
                    sound = files_of(pathlib.Path(lab.sound))
                    found.append({"case": f"{name}/slip-{k}-{i}", "command": lab.command, "sound": lab.sound, "after": sound,
                                  "before": dict(sound, **{made[0]: made[2]})})
    return found


# A module of a package is checked alone: by extension the ecosystem of repairs.py, the folder of the case, and the command.
PUBLIC = {
    ".py": ("python", ["python3", "-m", "py_compile"]),
    ".js": ("node", ["node", "--check"]),
    ".c": ("c", ["gcc", "-fsyntax-only"]),
    ".cc": ("c++", ["g++", "-fsyntax-only"]),
    ".cpp": ("c++", ["g++", "-fsyntax-only"]),
    ".go": ("go", ["gofmt", "-e"]),
}


def module_copy(path, name, text, top):
    """The module, with what it includes from beside it."""
    top.mkdir(parents=True)
    for header in path.parent.rglob("*.h*") if path.suffix in (".c", ".cc", ".cpp") else []:
        (top / header.relative_to(path.parent)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(header, top / header.relative_to(path.parent))
    with open(top / name, "w", newline="") as out:
        out.write(text)


def read(path):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        return None


def public_made(folder, ecosystems, build, room, seed):
    """In each package, for each of its languages, one error of each class of repairs.py, at a random place of a random module."""
    found, env = [], environment(build, room)
    for package, ext in itertools.product(sorted(p for p in folder.iterdir() if p.is_dir()), PUBLIC):
        ecosystem, command = PUBLIC[ext]
        modules = [p for p in sorted(package.rglob("*" + ext)) if p.is_file() and 1000 < p.stat().st_size < 40000]
        if not modules or (ecosystems and ecosystem not in ecosystems) or not shutil.which(command[0]):
            continue
        for k, (slip, (make, where)) in enumerate(repairs.SLIPS.items()):
            rng = random.Random(f"{seed}:{package.name}:{slip}")
            for _ in range(6 if ecosystem in where else 0):
                module = rng.choice(modules)
                text, name = read(module), module.name
                after = make(text, rng, ecosystem) if text else None
                sound = room / "public" / f"{package.name}-{ecosystem}-{k}"
                if after in (None, text):
                    continue
                module_copy(module, name, after, sound)
                broken = call([*command, name], sound, env)[0]
                (sound / name).unlink()
                with open(sound / name, "w", newline="") as out:
                    out.write(text)
                if broken and call([*command, name], sound, env)[0] == 0:
                    found.append({"case": f"{ecosystem}/{package.name}-{k}", "project": package.name, "sound": str(sound),
                                  "command": [*command, name], "before": {name: after}, "after": {name: text}})
                    break
                shutil.rmtree(sound)
    return found


# A strict check of a module, which a later version of it may pass where an earlier one does not.
STRICT = {
    ".py": ("python", ["python3", "-W", "error", "-m", "py_compile"]),
    ".ts": ("typescript", ["tsc", "--noEmit", "--strict", "--types", ""]),
    ".c": ("c", ["gcc", "-fsyntax-only", "-Wall", "-Wextra", "-Werror"]),
}


def version_key(path):
    return [int(n) for n in re.findall(r"\d+", path.name)]


def versions_made(folder, ecosystems, room):
    """The modules that failed in a version of a package and pass in the next one."""
    found, env = [], environment(room, room)
    for package, ext in itertools.product(sorted(p for p in folder.iterdir() if p.is_dir()), STRICT):
        ecosystem, command = STRICT[ext]
        if (ecosystems and ecosystem not in ecosystems) or not shutil.which(command[0]):
            continue
        versions = sorted((p for p in package.iterdir() if p.is_dir()), key=version_key)
        for old, new in zip(versions, versions[1:]):
            for module in sorted(old.rglob("*" + ext)):
                later = new / module.relative_to(old)
                if not later.is_file() or not 100 < module.stat().st_size < 60000 or read(module) in (None, read(later)):
                    continue
                name, sound = module.name, room / "versions" / f"{package.name}-{len(found)}"
                shutil.rmtree(sound, ignore_errors=True)
                module_copy(module, name, read(module), sound)
                broken = call([*command, name], sound, env)[0]
                shutil.rmtree(sound)
                module_copy(later, name, read(later) or "", sound)
                if broken and call([*command, name], sound, env)[0] == 0:
                    found.append({"case": f"{ecosystem}/{package.name}-{len(found)}", "project": package.name,
                                  "sound": str(sound), "command": [*command, name], "before": {name: read(module)},
                                  "after": {name: read(later)}})
    return found


def project_make(one, top, commit, env):
    """The broken tree, in a repository."""
    if "sound" in one:
        shutil.copytree(one["sound"], top, symlinks=True)
    else:
        case = HERE.parent / "repair" / one["case"]
        tree_make(case, json.loads((case / "case.json").read_text()), top)
    for name, text in one["before"].items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        with open(top / name, "w", newline="") as out:
            out.write(text)
    if commit:
        call(["git", "init", "-q", "."], top, env)
        commit_all(top, env)


def commit_all(top, env, later=0):
    """Commits have whole seconds: one that mends is some later than the incident."""
    env = dict(env, GIT_COMMITTER_DATE=f"{int(time.time()) + later} +0000")
    call(["git", "add", "-A"], top, env)
    call(["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x"], top, env)


def incidents(one, top, env, analyze=None):
    status, output = call(one["command"], top, env)
    line = " ".join(shlex.quote(w) for w in one["command"])
    _, records = call(["heal-detect", "--command", line, "--status", str(status)], top, env, output)
    if analyze:
        _, records = call(["heal-analyze"], top, analyze, records)
    return records


def proven(one, top, env, records):
    _, found = call(["heal-fix", "--prove", "--", *one["command"]], top, env, records)
    return found


def parsed(records):
    found = []
    for line in records.decode(errors="replace").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            pass
    return [r for r in found if r.get("error")]


def shape(record):
    error = record["error"]
    text = re.sub(r"'[^']*\w[^']*'|\"[^\"]*\w[^\"]*\"|`[^`']*\w[^`']*[`']|\u2018[^\u2019]*\w[^\u2019]*\u2019|\d+", "*", error["message"])
    return error["rule"], text


def masked(line):
    return [re.sub(r"^\d+$", "0", re.sub(r"^[^\W\d]\w*$", "w", t)) for t in re.findall(r"\w+|\s+|\W", line)]


def change(one):
    """What the repair changes, with words and numbers masked."""
    found = []
    for name, text in one["after"].items():
        old, new = one["before"].get(name, "").split("\n"), text.split("\n")
        for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
            if what == "equal":
                continue
            was, now = re.findall(r"\w+|\s+|\W", "\n".join(old[a:b])), re.findall(r"\w+|\s+|\W", "\n".join(new[c:d]))
            for how, i, j, k, m in difflib.SequenceMatcher(None, was, now, False).get_opcodes():
                if how != "equal":
                    found.append(("".join(masked("".join(was[i:j]))), "".join(masked("".join(now[k:m])))))
    return tuple(found)


def learn(parts, env, room):
    for one in parts:
        top = room / "learn" / one["case"]
        project_make(one, top, True, env)
        records = incidents(one, top, env)
        one["shapes"] = {shape(r) for r in parsed(records) if r["error"].get("file")}
        one["similar"] = {(s, change(one)) for s in one["shapes"]}
        call(["heal-log", "--quiet"], top, env, records)
        for name, text in one["after"].items():
            if one["before"].get(name) != text:
                with open(top / name, "w", newline="") as out:
                    out.write(text)
        commit_all(top, env, 5)
        status, said = call(["heal-log", "learn", "--from-git", "--passed", "--collect", "HEAD~1..HEAD"], top, env)
        if status != 0:
            print(f"{one['case']}: {said.decode(errors='replace').strip()}", file=sys.stderr)
    status, said = call(["heal-log", "learn", "--verbose"], room, env, seconds=4 * 3600)
    if status != 0:
        sys.exit(f"heal-log learn: status {status}, 124 for too long\n{said.decode(errors='replace')}")
    return said.decode(errors="replace")


def standing(folder, acts):
    """Sign the rules off; with acts, give them the confidence of so many repairs."""
    for path in folder.glob("learned.*.yaml"):
        text = re.sub(r"reviewed: false", "reviewed: true", path.read_text())
        if acts:
            text = re.sub(r"confidence: [\d.]+", f"confidence: {0.05 ** (1 / (1 + acts)):.2f}", text)
        path.write_text(text)


def image_make(build, room, env):
    """heal's own packs without their causes, and the learned ones."""
    patterns = room / "patterns"
    shutil.copytree(SHARE / "patterns", patterns)
    for path in patterns.glob("*.yaml"):
        text = path.read_text()
        cut = re.search(r"^causes:", text, re.M)
        if not cut:
            continue
        rest = re.search(r"^(?=[a-z_]+:)(?!causes:)", text[cut.start():], re.M)
        path.write_text(text[:cut.start()] + (text[cut.start() + rest.start():] if rest else ""))
    for path in (room / "config" / "heal" / "patterns").glob("learned.*.yaml"):
        shutil.copy(path, patterns / f"zz-{path.name}")
    image = room / "learned.pack"
    status, said = call(["heal-rules", "compile", "-o", str(image), str(patterns), str(SHARE / "tables")], room, env)
    if status not in (0, 2) or not image.exists():
        sys.exit(said.decode(errors="replace"))
    return image


def edited(text, edits):
    lines = text.split("\n")
    starts, at = [], 0
    for line in lines:
        starts.append(at)
        at += len(line.encode()) + 1
    raw = text.encode()
    for e in sorted(edits, key=lambda e: (e["line"], e["column"]), reverse=True):
        begin, end = starts[e["line"] - 1] + e["column"] - 1, starts[e["end_line"] - 1] + e["end_column"] - 1
        raw = raw[:begin] + e["text"].encode() + raw[end:]
    return raw.decode()


def makes(one, tree):
    """Is this the mended tree, or one where some of the hunks of the mended one are missing?"""
    for name, text in one["after"].items():
        old, new = one["before"].get(name, "").split("\n"), text.split("\n")
        possible = {()}
        for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
            if what == "equal":
                sides = [old[a:b]]
            elif b - a == d - c:
                sides = [[old[a + k]] for k in range(b - a)], [[new[c + k]] for k in range(d - c)]
                for was, now in zip(*sides):
                    possible = {p + tuple(s) for p in possible for s in (was, now)}
                sides = [[]]
            else:
                sides = [old[a:b], new[c:d]]
            possible = {p + tuple(s) for p in possible for s in sides}
            possible = {p for p in possible if tree.get(name, "").split("\n")[:len(p)] == list(p)}
        if tuple(tree.get(name, "").split("\n")) not in possible:
            return False
    return any(tree.get(name) != text for name, text in one["before"].items())


def first_choice(one, records):
    """None: no solution that did not fail in a copy; else whether the first makes the mended tree, or a hunk of it."""
    for r in parsed(records):
        left = [s for s in r.get("solutions", []) if s.get("proof", {}).get("status") != "failed"]
        for solution in left[:1]:
            tree = dict(one["before"])
            for step in solution["steps"]:
                if step.get("do") != "edit":
                    return False
                tree[step["file"]] = edited(tree[step["file"]], step["edits"])
            return makes(one, tree)
    return None


def details(one, records):
    """The repair that was wanted, and what was proposed for each error."""
    said = []
    for name, text in one["after"].items():
        old, new = one["before"].get(name, "").split("\n"), text.split("\n")
        said += [f"    {line}" for line in difflib.unified_diff(old, new, n=0, lineterm="") if line[:3] not in ("---", "+++")]
    for r in parsed(records):
        error = r["error"]
        said.append(f"    {error['rule']} {error.get('line', 0)}:{error.get('column', 0)} {error['message']}")
        for solution in r.get("solutions", []):
            said.append(f"      {solution['id']} {solution['confidence']:.2f} {solution.get('proof', {}).get('status', '')} "
                        + "; ".join(json.dumps(step.get("edits", step["do"])) for step in solution["steps"])[:300])
    return "\n".join(said)


def automatic(one, top, env):
    call(["heal", "run", "--yes", "--no-color", "--no-store", "--", *one["command"]], top, env)
    now = {name: text for name, text in files_of(top).items() if name in one["before"]}
    return "right" if now == one["after"] else "left" if now == one["before"] else "part" if makes(one, now) else "wrong"


def measure(learned, others, room, build, env, options):
    said = learn(learned, env, room)
    folder = room / "config" / "heal" / "patterns"
    rules = list(folder.glob("learned.*.yaml"))
    if options.verbose:
        print(said)
    if not options.prove:
        standing(folder, options.acts)
    trial = dict(env, HEAL_PACKS=str(image_make(build, room, env)))
    known = set().union(*(one["shapes"] for one in learned))
    alike = set().union(*(one["similar"] for one in learned))
    tally = collections.Counter(learned=len(learned), rules=len(rules), tried=len(others))
    for one in others:
        top = room / "try" / one["case"]
        project_make(one, top, False, env)
        records = incidents(one, top, env, trial)
        shapes = {shape(r) for r in parsed(records)}
        similar = any((s, change(one)) in alike for s in shapes)
        tally["same message"] += bool(shapes & known)
        # What takes long to look for is looked for only in a copy, so a proof may find what the analysis had not.
        tried = proven(one, top, trial, records) if options.prove and parsed(records) else records
        choice = first_choice(one, tried)
        tally["similar"] += similar
        tally["first"] += similar and choice is True
        tally["first elsewhere"] += not similar and choice is True
        tally["wrong choice"] += choice is False
        did = automatic(one, top, trial) if choice is not None else "left"
        tally["automatic " + did] += 1
        if options.verbose or did == "wrong":
            print(f"{one['case']}: similar {similar}, first choice {choice}, automatic {did}")
        if options.verbose and choice is not True:
            print(details(one, tried))
    return tally


def main():
    options = argparse.ArgumentParser(usage=__doc__.splitlines()[0].split(" - ")[0])
    options.add_argument("--cache", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--slips", type=int, default=0)
    options.add_argument("--acts", type=int, default=0)
    options.add_argument("--prove", action="store_true")
    options.add_argument("--public", type=pathlib.Path)
    options.add_argument("--versions", type=pathlib.Path)
    options.add_argument("--keep", type=pathlib.Path)
    options.add_argument("--verbose", action="store_true")
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("ecosystems", nargs="*")
    options = options.parse_args()
    build = options.build.resolve()
    total = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        room = pathlib.Path(temporary)
        home = room / "home"
        home.mkdir()
        found = []
        for path in sorted((HERE.parent / "repair").glob("*/*/case.json")) if not (options.public or options.versions) else []:
            if not options.ecosystems or path.parent.parent.name in options.ecosystems:
                one = cached(path.parent, environment(build, home), room, options.cache)
                if one and one["before"] != one["after"]:
                    found.append(one)
        if options.public:
            found = public_made(options.public.resolve(), options.ecosystems, build, room, options.seed)
        if options.versions:
            found = versions_made(options.versions.resolve(), options.ecosystems, room)
        slips = slips_made(options.slips, options.ecosystems, build, room, options.seed) if options.slips else []
        for fold in range(1 if slips else 2):
            part = [int(hashlib.sha256(f"{options.seed} {one.get('project', one['case'])}".encode()).hexdigest(), 16) % 2 == fold for one in found]
            if slips:
                part = [not json.loads((HERE.parent / "repair" / one["case"] / "case.json").read_text()).get("sound")
                        for one in found]
            space = room / f"fold{fold}"
            (space / "home").mkdir(parents=True)
            if options.keep:
                space = options.keep.resolve() / f"fold{fold}"
                shutil.rmtree(space, ignore_errors=True)
                (space / "home").mkdir(parents=True)
            total += measure(slips or [o for o, p in zip(found, part) if not p], [o for o, p in zip(found, part) if p], space,
                             build, environment(build, space), options)
    for name in ("learned", "rules", "tried", "same message", "similar", "first", "first elsewhere", "wrong choice", "automatic right",
                 "automatic part", "automatic left", "automatic wrong"):
        print(f"{name:16} {total[name]}")
    if total["similar"]:
        print(f"first choice right of those with a similar one: {total['first'] / total['similar']:.2f}")
    return total["automatic wrong"] != 0


if __name__ == "__main__":
    sys.exit(main())
