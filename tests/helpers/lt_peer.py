"""lt_peer.py: libtorrent as a peer.

    lt_peer.py seed|leech[-encrypted|-preferring] TORRENT|MAGNET FOLDER HOST:PORT [PEER...]

A seed runs until it is ended, and says when it serves; a leech ends when everything is on the disk. Both talk
to the peers and the trackers that they are given and to nobody else, over TCP alone. LT_WANTED may list the
numbers of the files that a leech is to have; LT_UPLOAD_LIMIT, in bytes a second, slows its sending down.
"""

import os
import sys
import time

import libtorrent

READY = "every piece is here"
INCONSISTENT_HASHES = 217
SETTINGS = {
    "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
    "enable_incoming_utp": False, "enable_outgoing_utp": False, "allow_multiple_connections_per_ip": True,
    "alert_mask": libtorrent.alert.category_t.error_notification
    | libtorrent.alert.category_t.status_notification | libtorrent.alert.category_t.connect_notification
    | libtorrent.alert.category_t.storage_notification | libtorrent.alert.category_t.tracker_notification,
}
FORCED, DISABLED, RC4 = 0, 2, 2
PLAIN = {"out_enc_policy": DISABLED, "in_enc_policy": DISABLED}
PREFERRING = {"out_enc_policy": 1, "in_enc_policy": 1, "allowed_enc_level": 3, "prefer_rc4": True}
ENCRYPTED = {"out_enc_policy": FORCED, "in_enc_policy": FORCED, "allowed_enc_level": RC4, "prefer_rc4": True}


def join(handle, places):
    """Connects to the given peers, while nobody is connected."""
    if handle.status().num_peers == 0 and str(handle.status().state) != "checking_files":
        for place in places:
            host, _, port = place.rpartition(":")
            handle.connect_peer((host.strip("[]"), int(port)))


def flush(session, handle):
    """Waits until the disk has everything."""
    handle.flush_cache()
    while True:
        session.wait_for_alert(1000)
        if any(isinstance(alert, libtorrent.cache_flushed_alert) for alert in session.pop_alerts()):
            return


def go_on(handle, alert):
    """libtorrent 2.0 takes a hybrid whose layers come while a good piece is on its way to the disk for one whose halves
    differ. It fetches the piece again; whether everything is right is seen from the files."""
    if isinstance(alert, libtorrent.torrent_error_alert) and alert.error.value() == INCONSISTENT_HASHES:
        handle.clear_error()
        handle.resume()


def addition(torrent, folder):
    """A torrent to be added, of a file or a magnet link."""
    if not torrent.startswith("magnet:"):
        return {"ti": libtorrent.torrent_info(torrent), "save_path": folder}
    added = libtorrent.parse_magnet_uri(torrent)
    added.save_path = folder
    return added


def main(mode, torrent, folder, listen, *places):
    """Runs until it is ended or, as a leech, done."""
    mode, _, crypto = mode.partition("-")
    policy = {"encrypted": ENCRYPTED, "preferring": PREFERRING, "": PLAIN}[crypto]
    session = libtorrent.session({**SETTINGS, **policy, "listen_interfaces": listen})
    handle = session.add_torrent(addition(torrent, folder))
    if wanted := [int(number) for number in os.environ.get("LT_WANTED", "").split(",") if number]:
        files = handle.torrent_file().num_files()
        handle.prioritize_files([4 if number in wanted else 0 for number in range(files)])
    handle.set_upload_limit(int(os.environ.get("LT_UPLOAD_LIMIT", "-1")))
    handle.unset_flags(libtorrent.torrent_flags.auto_managed)
    handle.resume()
    ready = False
    while mode == "seed" or not (handle.status().is_seeding or wanted and handle.status().is_finished
                                 and handle.status().total_wanted > 0):
        if mode == "seed" and not ready and handle.status().is_seeding:
            ready = True
            print(READY, flush=True)
        join(handle, places)
        for alert in session.pop_alerts():
            print(type(alert).__name__, alert.message(), flush=True)
            go_on(handle, alert)
        time.sleep(0.05)
    flush(session, handle)


if __name__ == "__main__":
    main(*sys.argv[1:])
