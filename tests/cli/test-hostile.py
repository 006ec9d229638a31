#!/usr/bin/python3
"""test-hostile.py: names that attack terminals and scripts, and input that is not what it should be."""

import json
import os

import lab
from helpers import tap

# Names as a stranger may put them into a torrent.
NAMES = [
    b"\x1b]0;owned\x07\x1b[2J", b"\xc2\x9b31mC1", b"line\nbreak", b"carriage\rreturn", b"tab\tbed", b"\x7fdel\x08",
    "\u202egnp.exe".encode(), "\u2066isolate\u2069".encode(), "zero\u200bwidth\ufeff\U000e0041".encode(), b"\xff\xfe\xfd",
    b"\xed\xa0\x80surrogate", b'quote"back\\slash', b"nul\x00byte", b"..", b"/", b"con", b"a" * 400,
    "\u2028separator".encode(), b"%s%n", b"$(reboot)", b"-rf",
]


def hostile_torrents():
    """{name: bytes}: the names in every place that is shown."""
    found = {"files": lab.torrent([[name] for name in NAMES], pieces=b"x" * 20),
             "folders": lab.torrent([[name, b"f"] for name in NAMES])}
    for i, name in enumerate(NAMES):
        words = {key: name for key in ("comment", "created by")}
        outer = {**words, "announce": b"http://a.example/" + name, "url-list": [b"http://w.example/" + name],
                 "announce-list": [[b"udp://t.example/" + name]], "nodes": [[name, 5]], "unknown": name}
        found[f"words {i}"] = lab.torrent([[b"f"]], outer, name=name, source=name, **{"update-url": name})
    return found


def case_torrents_are_shown_without_harm():
    with lab.Folder({}) as here:
        for name, raw in hostile_torrents().items():
            here.write("t", raw)
            for words in (["show", "t"], ["show", "-v", "--files", "t"], ["show", "--plain", "t"],
                          ["show", "--trackers", "t"], ["magnet", "t"], ["verify", "t", "."],
                          ["verify", "-v", "t", "."], ["verify", "--plain", "t", "."], ["verify", "t"],
                          ["edit", "--dry-run", "-c", "x", "t"]):
                done = here.shoal(*words, code=None)
                assert done.code in (0, 4, 6), (name, words, done)
                assert not lab.harmful(done.raw + done.raw_err), (name, words, done)
                if "--plain" in words:
                    assert all(len(row) > 1 for row in done.rows()), (name, done)


def case_json_is_valid_whatever_the_names():
    with lab.Folder({}) as here:
        for name, raw in hostile_torrents().items():
            here.write("t", raw)
            for words in (["show", "t"], ["magnet", "t"], ["verify", "t", "."], ["verify", "-v", "t"],
                          ["edit", "--dry-run", "-c", "x", "t"]):
                done = here.shoal(*words, "--json", code=None)
                found = json.loads(done.raw.decode("utf-8"))
                assert found["schema"] == 1, (name, words)


def case_magnets_are_shown_without_harm():
    with lab.Folder({}) as here:
        for name in NAMES:
            text = "".join(f"%{b:02x}" for b in name)
            link = f"magnet:?xt=urn:btih:{'ab' * 20}&dn={text}&tr=http://a.example/{text}&x.pe={text}:5&ws={text}&{text}"
            for words in (["show", link], ["show", "--plain", link], ["magnet", link]):
                done = here.shoal(*words)
                assert not lab.harmful(done.raw + done.raw_err), (name, words, done)
            here.shoal("show", "--json", link).json()


def case_names_on_disk():
    with lab.Folder({}) as here:
        base = os.fsencode(here.path)
        for i, name in enumerate((b"\xff\xfe", b"esc\x1b[2J", b"line\nbreak", "bidi\u202e".encode(), b"c1\xc2\x9b", b"a\\b")):
            folder = os.path.join(base, b"d%d" % i)
            os.mkdir(folder)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(b"x")
            for words in (["create", f"d{i}"], ["create", os.path.join(b"d%d" % i, name)], ["create", f"d{i}", "--json"]):
                done = here.shoal(*words, "-o", "t", code=None)
                if done.code == 0:
                    os.unlink(here.at("t"))
                elif "--json" in words:
                    assert done.json()["error"]["message"], done
                else:
                    assert done.code == 4 and "name" in done.one_sentence(), (name, done)
                assert not lab.harmful(done.raw_err), (name, done)
            assert not os.path.exists(here.at("t"))
        bad = b"\xff.torrent"
        with open(os.path.join(base, bad), "wb") as file:
            file.write(lab.torrent([["f"]]))
        here.shoal("show", bad)
        here.shoal("verify", bad, ".", code=6)
        here.shoal("show", bad, "--json").json()
        here.shoal("edit", bad, "-c", "x", "--json").json()
        for verb in ("show", "verify", "edit", "magnet"):
            words = ["-c", "x"] if verb == "edit" else []
            here.shoal(verb, b"\xff\x1b[2Jnone", *words, code=4).one_sentence()
            here.shoal(verb, b"\xff\x1b[2Jnone", *words, "--json", code=4).json()


MALFORMED = [
    b"", b"\n", b"d", b"e", b"de", b"i5e", b"le", b"0:", b"d4:infoe", b"d4:infodee", b"d4:infoi5ee", b"d4:info0:e",
    b"d" * 100000, b"l" * 100000, b"d4:info" + b"d1:a" * 200, b"99999999999999999999:", b"-1:", b"d-1:a",
    b"d4:infod4:name1:n6:lengthi-1e12:piece lengthi16384e6:pieces0:ee", b"\x00" * 5000, b"\xff" * 5000, b"<html>" * 30,
    lab.torrent([]), lab.torrent([["f"]], pieces=b"x"), lab.torrent([["f"]], pieces=b"x" * 40),
    lab.torrent([["f"]], **{"piece length": 0}), lab.torrent([["f"]], **{"piece length": -5}),
    lab.torrent([["f"]], **{"piece length": 1 << 40}), lab.torrent([["f"]], **{"meta version": 9}),
    lab.torrent([["f"]], length=5), lab.torrent([["f"]], files=5), lab.torrent([["f"]], files=[]),
    lab.torrent([["f"]], name=5), lab.torrent([["f"]]) + b"x", lab.torrent([["f"]])[:-1],
    lab.torrent([["f"]]).replace(b"6:length", b"6:pieces"), b"d4:infod4:name1:ne4:infod4:name1:nee",
    lab.torrent([["f"]], files=[{"length": 1 << 62, "path": ["a"]}, {"length": 1 << 62, "path": ["b"]}]),
]


def case_malformed_torrents():
    with lab.Folder({}) as here:
        for i, raw in enumerate(MALFORMED):
            here.write("t", raw)
            for words in (["show", "t"], ["show", "-"], ["verify", "t", "."], ["magnet", "t"],
                          ["edit", "t", "-c", "x"], ["edit", "t", "-c", "x", "-o", "u"]):
                here.shoal(*words, stdin=raw, code=4).one_sentence()
            here.shoal("show", "--json", "t", code=4).json()
            assert here.read("t") == raw and not os.path.exists(here.at("u")), i


def case_what_is_no_torrent_is_told():
    with lab.Folder() as here:
        link = "magnet:?xt=urn:btih:" + "ab" * 20
        for name, data, hint in (("empty", b" \n", "nothing in it"), ("page", b"\n<!DOCTYPE html>", "page of the web"),
                                 ("film", b"\x1aE\xdf\xa3" * 40, "another kind")):
            here.write(name, data)
            for verb in ("show", "verify", "magnet", "download"):
                for words, stdin in (([name], b""), (["-"], data)):
                    assert hint in here.shoal(verb, *words, stdin=stdin, code=4).err, (verb, name)
        for words, hint in ((["show", "content"], "shoal create"), (["verify", link], "shoal resolve"),
                            (["seed", link], "shoal resolve"), (["show", "https://a.example/x.torrent"], "shoal download")):
            done = here.shoal(*words, code=4)
            assert "hint: " in done.err and hint in done.err, done
            assert hint in here.shoal(*words, "--json", code=4).json()["error"]["hint"]


def case_what_is_no_file():
    with lab.Folder() as here:
        for words in (["show", "content"], ["verify", "content"], ["edit", "content", "-c", "x"], ["magnet", "content"],
                      ["show", "/dev/null"], ["show", "content/zz/x"], ["show", "x" * 5000], ["show", ""],
                      ["create", ""], ["create", "/dev/null"], ["create", "content/zz/x"]):
            here.shoal(*words, code=4).one_sentence()
        assert here.names() == ["content"]


def case_malformed_magnets():
    with lab.Folder({}) as here:
        good = "ab" * 20
        for text in ("magnet:", "magnet:?", "magnet:?dn=x", "magnet:?xt=", "magnet:?xt=urn:btih:", "magnet:?xt=urn:btih:ab",
                     f"magnet:?xt=urn:btih:{good}g", f"magnet:?xt=urn:btih:{'zz' * 20}", f"magnet:?xt=urn:btmh:{good}",
                     f"magnet:?xt=urn:btih:{good}&xt=urn:btih:{'cd' * 20}", "magnet:?xt=urn:btih:%zz",
                     f"magnet:xt=urn:btih:{good}", "magnet:?xt=urn:btih:" + "a" * 70000, "MAGNET:?x",
                     "magnet:?\x1b[2J"):
            for verb in ("show", "magnet", "resolve", "download"):
                here.shoal(verb, text, code=4).one_sentence()
            here.shoal("show", "-", stdin=text.encode(), code=4).one_sentence()
            here.shoal("show", "--json", text, code=4).json()
        for text in (good[:-1], good + "a", "g" * 40, "http://x.example/x.torrent"):
            here.shoal("show", text, code=4).one_sentence()


def case_malformed_options():
    with lab.Folder() as here:
        for words in (
                ["-f", ""], ["-f", "v3"], ["-s", ""], ["-s", "1MiB2"], ["-s", "nan"], ["-s", "0x10"], ["-s", "99999999999TiB"],
                ["-t", ""], ["-t", "x"], ["-t", "http://"], ["-t", "file:///x"], ["-t", "http://a.example/,"], ["-w", ""],
                ["-w", "x"], ["-w", "udp://a.example:1"], ["--node", ""], ["--node", "x"], ["--node", "x:0"],
                ["--node", "x:99999"], ["--sort", ""], ["-j", "0x"], ["-j", "99999999999999"], ["-j", "2000"],
                ["--allow", ""], ["-c", b"\xff"], ["--source", b"\xc3"], ["-n", b"\xff"], ["-x", b"\xff"], ["-t", b"\xff"]):
            here.shoal("create", "content", "-o", "t", *words, code=2).one_sentence()
            assert here.names() == ["content"], words
        for name in ("", "..", ".", "a/b", "x" * 256, "a\nb", "\x1b[2J"):
            done = here.shoal("create", "content", "-o", "t", "-n", name, code=None)
            assert done.code in (2, 4) and done.one_sentence(), (name, done)
            assert here.names() == ["content"], name


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
