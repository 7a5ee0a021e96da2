# The emulator that plays the boards. Source it after common.sh and sdk.sh.

# From 8.1 on QEMU uses what it has translated at any address. Before, it translates a program anew
# at each start, because the kernel draws its addresses by chance; no processor works so.
least_emulator=8.1

emulator_version() {
  qemu-system-aarch64 --version 2>/dev/null | sed -nE 's/.*version ([0-9]+\.[0-9]+).*/\1/p'
}

is_emulator_new() {
  printf '%s\n%s\n' "$least_emulator" "$(emulator_version)" | sort -V -C
}

# need_emulator WHY: QEMU, from Debian's backports where the release has an older one. Their list
# is read apart from the machine's own, which stays as it is; without them the older one plays.
need_emulator() {
  need_packages "$1" qemu-system-arm qemu-utils
  if is_emulator_new; then return 0; fi
  local suite apt="$build/backports" root=()
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  mkdir -p "$apt/lists/partial" "$apt/none"
  printf "deb $(debian_mirror) %s main\n" "$suite" "$suite-backports" >"$apt/sources.list"
  local apart=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o "Dir::Etc::sourceparts=$apt/none"
    -o "Dir::State::lists=$apt/lists")
  if progress "backports' list" "${root[@]}" apt-get "${apart[@]}" update &&
    progress "a newer emulator" "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get \
      "${apart[@]}" install -y --no-install-recommends -t "$suite-backports" \
      qemu-system-arm qemu-utils; then
    return 0
  fi
  say "QEMU $(emulator_version) plays the board: programs start slower than with $least_emulator"
}
