"""public: the rules on the public functions of the library, each of which tells its reader all of it."""

import re

from includes import public_headers
from tree import problem

DECLARED = re.compile(r"\bSHOAL_API\s+(?P<returns>[^;{()]*?)\b(?P<name>shoal_\w+)\s*\((?P<arguments>[^;]*?)\);")
DEFINED = re.compile(r"^(?P<name>shoal_\w+) \((?P<arguments>[^)]*)\)\n\{\n(?P<body>.*?)^\}", re.M | re.S)
COMMENT = re.compile(r"/\*\*\n \* (?P<name>shoal_\w+):[^\n]*\n(?P<text>.*?)\*/", re.S)

# What may be NULL without a word: as everywhere in GLib.
CONVENTIONAL = ("user_data", "error", "callback", "cancellable")


def declared(tree):
    """(name, what it returns) of each public function; types register themselves."""
    for path in public_headers(tree):
        for match in DECLARED.finditer(tree.text(path)):
            if not match["name"].endswith("_get_type"):
                yield match["name"], match["returns"].strip()


def sources(tree):
    """The C files beside the public headers."""
    return [path for path in tree.select(".c", under="client-core") if path.count("/") == 1]


def parameter(text, name):
    """What a comment says of a parameter; None: nothing."""
    match = re.search(rf"^ \* @{name}:(.*?)(?=^ \* @|^ \*$|\Z)", text, re.M | re.S)
    return match and match[1]


def pointers(arguments):
    """The names of the arguments that are pointers."""
    for argument in arguments.split(","):
        if "*" in argument:
            yield re.sub(r".*[\s*]", "", argument.strip())


def guarded(name, body):
    """Whether a function refuses NULL there, or hands it first to one that does."""
    return re.search(rf"g_return\w+ \([^;]*\b{name}\b", body) or re.search(rf"\A  return \w+_finish_done \(.*\b{name}\b", body)


def faults(function, text):
    """What is wrong with a definition and its comment."""
    names = [re.sub(r".*[\s*]", "", one.strip()) for one in function["arguments"].split(",")]
    for name in names:
        if name not in ("void", "self") and parameter(text, name) is None:
            yield f"does not tell of @{name}"
    for name in pointers(function["arguments"]):
        said = parameter(text, name) or ""
        optional = "(nullable)" in said or "(optional)" in said or name in CONVENTIONAL
        if not optional and not (name == "n" and "array length=n" in text) and not guarded(name, function["body"]):
            yield f"takes NULL for {name}"
    if "GError **" in function["arguments"] and "SHOAL_ERROR" not in text:
        yield "does not tell its errors"


def check_public_functions(tree):
    """Parameters, results and errors are told of, and what may not be NULL is refused when it is."""
    returns = dict(declared(tree))
    found, seen, told = [], set(), {}
    for path in sources(tree):
        told |= {match["name"]: match["text"] for match in COMMENT.finditer(tree.text(path))}
    for path in sources(tree):
        text = tree.text(path)
        for function in DEFINED.finditer(text):
            name = function["name"]
            if name not in returns:
                continue
            seen.add(name)
            line = text.count("\n", 0, function.start()) + 1
            wrong = list(faults(function, told.get(name, "")))
            if name not in told:
                wrong = ["has no comment"]
            elif returns[name] != "void" and "Returns:" not in told[name]:
                wrong.append("does not tell what it returns")
            found += [problem(path, line, f"{name} {fault}") for fault in wrong]
    return found + [problem("client-core/shoal.h", 1, f"{name} is defined nowhere") for name in set(returns) - seen]
