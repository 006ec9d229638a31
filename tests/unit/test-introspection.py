#!/usr/bin/python3
"""test-introspection.py: the typelib of libshoal-1 works from another language."""

import os

from helpers import tap

try:
    import gi
except ImportError:
    tap.skip_all("the Python module gi is not installed")

gi.require_version("Shoal", "1")
from gi.repository import GLib, Shoal  # noqa: E402 (the version has to be chosen first)


def case_version_getters():
    version = Shoal.Version.new()
    assert version.get_string() == os.environ["SHOAL_VERSION"], version.get_string()
    numbers = (version.get_major(), version.get_minor(), version.get_micro())
    assert ".".join(map(str, numbers)) == version.get_string(), numbers


def case_version_properties():
    version = Shoal.Version()
    assert version.props.string == version.get_string()
    assert version.props.major == Shoal.MAJOR_VERSION
    assert version.props.minor == Shoal.MINOR_VERSION
    assert version.props.micro == Shoal.MICRO_VERSION


def ask(admin, verb, *arguments):
    """What comes of one request, waited for."""
    loop, got = GLib.MainLoop(), []

    def over(source, result):
        got.append(result)
        loop.quit()

    getattr(admin, verb + "_async")(*arguments, None, over)
    loop.run()
    return getattr(admin, verb + "_finish")(got[0])


def case_tracker_admin_refuses():
    admin = Shoal.TrackerAdmin(server="udp://tracker.example:80", token="secret", timeout=1000)
    assert admin.get_server() == admin.props.server == "udp://tracker.example:80"
    assert "token" not in [spec.name for spec in admin.list_properties() if spec.flags & 1]
    page = ("words", Shoal.TrackerState.PENDING, Shoal.TrackerSort.NAME, 1, Shoal.TRACKER_PAGE_MAX)
    requests = (("list", *page), ("stats",), ("reload",), ("remove", "../x"), ("allow", "x", None),
                ("deny", "7", "why"), ("unmark", "7"), ("register", GLib.Bytes.new(b"de")))
    for verb, *arguments in requests:
        try:
            ask(admin, verb, *arguments)
        except GLib.Error as error:
            assert error.matches(Shoal.error_quark(), Shoal.Error.INVALID), (verb, error)
            assert "secret" not in error.message, error
        else:
            raise AssertionError(verb)


tap.main([case_tracker_admin_refuses, case_version_getters, case_version_properties])
