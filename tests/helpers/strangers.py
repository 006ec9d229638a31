"""strangers: torrents whose words were chosen to break what shows them.

    for name, data in strangers.torrents(): ...

Each is a whole .torrent that nobody has the files of. Some may be refused; then in words.
"""

from helpers import mutate

PIECE = 16384
MANY = 100000

MARKUP = "<b>bold</b> & <span foreground='red' size='99999'>red</span> <a href='file:///'>link</a> &amp;"
TURNED = "\u202egpj.exe \u2066hidden\u2069 \u200f\u061c قائمة-خبيثة"
CONTROLS = "one\ntwo\tthree\rfour\x01\x1b[31mfive\x7f\u2028six\u0085"
BROKEN = b"not \xff\xfe UTF-8 \xc3"
FORMATS = "%s %n %d %100000000s {0} $(reboot) `reboot` \\u202e"
STACKED = "Z" + "\u0300" * 200 + "algo"
WIDE = "\u200b" * 300 + "\ufdfd" * 300


def info(name, files):
    """An info dictionary of version 1; files is {path: bytes}, or a number for one file."""
    pieces = {"name": name, "piece length": PIECE}
    size = files if isinstance(files, int) else sum(files.values())
    if isinstance(files, int):
        pieces["length"] = files
    else:
        pieces["files"] = [{"length": length, "path": path.split("/") if isinstance(path, str) else [path]}
                           for path, length in files.items()]
    pieces["pieces"] = b"\x11" * 20 * -(-size // PIECE)
    return pieces


def torrent(name, files, **words):
    """The bytes of a torrent; words are what stands around its info dictionary."""
    return mutate.encode(mutate.tree({"info": info(name, files), **{key.replace("_", " "): word
                                                                     for key, word in words.items()}}))


def worded(words):
    """One torrent that says the same in every place that can say something."""
    tracker = "http://127.0.0.1:9/" + words if isinstance(words, str) else b"http://127.0.0.1:9/" + words
    return torrent(words, {words: 40000, "plain": 5}, comment=words, created_by=words, announce=tracker, source=words)


def torrents():
    """(what it is, its bytes) of each."""
    yield "markup", worded(MARKUP.replace("/", "\u2215"))
    yield "turned", worded(TURNED)
    yield "controls", worded(CONTROLS)
    yield "broken", worded(BROKEN)
    yield "formats", worded(FORMATS)
    yield "stacked", worded(STACKED)
    yield "wide", worded(WIDE)
    yield "long", torrent("a" * 1000000, 40000, comment="c" * 1000000, created_by="p" * 1000000)
    yield "deep", torrent("deep", {"/".join(f"{n}" for n in range(200)) + "/end": 40000})
    yield "many", torrent("many", {f"{n % 100}/{n:06}.bin": 100 for n in range(MANY)})
    yield "empty-files", torrent("empty", {"nothing": 0, "something": 1})
    yield "huge", torrent("huge", {f"{n}": PIECE * 4096 for n in range(4)})
