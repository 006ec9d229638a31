#!/usr/bin/python3
"""test-verbs.py: what each verb does, with each of its options."""

import hashlib
import os
import shutil

import lab
from helpers import mutate, tap, trees

TRACKER = "udp://tracker.example:6969"
HASH = "0123456789abcdef0123456789abcdef01234567"


def shown(here, name="content.torrent"):
    """What `show` says of a torrent."""
    return here.shoal("show", "--json", name).json()


# --- create ---

def case_create_formats():
    with lab.Folder() as here:
        for text, v1, v2 in (("v1", True, False), ("v2", False, True), ("hybrid", True, True)):
            here.shoal("create", "content", "--format", text, "-o", text)
            found = shown(here, text)
            assert found["format"] == text, found
            assert (found["info_hash"] is not None, found["info_hash_v2"] is not None) == (v1, v2)
        here.shoal("create", "content")
        assert shown(here)["format"] == "hybrid"
        here.shoal("create", "content", "-p", "-t", "https://t.example/a", "-o", "private")
        assert shown(here, "private")["format"] == "v1" and shown(here, "private")["private"]


def case_create_words():
    with lab.Folder() as here:
        here.make("-t", TRACKER, "-t", "http://a.example/a,http://b.example/b", "-w", "http://w.example/",
                  "--node", "router.example:6881", "--source", "SITE", "-c", "Grüße", "-n", "name")
        found = shown(here)
        assert found["announce_list"] == [[TRACKER], ["http://a.example/a", "http://b.example/b"]]
        assert found["web_seeds"] == ["http://w.example/"] and found["dht_nodes"] == ["router.example:6881"]
        assert (found["source"], found["comment"], found["name"]) == ("SITE", "Grüße", "name")
        assert found["creation_date"] is None and found["created_by"].startswith("Shoal ")
        here.make("--no-creator")
        assert shown(here)["created_by"] is None


def case_create_piece_sizes():
    with lab.Folder() as here:
        for text, size in (("32KiB", 32768), ("64k", 65536), ("131072", 131072), ("auto", 16384)):
            here.make("-s", text)
            assert shown(here)["piece_size"] == size, text
        for text in ("0", "-1", "x", "17KiB", "4GiB", "8KiB", "1e400"):
            here.shoal("create", "content", "--piece-size", text, "-o", "no", code=2).one_sentence()
        here.make("-s", "100KB", "-f", "v1", "--allow", "uneven-piece-length")
        assert shown(here)["piece_size"] == 100000


def case_create_globs_and_hidden():
    with lab.Folder({"a.o": 5, "b.c": 5, "x/c.o": 5, "x/d.c": 5, ".h": 5, "x/.i": 5}) as here:
        for options, expected in (
                ([], ["a.o", "b.c", "x/c.o", "x/d.c"]),
                (["-x", "*.o"], ["b.c", "x/d.c"]),
                (["-x", "x"], ["a.o", "b.c"]),
                (["-x", "x/*.o"], ["a.o", "b.c", "x/d.c"]),
                (["-i", "*.c"], ["b.c", "x/d.c"]),
                (["-i", "x", "-x", "*.o"], ["x/d.c"]),
                (["--hidden"], [".h", "a.o", "b.c", "x/.i", "x/c.o", "x/d.c"])):
            here.make(*options)
            assert shown(here)["files"] == expected, (options, shown(here)["files"])
        here.shoal("create", "content", "-x", "*", "-o", "no", code=4).one_sentence()


def case_create_links():
    with lab.Folder({"a": 5}) as here:
        trees.make(here.at("elsewhere"), {"b": 7})
        os.symlink(here.at("elsewhere"), here.at("content", "link"))
        assert "symbolic link" in here.shoal("create", "content", "-o", "one").err
        assert shown(here, "one")["files"] == ["a"]
        here.make("-L")
        assert shown(here)["files"] == ["a", "link/b"]
        os.symlink(".", here.at("content", "loop"))
        assert "circle" in here.shoal("create", "content", "-L", "-o", "no", code=4).one_sentence()
        os.symlink("nowhere", here.at("broken"))
        here.shoal("create", "broken", code=4).one_sentence()


def case_create_sort():
    with lab.Folder({"a": 1, "b": 3, "c": 2}) as here:
        here.make("-f", "v1", "--sort", "size")
        assert shown(here)["files"] == ["b", "c", "a"]
        here.make("-f", "v1", "--sort", "path")
        assert shown(here)["files"] == ["a", "b", "c"]
        here.shoal("create", "content", "--sort", "size", "-o", "no", code=2).one_sentence()
        here.shoal("create", "content", "--sort", "date", "-o", "no", code=2).one_sentence()


def case_create_several_paths():
    with lab.Folder() as here:
        trees.make(here.at("more"), {"m": 9})
        here.shoal("create", "content", "more", code=2).one_sentence()
        here.shoal("create", "content", "more", "-n", "both")
        assert shown(here, "both.torrent")["files"] == ["content/" + f for f in sorted(lab.FILES)] + ["more/m"]
        here.shoal("create", "more", "more", "-n", "twice", code=5).one_sentence()


def case_create_odd_paths():
    with lab.Folder() as here:
        names = {"content/": "content", "./content": "content", "content/sub/..": "content",
                 "content/.": "content", here.at("content"): "content"}
        for path, name in names.items():
            here.shoal("create", path, "-o", "x", "--force")
            assert shown(here, "x")["name"] == name, path
        here.shoal("create", ".", "-C", "content", "-o", "../dot")
        assert shown(here, "dot")["name"] == "content" and shown(here, "dot")["file_count"] == 4
        here.shoal("create", "..", "-C", "content/sub", "-o", "../../up")
        assert shown(here, "up")["name"] == "content"
        here.shoal("create", "content/zz")
        assert shown(here, "zz.torrent")["single_file"] is True


def case_create_empty_files():
    with lab.Folder({"empty": 0}) as here:
        here.shoal("create", "content", code=4).one_sentence()
        os.mkdir(here.at("nothing"))
        here.shoal("create", "nothing", code=4).one_sentence()
        assert here.names() == ["content", "nothing"]


def case_create_outputs():
    with lab.Folder() as here:
        os.mkdir(here.at("out"))
        here.shoal("create", "content", "-o", "out")
        assert os.listdir(here.at("out")) == ["content.torrent"]
        assert here.shoal("create", "content", "-o", "-", "--no-date").raw == here.make()
        assert "there already" in here.shoal("create", "content", code=5).one_sentence()
        here.write("content.torrent", "old")
        here.shoal("create", "content", "--force")
        assert shown(here)["name"] == "content"
        here.shoal("create", "content", "-o", "nowhere/x", code=5).one_sentence()
        assert here.names() == ["content", "content.torrent", "out"]


def case_create_dry_run():
    with lab.Folder() as here:
        assert "hybrid" in here.shoal("create", "content", "--dry-run").out
        plan = here.shoal("create", "content", "--dry-run", "--json").json()
        assert plan["dry_run"] and plan["file_count"] == 4 and plan["content_size"] == 400003
        assert here.names() == ["content"]


def case_create_link_and_threads():
    with lab.Folder() as here:
        done = here.shoal("create", "content", "--link", "-q", "--threads", "3", "--no-date")
        assert done.out.startswith("magnet:?xt=urn:btih:"), done
        first = here.read("content.torrent")
        assert here.make("-j", "1") == first
        here.shoal("create", "content", "-j", "-1", code=2).one_sentence()
        assert "█" in here.shoal("create", "content", "--qr", "--force").out
        assert "##" in here.shoal("create", "content", "--qr", "--force", env={"LC_ALL": "C"}).out
        assert here.shoal("create", "content", "--force", "--json").json()["magnet"].startswith("magnet:")


def case_create_lints():
    with lab.Folder({"a": 5, "A": 5, "b?": 5}) as here:
        cases = [
            ("private-trackerless", ["-p"]), ("small-piece-length", ["-f", "v1", "-s", "1KiB"]),
            ("uneven-piece-length", ["-f", "v1", "-s", "100KB"]), ("local-tracker", ["-t", "http://127.0.0.1/a"]),
            ("tracker-credentials", ["-t", "https://u:p@t.example/a"]),
            ("private-http-tracker", ["-p", "-t", "http://t.example/a"]),
            ("unportable-path", []), ("case-clash", []),
        ]
        rest = {"unportable-path", "case-clash"}
        for name, options in cases:
            allowed = [word for lint in rest - {name} for word in ("--allow", lint)]
            done = here.shoal("create", "content", *options, *allowed, code=10)
            assert f"[{name}]" in done.err and "nothing was written" in done.err, done
            assert here.names() == ["content"]
            here.shoal("create", "content", *options, *allowed, "--allow", name)
            os.unlink(here.at("content.torrent"))
        here.shoal("create", "content", "--allow", "nonsense", code=2).one_sentence()


def case_create_of_standard_input():
    with lab.Folder({"a": 5}) as here:
        assert "not of standard input" in here.shoal("create", "content/a", "-", "--name", "both", code=2).one_sentence()
        here.write("-", b"a file of that name")
        here.shoal("create", "-", "-o", "out", "--name", "dash")


def case_create_says_what_to_do_about_names():
    with lab.Folder({"a": 5, "CON": 5, "sub/aux.c": 5}) as here:
        for path in ("content", "content/CON", "content/sub"):
            done = here.shoal("create", path, code=4)
            assert "rename it" in done.one_sentence() and "--exclude" in done.err and "--name" in done.err, done
        here.shoal("create", "content", "--exclude", "CON", "--exclude", "aux.*")
        here.shoal("create", "content/CON", "--name", "cone")
        assert here.shoal("show", "--json", "cone.torrent").json()["name"] == "cone"
        here.shoal("verify", "cone.torrent", "content/CON")
        here.shoal("create", "content/a", "--name", "nul", code=4).one_sentence()


def case_create_reuse():
    with lab.Folder({"a.bin": 3000000, "b": 10}) as here:
        first = here.make("-s", "16KiB")
        done = here.shoal("create", "content", "--no-date", "-o", "again", "--reuse", "content.torrent")
        assert here.read("again") == first and "were taken from other torrents" in done.err, done
        here.write("content/a.bin", b"x" * 3000000)
        done = here.shoal("create", "content", "--no-date", "-o", "other", "--reuse", ".")
        assert "differs" in done.err, done
        here.shoal("verify", "other", ".")
        here.shoal("create", "content", "-o", "no", "--reuse", "content", code=0)
        here.shoal("create", "content", "-o", "no2", "--reuse", "nowhere", code=4).one_sentence()
        here.shoal("create", "content", "-o", "no2", "--reuse", "content/b", code=4).one_sentence()


def case_create_of_a_folder_whose_one_file_has_its_name():
    with lab.Folder({"content": 70001}) as here:
        for form in ("v1", "v2", "hybrid"):
            here.shoal("create", "content", "--format", form, "-o", form)
            shown = here.shoal("show", "--json", form).json()
            assert (shown["name"], shown["single_file"], shown["file_count"]) == ("content", True, 1), shown
            here.shoal("verify", form, "content")
            here.shoal("verify", form, "content/content")


# --- show ---

def case_show_forms():
    with lab.Folder() as here:
        raw = here.make("-t", TRACKER, "-c", "words")
        human = here.shoal("show", "content.torrent").out
        assert "words" in human and "└─ zz" in human and TRACKER in human
        assert "`- zz" in here.shoal("show", "content.torrent", env={"LC_ALL": "C"}).out
        plain = here.shoal("show", "--plain", "content.torrent")
        assert plain.row("name") == "content" and plain.row("size") == "400003"
        assert ["file", "4", "3", "zz"] in plain.rows()
        assert here.shoal("show", "-", stdin=raw).out == human
        assert here.shoal("show", "--trackers", "--plain", "content.torrent").rows() == [["tracker-1", TRACKER]]
        assert "█" in here.shoal("show", "--qr", "content.torrent").out
        assert "  #4" in here.shoal("show", "-v", "content.torrent").out
        found = shown(here)
        imdl = ("name comment creation_date created_by source info_hash torrent_size content_size private tracker "
                "announce_list update_url dht_nodes piece_size piece_count file_count files")
        assert set(imdl.split()) <= set(found)
        assert found["torrent_size"] == len(raw) and found["file_count"] == 4


def case_layers_that_are_missing():
    """What lacks is said, and an edit makes no torrent that others refuse."""
    with lab.Folder({"one": 70000, "two": 40000, "small": 5}) as here:
        raw = here.make("--format", "v2", "--piece-size", "16KiB")
        bare = mutate.Dict(pair for pair in mutate.decode(raw) if pair[0] != b"piece layers")
        here.write("content.torrent", mutate.encode(bare))
        said = here.shoal("show", "content.torrent")
        assert "missing for 2 files: they are fetched from peers" in said.err, said.err
        assert shown(here)["missing_layers"] == 2
        assert here.shoal("show", "--plain", "content.torrent").row("missing-layers") == "2"
        assert here.shoal("verify", "content.torrent").code == 0
        with open(here.at("content", "one"), "r+b") as file:
            file.write(b"changed")
        said = here.shoal("verify", "content.torrent", code=6)
        assert "one (which part of it is not known" in said.out and "two" not in said.out, said.out
        said = here.shoal("edit", "content.torrent", "--comment", "no", code=4)
        assert "shoal resolve" in said.err, said.err


def case_show_many_files():
    with lab.Folder({f"{i:04}": 1 for i in range(300)}) as here:
        here.make()
        short = here.shoal("show", "content.torrent").out
        assert "… and 100 files more" in short and "0299" not in short
        assert "0299" in here.shoal("show", "--files", "content.torrent").out


def case_show_magnets():
    with lab.Folder() as here:
        link = (f"magnet:?xt=urn:btih:{HASH}&dn=A+name&xl=5&tr=udp%3A%2F%2Ft.example%3A1"
                "&ws=http%3A%2F%2Fw.example%2F&x.pe=192.0.2.1:5&so=0,2-3")
        found = here.shoal("show", "--json", link).json()
        assert found["info_hash"] == HASH and found["name"] == "A name" and found["content_size"] == 5
        assert found["peers"] == ["192.0.2.1:5"] and found["select"] == [[0, 0], [2, 3]]
        plain = here.shoal("show", "--plain", link)
        assert plain.row("select") == "1,3-4" and plain.row("tracker") == "udp://t.example:1"
        assert HASH in here.shoal("show", link).out
        for text in (HASH, HASH.upper(), "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH", HASH + "\n"):
            assert here.shoal("show", "--json", "-", stdin=text.encode()).json()["info_hash"] == HASH, text
            if not text.endswith("\n"):
                assert here.shoal("show", "--json", text).json()["info_hash"] == HASH, text
        for text in ("ab" * 32, "1220" + "ab" * 32):
            assert here.shoal("show", "--json", text).json()["info_hash_v2"] == "ab" * 32
        assert here.shoal("show", "--trackers", link).out.split() == ["Tracker", "udp://t.example:1"]
        assert "█" in here.shoal("show", "--qr", link).out


# --- verify ---

def case_verify_good():
    with lab.Folder() as here:
        for form in ("v1", "v2", "hybrid"):
            here.make("-f", form)
            assert "All is well" in here.shoal("verify", "content.torrent").out
            found = here.shoal("verify", "--json", "content.torrent", "-j", "2").json()
            assert found["good"] and found["pieces"]["bad"] == [] and found["files"] == []
            assert here.shoal("verify", "--plain", "content.torrent").rows()[-1][:2] == ["result", "good"]
            assert here.shoal("verify", "-q", "content.torrent").out == ""
            assert len(here.shoal("verify", "-v", "--json", "content.torrent").json()["files"]) == 4


def case_verify_places():
    with lab.Folder() as here:
        here.make()
        os.mkdir(here.at("elsewhere"))
        here.shoal("verify", "-C", "elsewhere", "../content.torrent")
        here.shoal("verify", "content.torrent", "content")
        here.shoal("verify", "content.torrent", ".")
        here.shoal("verify", "-", stdin=here.read("content.torrent"))
        os.rename(here.at("content"), here.at("elsewhere", "content"))
        done = here.shoal("verify", "content.torrent", code=4)
        assert "neither in this folder nor beside" in done.one_sentence()
        here.shoal("verify", "content.torrent", "elsewhere")
        here.shoal("verify", "content.torrent", "nowhere", code=4).one_sentence()


def case_verify_bad():
    with lab.Folder({"a": 100000, "b": 50000, "c": 50000, "d": 50000, "e": 20000, "f": 5}) as here:
        here.make("-f", "v2", "-s", "16KiB")
        with open(here.at("content", "a"), "r+b") as file:
            file.seek(40000)
            file.write(b"xxxx")
        os.truncate(here.at("content", "b"), 30000)
        os.truncate(here.at("content", "c"), 60000)
        os.unlink(here.at("content", "d"))
        os.unlink(here.at("content", "e"))
        os.mkdir(here.at("content", "e"))
        states = {"a": "corrupt", "b": "short", "c": "long", "d": "missing", "e": "not-a-file"}
        found = here.shoal("verify", "--json", "content.torrent", code=6).json()
        assert {f["path"]: f["state"] for f in found["files"]} == states, found
        assert not found["good"] and found["bad_files"] == 5 and found["pieces"]["count"] == 22
        a = found["files"][0]
        assert a["ranges"] == [{"offset": 32768, "length": 16384}] and a["bad_pieces"] == 1
        assert found["files"][1]["found"] == 30000 and 2 in found["pieces"]["bad"]
        human = here.shoal("verify", "content.torrent", code=6).out
        for text in ("corrupt     a 1 bad piece: bytes 32768-49151", "missing     d", "not a file  e",
                     "has 29.3\u00a0KiB of 48.8\u00a0KiB", "piece 2: a 32768-49151", "5 of 6 files"):
            assert text in human, (text, human)
        plain = here.shoal("verify", "--plain", "content.torrent", code=6)
        assert ["file", "corrupt", "100000", "100000", "1", "a"] in plain.rows()
        assert plain.rows()[-1][:4] == ["result", "bad", "5", "6"] and ["piece", "2"] in plain.rows()


def case_verify_names_some_pieces():
    with lab.Folder({"a": 1000000}) as here:
        here.make("-s", "16KiB")
        here.write("content/a", b"x" * 1000000)
        assert "… and 42 more" in here.shoal("verify", "content.torrent", code=6).out
        assert "piece 61:" in here.shoal("verify", "-v", "content.torrent", code=6).out


def case_verify_names_some_files_of_a_piece():
    with lab.Folder({f"{i:02}": 10 for i in range(20)}) as here:
        here.make("-f", "v1")
        here.write("content/07", b"x" * 10)
        human = here.shoal("verify", "content.torrent", code=6).out
        assert "  piece 0: 00 0-9, 01 0-9, 02 0-9, 03 0-9, …\n" in human, human
        assert "19 0-9\n" in here.shoal("verify", "-v", "content.torrent", code=6).out


def case_verify_wrong_arguments():
    with lab.Folder() as here:
        here.make()
        for words in ([], ["a", "b", "c"], ["content.torrent", "-j", "-5"], ["--threads", "x", "a"]):
            here.shoal("verify", *words, code=2).one_sentence()


# --- magnet ---

def case_magnet_options():
    with lab.Folder() as here:
        here.make("-t", TRACKER, "-w", "http://w.example/")
        link = here.shoal("magnet", "content.torrent").out
        assert link.startswith("magnet:?xt=urn:btih:") and "&tr=" in link and "&ws=" in link
        assert "&tr=" not in here.shoal("magnet", "content.torrent", "--no-trackers").out
        assert "&ws=" not in here.shoal("magnet", "content.torrent", "--no-web-seeds").out
        done = here.shoal("magnet", "content.torrent", "--peer", "192.0.2.1:5", "--peer", "[2001:db8::1]:6")
        assert "x.pe=192.0.2.1:5" in done.out and "2001:db8::1" in done.out
        assert "█" in here.shoal("magnet", "--qr", "content.torrent", "--no-trackers").out
        found = here.shoal("magnet", "--json", "content.torrent").json()
        assert found["magnet"] + "\n" == link and found["trackers"] == [TRACKER]
        again = here.shoal("magnet", found["magnet"], "--no-trackers").out
        assert "&tr=" not in again and found["info_hash"] in again


def case_magnet_select():
    with lab.Folder() as here:
        here.make("-f", "v1")
        for text, wire in (("1", "0"), ("1,3-4", "0,2-3"), (" 2 , 1", "0-1"), ("1-4", "0-3")):
            assert here.shoal("magnet", "content.torrent", "--select", text).out.rstrip().endswith("&so=" + wire)
        for text in ("", "0", "5", "2-1", "x", "1,,2", "1-", "-1", "1-99999999999"):
            here.shoal("magnet", "content.torrent", f"--select={text}", code=2).one_sentence()
        here.make("-f", "hybrid")
        files = shown(here)["files"]
        index = here.shoal("magnet", "--json", "content.torrent", "--select", "2").json()["select"][0][0]
        assert files[1] == "sub/b.bin" and index == 2, (files, index)  # behind the pad of the first
        for peer in ("x", "192.0.2.1", "192.0.2.1:0", "a b:5", ":5"):
            here.shoal("magnet", "content.torrent", "--peer", peer, code=2).one_sentence()


# --- resolve ---

def case_resolve_options():
    with lab.Folder() as here:
        here.make()
        link = f"magnet:?xt=urn:btih:{HASH}"
        for words in ([], [link, link], ["content.torrent"], [link, "--timeout", "x"], [link, "--peer", "x"],
                      [link, "--tracker", "x"], [link, "--port", "70000"]):
            here.shoal("resolve", *words, code=2).one_sentence()
        assert "error" in here.shoal("resolve", link, "-o", "-", "--json", code=2).json()
        here.shoal("resolve", "magnet:?dn=x", code=4).one_sentence()
        here.shoal("download", "content.torrent", "--stop-on-metadata", code=2).one_sentence()
        here.shoal("download", link, "--select", "0", "--timeout", "1s", code=2).one_sentence()


def case_resolve_without_peers():
    with lab.Folder() as here:
        here.make()
        said = here.shoal("resolve", HASH, "-o", "content.torrent", "--no-input", code=5)
        assert "there already" in said.err and "Looking" not in said.err, said
        os.unlink(here.at("content.torrent"))
        done = here.shoal("resolve", HASH, "--bind", "127.0.0.1", "--timeout", "1s", code=7)
        assert "Looking for the metadata" in done.err and "nobody to ask" in done.err, done
        assert here.names() == ["content"]


# --- edit ---

def case_edit_trackers():
    with lab.Folder() as here:
        here.make("-t", "http://a.example/a")
        before = shown(here)

        def tiers(*options):
            here.shoal("edit", "content.torrent", *options)
            assert shown(here)["info_hash"] == before["info_hash"]
            return shown(here)["announce_list"]

        a, b, c, d = (f"http://{n}.example/{n}" for n in "abcd")
        assert tiers("--add-tracker", f"{b},{c}", "-t", d) == [[a], [b, c], [d]]
        assert tiers("--replace-tracker", f"{b}=http://x.example/?q=1") == [[a], ["http://x.example/?q=1", c], [d]]
        assert tiers("--replace-tracker", f"http://x.example/?q=1={b}") == [[a], [b, c], [d]]
        assert tiers("--remove-tracker", a, "--remove-tracker", d) == [[b, c]]
        assert tiers("--remove-tracker", "all", "-t", d) == [[d]]
        assert tiers("--remove-tracker", "all") == []
        for words in (["--remove-tracker", a], ["--replace-tracker", f"{a}={b}"], ["--replace-tracker", "x"],
                      ["-t", "nonsense"], ["-t", ""]):
            here.shoal("edit", "content.torrent", *words, code=2).one_sentence()


def case_edit_words():
    with lab.Folder() as here:
        here.make("-c", "old", "-w", "http://w.example/")
        here.shoal("edit", "content.torrent", "-c", "neu", "--add-web-seed", "ftp://x.example/")
        assert shown(here)["comment"] == "neu"
        assert shown(here)["web_seeds"] == ["http://w.example/", "ftp://x.example/"]
        here.shoal("edit", "content.torrent", "-c", "", "--remove-web-seed", "http://w.example/", "--no-creator")
        found = shown(here)
        assert (found["comment"], found["created_by"]) == (None, None) and found["web_seeds"] == ["ftp://x.example/"]
        here.shoal("create", "content", "-o", "dated")
        here.shoal("edit", "dated", "--no-date")
        assert shown(here, "dated")["creation_date"] is None
        here.shoal("edit", "content.torrent", "--remove-web-seed", "all")
        assert shown(here)["web_seeds"] == []
        here.shoal("edit", "content.torrent", "-w", "udp://x", code=2).one_sentence()
        here.shoal("edit", "content.torrent", "--remove-web-seed", "http://no.example/", code=2).one_sentence()


def case_edit_keeps_unknown_keys():
    with lab.Folder() as here:
        raw = lab.torrent([["f"]], {"zzz": [1, {"k": b"\xff\x00"}], "comment": "old", "announce": "http://a.example/"},
                          unknown={"x": b"\x80"})
        here.write("t", raw)
        here.shoal("edit", "t", "-c", "much longer")
        assert here.read("t") == raw.replace(b"3:old", b"11:much longer")
        here.shoal("edit", "t", "-c", "old")
        assert here.read("t") == raw


def case_edit_info_needs_rehash():
    with lab.Folder() as here:
        for form in ("v1", "v2", "hybrid"):
            for path, name in (("content", "content"), ("content/zz", "zz")):
                here.shoal("create", path, "-f", form, "-o", "t", "--force", "--no-date")
                before, raw = shown(here, "t"), here.read("t")
                for words in (["--name", "new"], ["--source", "S"], ["--private", "--allow", "private-trackerless"]):
                    done = here.shoal("edit", "t", *words, code=2)
                    assert "info-hash would change" in done.one_sentence() and here.read("t") == raw
                    here.shoal("edit", "t", *words, "--rehash", "-o", "u", "--force")
                    after = shown(here, "u")
                    assert after["info_hash"] != before["info_hash"] or form == "v2", words
                    assert after["files"] == before["files"] or words[0] == "--name"
                here.shoal("edit", "t", "--name", "new", "--rehash")
                assert shown(here, "t")["name"] == "new", form
                assert shown(here, "t")["single_file"] == before["single_file"]
                os.rename(here.at(path), here.at("new"))
                here.shoal("verify", "t")
                os.rename(here.at("new"), here.at(path))


def case_edit_private_and_public():
    with lab.Folder() as here:
        here.make("-f", "v1")
        first = here.read("content.torrent")
        here.shoal("edit", "content.torrent", "-p", "-t", "https://t.example/", "--rehash")
        assert shown(here)["private"]
        here.shoal("edit", "content.torrent", "--private", "-c", "no rehash is needed")
        here.shoal("edit", "content.torrent", "--public", "--rehash", "--remove-tracker", "all", "-c", "")
        assert here.read("content.torrent") == first
        here.shoal("edit", "content.torrent", "--public", "--private", code=2).one_sentence()
        done = here.shoal("edit", "content.torrent", "-p", "--rehash", code=10)
        assert "[private-trackerless]" in done.err and here.read("content.torrent") == first
        here.shoal("edit", "content.torrent", "-t", "http://localhost/", code=10)
        here.shoal("edit", "content.torrent", "-n", "a?", "--rehash", code=10)
        here.shoal("edit", "content.torrent", "-t", "http://localhost/", "--allow", "local-tracker")
        here.shoal("edit", "content.torrent", "--allow", "x", "-c", "y", code=2).one_sentence()


def case_edit_outputs():
    with lab.Folder() as here:
        first = here.make()
        here.shoal("edit", "content.torrent", "-c", "x", "-o", "copy")
        assert here.read("content.torrent") == first and shown(here, "copy")["comment"] == "x"
        here.shoal("edit", "content.torrent", "-c", "x", "-o", "copy", code=5).one_sentence()
        here.shoal("edit", "content.torrent", "-c", "y", "--output", "copy", "--force")
        assert here.shoal("edit", "content.torrent", "-c", "y", "-o", "-").raw == here.read("copy")
        assert here.shoal("edit", "-", "-c", "y", stdin=first).raw == here.read("copy")
        os.mkdir(here.at("out"))
        here.shoal("edit", "content.torrent", "-c", "y", "-o", "out")
        assert os.listdir(here.at("out")) == ["content.torrent"]
        here.shoal("edit", "content.torrent", "-c", "y", "-o", "no/where", code=5).one_sentence()
        plan = here.shoal("edit", "content.torrent", "-c", "y", "--dry-run", "--json").json()
        assert plan["changed"] and not plan["info_hash_changed"] and "comment" in plan["keys"]
        assert "Would write" in here.shoal("edit", "content.torrent", "-c", "y", "--dry-run").out
        assert here.read("content.torrent") == first
        here.shoal("edit", "content.torrent", code=2).one_sentence()
        here.shoal("edit", "-c", "y", code=2).one_sentence()
        here.shoal("edit", "content.torrent", "-c", "y", "copy", code=2).one_sentence()
        for name in ("..", "a/b", "", "x" * 300, "a\nb"):
            here.shoal("edit", "content.torrent", "--rehash", "--name", name, code=2).one_sentence()


def case_edit_in_place_keeps_the_rest():
    with lab.Folder() as here:
        here.make()
        os.chmod(here.at("content.torrent"), 0o600)
        os.symlink("content.torrent", here.at("link"))
        here.shoal("edit", "link", "-c", "x")
        assert os.path.islink(here.at("link")) and shown(here)["comment"] == "x"
        assert os.stat(here.at("content.torrent")).st_mode & 0o777 == 0o600
        inode = os.stat(here.at("content.torrent")).st_ino
        here.shoal("edit", "content.torrent", "-c", "x")
        assert os.stat(here.at("content.torrent")).st_ino == inode
        assert here.names() == ["content", "content.torrent", "link"]


# --- help, completions ---

def case_help():
    with lab.Folder() as here:
        overview = here.shoal("help").out
        assert overview == here.shoal("--help").out == here.shoal("-h").out
        assert here.shoal(code=2).err == overview
        for verb in lab.VERBS:
            assert verb in overview
            assert here.shoal("help", verb).out == here.shoal(verb, "--help").out == here.shoal(verb, "-h").out
        assert "did you mean “create”" in here.shoal("help", "craete", code=2).one_sentence()
        assert "shoal help lists" in here.shoal("help", "frob", code=2).err
        here.shoal("help", "create", "show", code=2).one_sentence()
        assert here.shoal("--version").out == here.shoal("-V").out and here.shoal("-V").out.startswith("shoal ")


def case_completions():
    with lab.Folder() as here:
        for shell in ("bash", "zsh", "fish"):
            assert "create" in here.shoal("completions", shell).out
        for words in ([], ["tcsh"], ["bash", "zsh"]):
            here.shoal("completions", *words, code=2).one_sentence()


def case_hashes_are_right():
    with lab.Folder({"one": 40000}) as here:
        shutil.copy(here.at("content", "one"), here.at("one"))
        here.shoal("create", "one", "-f", "v1", "-s", "16KiB", "--no-date", "--no-creator")
        data = here.read("one")
        pieces = b"".join(hashlib.sha1(data[i:i + 16384]).digest() for i in range(0, 40000, 16384))
        info = {"length": 40000, "name": "one", "piece length": 16384, "pieces": pieces}
        assert here.read("one.torrent") == lab.bencode({"info": info})


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
