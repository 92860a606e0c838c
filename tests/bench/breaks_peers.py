"""Other tools that edit code by themselves, each run on the faults of breaks.py in its own language, in a copy of the broken tree.

A peer has its commands, which run in the tree in turn: {file} stands for each file of the language, {out} for a folder
outside of the tree.  eslint takes @eslint/js, and for TypeScript @typescript-eslint/parser, from below $ESLINT_MODULES."""
import collections
import os
import re
import shutil

# A configuration of eslint's own recommended rules: without one it does nothing.
ESLINT = """import {createRequire} from "node:module"
const from = createRequire(process.env.ESLINT_MODULES + "/")
let typescript = []
try { typescript = [{files: ["**/*.ts", "**/*.tsx"], languageOptions: {parser: from("@typescript-eslint/parser")}}] } catch {}
export default [from("@eslint/js").configs.recommended, ...typescript]
"""
PEERS = {
    "ruff --fix": (("py",), [["ruff", "check", "--fix", "--unsafe-fixes", "--no-cache", "--exit-zero", "."]]),
    "eslint --fix": (("js", "ts"), [["eslint", "--fix", "--config", "{out}/eslint.config.mjs", "."]]),
    "gopls codeaction": (("go",), [["gopls", "codeaction", "-kind=quickfix,source.organizeImports,source.fixAll", "-exec", "-write", "{file}"]]),
    "cargo fix": (("rs",), [["cargo", "fix", "--allow-no-vcs", "--broken-code", "--offline", "--all-targets"]]),
    "cargo clippy --fix": (("rs",), [["cargo", "clippy", "--fix", "--allow-no-vcs", "--broken-code", "--offline", "--all-targets"]]),
    "clang-tidy --fix": (("c", "cpp"), [["clang-tidy", "--fix", "--fix-errors", "--quiet", "{file}", "--", "-I.", "-Isrc", "-Iinclude"]]),
}


def peers_of(lang):
    """Those of the language that are installed, and the names of those that are not."""
    of = [name for name, (languages, _) in PEERS.items() if lang in languages]
    there = [name for name in of if shutil.which(PEERS[name][1][0][0]) and (name != "eslint --fix" or "ESLINT_MODULES" in os.environ)]
    return there, [name for name in of if name not in there]


def words(command, files, out):
    """The command line, once for each file where it names one."""
    for file in files if "{file}" in command else [""]:
        yield [w.replace("{file}", file).replace("{out}", str(out)) for w in command]


def mend(name, tree, files, base, env, run):
    """Run the peer's commands in the tree."""
    (base / "eslint.config.mjs").write_text(ESLINT)
    for command in PEERS[name][1]:
        for argv in words(command, [f for f in files if not re.search(r"\.(h|hpp)$", f)][:40], base):
            run(argv, tree, env, 120)


class Table:
    """What each peer did, and heal on the same faults."""

    def __init__(self):
        self.rows, self.missing = collections.defaultdict(collections.Counter), set()

    def add(self, results, heals, missing):
        self.missing |= set(missing)
        for name, result in results.items():
            self.rows[name][result] += 1
            self.rows[name]["heal " + ("acted" if heals in ("healed", "otherwise") else heals)] += 1

    def show(self):
        if self.rows:
            print(f"{'peer':20}{'tried':>8}{'equal':>8}{'passes':>8}{'left':>8}   heal on the same: acted, proposed, left")
        for name, row in self.rows.items():
            tried = row["equal"] + row["passes"] + row["left"]
            print(f"{name:20}{tried:8}{row['equal']:8}{row['passes']:8}{row['left']:8}   {row['heal acted']}, {row['heal proposed']}, {row['heal left']}")
        for name in sorted(self.missing):
            print(f"{name:20} skipped: it is not installed")
