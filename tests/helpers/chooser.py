"""chooser: GTK's own dialogs that ask for a folder or a file, as a person fills them in by the keyboard."""

from helpers import atspi, screen


def window_of(shoal, title):
    """The number of a client's window, or None where it has none of that title."""
    return next(iter(screen.named(shoal.pid, title)), None)


def folder(shoal, title, path, accept):
    """Says a folder to the dialog of that title, and presses its button."""
    dialog = shown(shoal, title)
    atspi.again(lambda: screen.key("ctrl+l"), lambda: atspi.look(dialog, "text"), "there is room for a path")
    fill_in(shoal, dialog, title, path, accept)


def save(shoal, title, path, accept):
    """Says the path of a file that is to be written to the dialog of that title, and presses its button."""
    fill_in(shoal, shown(shoal, title), title, path, accept)


def shown(shoal, title):
    """The dialog of that title, once it has the keyboard."""
    dialog = atspi.find(shoal.app(), None, title)
    screen.focus(atspi.until(lambda: window_of(shoal, title), f"{title} is shown"))
    return dialog


def fill_in(shoal, dialog, title, path, accept):
    """Says the path, which a folder that is read meanwhile may replace by its own, and presses the button."""
    entry = atspi.find_shown(dialog, "text")
    button = atspi.find(dialog, "push button", accept)

    def said():
        atspi.pump(0.3)
        return atspi.text(entry) == path and atspi.has(button, "sensitive")
    atspi.again(lambda: atspi.set_text(entry, path), said, f"{path} is said and {accept} can be pressed")
    atspi.click(button)
    atspi.until(lambda: window_of(shoal, title) is None, f"{title} is closed")
