#!/usr/bin/python3
"""site_maker.py GIR FOLDER: makes the site of libshoal-1 out of the comments in its sources and docs/guide.md.

What comments name, `shoal_session_add()`, `#ShoalTorrent:folder`, becomes a link; a name that nothing has
is an error, like every warning of gi-docgen and every link of the site that leads nowhere.
"""

import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
CORE, C, GLIB = (f"{{http://www.gtk.org/introspection/{name}/1.0}}" for name in ("core", "c", "glib"))
CALL = re.compile(r"\b(shoal_\w+)\(\)")
TYPE = re.compile(r"#(Shoal\w+)(::?)?([\w-]*)")


def functions(namespace):
    """{C name: link} of all that can be called."""
    found = {f.get(C + "identifier"): f"func@Shoal.{f.get('name')}" for f in namespace.iter(CORE + "function")}
    for owner in namespace:
        for tag, kind in (("constructor", "ctor"), ("method", "method"), ("function", "type_func")):
            for function in owner.findall(CORE + tag):
                found[function.get(C + "identifier")] = f"{kind}@Shoal.{owner.get('name')}.{function.get('name')}"
    return found


def types(namespace):
    """{C name: link} of classes, enumerations and the like."""
    kinds = {"class": "class", "interface": "iface", "enumeration": "enum", "bitfield": "flags", "record": "struct"}
    found = {}
    for owner in namespace:
        kind = kinds.get(owner.tag.removeprefix(CORE))
        if kind == "enum" and owner.get(GLIB + "error-domain"):
            kind = "error"
        if kind and owner.get(C + "type"):
            found[owner.get(C + "type")] = f"{kind}@Shoal.{owner.get('name')}"
    return found


class Linker:
    """Turns what a comment names into links."""

    def __init__(self, namespace):
        self.functions, self.types, self.unknown = functions(namespace), types(namespace), set()

    def call(self, match):
        """The link to a function; one that is for C alone stays as it is."""
        link = self.functions.get(match[1])
        if link is None:
            self.unknown.add(match[0])
        return f"[{link}]" if link else match[0]

    def type(self, match):
        """The link to a type, a property or a signal of one."""
        name, colons, member = match.groups()
        link = self.types.get(name)
        if link is None:
            self.unknown.add(match[0])
            return match[0]
        if not member:
            return f"[{link}]{colons or ''}"
        kind = {":": "property", "::": "signal"}[colons]
        return f"[{kind}@{link.split('@')[1]}{colons}{member}]"

    def link(self, text):
        """A comment with links."""
        return TYPE.sub(self.type, CALL.sub(self.call, text))


def linked(gir, out):
    """Writes the GIR with links in its comments; returns what they name and nothing has."""
    for prefix, uri in (("", CORE), ("c", C), ("glib", GLIB)):
        ET.register_namespace(prefix, uri[1:-1])
    tree = ET.parse(gir)
    linker = Linker(tree.getroot().find(CORE + "namespace"))
    for comment in tree.iter(CORE + "doc"):
        comment.text = linker.link(comment.text)
    tree.write(out, encoding="utf-8", xml_declaration=True)
    return linker.unknown


def titled(source, out):
    """The guide as gi-docgen wants it: its title above it, not in it."""
    with open(source, encoding="utf-8") as guide:
        title, text = guide.read().split("\n", 1)
    with open(out, "w", encoding="utf-8") as guide:
        guide.write(f"Title: {title.removeprefix('# ')}\n{text}")


class Links(html.parser.HTMLParser):
    """The links of a page, and what may be linked to in it."""

    def __init__(self, file):
        super().__init__()
        self.links, self.names = [], set()
        with open(file, encoding="utf-8") as page:
            self.feed(page.read())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.names |= {values.get("id"), values.get("name")}
        self.links += [values[key] for key in ("href", "src") if values.get(key)]


def broken(folder):
    """[(page, link)] of what leads nowhere."""
    pages = {name: Links(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".html")}
    found = []
    for name, page in sorted(pages.items()):
        for link in page.links:
            parts = urllib.parse.urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = urllib.parse.unquote(parts.path) or name
            there = os.path.exists(os.path.join(folder, target))
            if not there or (parts.fragment and target in pages and parts.fragment not in pages[target].names):
                found.append((name, link))
    return found


def build(gir, folder):
    """Makes the site; returns what is wrong with it."""
    with tempfile.TemporaryDirectory() as work:
        for name in ("library.toml", "urlmap.js"):
            shutil.copy(os.path.join(HERE, name), work)
        titled(os.path.join(HERE, "guide.md"), os.path.join(work, "guide.md"))
        source = os.path.join(work, os.path.basename(gir))
        problems = [f"{name} is nothing of the library" for name in sorted(linked(gir, source))]
        command = ["gi-docgen", "generate", "--quiet", "--fatal-warnings", "--no-namespace-dir", "-C",
                   os.path.join(work, "library.toml"), "--content-dir", work, "--output-dir", folder, source]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = (done.stdout + done.stderr).strip()
        if done.returncode != 0 or said:
            problems.append(f"gi-docgen ended with {done.returncode}: {said}")
    if done.returncode == 0:
        problems += [f"{page}: {link} leads nowhere" for page, link in broken(folder)]
    return problems


def main():
    """The command line."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if problems := build(*sys.argv[1:]):
        sys.exit("\n".join(problems))


if __name__ == "__main__":
    main()
