# Shared by the tools: where things are, what is missing, how progress is shown.
# Source it; it changes nothing but variables and the current folder.

set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$top"
build="$top/.build"
mkdir -p "$build"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# progress WORDS COMMAND…: runs the command, its output in a log; shows that time passes, and the
# log's end if the command fails.
progress() {
  local words=$1 log status=0 start=$SECONDS
  shift
  log=$(mktemp "$build/log.XXXXXX")
  printf '%s … ' "$words" >&2
  "$@" >"$log" 2>&1 &
  local child=$!
  while kill -0 "$child" 2>/dev/null; do
    if [ -t 2 ]; then printf '\r%s … %ds ' "$words" $((SECONDS - start)) >&2; fi
    read -r -t 1 <> <(:) || true
  done
  wait "$child" || status=$?
  if [ "$status" -ne 0 ]; then
    printf 'failed\n' >&2
    tail -n 40 "$log" >&2
  else
    printf 'done (%ds)\n' $((SECONDS - start)) >&2
  fi
  rm -f "$log"
  return "$status"
}

# need_packages WHY PACKAGE…: installs the Debian packages that are missing, and says why.
need_packages() {
  local why=$1 missing=()
  shift
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}: $why"
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  # Daemons that a package would start belong to the machine, not to us: policy-rc.d says no.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
    trap "${root[*]} rm -f $policy" RETURN
  fi
  progress "package lists" "${root[@]}" apt-get update
  progress "packages" "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

need_swift() {
  command -v swift >/dev/null ||
    die "Swift 6.3 is needed: see https://www.swift.org/install/linux/ (Debian 12, x86_64)"
  local version
  version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | head -n 1)
  case "$version" in
    *" 6."[3-9]* | *" "[7-9].*) ;;
    *) die "Swift 6.3 or later is needed, found: ${version:-none}" ;;
  esac
}

# What the host build links; the firmware lane takes the same libraries from its own sysroot.
need_libraries() {
  need_packages "libraries that the firmware links" \
    libasound2-dev libgpiod-dev libspandsp-dev libmbedtls-dev \
    libc-ares-dev
}
