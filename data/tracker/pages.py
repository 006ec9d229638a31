#!/usr/bin/python3
"""pages.py: man pages and completions of shoal-tracker, from `shoal-tracker help --json`.

    pages.py man|conf|bash|zsh|fish < help.json

One table in the program makes its help and, by this, everything that is installed beside it. The same
table gives the same bytes: the date is SOURCE_DATE_EPOCH's, or none.
"""

import json
import os
import sys
import time

NAME = "shoal-tracker"
CODES = [
    ("0", "All is well; also when SIGTERM or SIGINT ended a server that kept everything."),
    ("1", "Something else went wrong; another tracker runs on the folder."),
    ("2", "The command line is wrong."),
    ("3", "The configuration is wrong."),
    ("4", "Something cannot be read, or is not what it should be."),
    ("5", "Something cannot be written, or is there already."),
    ("8", "An address cannot be listened at, or the server does not answer."),
    ("9", "The disk is full."),
]
FILES = [
    ("FOLDER/shoal-tracker.conf", "The configuration, unless --config names another one; see shoal-tracker.conf(5)."),
    ("FOLDER/tracker.db", "Torrents, lists, settings, hashes of tokens, history; tracker.db.completions beside it is "
                          "the journal of completions."),
    ("FOLDER/swarms.snapshot", "The swarms, so that a restart loses none."),
    ("FOLDER/backups/", "Copies of the database."),
    ("FOLDER/server, FOLDER/control", "The lock of the server that runs, with its process id, and the socket by which "
                                      "commands ask it."),
]
VARIABLES = [
    ("STATE_DIRECTORY", "The folder when neither --folder nor the configuration names one; a service has it."),
    ("XDG_STATE_HOME", "Without that, shoal-tracker in there is the folder; ~/.local/state when not set."),
    ("NOTIFY_SOCKET, WATCHDOG_USEC", "Where and how often a service manager is told how the server is, see sd_notify(3)."),
]


# --- man pages ---

def roff(text):
    """Text that roff takes for nothing but text."""
    for char, escape in (("\\", "\\e"), ("-", "\\-"), ("'", "\\(aq"), ("~", "\\(ti"), ("^", "\\(ha"), ("`", "\\(ga")):
        text = text.replace(char, escape)
    text = "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)
    return "\\&" + text if text[:1] in (".", "'") else text


def lines(text, width=64):
    """Text in lines of that width."""
    out, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            out.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join(roff(part) for part in [*out, line])


def title(table, name, section, summary):
    """The head of a page."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    day = time.strftime("%Y-%m-%d", time.gmtime(int(epoch))) if epoch else ""
    return [f'.TH {roff(name.upper())} {section} "{day}" "Shoal {table["version"]}" "Shoal"', ".SH NAME",
            f"{roff(name)} \\- {roff(summary)}"]


def terms(rows):
    """Words and what they mean."""
    return [line for word, meaning in rows for line in (".TP", f"\\fB{roff(word)}\\fR", lines(meaning))]


def option_rows(options):
    """Options as a page lists them."""
    out = []
    for option in options:
        letter = f"\\fB\\-{option['letter']}\\fR, " if option["letter"] else ""
        value = f"=\\fI{roff(option['value'])}\\fR" if option["value"] else ""
        out += [".TP", f"{letter}\\fB\\-\\-{roff(option['name'])}\\fR{value}", lines(option["meaning"] + ".")]
        if option["choices"]:
            out.append(lines("Values: " + ", ".join(option["choices"]) + "."))
    return out


def common(table):
    """Options that every verb has."""
    sets = [[option["name"] for option in verb["options"]] for verb in table["verbs"]]
    return {name for name in sets[0] if all(name in other for other in sets)}


def verb_rows(verb, shared):
    """One verb."""
    head = f"\\fB{NAME.replace('-', chr(92) + '-')} {roff(verb['name'])}\\fR [\\fIOPTION\\fR]... {roff(verb['arguments'])}"
    out = [f".SS {roff(verb['name'])}", head.strip(), ".PP", lines(verb["description"])]
    out += option_rows([option for option in verb["options"] if option["name"] not in shared])
    for example in verb["examples"]:
        out += [".PP", lines(example["meaning"]) + ":", ".PP", ".nf", ".RS", roff(example["command"]), ".RE", ".fi"]
    return out


def man(table):
    """shoal-tracker(8): section 1 has the verb of that name."""
    shared = common(table)
    out = title(table, NAME, 8, "a BitTorrent tracker over HTTP and UDP")
    out += [".SH SYNOPSIS", f"\\fB{roff(NAME)}\\fR \\fIVERB\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...", ".br",
            f"\\fB{roff(NAME)}\\fR \\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR", ".SH DESCRIPTION",
            lines("Serves announces and scrapes over HTTP, HTTPS and UDP, a catalogue and an API over HTTP. Everything "
                  "that it keeps lies in one folder, which one server uses at a time. Commands on the folder ask the "
                  "server that runs, or work on the database when none does.")]
    out += [".SH VERBS"] + [line for verb in table["verbs"] for line in verb_rows(verb, shared)]
    out += [".SH OPTIONS", "Every verb takes:"]
    out += option_rows([option for option in table["verbs"][0]["options"] if option["name"] in shared])
    out += [".SH EXIT STATUS"] + terms(CODES)
    out += [".SH FILES"] + terms(FILES)
    out += [".SH ENVIRONMENT"] + terms(VARIABLES)
    out += [".SH SIGNALS"] + terms([
        ("SIGTERM, SIGINT", "Stop: no more is accepted, what is under way ends, swarms and counts are kept. A second one "
                            "ends the server at once; counts are safe then, too."),
        ("SIGHUP", "Read configuration and certificate anew."),
    ])
    out += [".SH SEE ALSO", ".BR shoal\\-tracker.conf (5),", ".BR shoal\\-tracker (1),", ".BR shoal (1)"]
    return out


def conf(table):
    """shoal-tracker.conf(5)."""
    out = title(table, "shoal-tracker.conf", 5, "configuration of shoal-tracker")
    out += [".SH DESCRIPTION",
            lines("A text in UTF-8. A line is empty, a comment that begins with #, a [GROUP], or KEY = VALUE, of which the "
                  "blanks around do not count. Words of a list have ; between them. A group or key that is not known is "
                  "a mistake, and so is one that is there twice. “shoal-tracker check-config” names all mistakes."),
            ".PP",
            lines("A setting that may change while the server runs takes effect with SIGHUP, and when it is changed by "
                  "the API, which wins over the file from then on. The command line wins over both.")]
    group = None
    for setting in table["settings"]:
        here, _, key = setting["name"].partition(".")
        if here != group:
            out.append(f".SH [{here}]")
            group = here
        live = " It may change while the server runs." if setting["live"] else ""
        usual = f" Usually {setting['usual']}." if setting["usual"] else " Usually nothing."
        out += [".TP", f"\\fB{roff(key)}\\fR", lines(f"{setting['meaning']}. Takes {setting['takes']}.{usual}{live}")]
    out += [".SH SEE ALSO", ".BR shoal\\-tracker (8)"]
    return out


# --- completions ---

def quoted(text, special=""):
    """Text inside single quotes of a shell."""
    for char in special:
        text = text.replace(char, "\\" + char)
    return text.replace("'", "'\\''")


def bash(table):
    """The script for bash; it needs no other one."""
    names = " ".join(verb["name"] for verb in table["verbs"])
    out = [f"# bash completion for {NAME}", "", "_shoal_tracker ()", "{",
           "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}",
           "  local verb=${COMP_WORDS[1]} IFS=$' \\t\\n'", "  COMPREPLY=()",
           "  # bash takes the = of --option=value for a word of its own.",
           "  if [[ $cur == = ]]; then", "    cur=", "  elif [[ $prev == = ]]; then",
           "    prev=${COMP_WORDS[COMP_CWORD - 2]}", "  fi",
           "  if ((COMP_CWORD == 1)); then",
           f"    COMPREPLY=($(compgen -W '{names} --help --version' -- \"$cur\"))", "    return", "  fi",
           "  case $verb:$prev in"]
    for verb in table["verbs"]:
        for option in verb["options"]:
            if option["kind"] == "switch":
                continue
            letter = f" | {verb['name']}:-{option['letter']}" if option["letter"] else ""
            what = {"file": "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")); ",
                    "folder": "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\")); "}.get(option["kind"], "")
            if option["choices"]:
                what = f"COMPREPLY=($(compgen -W '{' '.join(option['choices'])}' -- \"$cur\")); "
            elif option["name"] == "set":
                settings = " ".join(setting["name"] + "=" for setting in table["settings"])
                what = f"compopt -o nospace; COMPREPLY=($(compgen -W '{settings}' -- \"$cur\")); "
            out.append(f"    {verb['name']}:--{option['name']}{letter}) {what}return ;;")
    out += ["  esac", "  if [[ $cur == -* ]]; then", "    case $verb in"]
    for verb in table["verbs"]:
        words = " ".join((f"-{o['letter']} " if o["letter"] else "") + "--" + o["name"] for o in verb["options"])
        out.append(f"      {verb['name']}) COMPREPLY=($(compgen -W '{words}' -- \"$cur\")) ;;")
    out += ["    esac", "    return", "  fi", "  case $verb in"]
    for verb in table["verbs"]:
        if verb["words"]:
            out.append(f"    {verb['name']}) COMPREPLY=($(compgen -W '{' '.join(verb['words'])}' -- \"$cur\")) ;;")
        elif verb["arguments"]:
            out.append(f"    {verb['name']}) compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\")) ;;")
    return out + ["  esac", "}", "", f"complete -F _shoal_tracker {NAME}"]


def zsh(table):
    """The script for zsh, on its own _arguments."""
    out = [f"#compdef {NAME}", ""]
    fill = {"file": "_files", "folder": "_files -/"}
    for verb in table["verbs"]:
        out += [f"_shoal_tracker_{verb['name']} ()", "{", "  _arguments -s -S \\"]
        for option in verb["options"]:
            value = option["kind"] != "switch"
            name, letter = option["name"], option["letter"]
            words = f"({' '.join(option['choices'])})" if option["choices"] else fill.get(option["kind"], " ")
            what = f":{option['value']}:{words}" if value else ""
            head = "'*'" if option["kind"] == "texts" else f"'(-{letter} --{name})'" if letter else ""
            both = f"{{-{letter}{'+' if value else ''},--{name}{'=' if value else ''}}}" if letter \
                else f"--{name}{'=' if value else ''}"
            out.append(f"    {head}{both}'[{quoted(option['meaning'], '[]:')}]{what}' \\")
        if verb["words"]:
            out.append(f"    '1:word:({' '.join(verb['words'])})'")
        else:
            out.append("    '*:file:_files'" if verb["arguments"] else "    ':: :'")
        out += ["}", ""]
    out += ["_shoal_tracker ()", "{", "  local -a verbs", "  verbs=("]
    out += [f"    '{verb['name']}:{quoted(verb['summary'])}'" for verb in table["verbs"]]
    return out + ["  )", "  if (( CURRENT == 2 )); then", "    _describe -t verbs verb verbs", "    return", "  fi",
                  "  local verb=$words[2]", "  shift words", "  (( CURRENT-- ))",
                  "  (( $+functions[_shoal_tracker_$verb] )) && _shoal_tracker_$verb", "}", "",
                  "if [[ $funcstack[1] == _shoal-tracker ]]; then", "  _shoal_tracker \"$@\"", "else",
                  f"  compdef _shoal_tracker {NAME}", "fi"]


def fish(table):
    """The script for fish."""
    out = [f"# fish completion for {NAME}", "", "function __shoal_tracker_verb_is",
           "  set -l words (commandline -opc)", "  test (count $words) -ge 2; and test $words[2] = $argv[1]", "end", "",
           "function __shoal_tracker_no_verb", "  test (count (commandline -opc)) -eq 1", "end", "",
           f"complete -c {NAME} -f",
           f"complete -c {NAME} -n __shoal_tracker_no_verb -l help -d 'Show the help'",
           f"complete -c {NAME} -n __shoal_tracker_no_verb -l version -d 'Say the version'"]
    fill = {"file": " -r -F", "folder": " -x -a '(__fish_complete_directories)'", "switch": ""}
    for verb in table["verbs"]:
        summary = verb["summary"].replace("'", "\\'")
        out += ["", f"complete -c {NAME} -n __shoal_tracker_no_verb -a {verb['name']} -d '{summary}'"]
        here = f"complete -c {NAME} -n '__shoal_tracker_verb_is {verb['name']}'"
        for option in verb["options"]:
            letter = f" -s {option['letter']}" if option["letter"] else ""
            words = f" -x -a '{' '.join(option['choices'])}'" if option["choices"] else fill.get(option["kind"], " -x")
            meaning = option["meaning"].replace("'", "\\'")
            out.append(f"{here}{letter} -l {option['name']}{words} -d '{meaning}'")
        if verb["words"]:
            out.append(f"{here} -a '{' '.join(verb['words'])}'")
        elif verb["arguments"]:
            out.append(f"{here} -F")
    return out


def main(kind):
    """Prints one of them."""
    table = json.load(sys.stdin)
    made = {"man": man, "conf": conf, "bash": bash, "zsh": zsh, "fish": fish}[kind](table)
    sys.stdout.write("\n".join(line for line in made if line is not None) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
