#!/usr/bin/python3
"""The translations: that each language has all words of the window, the commands and the tracker, in forms that
fit, and that the window speaks it. What is asked for is what xgettext finds in the sources now."""

import os
import re
import subprocess
import tempfile

from helpers import atspi, desktop, peers, tap, window

BUILD = os.environ["SHOAL_BUILD"]
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PO = os.path.join(SOURCE, "po")

# The plural forms of each language, as Unicode has them; Uzbek has one, because a noun behind a number has none.
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "de": "nplurals=2; plural=(n != 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "uz": "nplurals=1; plural=0;",
}
RIGHT_TO_LEFT = ("ar", "fa")
TABS = {
    "ar": ("الرفع", "التنزيل"), "de": ("Hochladen", "Herunterladen"), "fa": ("بارگذاری", "بارگیری"),
    "ru": ("Раздача", "Загрузка"), "uz": ("Ulashish", "Yuklab olish"),
}

# Controls that turn the text around them; marks, which only help it, may stand in Arabic and Persian.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
KEYWORDS = ("_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2", "g_dngettext:2,3", "g_dpgettext2:2c,3")
MSGID = re.compile(r"^msgid ", re.MULTILINE)


def run(*command):
    """What a tool printed; it has to be content. A format that a macro cuts in two is but warned of."""
    peers.need(command[0])
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{' '.join(command[:3])} ...: {done.stderr[-2000:]}"
    assert "not a valid C format" not in done.stderr, done.stderr
    return done.stdout


def catalogue(language):
    """The file of a language."""
    return os.path.join(PO, language + ".po")


def extracted(folder):
    """A template of what the sources hold now."""
    template = os.path.join(folder, "shoal.pot")
    run("xgettext", "--from-code=UTF-8", "--files-from", os.path.join(PO, "POTFILES.in"), "--directory", SOURCE,
        "--output", template, *(f"--keyword={word}" for word in KEYWORDS))
    return template


def lacking(language, template, folder):
    """The entries that a language has not, as text."""
    merged = os.path.join(folder, "merged.po")
    run("msgmerge", "--quiet", "--no-fuzzy-matching", "--output-file", merged, catalogue(language), template)
    return run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", merged) + run(
        "msgattrib", "--only-fuzzy", "--no-obsolete", "--no-wrap", merged)


def case_the_languages_are_listed():
    with open(os.path.join(PO, "LINGUAS"), encoding="ascii") as file:
        assert file.read().split() == sorted(PLURALS)
    assert sorted(name[:-3] for name in os.listdir(PO) if name.endswith(".po")) == sorted(PLURALS)


def case_formats_headers_and_plurals_fit():
    for language, forms in PLURALS.items():
        run("msgfmt", "--check", "--check-accelerators=_", "--output-file", os.devnull, catalogue(language))
        with open(catalogue(language), encoding="utf-8") as file:
            text = re.sub(r'"\n"', "", file.read())
        assert f'Plural-Forms: {forms}\\n' in text, f"{language}: its plural forms are {forms}"
        assert f"Language: {language}\\n" in text, language
        assert not TURNING.search(text), f"{language} turns the text around it"


def case_each_language_has_every_word():
    with tempfile.TemporaryDirectory() as folder:
        template = extracted(folder)
        assert len(MSGID.findall(run("msgcat", template))) > 100
        wrong = {}
        for language in PLURALS:
            left = MSGID.split(lacking(language, template, folder))[2:]
            if left:
                wrong[language] = f"{len(left)} lack, such as {left[0].splitlines()[0]}"
        assert not wrong, wrong


def case_the_desktop_speaks_them():
    for name, sign in (("desktop", "Comment[{}]="), ("metainfo.xml", '<summary xml:lang="{}">')):
        with open(os.path.join(BUILD, "data", "desktop", f"org.shoal.Shoal.{name}"), encoding="utf-8") as file:
            text = file.read()
        lack = [language for language in PLURALS if sign.format(language) not in text]
        assert not lack, (name, lack)


def case_the_window_speaks_them():
    for language, (upload, download) in TABS.items():
        name = "speaks-" + language
        with window.Window(name, "--profile", name, env={"LANGUAGE": language}) as shoal:
            first, second = (left_of(atspi.find(shoal.app(), "page tab", tab)) for tab in (upload, download))
            assert (first > second) == (language in RIGHT_TO_LEFT), (language, first, second)


def left_of(node):
    """Where a shown node begins, in pixels from the left of its window."""
    atspi.until(lambda: atspi.is_shown(node), f"{node.get_name()} is shown")
    return atspi.extents(node).x


desktop.need_accessibility()
tap.main([
    case_the_languages_are_listed, case_formats_headers_and_plurals_fit,
    case_each_language_has_every_word, case_the_desktop_speaks_them, case_the_window_speaks_them,
])
