"""layers: who may see whom. ARCHITECTURE.md shows the same table to people.

A folder's own files are always allowed. A folder that is not listed has the row of its nearest
parent. Headers that end in -private.h never leave their folder, except for tests. Nor do those that
end in -template.h: the C file that includes one defines what it is made of, so that it neither stands
alone nor guards itself.
"""

import dataclasses

SANS_IO = (
    "protocol/core",
    "protocol/torrent",
    "protocol/peer",
    "protocol/tracker",
    "protocol/dht",
)

# The rooms of a folder, from the bottom up; the left never includes the right.
ROOMS = {
    "client-core": ("store", "disk", "peer", "torrent", "discovery", "engine", "session"),
    "gtk-client": ("text", "draw", "parts", "model", "details", "download", "upload", "preferences",
                   "shell"),
    "tracker-server": ("swarm", "settings", "store", "front", "api", "server"),
}

# All that sans-I/O code may ask of the system: types, memory and strings.
SANS_IO_HEADERS = frozenset(
    "float.h glib.h inttypes.h iso646.h limits.h stdalign.h stdarg.h stdbool.h stddef.h stdint.h"
    " stdlib.h string.h".split()
)

# Libraries that not every folder may use: the header's prefix, and the folders that may.
LIBRARY_USERS = {
    "gtk/": ("gtk-client",),
    "gdk/": ("gtk-client",),
    "adwaita.h": ("gtk-client",),
    "libsecret/": ("gtk-client",),
    "qrencode.h": ("gtk-client", "cli"),
    "miniupnpc/": ("client-core",),
    "natpmp.h": ("client-core",),
    "libsoup/": ("client-core", "tracker-server"),
    "sqlite3.h": ("client-core", "tracker-server"),
    "json-glib/": ("client-core", "tracker-server", "cli"),
    "openssl/": ("protocol/digest",),
    "immintrin.h": ("protocol/digest",),
    "cpuid.h": ("protocol/digest",),
    "arm_neon.h": ("protocol/digest",),
    "sys/epoll.h": ("protocol/io",),
}


@dataclasses.dataclass(frozen=True)
class Layer:
    """One row: the prefixes of what a folder defines and the folders that it may include."""

    prefixes: tuple
    sees: tuple


PROTOCOL = SANS_IO + ("protocol/digest",)

LAYERS = {
    "protocol/core": Layer(("bt",), ()),
    "protocol/torrent": Layer(("bt",), ("protocol/core",)),
    "protocol/peer": Layer(("bt",), ("protocol/core", "protocol/torrent")),
    "protocol/tracker": Layer(("bt",), ("protocol/core", "protocol/torrent")),
    "protocol/dht": Layer(("bt",), ("protocol/core", "protocol/torrent")),
    "protocol/digest": Layer(("btd",), ("protocol/core",)),
    "protocol/io": Layer(("btio",), PROTOCOL),
    "protocol/files": Layer(("btf",), PROTOCOL),
    "client-core": Layer(("shoal", "eng"), ("protocol",)),
    "tracker-server": Layer(("trk",), ("protocol",)),
    "gtk-client": Layer(("gui",), ("client-core/shoal.h",)),
    "cli": Layer(("cli",), ("protocol", "client-core/shoal.h")),
    "tests": Layer((), ("",)),
}


def layer_of(path):
    """The name of the row that a file belongs to, or None for a file outside of the table."""
    folder = path.rpartition("/")[0]
    while folder and folder not in LAYERS:
        folder = folder.rpartition("/")[0]
    return folder or None


def within(path, place):
    """Whether a path is the place or lies under it; the empty place holds everything."""
    return not place or path == place or path.startswith(place + "/")


def is_private(path):
    """Whether a header is for its own folder only."""
    return path.endswith(("-private.h", "-template.h"))


def own_headers(tree, under=""):
    """The headers that stand alone: all but the templates."""
    return [p for p in tree.select(".h", under=under) if not p.endswith("-template.h")]


def room_rank(path):
    """Where in the order of its folder's rooms a file stands, or None when it lies beside them."""
    folder, _, rest = path.partition("/")
    room, slash, _ = rest.partition("/")
    if slash and room in ROOMS.get(folder, ()):
        return ROOMS[folder].index(room)
    return None
