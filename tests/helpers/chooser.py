"""chooser: GTK's own dialogs that ask for a folder or a file, as a person fills them in by the keyboard."""

from helpers import atspi, screen


def window_of(shoal, title):
    """The number of a client's window, or None where it has none of that title."""
    return next(iter(screen.named(shoal.pid, title)), None)


def folder(shoal, title, path, accept):
    """Says a folder to the dialog of that title, and presses its button."""
    dialog = atspi.find(shoal.app(), None, title)
    screen.focus(atspi.until(lambda: window_of(shoal, title), f"{title} is shown"))
    screen.key("ctrl+l")
    entry = atspi.find(dialog, "text")
    atspi.set_text(entry, path)
    button = atspi.find(dialog, "push button", accept)
    atspi.until(lambda: atspi.has(button, "sensitive"), f"{accept} can be pressed")
    atspi.click(button)
    atspi.until(lambda: window_of(shoal, title) is None, f"{title} is closed")


def save(shoal, title, path, accept):
    """Says the path of a file that is to be written to the dialog of that title, and presses its button."""
    dialog = atspi.find(shoal.app(), None, title)
    screen.focus(atspi.until(lambda: window_of(shoal, title), f"{title} is shown"))
    atspi.set_text(atspi.find_shown(dialog, "text"), path)
    button = atspi.find(dialog, "push button", accept)
    atspi.until(lambda: atspi.has(button, "sensitive"), f"{accept} can be pressed")
    atspi.click(button)
    atspi.until(lambda: window_of(shoal, title) is None, f"{title} is closed")
