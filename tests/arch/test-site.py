#!/usr/bin/python3
"""test-site.py: the site of libshoal-1 is made without a warning, and has a page for all that is public."""

import os
import shutil
import sys
import tempfile

from helpers import tap

GIR, DOCS, SYMBOLS = sys.argv[1:]
sys.path.insert(0, DOCS)
import site_maker  # noqa: E402 (it lies beside the documents)

# For C alone: introspection leaves it out.
NO_PAGE = {"shoal_error_new_problem"}


def built(gir, check):
    """Makes the site; hands what is wrong with it and its folder over."""
    with tempfile.TemporaryDirectory() as folder:
        check(site_maker.build(gir, folder), folder)


def case_the_site_has_no_faults():
    def check(problems, folder):
        assert not problems, "\n".join(problems)
        with open(os.path.join(folder, "guide.html"), encoding="utf-8") as page:
            assert "Torrents in your program" in page.read()
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as index:
            said = index.read()
        with open(SYMBOLS, encoding="utf-8") as symbols:
            missing = [name for name in symbols.read().split()
                       if f'"{name}"' not in said and not name.endswith("_get_type") and name not in NO_PAGE]
        assert not missing, f"no page has {missing}"
    built(GIR, check)


def case_wrong_names_are_seen():
    with open(GIR, encoding="utf-8") as file:
        text = file.read()
    wrong = {"shoal_torrent_halt()": "shoal_torrent_pause()", "#ShoalTorrent:mowing": "#ShoalTorrent:moving"}
    for name, was in wrong.items():
        assert was in text, was
        text = text.replace(was, name)

    def check(problems, _folder):
        said = "\n".join(problems)
        assert "shoal_torrent_halt()" in said and "'mowing'" in said, said
    with tempfile.NamedTemporaryFile("w", suffix=".gir", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        built(file.name, check)


CASES = [
    case_the_site_has_no_faults,
    case_wrong_names_are_seen,
]

if __name__ == "__main__":
    if shutil.which("gi-docgen") is None:
        tap.skip_all("gi-docgen is not installed")
    tap.main(CASES)
