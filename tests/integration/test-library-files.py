#!/usr/bin/python3
"""test-library-files.py: torrents made and verified by the library, on threads of their own."""

import os

from helpers import library, network, tap, trees
from helpers.library import in_lab, iterate
from gi.repository import Gio, GLib, Shoal


def answer(start, finish, *arguments):
    """Runs a pair of functions; its result, or its error."""
    answers = []

    def done(source, result):
        try:
            answers.append(finish(source, result))
        except GLib.Error as error:
            answers.append(error)
    start(*arguments, done)
    iterate(lambda: answers, 30, "an answer")
    return answers[0]


def create(creator, cancellable=None):
    """What a creator makes."""
    return answer(creator.create_async, Shoal.Creator.create_finish, cancellable)


def verify(verifier, torrent, folder, cancellable=None):
    """What a verifier says."""
    return answer(verifier.verify_async, Shoal.Verifier.verify_finish, torrent, folder, cancellable)


def content(lab):
    """A folder to share."""
    folder = lab.path("content")
    trees.make(folder, {"tree/a.bin": 300001, "tree/b/c": 7, "tree/b/.hidden": 3, "tree/x.part": 5})
    return os.path.join(folder, "tree")


def seen(lab, torrent):
    """What our own program reads in a torrent."""
    file = lab.path("made.torrent")
    with open(file, "wb") as out:
        out.write(torrent.get_data())
    return library.shown(file)


@in_lab
def case_create(lab):
    creator = Shoal.Creator(format=Shoal.Format.HYBRID, piece_length=65536, private=True, source="here",
                            comment="ünï", output=lab.path("made.torrent"))
    creator.add_path(content(lab))
    creator.add_exclude("*.part")
    assert creator.add_tracker("udp://b.example:80", 1) and creator.add_tracker("http://a.example/announce", 0)
    assert creator.add_web_seed("https://web.example/files/")
    heard = []
    creator.connect("progress", lambda _it, *figures: heard.append(figures))
    torrent = create(creator)
    with open(creator.props.output, "rb") as file:
        assert file.read() == torrent.get_data(), "the file is what was answered"
    facts = seen(lab, torrent)
    assert facts["piece_size"] == 65536 and facts["private"] is True and facts["comment"] == "ünï", facts
    assert facts["source"] == "here", facts
    text = str(facts)
    assert text.index("a.example") < text.index("b.example") and "web.example" in text
    assert "x.part" not in text and ".hidden" not in text and heard
    again = create(creator)
    assert again.domain == "shoal-error-quark" and again.code == Shoal.Error.EXISTS, again


@in_lab
def case_create_fails(lab):
    creator = Shoal.Creator.new()
    assert "nothing to share" in create(creator).message
    creator.add_path(lab.path("nowhere"))
    error = create(creator)
    assert "nowhere" in error.message and error.code == Shoal.Error.NOT_FOUND, error
    creator = Shoal.Creator.new()
    folder = lab.path("Clash")
    trees.make(folder, {"Readme": 5, "README": 5})
    creator.add_path(folder)
    error = create(creator)
    assert "letter case" in error.message and error.code == Shoal.Error.UNFIT, error
    for url in ("", "ftp://x", "nonsense"):
        try:
            creator.add_tracker(url, 0)
            assert False, url
        except GLib.Error as error:
            assert error.code == Shoal.Error.INVALID, error
    cancelled = Gio.Cancellable()
    cancelled.cancel()
    creator = Shoal.Creator.new()
    creator.add_path(content(lab))
    assert create(creator, cancelled).code == Shoal.Error.CANCELLED


@in_lab
def case_verify(lab):
    folder = content(lab)
    creator = Shoal.Creator(format=Shoal.Format.V1, piece_length=65536)
    creator.add_path(folder)
    torrent = create(creator)
    verifier = Shoal.Verifier.new()
    heard = []
    verifier.connect("progress", lambda _it, *figures: heard.append(figures))
    assert not verifier.is_good() and verifier.get_n_pieces() == 0
    assert verify(verifier, torrent, folder) is True and verifier.is_good()
    assert verifier.dup_bad_pieces() == [] and verifier.dup_bad_files() == [] and heard
    with open(os.path.join(folder, "a.bin"), "r+b") as file:
        file.seek(70000)
        file.write(b"no")
    os.unlink(os.path.join(folder, "x.part"))
    assert verify(verifier, torrent, os.path.dirname(folder)) is True and not verifier.is_good()
    assert verifier.dup_bad_files() == ["a.bin", "x.part"] and 1 in verifier.dup_bad_pieces()
    states = {path: state for path, state, _bad in (verifier.get_file(i) for i in range(verifier.get_n_files()))}
    assert states == {"a.bin": Shoal.FileState.CORRUPT, "b/c": Shoal.FileState.GOOD,
                      "x.part": Shoal.FileState.MISSING}, states
    cancelled = Gio.Cancellable()
    cancelled.cancel()
    assert verify(verifier, torrent, folder, cancelled).code == Shoal.Error.CANCELLED
    assert verify(verifier, GLib.Bytes.new(b"nothing"), folder).code == Shoal.Error.INVALID
    assert verify(verifier, torrent, lab.path("nowhere")).code == Shoal.Error.NOT_FOUND
    assert verifier.dup_bad_files() == ["a.bin", "x.part"], "the last that came to its end"


@in_lab
def case_what_is_cancelled_says_so(lab):
    """Every answer has an error of the library's own domain."""
    torrent = lab.torrent("one.bin", 100000)
    cancelled = Gio.Cancellable()
    cancelled.cancel()
    session = Shoal.Session.new("127.0.0.1:0", False)
    session.set_port_mapping(False)
    item = library.add(session, torrent, torrent.content)
    admin = Shoal.TrackerAdmin(server="http://127.0.0.1:1")
    errors = {}
    for name, source, words in (("look_at_pieces", item, []), ("rename_file", item, [0, "two.bin"]),
                                ("set_address", session, ["127.0.0.1:0"]), ("flush", session, []),
                                ("stats", admin, []), ("remove", item, [0])):
        def on_over(source, result, name=name):
            try:
                errors[name] = getattr(source, name + "_finish")(result)
            except GLib.Error as error:
                errors[name] = error
        getattr(source, name + "_async")(*words, cancelled, on_over)
    iterate(lambda: len(errors) == 6, 20, f"each has answered ({errors})")
    for name, error in errors.items():
        assert isinstance(error, GLib.Error) and error.matches(Shoal.error_quark(), Shoal.Error.CANCELLED), (name, error)


CASES = [
    case_what_is_cancelled_says_so,
    case_create,
    case_create_fails,
    case_verify,
]

if __name__ == "__main__":
    network.enter()
    tap.main(CASES)
