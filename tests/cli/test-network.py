#!/usr/bin/python3
"""test-network.py: the options of the verbs that go to the network, as far as no network is needed."""

import lab
from helpers import tap

HASH = "0123456789abcdef0123456789abcdef01234567"
TRANSFERS = (["download", "content.torrent"], ["seed", "content.torrent"], ["create", "content", "--seed", "-o", "x"])

# What a transfer refuses before it begins.
BAD = [
    ["--port", "65536"], ["--port", "-1"], ["--port", "x"],
    ["--limit-down", "fast"], ["--limit-up", "-1"], ["--limit-up", "2X"], ["--limit-down", ""],
    ["--seed-ratio", "0"], ["--seed-ratio", "-1"], ["--seed-ratio", "x"], ["--seed-ratio", ""], ["--seed-ratio", "1x"],
    ["--encryption", "yes"], ["--encryption", ""], ["--encryption", "Off"],
    ["--seed-for", "2"], ["--seed-for", "h"], ["--seed-for", "-2h"], ["--seed-for", "2 h"],
    ["--peer", "nohost"], ["--peer", "192.0.2.1"], ["--peer", "192.0.2.1:0"], ["--peer", ":80"], ["--peer", "a b:80"],
    ["--peer", "192.0.2.1:80", "--peer", "x"],
]
OF_DOWNLOAD = [
    ["--select", ""], ["--select", "0"], ["--select", "5"], ["--select", "2-1"], ["--select", "1,x"], ["--select", "1,,2"],
    *(["--rename", text] for text in ("", "1", "=x", "1=", "0=x", "5=x", "x=1", "-1=x", "1,2=x")),
    ["--on-complete", "'unclosed"], ["--on-complete", ""], ["--timeout", "x"],
    ["--tracker", "x"], ["--tracker", "ftp://tracker.example/"], ["--tracker", "udp://"],
]
TRACKER = [
    [], ["announce"], ["scrape"], ["list", "x"], ["announce", "x", "y"], ["announce", "udp://tracker.example:80"],
    ["scrape", "udp://tracker.example:80"],
    ["announce", "udp://tracker.example:80", "-i", "xyz"], ["scrape", "http://tracker.example/announce", "-i", HASH[:-1]],
    ["announce", "udp://tracker.example:80", "-i", HASH, "-i", HASH],
    *([*["announce", "content.torrent"], *more] for more in (
        ["--port", "0"], ["--port", "65536"], ["--event", "begun"], ["--left", "much"], ["--numwant", "-1"],
        ["--numwant", "99999999"], ["--timeout", "0s"], ["--timeout", "x"])),
]


def refused(here, words):
    """Checks that the command line is refused in a sentence, and as JSON."""
    here.shoal(*words, code=2).one_sentence()
    done = here.shoal(*words, "--json", code=2)
    assert words[0] not in ("download", "seed") or done.out.count("\n") == 1, done  # events, each in a line
    error = done.json()["error"]
    assert error["code"] == "usage" and error["message"], (words, error)


def case_transfers_refuse():
    with lab.Folder() as here:
        here.make()
        for verb in TRANSFERS:
            for words in [*BAD, ["--nonsense"], ["--color", "pink"]]:
                refused(here, [*verb, *words])
        for words in OF_DOWNLOAD:
            refused(here, ["download", "content.torrent", *words])
        refused(here, ["seed", "content.torrent", "--until-ratio", "x"])
        assert here.names() == ["content", "content.torrent"], here.names()


def case_create_and_seed_needs_the_name():
    with lab.Folder() as here:
        for words in (["content", "--name", "other"], ["content", "content/zz", "--name", "content"],
                      ["content", "-o", "-", "--json"]):
            here.shoal("create", "--seed", *words, code=2)
        assert here.names() == ["content"]
        here.shoal("create", "--seed", "--dry-run", "content")


def case_tracker_refuses():
    with lab.Folder() as here:
        here.make()
        for words in TRACKER:
            refused(here, ["tracker", *words])


def case_torrents_that_name_no_tracker():
    with lab.Folder() as here:
        here.make()
        for word in ("announce", "scrape"):
            assert "names no tracker" in here.shoal("tracker", word, "content.torrent", code=8).one_sentence()
        assert "warning: " in here.shoal("show", "--scrape", "content.torrent").err
        here.shoal("tracker", "announce", "none.torrent", code=4).one_sentence()
        here.shoal("tracker", "scrape", "magnet:?xt=urn:btih:" + HASH, code=8).one_sentence()


def case_addresses_that_are_none():
    with lab.Folder() as here:
        here.make("-t", "http://tracker.example/announce")
        for verb in (["seed", "content.torrent"], ["tracker", "scrape", "content.torrent"]):
            here.shoal(*verb, "--bind", "nonsuch0", code=8).one_sentence()
            done = here.shoal(*verb, "--bind", "nonsuch0", "--json", code=8)
            assert '"error"' in done.out, done
            assert "neither an address nor a network interface" in done.out, done
        done = here.shoal("seed", "content.torrent", "--bind", "192.0.2.1", "--no-port-mapping", code=8)
        assert "Cannot assign requested address" in done.err, done


def case_events_are_documented():
    with lab.Folder({}) as here:
        page = here.shoal("help", "--man", "download").out.replace("\\&", "")
        for word in ("started", "verifying", "downloading", "progress", "tracker", "complete", "seeding", "stopped", "renamed",
                     "error", "schema", "wanted_left", "rate_down", "elapsed_ms"):
            assert word in page, word


def case_a_url_that_is_a_file():
    with lab.Folder() as here:
        here.make()
        here.write("http:/x/y.torrent", b"<html>")
        here.shoal("download", "http:/x/y.torrent", code=4).one_sentence()


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
