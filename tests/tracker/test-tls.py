#!/usr/bin/python3
"""test-tls.py: HTTPS and its certificate, the Unix socket of administration, what is said of a bad configuration."""

import contextlib
import hashlib
import http.client
import json
import os
import socket
import ssl
import stat
import subprocess
import tempfile

from helpers import network, peers, tap, tracker

HASH = b"\x01%&=+ \xff\x00" + b"t" * 12
PORTS = {}


def make_certificate(folder, name):
    """A self-signed one for 127.0.0.1, in place of what was there; its fingerprint."""
    key, chain = os.path.join(folder, "key.pem"), os.path.join(folder, "chain.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "2", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain],
                   check=True, capture_output=True)
    with open(chain, encoding="ascii") as file:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()


@contextlib.contextmanager
def serving(*options):
    """A tracker that serves HTTPS, its folder, and the fingerprint of its certificate."""
    peers.need("openssl")
    with tempfile.TemporaryDirectory() as base:
        print_of = make_certificate(base, "first")
        with tracker.ShoalTracker("tls", base + "/kept", *tracker.NO_LIMITS, "--set=listen.https=127.0.0.1:0",
                                  f"--set=listen.certificate={base}/chain.pem", f"--set=listen.key={base}/key.pem",
                                  *options) as server:
            yield server, base, print_of


def connect(server, base):
    """A connection that is encrypted and believes the certificate that lies there now."""
    context = ssl.create_default_context(cafile=os.path.join(base, "chain.pem"))
    return context.wrap_socket(socket.create_connection(server.address("https"), timeout=network.PATIENCE), server_hostname="127.0.0.1")


def certificate_of(stream):
    """Its fingerprint."""
    return hashlib.sha256(stream.getpeercert(binary_form=True)).hexdigest()


def announce(stream, port):
    """One announce on a connection that stays; the answer's body."""
    query = "&".join(f"{key}=" + "".join(f"%{byte:02x}" for byte in value)
                     for key, value in (("info_hash", HASH), ("peer_id", tracker.PEER_ID)))
    stream.sendall(f"GET /announce?{query}&port={port}&left=1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    reply = http.client.HTTPResponse(stream)
    reply.begin()
    body = reply.read(int(reply.headers["Content-Length"]))
    return tracker.bdecode(body)[0]


def case_announces_over_tls():
    with serving() as (server, base, print_of), connect(server, base) as stream:
        assert certificate_of(stream) == print_of
        assert announce(stream, 1)[b"incomplete"] == 1
        found = announce(stream, 2)
        assert tracker.compact_peers(found[b"peers"]) == {("127.0.0.1", 1)}, found
        assert tracker.http_scrape(*server.address("http"), HASH) == (0, 0, 2), "it is the same swarm"
        host, port = server.address("https")
        peers.need("curl")
        done = subprocess.run(["curl", "-sS", "--cacert", base + "/chain.pem", f"https://{host}:{port}/api/v1/stats"],
                              capture_output=True, text=True, check=True)
        assert json.loads(done.stdout)["leechers"] == 2, done


def case_certificate_is_reloaded():
    """Connections that live go on with the one they began with; who comes later is shown the new one."""
    with serving() as (server, base, before), connect(server, base) as old:
        assert announce(old, 1)[b"incomplete"] == 1
        after = make_certificate(base, "second")
        assert after != before
        server.do("reload")
        with connect(server, base) as new:
            assert certificate_of(new) == after
            assert announce(new, 2)[b"incomplete"] == 2
        assert announce(old, 3)[b"incomplete"] == 3 and certificate_of(old) == before
        os.truncate(base + "/chain.pem", 10)
        done = server.do("reload", code=None)
        assert done.returncode != 0 and "chain.pem" in done.stderr, done
        assert announce(old, 4)[b"incomplete"] == 4, "a bad certificate takes nothing away"


def case_plain_and_garbage_at_the_tls_port():
    with serving() as (server, base, _print_of):
        for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + bytes(300), b""):
            with socket.create_connection(server.address("https"), timeout=network.PATIENCE) as stream:
                with contextlib.suppress(OSError):
                    stream.sendall(data)
                    stream.shutdown(socket.SHUT_WR)
                    while stream.recv(4096):
                        pass
        with connect(server, base) as stream:
            assert announce(stream, 1)[b"incomplete"] == 1


def case_libtorrent_over_tls():
    try:
        import libtorrent
    except ImportError as error:
        raise tap.Skip("libtorrent for Python is not installed") from error
    with serving() as (server, base, _print_of):
        host, port = server.address("https")
        session = libtorrent.session({"listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
                                      "enable_upnp": False, "enable_natpmp": False, "validate_https_trackers": False,
                                      "ssrf_mitigation": False})
        params = libtorrent.add_torrent_params()
        params.info_hashes = libtorrent.info_hash_t(libtorrent.sha1_hash(HASH))
        params.trackers, params.save_path = [f"https://{host}:{port}/announce"], base
        handle = session.add_torrent(params)
        network.until(lambda: tracker.http_scrape(*server.address("http"), HASH)[2] == 1, 20, "libtorrent has announced")
        session.remove_torrent(handle)


def case_unix_socket_of_administration():
    with tempfile.TemporaryDirectory() as base:
        path = os.path.join(base, "door")
        with tracker.ShoalTracker("door", base + "/kept", f"--set=listen.admin={path}") as server:
            mode = os.stat(path).st_mode
            assert stat.S_ISSOCK(mode) and mode & 0o007 == 0, oct(mode)
            with socket.socket(socket.AF_UNIX) as stream:
                stream.settimeout(network.PATIENCE)
                stream.connect(path)
                stream.sendall(b"GET /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                               + server.token().encode() + b"\r\nConnection: close\r\n\r\n")
                reply = b"".join(iter(lambda: stream.recv(65536), b""))
            assert reply.startswith(b"HTTP/1.1 200") and b'"tokens"' in reply, reply
            status, _body = tracker.get(*server.address("http"), "/api/v1/tokens", f"Authorization: Bearer {server.token()}\r\n")
            assert status == 403, "what is public has no administration"
            os.kill(server.pid, 15)
            server.finishes(5)
        assert not os.path.exists(path), "the socket goes with the server"
        with tracker.ShoalTracker("door", base + "/kept", f"--set=listen.admin={path}") as server:
            os.kill(server.pid, 9)
            server.process.wait()
        with tracker.ShoalTracker("door", base + "/kept", f"--set=listen.admin={path}"):
            pass  # what a dead one left is no obstacle


def case_errors_name_file_and_key():
    with tempfile.TemporaryDirectory() as base:
        path = os.path.join(base, "shoal-tracker.conf")
        for text, words in (("[announce]\ninterval = soon\n", [path + ":2: ", "[announce] interval"]),
                            ("[listen]\nhttps = 127.0.0.1:0\ncertificate = /no/a.pem\nkey = /no/b.pem\n", ["/no/a.pem"]),
                            ("[listen]\nadmin = /no/such/folder/door\n", ["/no/such/folder/door"])):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = tracker.command("run", "--folder", base, "--set=listen.udp=", "--set=listen.http=127.0.0.1:0", code=None)
            assert done.returncode not in (0, 134), done
            for word in words:
                assert word in done.stderr, (text, word, done.stderr)


if __name__ == "__main__":
    tap.main([case for name, case in sorted(globals().items()) if name.startswith("case_")])
