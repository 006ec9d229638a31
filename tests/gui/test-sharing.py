#!/usr/bin/python3
"""What a person shares: the card that makes a torrent, what goes wrong with it, and the tracker that it is registered
on, which is ours."""

import json
import os
import pathlib
import re
import subprocess

from helpers import atspi, chooser, clipboard, desktop, keyring, network, swarm, tap, trees
from helpers.person import HOME, in_world, opens, pasted, start

GIB = 1 << 30
WEB_SEED = "http://127.0.0.1:9/mirror/"


def card(shoal, path):
    """The button of a new card for a path."""
    pasted(shoal, pathlib.Path(path).as_uri())
    return atspi.find(shoal.app(), "push button", "Create and Share")


def share(shoal, path):
    """Shares a path as the card proposes it; its link."""
    button = card(shoal, path)
    atspi.until(lambda: atspi.has(button, "sensitive"), "it can be shared")
    atspi.click(button)
    link = atspi.find(shoal.app(), "text", "Magnet link")
    return atspi.until(lambda: atspi.text(link), "there is a link")


def says(shoal, pattern):
    """Waits for words anywhere in the window."""
    return atspi.find(shoal.app(), "label", re.compile(pattern, re.DOTALL))


def field(root, name):
    """The field of a row by its title."""
    row = atspi.find(root, None, name)
    return atspi.find(row, "text") if row.get_role_name() != "text" else row


@in_world
def case_a_link_without_trackers_leads_to_the_one_who_shares(world):
    folder = os.path.join(HOME, "Without a tracker")
    trees.make(folder, {"one.bin": 300000})
    with world.window(profile="-lonely") as shoal:
        assert "x.pe" not in share(shoal, folder)
        says(shoal, "Shared, but nobody finds you by this link.*")
    network.run_ip("route", "add", "default", "dev", "lo", "src", network.address(1))
    with world.window() as shoal, world.window(profile="-other") as other:
        link = share(shoal, folder)
        assert f"&x.pe={network.address(1)}:" in link, link
        says(shoal, "Shared; nobody is connected yet.*")
        pasted(other, link)
        start(other)
        atspi.find_shown(other.app(), "table row", re.compile("Without a tracker, Sharing, .*"))


@in_world
def case_a_card_leaves_out_and_names_web_seeds(world):
    folder = os.path.join(HOME, "Field notes")
    trees.make(folder, {"one.txt": 300000, "two.tmp": 5000, "three.tmp": 6000})
    with world.window() as shoal:
        button = card(shoal, folder)
        says(shoal, "3 files, .*")
        says(shoal, "Automatic.*|.* pieces?, torrent file of .*")
        atspi.set_text(field(shoal.app(), "Leave out, with commas between"), "*.tmp")
        says(shoal, "1 file, .*; 2 left out")
        seeds = field(shoal.app(), "Web seeds, with spaces between")
        atspi.set_text(seeds, "not an address")
        atspi.click(button)
        says(shoal, ".*“(not|an|address)”.*")
        atspi.set_text(seeds, WEB_SEED)
        atspi.click(button)
        link = atspi.find(shoal.app(), "text", "Magnet link")
        magnet = atspi.until(lambda: atspi.text(link), "there is a link")
        assert "ws=http" in magnet, magnet


@in_world
def case_hashing_is_cancelled_and_goes_wrong_in_words(world):
    huge, empty, gone = (os.path.join(HOME, name) for name in ("huge.img", "Nothing", "gone.bin"))
    with open(huge, "wb") as file:
        file.truncate(100 * GIB)
    with world.window() as shoal:
        button = card(shoal, huge)
        atspi.until(lambda: atspi.has(button, "sensitive"), "it can be shared")
        atspi.click(button)
        says(shoal, "Reading the files: .*")
        shoal.key("ctrl+w")  # which would end it, and is asked about
        atspi.find(shoal.app(), "push button", "Quit Instead")
        shoal.key("Escape")
        atspi.absent(shoal.app(), "push button", "Quit Instead")
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Cancel"))
        atspi.until(lambda: atspi.has(button, "sensitive"), "it is asked for again")
        nothing_is_read(shoal, huge)
        atspi.click(atspi.find(shoal.app(), "push button", "Do not share this"))
        assert atspi.look(shoal.app(), "table row", re.compile("huge.*")) is None
        os.mkdir(empty)
        atspi.click(card(shoal, empty))
        says(shoal, ".*Nothing.*: .*")
        atspi.click(atspi.find(shoal.app(), "push button", "Do not share this"))
        trees.make(HOME, {"gone.bin": 100000})
        button = card(shoal, gone)
        says(shoal, "1 file, .*")
        os.remove(gone)
        atspi.click(button)
        says(shoal, ".*gone.bin.*: .*")


def nothing_is_read(shoal, path):
    """Waits until the client has let go of a file."""
    def held():
        links = (os.path.join(f"/proc/{shoal.pid}/fd", name) for name in os.listdir(f"/proc/{shoal.pid}/fd"))
        return [link for link in links if os.path.lexists(link) and os.readlink(link) == path]
    atspi.until(lambda: not held(), f"{path} is let go")


def register(shoal, address, token):
    """Fills in the sheet and presses its button."""
    sheet = atspi.find(shoal.app(), "frame", "Register on a Tracker")
    atspi.set_text(field(sheet, "Address"), address)
    atspi.set_text(field(sheet, "Token"), token)
    button = atspi.find(sheet, "push button", "Register")
    atspi.until(lambda: atspi.has(button, "sensitive"), "it can be registered")
    atspi.click(button)


def pages_of(tracker):
    """Where a tracker takes requests of its owner."""
    return "http://" + re.search(r"administration at http://(\S+)", tracker.said()).group(1).rstrip("/")


@in_world
def case_the_card_hands_out_what_is_shared(world):
    folder, file = os.path.join(HOME, "Handed out"), os.path.join(HOME, "to give.torrent")
    trees.make(folder, {"a": 100000})
    with world.window() as shoal:
        magnet = share(shoal, folder)
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Copy Link"))
        atspi.until(lambda: clipboard.text() == magnet, "the link was copied")
        atspi.click(atspi.find_shown(shoal.app(), None, "Show as QR code"))
        atspi.find_shown(shoal.app(), "image", re.compile("QR code.*"))
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Save Torrent File…"))
        chooser.save(shoal, "Save Torrent File", file, "Save")
        says(shoal, "The torrent file was saved")
        shown = json.loads(subprocess.run([swarm.SHOAL, "show", file, "--json"], check=True, capture_output=True).stdout)
        assert shown["name"] == "Handed out" and shown["info_hash"] in magnet, shown
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Done; it stays shared"))
        atspi.absent(shoal.app(), "text", "Magnet link")
        shoal.press(atspi.find_shown(shoal.app(), "table row", re.compile("Handed out, Sharing, .*")))
        atspi.click(atspi.find_shown(shoal.app(), "push button", "Hand out the link of the selected torrent"))
        link = atspi.find_shown(shoal.app(), "text", "Magnet link")
        atspi.until(lambda: atspi.text(link) == magnet, "it is the same link")


def switch(shoal, name):
    """The switch of a row."""
    return atspi.until(lambda: next((node for node in atspi.find_all(shoal.app(), None, name)
                                     if node.get_role_name() not in ("label", "list item")), None), f"the switch {name}")


def trackers(shoal):
    """The text of the trackers that a card asks for."""
    return atspi.find_shown(shoal.app(), "text", re.compile("Trackers, one address.*"))


def item_of_sets(shoal, words):
    """Chooses from the sets of a card."""
    opens(shoal, "Sets")
    atspi.click(atspi.find_shown(shoal.app(), "menu item", words))


@in_world
def case_a_private_torrent_with_a_saved_set(world):
    folder = os.path.join(HOME, "Private")
    trees.make(folder, {"a": 100000})
    lists = f"{world.url}\n\nhttp://127.0.0.1:9/announce"
    with world.window() as shoal:
        button = card(shoal, folder)
        atspi.set_text(trackers(shoal), lists)
        item_of_sets(shoal, "Save as Set…")
        name = atspi.find_shown(shoal.app(), "text", "Name of the set")
        atspi.set_text(name, "Mine & <yours>")
        shoal.key("Return")
        atspi.set_text(trackers(shoal), "")
        item_of_sets(shoal, "Mine & <yours>")
        atspi.until(lambda: atspi.text(trackers(shoal)) == lists, "the set is there")
        says(shoal, "Hybrid: .*")
        atspi.click(switch(shoal, "Private"))
        says(shoal, "v1: .*")
        atspi.click(button)
        link = atspi.find(shoal.app(), "text", "Magnet link")
        magnet = atspi.until(lambda: atspi.text(link), "there is a link")
        assert "urn:btih:" in magnet and "urn:btmh:" not in magnet and magnet.count("&tr=") == 2, magnet


def heads(shoal):
    """The titles of the columns that are shown, with what shows them."""
    rows = [node for node in atspi.find_all(shoal.app(), "table row") if atspi.is_head(node) and atspi.is_shown(node)]
    if not rows:
        return {}
    row = rows[0]
    return {node.get_name(): node for node in atspi.find_all(row, "label") if atspi.is_shown(node)}


def choose_column(shoal, name):
    """Shows or hides a column by the menu of the first one's head."""
    shoal.menu(lambda: atspi.until(lambda: heads(shoal).get("Name"), "the first column has a head"))
    shoal.choose(name)


@in_world
def case_columns_are_chosen_at_their_head(world):
    folder = os.path.join(HOME, "Columns")
    trees.make(folder, {"a": 100000})
    with world.window() as shoal:
        share(shoal, folder)
        atspi.until(lambda: {"Name", "Up", "Uploaded", "Ratio", "Peers"} <= set(heads(shoal)), "the columns are there")
        assert "Size" not in heads(shoal)
        choose_column(shoal, "Size")
        atspi.until(lambda: "Size" in heads(shoal), "a column more is there")
        choose_column(shoal, "Ratio")
        atspi.until(lambda: "Ratio" not in heads(shoal), "a column less is there")


@in_world
def case_registered_on_a_tracker(world):
    folder = os.path.join(HOME, "Registered")
    trees.make(folder, {"a": 100000})
    server, token = pages_of(world.tracker), world.tracker.token()
    with world.window() as shoal:
        share(shoal, folder)
        ask = atspi.find(shoal.app(), "push button", "Register on a Tracker…")
        atspi.click(ask)
        register(shoal, "nonsense", token)
        says(shoal, ".*This is no address of a tracker.*such as https.*")
        register(shoal, "http://127.0.0.1:9", token)
        says(shoal, ".*slip in the address.*")
        register(shoal, server + "/elsewhere", token)
        says(shoal, ".*slip in the address.*")
        register(shoal, server, token[:-4] + "abcd")
        says(shoal, ".*slip in the token.*")
        register(shoal, server, token)
        says(shoal, "The tracker has registered the torrent.*")
        says(shoal, ".*registered the torrent.*There is no keyring: .*")
        status, told = world.tracker.api("GET", "/api/v1/torrents", token=token)
        assert status == 200 and "Registered" in str(told), told
        atspi.click(ask)
        sheet = atspi.find(shoal.app(), "frame", "Register on a Tracker")
        atspi.until(lambda: atspi.text(field(sheet, "Address")) == server, "the address is remembered")
        button = atspi.find(sheet, "push button", "Register")
        atspi.until(lambda: atspi.has(button, "sensitive"), "the token is remembered")
        atspi.click(button)
        says(shoal, "The tracker knows the torrent already.*")


@in_world
def case_tokens_are_kept_in_the_keyring(world):
    server, token = pages_of(world.tracker), world.tracker.token()
    folders = [os.path.join(HOME, name) for name in ("Kept", "Found")]
    for folder in folders:
        trees.make(folder, {os.path.basename(folder): 100000})
    with keyring.Keyring() as ring:
        with world.window() as shoal:
            share(shoal, folders[0])
            atspi.click(atspi.find(shoal.app(), "push button", "Register on a Tracker…"))
            register(shoal, server, token)
            says(shoal, "The tracker has registered the torrent")
            atspi.until(lambda: ring.secrets({"server": server}) == [token.encode()], "the keyring has the token")
            assert atspi.look(shoal.app(), "label", re.compile("There is no keyring: .*")) is None
        with world.window(profile="another") as shoal:
            share(shoal, folders[1])
            atspi.click(atspi.find(shoal.app(), "push button", "Register on a Tracker…"))
            sheet = atspi.find(shoal.app(), "frame", "Register on a Tracker")
            address = field(sheet, "Address")
            shoal.press(address)
            atspi.set_text(address, server)
            shoal.press(field(sheet, "Token"))
            button = atspi.find(sheet, "push button", "Register")
            atspi.until(lambda: atspi.has(button, "sensitive"), "the token is found")
            atspi.click(button)
            says(shoal, "The tracker has registered the torrent")


desktop.need_accessibility()
tap.main([
    case_a_link_without_trackers_leads_to_the_one_who_shares,
    case_a_card_leaves_out_and_names_web_seeds,
    case_a_private_torrent_with_a_saved_set, case_columns_are_chosen_at_their_head, case_the_card_hands_out_what_is_shared,
    case_hashing_is_cancelled_and_goes_wrong_in_words,
    case_registered_on_a_tracker, case_tokens_are_kept_in_the_keyring,
])
