"""atspi: reads and drives windows as a screen reader does, and the keyboard as a person does.

    app = atspi.application(pid)
    atspi.click(atspi.find(app, "push button", "Add"))
    atspi.key("ctrl+f")

A program and its windows answer when they come to it, so whatever is looked for is waited for. GTK 4.8 tells
SHOWING of a toplevel alone, and names what has no label by the type of its widget: that is how unlabelled()
finds it. Names are strings, or compiled expressions that match the whole.
"""

import re
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 (the version has to be chosen first)

# How long anything may take on the slowest machine, with others at work: none of it is a measurement.
SECONDS = 90
# How long it is waited for the effect of what a person does, before it is done again.
PATIENCE = 10
# And the longest time, in seconds, that nobody looks.
MOMENT = 1
DEPTH = 60
# A list has some two hundred rows that are recycled; a file tree more.
MANY = 60

# What a window has around it where nobody composes the screen, in pixels.
FRAME = 5
# How far into a wide row it is pointed at, so that it is still in its window.
REACH = 40

CONTROLS = frozenset((
    "check box", "check menu item", "combo box", "entry", "image", "link", "list item", "menu item", "page tab",
    "password text", "push button", "radio button", "radio menu item", "slider", "spin button", "switch", "table row",
    "text", "toggle button", "tree item",
))
# What GTK calls a widget that has no name of its own.
PAGE = "GtkStackPage"
TYPE_NAME = re.compile(r"(Gtk|Adw|Gui|Gdk)[A-Z]\w+")
# A letter of a label is marked before it; our tests call no file so.
MARKED = re.compile(r"(^|[^\w])_\w|\w_\w.* ")


# A program that is at work, or has to wait for a processor, answers later: that is no error of the call.
Atspi.set_timeout(SECONDS * 1000, SECONDS * 1000)


def pump(seconds=0.02):
    """Lets events of the bus come in for a moment."""
    context, end = GLib.MainContext.default(), time.monotonic() + seconds
    while time.monotonic() < end:
        while context.iteration(False):
            pass
        time.sleep(0.005)


def until(condition, what, seconds=SECONDS):
    """Waits for a condition, and gives what it gave; a widget that goes away while it is looked at is no failure. Between
    two looks there is as much time as one takes: looking keeps the program at work that is to get on."""
    end, last = time.monotonic() + seconds, None
    while True:
        began = time.monotonic()
        try:
            found = condition()
            if found:
                return found
        except GLib.Error as error:
            last = error
        assert time.monotonic() < end, f"{what}: not within {seconds} s" + (f" ({last.message})" if last else "")
        pump(min(max(0.02, time.monotonic() - began), MOMENT))


def again(act, holds, what):
    """Does something until it has had its effect, as a person does who sees nothing happen; gives what holds() gave. It
    is to do no harm when it is done twice."""
    end = time.monotonic() + SECONDS
    while True:
        act()
        try:
            return until(holds, what, PATIENCE)
        except AssertionError:
            if time.monotonic() >= end:
                raise


def application(pid, seconds=SECONDS):
    """The program of a process id, once it is on the accessibility bus."""
    def look():
        desktop = Atspi.get_desktop(0)
        programs = [desktop.get_child_at_index(i) for i in range(desktop.get_child_count())]
        return next((p for p in programs if p and p.get_process_id() == pid), None)
    return until(look, f"process {pid} can be read", seconds)


def children(node, most=MANY):
    """The first children of a node."""
    found = (node.get_child_at_index(i) for i in range(min(node.get_child_count(), most)))
    return [child for child in found if child is not None]


def walk(node, depth=DEPTH):
    """A node and all below it, from the top; below one that goes away meanwhile there is nothing."""
    yield node
    if depth:
        try:
            below = children(node)
        except GLib.Error:
            return
        for child in below:
            yield from walk(child, depth - 1)


def matches(node, role, name):
    """Whether a node is what is looked for; one that goes away meanwhile is not."""
    try:
        if role is not None and node.get_role_name() != role:
            return False
        if isinstance(name, re.Pattern):
            return name.fullmatch(spoken(node)) is not None
        return name is None or spoken(node) == name
    except GLib.Error:
        return False


def spoken(node):
    """The name of a node. A control with a mnemonic is named twice by GTK 4.8: "_Open… Open…"."""
    name = node.get_name() or ""
    half = name[len(name) // 2 + 1:]
    return half if "_" in name and name.replace("_", "", 1) == f"{half} {half}" else name


def look(root, role=None, name=None):
    """The first node that is there now, or None."""
    return next((node for node in walk(root) if matches(node, role, name)), None)


def find_all(root, role=None, name=None):
    """All nodes that are there now."""
    return [node for node in walk(root) if matches(node, role, name)]


def find(root, role=None, name=None, seconds=SECONDS):
    """Waits for a node."""
    return until(lambda: look(root, role, name), f"{role} {name!r}", seconds)


def find_shown(root, role=None, name=None, seconds=SECONDS):
    """Waits for a node that has a place on the page that is shown."""
    def shown():
        return next((node for node in walk_shown(root) if matches(node, role, name) and is_shown(node)), None)
    return until(shown, f"{role} {name!r} on the page that is shown", seconds)


def absent(root, role=None, name=None, seconds=SECONDS):
    """Waits until no such node is there."""
    until(lambda: look(root, role, name) is None, f"no {role} {name!r}", seconds)


def has(node, state):
    """Whether a node has a state of Atspi.StateType, by its name."""
    return node.get_state_set().contains(getattr(Atspi.StateType, state.upper()))


def set_value(node, value):
    """Gives a field of a number another one."""
    Atspi.Value.set_current_value(node.get_value_iface(), value)
    pump()


def extents(node):
    """Where a node is in its window, and how large, in pixels; None when it is nowhere."""
    face = node.get_component_iface()
    return face and face.get_extents(Atspi.CoordType.WINDOW)


def is_shown(node):
    """Whether a node has a place in its window: a hidden one has no width."""
    place = extents(node)
    return bool(place) and place.width > 0 and place.height > 0


def click(node, action=None):
    """Does what a node offers, once it can be done: the action of that name, or its first."""
    def done():
        names = [node.get_action_name(i) for i in range(node.get_n_actions())]
        wanted = action or next(iter(names), None)
        return wanted in names and node.do_action(names.index(wanted))
    until(done, f"{node.get_role_name()} {node.get_name()!r} does what it offers")
    pump()


def text(node):
    """What a label or an entry says."""
    face = node.get_text_iface()
    return Atspi.Text.get_text(face, 0, Atspi.Text.get_character_count(face)) if face else node.get_name()


def set_text(node, words):
    """Replaces what an entry says."""
    face = node.get_editable_text_iface()
    assert face is not None, f"{node.get_role_name()} {node.get_name()!r} cannot be edited"
    assert Atspi.EditableText.set_text_contents(face, words)
    pump()


def window_of(node):
    """The title of the window that a node stands in."""
    while node.get_role_name() not in ("frame", "dialog"):
        node = node.get_parent()
    return node.get_name()


def point(node):
    """Where to point at a node that rests, from the corner of its window; at the start of what is wider."""
    def rests():
        before = extents(node)
        pump(0.1)
        after = extents(node)
        same = (before.x, before.y, before.width, before.height) == (after.x, after.y, after.width, after.height)
        return after if same and after.width > 0 and after.height > 0 and after.x + after.width > 0 else None
    place = until(rests, f"{node.get_name()!r} is shown and rests")
    return FRAME + max(place.x, 0) + min(place.width // 2, REACH), FRAME + place.y + place.height // 2


def focused(root):
    """The node that has the keyboard, or None."""
    return next((node for node in walk(root) if has(node, "focused")), None)


def unlabelled(root):
    """Descriptions of the controls that a screen reader cannot name."""
    return still(lambda: [words for words in map(complaint, walk(root)) if words])


def unlabelled_shown(root):
    """Those of them that have a place in a window now: a tenth of the time of all."""
    return still(lambda: [words for words in map(complaint, walk_shown(root)) if words])


def still(complaints):
    """What is complained of twice: a control that is just being made may have no name yet."""
    first = complaints()
    if not first:
        return []
    pump(0.5)
    second = complaints()
    return [words for words in first if words in second]


def walk_shown(node, depth=DEPTH):
    """A node and what is shown below it. The page of a stack is no widget, and has no place itself."""
    yield node
    if depth:
        try:
            below = [child for child in children(node) if is_shown(child) or child.get_name() == PAGE]
        except GLib.Error:
            return
        for child in below:
            yield from walk_shown(child, depth - 1)


def complaint(node):
    """What is said of a control without a name; nothing of others, nor of one that goes away meanwhile."""
    try:
        return describe(node) if node.get_role_name() in CONTROLS and nameless(node) else None
    except GLib.Error:
        return None


def nameless(node):
    """Whether a node has no name of its own. GTK's own images are ornaments of what stands beside them."""
    name = node.get_name() or ""
    if node.get_role_name() == "image" and name == "GtkImage":
        return False
    if any(child.get_role_name() == "push button" and not nameless(child) for child in children(node)):
        return False  # a menu button holds the button that is pressed
    if node.get_role_name() == "list item" and look(node, "label") is not None:
        return False  # it is read by the label in it
    if node.get_role_name() == "table row" and (is_head(node) or not is_shown(node)):
        return False
    return not name or TYPE_NAME.fullmatch(name) is not None or is_misread(name)


def is_misread(name):
    """Whether a name holds the mark of its key, or says the same twice; a file may be called what it likes."""
    words, half = name.replace("_", "", 1), len(name) // 2
    return MARKED.search(name) is not None or (len(name) > 3 and words[:half] == words[half + 1:])


def is_head(row):
    """Whether a row holds the titles of columns; those that wait to be used again are not shown."""
    return row.get_parent().get_role_name() == "tree table"


def describe(node):
    """Where a node is, for a report."""
    path = []
    while node is not None and node.get_role_name() != "application":
        path.append(f"{node.get_role_name()} {node.get_name()!r}")
        node = node.get_parent()
    return " < ".join(path)


def outline(root, depth=0):
    """The tree as text, for a report; what goes away meanwhile is left out."""
    try:
        line = "  " * depth + f"{root.get_role_name()} {root.get_name()!r}"
        below = children(root)
    except GLib.Error:
        return ""
    return "\n".join([line, *(outline(child, depth + 1) for child in below)])
