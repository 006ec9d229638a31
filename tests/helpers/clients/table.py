"""table: what came of the cells of the matrix, as Markdown."""

import os

from helpers import tap


def entry(cell, notes):
    """What stands in the table for one cell."""
    if cell is None:
        return ""
    if cell.reason and cell.reason not in notes:
        notes.append(cell.reason)
    mark = f" [{notes.index(cell.reason) + 1}]" if cell.reason else ""
    return f"{cell.seconds:.1f} s{mark}" if cell.result == "pass" else cell.result + mark


def label(client, direction):
    """Who gives to whom."""
    version = client.version() if client.missing() is None else ""
    other = f"{client.title} {version}".strip()
    return f"{other} → shoal" if direction == "from" else f"shoal → {other}"


def lines(cells):
    """A row for each client and direction, a column for each scene, and the reasons below."""
    scenes = list(dict.fromkeys(cell.scene.title for cell in cells))
    found = {(cell.client, cell.direction, cell.scene.title): cell for cell in cells}
    notes = []
    yield "| from → to | " + " | ".join(scenes) + " |"
    yield "| --- |" + " --- |" * len(scenes)
    for client, direction in dict.fromkeys((cell.client, cell.direction) for cell in cells):
        row = [entry(found.get((client, direction, scene)), notes) for scene in scenes]
        yield f"| {label(client, direction)} | " + " | ".join(row) + " |"
    yield ""
    for number, note in enumerate(notes, 1):
        yield f"{number}. {note}"


def show(cells, path):
    """Prints the table between the cases, and keeps it."""
    text = "\n".join(lines(cells)) + "\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    tap.comment(text)
    tap.comment(f"kept as {os.path.relpath(path)}")
