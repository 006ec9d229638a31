"""web: asks a client's own web server, which answers on its loopback alone."""

import http.client

from helpers import network


def ask(place, port, method, path, body=None, headers=None):
    """(status, headers, body) of one request; a server that is not there yet is an OSError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=network.PATIENCE)
    with place.inside():
        connection.connect()
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        connection.close()


def answers(place, port):
    """Whether somebody listens on that port of the place's loopback."""
    try:
        ask(place, port, "GET", "/")
    except (OSError, http.client.HTTPException):
        return False
    return True
