# shellcheck shell=bash
# tests/setup.sh: installs the Debian packages that the two commands need. Sourced by ./check and
# ./demo, which stand in the project's root folder when they call setup_packages.

# Prints the packages of the groups "$@", one a line.
setup_list ()
{
  local group package rest
  while read -r group package rest; do
    case " $* " in
      *" $group "*) printf '%s\n' "$package" ;;
    esac
  done < <(grep -v -e '^#' -e '^$' tests/packages.txt)
}

# Prints those packages of the groups "$@" that dpkg does not know as installed.
setup_missing ()
{
  local -a wanted
  mapfile -t wanted < <(setup_list "$@")
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${wanted[@]}" 2> /dev/null \
      | sed -n 's/^installed //p' | sort -u)
}

# Runs apt-get as root without ever asking a question.
setup_apt ()
{
  local -a as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -q -y \
    -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 "$@" < /dev/null
}

# True when packages can be installed at all: by root or through a sudo that asks nothing.
setup_may_install ()
{
  command -v apt-get > /dev/null || return 1
  [ "$(id -u)" -eq 0 ] || sudo -n true 2> /dev/null < /dev/null
}

# Installs what is missing of the groups "$@". Returns non-zero, after naming what is missing, when
# that cannot be done; the caller may still go on with what is there.
setup_packages ()
{
  local -a missing
  local package
  if ! command -v dpkg-query > /dev/null; then
    echo "Set-up: this is no Debian system, so nothing was installed; HACKING.md lists what is needed."
    return 0
  fi
  mapfile -t missing < <(setup_missing "$@")
  if [ "${#missing[@]}" -eq 0 ]; then
    echo "Set-up: all $(setup_list "$@" | wc -l) packages are there, nothing to install."
    return 0
  fi
  if ! setup_may_install; then
    echo "Set-up: missing, and only root may install: ${missing[*]}"
    echo "Set-up: as root, run: apt-get install ${missing[*]}"
    return 1
  fi
  echo "Set-up: installing ${missing[*]}"
  setup_apt update > /dev/null || echo "Set-up: apt-get update failed; trying with the lists of last time."
  if ! setup_apt install --no-install-recommends "${missing[@]}" > /dev/null; then
    # One package that cannot be had must not keep the others away.
    for package in "${missing[@]}"; do
      setup_apt install --no-install-recommends "$package" > /dev/null 2>&1
    done
  fi
  mapfile -t missing < <(setup_missing "$@")
  if [ "${#missing[@]}" -ne 0 ]; then
    echo "Set-up: could not install: ${missing[*]}"
    return 1
  fi
  echo "Set-up: done."
}
