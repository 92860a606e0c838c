#!/usr/bin/env python3
"""cases.py [-j N] [--dialect NAME] [--wrong PATTERN,...] [--every N] BUILD [ECOSYSTEM[/CASE]]... - repair cases, mended by a scripted model

Each case below tests/repair that heal mends by its rules is mended by them first; the tree that results is what a model
then answers with (server.py --book), while the rules know no cause and no solution.  A line a case:

    mended     heal run --llm --yes made the command pass, and the tree is the right one
    person     it waits for a person, with the reason; nothing was touched
    WRONG      it says healed, and the tree is another one
    DAMAGED    something was touched, and it does not say healed

With --wrong the model answers wrongly in the ways of these names (wrong.py; '*': in each), and nothing may be mended.  The exit status is 0
unless there is something WRONG or DAMAGED, or less than --least of the cases is mended.  With --wrong,
"mended" means that all that was wrong was taken back: the tree is the right one."""
import argparse
import concurrent.futures
import contextlib
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
SECONDS = 300


def pack_without_causes(build, folder):
    """The rule image with which errors are recognised and nothing is known of them."""
    patterns = folder / "patterns"
    patterns.mkdir()
    for source in sorted((SOURCE / "share/patterns").glob("*.yaml")):
        kept, skip = [], False
        for line in source.read_text().splitlines(True):
            if re.match(r"[a-z_]+:", line):
                skip = line.startswith("causes:")
            if not skip:
                kept.append(line)
        (patterns / source.name).write_text("".join(kept))
    image = folder / "heal.pack"
    subprocess.run([build / "tools/heal-rules", "compile", "--output", image, patterns, SOURCE / "share/tables"], check=True)
    return image


def snapshot(tree):
    """Names, modes and contents of what is not git's."""
    out = {}
    for path in sorted(tree.rglob("*")):
        name = path.relative_to(tree)
        if ".git" in name.parts or "__pycache__" in name.parts:
            continue
        if path.is_symlink():
            out[str(name)] = ("link", os.readlink(path))
        elif path.is_file():
            out[str(name)] = (path.stat().st_mode & 0o7777, path.read_bytes())
    return out


def make_tree(case, told, to):
    to.mkdir()
    if told.get("sound"):
        shutil.copytree(SOURCE / "tests/bench/sound" / told["sound"], to, dirs_exist_ok=True, symlinks=True)
    if (case / "files").is_dir():
        shutil.copytree(case / "files", to, dirs_exist_ok=True, symlinks=True)
    if (case / "slip.diff").exists():
        subprocess.run(["patch", f"--directory={to}", "--strip=1", "--silent", "--binary", f"--input={case / 'slip.diff'}"], check=True)


def environment(build, box, **more):
    own = pathlib.Path.home()
    env = {"PATH": f"{build}/tools:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": f"{box}/home", "TMPDIR": f"{box}/tmp",
           "LC_ALL": "C.UTF-8", "TERM": "dumb", "HEAL_LOCAL_COMMANDS": "ansible-playbook", "HEAL_PACKS": f"{build}/share/heal.pack",
           "GOTOOLCHAIN": "local", "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
           "TF_CLI_CONFIG_FILE": "/dev/null", "CHECKPOINT_DISABLE": "1", "npm_config_update_notifier": "false"}
    for name, folder in (("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo")):
        if (own / folder).is_dir():
            env[name] = os.environ.get(name, str(own / folder))
    for folder in ("home", "tmp"):
        (box / folder).mkdir(exist_ok=True)
    env.update({k: str(v) for k, v in more.items()})
    return env


def heal(env, tree, command, *options):
    done = subprocess.run(["heal", "run", "--yes", "--no-color", *options, "--", *command], cwd=tree, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


@contextlib.contextmanager
def server(box, *options):
    port = box / "port"
    port.unlink(missing_ok=True)
    process = subprocess.Popen([HERE / "server.py", *options, port])
    try:
        for _ in range(500):
            if port.exists():
                break
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port.read_text()}"
    finally:
        process.kill()
        process.wait()


def why_not(said):
    lines = [line for line in said.splitlines() if line.startswith("heal: ")]
    return lines[-1][6:] if lines else "no word"


def mend(case, options, image):
    """(name, verdict, reason)"""
    name = f"{case.parent.name}/{case.name}"
    told = json.loads((case / "case.json").read_text())
    if told.get("expect") != "healed" or any(not shutil.which(p) for p in told.get("needs", [])):
        return []
    with tempfile.TemporaryDirectory(prefix="models.") as folder:
        box = pathlib.Path(folder)
        right, work = box / "right", box / "project"
        make_tree(case, told, work)
        status, _ = heal(environment(options.build, box), work, told["command"], "--no-store")
        if status:
            return [(name, "skipped", "the rules do not mend it here")]
        shutil.move(work, right)
        wanted = snapshot(right)
        out = []
        for way in options.wrong or [None]:
            shutil.rmtree(work, ignore_errors=True)
            shutil.rmtree(box / "home", ignore_errors=True)
            make_tree(case, told, work)
            before = snapshot(work)
            wanted = {k: v for k, v in wanted.items() if k in before}  # what the command itself makes does not count
            more = ["--wrong", way] if way else []
            with server(box, "--dialect", options.dialect, "--book", right, "--log", box / "log", *more) as url:
                env = environment(options.build, box, HEAL_PACKS=image, HEAL_LLM_PROVIDER=options.dialect, HEAL_LLM_URL=url,
                                  HEAL_LLM_MODEL="scripted", HEAL_LLM_KEY="key", HEAL_SUSPECTS="false")
                status, said = heal(env, work, told["command"], "--llm", *(["-v"] if options.verbose else []))
            after = snapshot(work)
            same = {k: v for k, v in after.items() if k in wanted} == wanted
            title = f"{name} {way}" if way else name
            if options.verbose:
                subprocess.run(["diff", "-ru", right, work], stdout=sys.stderr, check=False)
                print(said, file=sys.stderr)
            if {k: after.get(k) for k in before} == before and (not way or status):
                out.append((title, "person", why_not(said)))
            elif "healed" in said and same:
                out.append((title, "mended", ""))
            else:
                out.append((title, "WRONG" if "heal: healed" in said else "DAMAGED", why_not(said)))
        return out


def main():
    options = argparse.ArgumentParser(usage=__doc__.splitlines()[0].split(" - ")[0])
    options.add_argument("-j", "--jobs", type=int, default=len(os.sched_getaffinity(0)))
    options.add_argument("--dialect", default="openai")
    options.add_argument("--least", type=float, default=0)
    options.add_argument("--every", type=int, default=1, help="only each N-th case")
    options.add_argument("--verbose", action="store_true")
    options.add_argument("--wrong", type=lambda s: s.split(","))
    options.add_argument("--but", type=lambda s: s.split(","), default=[], help="not in these ways")
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("cases", nargs="*", default=["*"])
    options = options.parse_args()
    options.build = options.build.resolve()
    if options.wrong:
        import wrong
        options.wrong = [w for w in sorted(wrong.WAYS) if any(fnmatch.fnmatch(w, p) for p in options.wrong) and not any(fnmatch.fnmatch(w, p) for p in options.but)]
    patterns = [p if "/" in p else p + "/*" for p in options.cases]
    cases = [p for p in sorted((SOURCE / "tests/repair").glob("*/*")) if any(fnmatch.fnmatch(f"{p.parent.name}/{p.name}", x) for x in patterns)]
    counts = {}
    with tempfile.TemporaryDirectory(prefix="models.") as folder:
        image = pack_without_causes(options.build, pathlib.Path(folder))
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for results in pool.map(lambda case: mend(case, options, image), cases[::options.every]):
                for title, verdict, reason in results:
                    counts[verdict] = counts.get(verdict, 0) + 1
                    print(f"{verdict:8} {title}{': ' if reason else ''}{reason}", flush=True)
    tried = sum(n for verdict, n in counts.items() if verdict != "skipped")
    print(" ".join(f"{verdict} {n}" for verdict, n in sorted(counts.items())), f"of {tried}")
    bad = counts.get("WRONG", 0) + counts.get("DAMAGED", 0)
    return int(bad > 0 or counts.get("mended", 0) < options.least * tried)


if __name__ == "__main__":
    sys.exit(main())
