"""Languages and faults of breaks.py beyond those that all of its languages share: C, C++, Java, CMake, make, shell and Ansible."""
import re

BUILT = r"(^|/)(build|CMakeFiles)/"
LANGUAGES = {
    "java": (r"\.java$", ["make", "check"], r"(^|/)src/test/"),
    "cmake": (r"(^|/)CMakeLists\.txt$|\.cmake$", ["sh", "-c", "cmake -S . -B build && make -C build"], BUILT),
    "make": (r"(^|/)[Mm]akefile$", ["make"], r"(^|/)(tests?|examples)/"),
    "sh": (r"\.sh$|\.bash$", ["make", "check"], r"(^|/)(tests?|t)/"),
    "ansible": (r"\.ya?ml$", ["ansible-playbook", "--syntax-check", "site.yml"], r"(^|/)(molecule|meta)/"),
}
DEFINITION = {
    "java": r"^[ \t]+(?:(?:public|protected|private|static|final|abstract|synchronized)[ ]+)+(?:<[^>\n]*>[ ]+)?[\w.<>\[\], ?]+[ ](?P<name>[a-z]\w{3,})\((?P<args>[^()\n]*)\)(?= (?:throws [\w., ]+)?\{)",
    "sh": r"^(?:function )?(?P<name>[A-Za-z_]\w{3,})(?P<args>) ?\(\)(?= *\n?\{)",
}
IMPORT = {"java": r"^import [^\n]*\n"}
WRONG_PATH = {"java": r"^import [\w.]*?(?P<name>\w{3,});", "cmake": r"(?<=[ (/])(?P<name>\w{3,})\.(?:c|cpp|h)\b", "make": r"\b(?P<name>\w{3,})\.(?:c|o|cpp)\b",
    "sh": r"^(?:\.|source) [^\n]*?(?P<name>\w{3,})\.sh", "ansible": r"^ *(?:import_tasks|include_tasks|import_playbook|- import_playbook|- import_tasks|- include_tasks): *(?P<name>\w{3,})"}
TYPES = {"java": ["int", "String", "boolean", "long", "Object", "char"]}
CALL = r"(?<![\w.>])(?!if\b|for\b|while\b|switch\b|return\b|sizeof\b|void\b|int\b)[A-Za-z_]\w+\((?P<args>[^()\n;{}]*)\)(?=[ )]*[;,)&|=!<>?:])"


def replace(tree, file, text, start, end, new):
    if text[start:end] == new:
        return False
    tree.write(file, text[:start] + new + text[end:])
    return True


def prototype_changed(tree, rng, pick):
    """The prototype in a header gains a parameter, or gets another name."""
    got = pick(tree, rng, r"^(?!return\b|else\b|typedef\b)(?:[A-Za-z_][\w:]*[ *&]+)+(?P<name>[A-Za-z_]\w{3,})\((?P<args>[^()\n;]*)\);", r"\.(h|hpp)$")
    if not got or not tree.uses(got[2]["name"]):
        return False
    f, text, m = got
    args = m["args"].strip()
    if rng.random() < 0.5 or args.endswith("..."):
        return replace(tree, f, text, m.start("name"), m.end("name"), m["name"] + rng.choice(["_ex", "2", "_impl"]))
    new = "int flags" if args in ("", "void") else args + ", int flags"
    return replace(tree, f, text, m.start("args"), m.end("args"), new)


def address_lost(tree, rng, pick):
    got = pick(tree, rng, r"(?<=[(,] )(?P<mark>[&*])(?=[A-Za-z_])|(?<=[(=])(?P<mark2>[&*])(?=[A-Za-z_])")
    if not got:
        return False
    f, text, m = got
    return replace(tree, f, text, m.start(), m.end(), "")


def arguments_swapped(tree, rng, pick):
    got = pick(tree, rng, CALL)
    if not got or re.search(r"\b(?:void|int|char|static|class|public|private|double|bool|throws)\s[^\n(=]*$", got[1][:got[2].start()].rsplit("\n", 1)[-1] + got[2].group()[:1]):
        return False
    f, text, m = got
    parts = text[m.start("args"):m.end("args")].split(", ")
    if len(parts) < 2 or '"' in m["args"]:
        return False
    i = rng.randrange(len(parts) - 1)
    parts[i], parts[i + 1] = parts[i + 1], parts[i]
    return replace(tree, f, text, m.start("args"), m.end("args"), ", ".join(parts))


def member_renamed(tree, rng, pick):
    """The declaration of a member, and not its uses."""
    pattern = r"^[ \t]+(?!return\b|else\b|goto\b|case\b|typedef\b|using\b|break\b|import\b|throw\b|new\b)(?:[A-Za-z_][\w:<>]*[ *&]+)+(?P<name>[a-z_]\w{3,});[ \t]*$"
    if tree.lang == "java":
        pattern = r"^ {4}(?:private|protected|public)[ ](?:final |static )*[\w<>\[\], ]+ (?P<name>[a-z]\w{3,})(?=;| = )"
    got = pick(tree, rng, pattern, None if tree.lang == "java" else r"\.(h|hpp)$")
    if not got or not tree.uses(got[2]["name"]):
        return False
    f, text, m = got
    n = m["name"]
    return replace(tree, f, text, m.start("name"), m.end("name"), rng.choice([n + "_value", "cur_" + n, n[:-1], n + "s"]))


def override_changed(tree, rng, pick):
    """An overriding method gets another name or one more parameter."""
    pattern = r"@Override\s+(?:public|protected)[\w<>\[\]?, ]* (?P<name>[a-z]\w{3,})\((?P<args>[^()\n]*)\)" if tree.lang == "java" else \
        r"^[ \t]+(?:virtual[ ]+)?(?:[\w:]+[ *&]+)+(?P<name>[A-Za-z_]\w{3,})\((?P<args>[^()\n]*)\)(?: const)? (?=override|JSONCPP_OVERRIDE|final)"
    got = pick(tree, rng, pattern)
    if not got:
        return False
    f, text, m = got
    if rng.random() < 0.5:
        return replace(tree, f, text, m.start("name"), m.end("name"), m["name"] + rng.choice(["s", "Value", "Impl"]))
    new = "boolean deep" if tree.lang == "java" else "bool deep"
    return replace(tree, f, text, m.start("args"), m.end("args"), (m["args"] + ", " if m["args"].strip() else "") + new)


def list_entry_lost(tree, rng, pick):
    got = pick(tree, rng, r"(?<=[ \t])(?:[\w/]*/)?\w+\.(?:o|c|cpp|cc)\b(?=[ \t]*(?:\\?\n|[ )]))", r"(^|/)([Mm]akefile|CMakeLists\.txt)$", True)
    if not got:
        return False
    f, text, m = got
    return replace(tree, f, text, m.start(), m.end(), "")


def variable_renamed(tree, rng, pick):
    """The definition of a variable of a makefile, of CMake, of the shell or of a playbook, and not its uses."""
    pattern = {"cmake": r"(?i)^[ \t]*set ?\( ?(?P<name>[A-Za-z]\w{3,})", "make": r"^(?P<name>[A-Z][A-Z_0-9]{3,}) *[:+?]?=", "sh": r"^[ \t]*(?P<name>[A-Za-z]\w{3,})=",
        "ansible": r"^(?P<name>[a-z]\w{5,}): "}[tree.lang]
    got = pick(tree, rng, pattern)
    if not got or len(tree.uses(got[2]["name"])) < 2:
        return False
    f, text, m = got
    n = m["name"]
    return replace(tree, f, text, m.start("name"), m.end("name"), rng.choice(["MY_" + n if n.isupper() else "my_" + n, n + "S" if n.isupper() else n + "s", n[:-1]]))


def target_renamed(tree, rng, pick):
    pattern = {"cmake": r"(?i)^[ \t]*add_(?:library|executable) ?\( ?(?P<name>\w{3,})", "make": r"^(?P<name>[\w/.-]{3,}):(?!=)"}[tree.lang]
    got = pick(tree, rng, pattern)
    if not got:
        return False
    f, text, m = got
    n = m["name"]
    return replace(tree, f, text, m.start("name"), m.end("name"), rng.choice([n + "_lib", n[:-1], n + "s"]))


def word_lost(tree, rng, pick):
    """A closing word of the language."""
    pattern = {"cmake": r"(?i)^[ \t]*end(?:if|foreach|function|macro) ?\([^)\n]*\)[ \t]*$", "sh": r"\b(?:fi|done|esac|then|do)\b(?=[ \t]*(?:\n|;))", "make": r"^[ \t]*(?:endif|endef)\b"}[tree.lang]
    got = pick(tree, rng, pattern)
    if not got:
        return False
    f, text, m = got
    return replace(tree, f, text, m.start(), m.end(), "")


def quote_lost(tree, rng, pick):
    got = pick(tree, rng, r"\"", None, False)
    if not got:
        return False
    f, text, m = got
    return replace(tree, f, text, m.start(), m.end(), "")


def key_renamed(tree, rng, pick):
    got = pick(tree, rng, r"^[ ]+(?:- )?(?P<name>[a-z_]{4,})(?=:)", r"tasks/|handlers/|(^|/)site\.yml|playbook")
    if not got:
        return False
    f, text, m = got
    n = m["name"]
    i = rng.randrange(1, len(n) - 1)
    return replace(tree, f, text, m.start("name"), m.end("name"), rng.choice([n + "s", n[:i] + n[i + 1:], n.replace("_", "-")]))


def role_renamed(tree, rng, pick):
    roles = sorted(p for p in (tree.folder / "roles").iterdir() if p.is_dir()) if (tree.folder / "roles").is_dir() else []
    if not roles:
        return False
    role = rng.choice(roles)
    role.rename(role.with_name(role.name + rng.choice(["_server", "s", "2"])))
    return True


NATIVE, BUILD = ("c", "cpp"), ("c", "cpp", "make", "cmake")
FAULTS = {
    "prototype changed": (prototype_changed, NATIVE), "address lost": (address_lost, NATIVE), "arguments swapped": (arguments_swapped, NATIVE + ("java",)),
    "member renamed": (member_renamed, NATIVE + ("java",)), "override changed": (override_changed, ("cpp", "java")), "list entry lost": (list_entry_lost, BUILD),
    "variable renamed": (variable_renamed, ("cmake", "make", "sh", "ansible")), "target renamed": (target_renamed, ("cmake", "make")),
    "word lost": (word_lost, ("cmake", "sh", "make")), "quote lost": (quote_lost, ("sh", "ansible", "cmake", "make")), "key renamed": (key_renamed, ("ansible",)),
    "role renamed": (role_renamed, ("ansible",)),
}
# the shared faults that these languages do not have
WITHOUT = {
    "sh": {"parameter added", "argument dropped", "import lost", "attribute's name", "type changed"},
    "cmake": {"definition renamed", "stale use", "parameter added", "argument dropped", "import lost", "attribute's name", "block doubled", "type changed", "file moved", "file cut"},
    "make": {"definition renamed", "stale use", "parameter added", "argument dropped", "import lost", "attribute's name", "block doubled", "type changed", "file moved", "file cut"},
    "ansible": {"definition renamed", "stale use", "parameter added", "argument dropped", "import lost", "attribute's name", "block doubled", "type changed", "bracket", "file cut"},
}
