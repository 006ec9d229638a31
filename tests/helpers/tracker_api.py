"""tracker_api: the tracker's API, asked and compared with what it says of itself.

    with tracker_api.Host(["web.register=anyone"]) as host:
        answer = host.ask("GET", "/api/v1/torrents", door="admin", token=host.admin)

Every answer that `ask` brings is looked up in the OpenAPI document: it has to be described there, and fit its
schema; `SEEN` collects which were. `raw` sends bytes as they are. Torrents are made here, small and different.
"""

import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile
import urllib.parse

from helpers import network

SEEN = set()  # (method, path as in the document, status)
DOCUMENT = {}


class Answer:
    """A status, headers in lower case, and a body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def code(self):
        """Of an error."""
        return self.json["error"]["code"]


# --- schemas ---

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "null": type(None),
}


def is_type(value, name):
    """Whether a value has a type of JSON schema; True is no integer."""
    return isinstance(value, TYPES[name]) and (name != "integer" or not isinstance(value, bool))


def resolve(document, schema):
    """Follows references."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def check_object(document, schema, value, place):
    """Members of an object."""
    properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    for name in schema.get("required", []):
        assert name in value, f"{place}: no {name}"
    for name, member in value.items():
        if name in properties:
            check_schema(document, properties[name], member, f"{place}.{name}")
        elif isinstance(more, dict):
            check_schema(document, more, member, f"{place}.{name}")
        else:
            assert more, f"{place}: {name} is not described"


def check_schema(document, schema, value, place="body"):
    """Raises AssertionError where a value is not what a schema says."""
    schema = resolve(document, schema)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    assert not types or any(is_type(value, name) for name in types), f"{place}: {value!r} is no {types}"
    if value is None:
        return
    assert value in schema.get("enum", [value]), f"{place}: {value!r}"
    if isinstance(value, dict):
        check_object(document, schema, value, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_schema(document, schema.get("items", {}), item, f"{place}[{index}]")
    elif isinstance(value, str):
        assert len(value.encode()) <= schema.get("maxLength", len(value.encode())), place
        assert re.search(schema.get("pattern", ""), value), f"{place}: {value!r}"
    elif isinstance(value, int):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), f"{place}: {value}"


def matches(pattern, path):
    """Whether a path of the document is one that was asked."""
    return re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(pattern)), path) is not None


def find_path(document, path):
    """The path of the document that a path is one of; those without a parameter first."""
    for pattern in sorted(document["paths"], key=lambda p: "{" in p):
        if matches(pattern, path):
            return pattern
    return None


def check_answer(document, method, target, answer):
    """Looks an answer up in the document."""
    path = find_path(document, target.partition("?")[0])
    described = document["paths"].get(path, {}).get(("GET" if method == "HEAD" else method).lower())
    if described is None:
        assert answer.status >= 400 or method == "OPTIONS", f"{method} {target}: {answer.status}"
        return
    SEEN.add((method, path, str(answer.status)))
    responses = described["responses"]
    response = responses.get(str(answer.status))
    if response is None:
        assert answer.status >= 400, f"{method} {target}: {answer.status} is not described"
        response = responses["default"]
    content = response.get("content", {})
    if method == "HEAD" or not content:
        assert answer.body == b"", f"{method} {target}: {answer.body[:80]!r}"
        return
    kind = answer.headers.get("content-type")
    assert kind in content, f"{method} {target}: {answer.status} {kind}"
    if kind == "application/json":
        check_schema(document, content[kind].get("schema", {}), answer.json, f"{method} {path}")


def is_whole(got):
    """Whether bytes hold an answer to its end."""
    head, gap, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(gap and length) and len(body) >= int(length[1])


# --- the server ---


class Host:
    """The program that serves the API, in a folder of its own."""

    def __init__(self, settings=()):
        self.folder = tempfile.TemporaryDirectory(prefix="shoal-api-")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [os.environ["API_HOST"], self.folder.name, "limits.rate=0", *settings],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        said = dict(self.process.stdout.readline().split() for _ in range(3))
        self.ports = {"public": int(said["public"]), "admin": int(said["admin"])}
        self.admin = said["token"]
        if not DOCUMENT:
            DOCUMENT.update(self.ask("GET", "/api/v1/openapi.json", check=False).json)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends it; it has to end well."""
        self.process.stdin.close()
        self.process.stdout.close()
        status = self.process.wait(network.PATIENCE)
        complaint = self.complaints()
        self.folder.cleanup()
        assert status == 0 and not complaint, f"{status}: {complaint}"

    def complaints(self):
        """What it wrote to its error output."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def ask(self, method, target, body=None, token=None, door="public", kind=None, headers=None, check=True):
        """One request and its answer, which has to be as described."""
        sent = {"Host": f"127.0.0.1:{self.ports[door]}", **(headers or {})}
        if isinstance(body, (dict, list)):
            body, kind = json.dumps(body), kind or "application/json"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if kind is not None:
            sent["Content-Type"] = kind
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[door], timeout=network.PATIENCE)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            data = body.encode() if isinstance(body, str) else body
            for name, value in sent.items():
                connection.putheader(name, value.encode() if isinstance(value, str) else value)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()
        if check and DOCUMENT:
            check_answer(DOCUMENT, method, target, answer)
        return answer

    def raw(self, data, door="public", seconds=network.PATIENCE, to_end=False):
        """Sends bytes as they are and reads one answer, or to the end; None when that does not come in time."""
        with socket.create_connection(("127.0.0.1", self.ports[door]), timeout=seconds) as connection:
            try:
                connection.sendall(data)
            except OSError:
                pass  # it may refuse before it has all
            got = b""
            try:
                while (to_end or not is_whole(got)) and (chunk := connection.recv(65536)):
                    got += chunk
            except TimeoutError:
                return None
            except ConnectionResetError:
                pass
            return got

    def register(self, torrent, token=None, **more):
        """Registers a torrent."""
        return self.ask("POST", "/api/v1/torrents", torrent, token=token or self.admin,
                        kind="application/x-bittorrent", **more)

    def make_token(self, scope, name="test", **more):
        """A new token: its id and its secret."""
        made = self.ask("POST", "/api/v1/tokens", {"name": name, "scope": scope, **more},
                        token=self.admin, door="admin")
        assert made.status == 201, made.body
        return made.json["id"], made.json["token"]

    def resident(self):
        """Bytes of memory in use."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")


# --- torrents ---


def bencode(value):
    """As BEP 3 has it; keys are sorted."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    keys = {(k.encode() if isinstance(k, str) else k): v for k, v in value.items()}
    return b"d" + b"".join(bencode(k) + bencode(keys[k]) for k in sorted(keys)) + b"e"


def bdecode(data):
    """The value, of bytes, ints, lists and dicts with bytes as keys."""
    def value(at):
        kind = data[at:at + 1]
        if kind == b"i":
            end = data.index(b"e", at)
            return int(data[at + 1:end]), end + 1
        if kind in b"ld":
            items, at = [], at + 1
            while data[at:at + 1] != b"e":
                item, at = value(at)
                items.append(item)
            return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), at + 1
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        return data[colon + 1:end], end
    return value(0)[0]


class Torrent:
    """A torrent of one small file: v1, v2 or hybrid."""

    LEN = 1000

    def __init__(self, name, form="v1", **more):
        self.name = name
        info = {"name": name, "piece length": 16384}
        raw = name.encode() if isinstance(name, str) else name
        if form != "v2":
            info.update({"length": self.LEN, "pieces": hashlib.sha1(raw).digest()})
        if form != "v1":
            leaf = {"": {"length": self.LEN, "pieces root": hashlib.sha256(raw).digest()}}
            info.update({"meta version": 2, "file tree": {name: leaf}})
        if more.pop("private", False):
            info["private"] = 1
        self.info = bencode(info)
        self.v1 = hashlib.sha1(self.info).hexdigest() if form != "v2" else None
        self.v2 = hashlib.sha256(self.info).hexdigest() if form != "v1" else None
        outer = {**more, "info": info}
        if form != "v1":
            outer["piece layers"] = {}
        self.data = bencode(outer)


def form(fields, boundary="XxBoundaryxX"):
    """A multipart body and its type; values are bytes, or (file name, bytes)."""
    out = b""
    for name, value in fields.items():
        file = ""
        if isinstance(value, tuple):
            file, value = f'; filename="{value[0]}"', value[1]
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        out += value + b"\r\n"
    return out + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def quote(text):
    """For a query."""
    return urllib.parse.quote(text, safe="")
