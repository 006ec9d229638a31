#!/usr/bin/python3
"""test-introspection.py: the typelib of libshoal-1 works from another language."""

import os

from helpers import tap

try:
    import gi
except ImportError:
    tap.skip_all("the Python module gi is not installed")

gi.require_version("Shoal", "1")
from gi.repository import Shoal  # noqa: E402 (the version has to be chosen first)


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


tap.main([case_version_getters, case_version_properties])
