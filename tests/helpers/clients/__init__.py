"""clients: BitTorrent programs behind one small interface, for tests of whole transfers.

    job = base.Job("leech", place, torrent, folder, home)
    with clients.transmission.Client(job) as leech:
        network.until(leech.done, 20, "it is complete")

Each finds its peers through the torrent's tracker and in no other way, over TCP without encryption.
"""
