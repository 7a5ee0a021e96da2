# mbedTLS for the firmware: Debian's source, compiled with our configuration (mbedtls_config.h).
# Only sdk.sh sources it.

# fetch_source PACKAGE FOLDER: the upstream files of a Debian source package, checked by apt.
fetch_source() {
  local state="$build/source/apt" suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  rm -rf "$2"
  mkdir -p "$2" "$state/lists/partial" "$state/cache/archives/partial"
  echo "deb-src $(debian_mirror) $suite main" >"$state/sources.list"
  local options=(-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::State::lists="$state/lists" -o Dir::Cache="$state/cache")
  apt-get "${options[@]}" update
  (cd "$2" && apt-get "${options[@]}" source --download-only "$1")
  tar -xf "$2"/*.orig.tar.* -C "$2" --strip-components=1
}

# make_mbedtls: puts our build of the library in the place of the sysroot's.
make_mbedtls() {
  local source="$build/source/mbedtls" objects="$sysroot/mbedtls" archives="$sysroot/usr/lib/$gnu"
  [ -e "$source/library/aes.c" ] || progress "source of mbedTLS" fetch_source mbedtls "$source" || {
    say "no source package of mbedTLS: the firmware gets Debian's build, and is 0.3 MB larger"
    return 0
  }
  cp "$top/tools/lib/mbedtls_config.h" "$sysroot/usr/include/mbedtls/config.h"
  rm -rf "$objects" "$archives"/libmbed{crypto,x509,tls}.a
  mkdir -p "$objects"
  # Without link-time optimisation: the outliner would put calls into the loops of the ciphers.
  printf '%s\n' "$source"/library/*.c |
    xargs -P "$(nproc)" -I '{}' sh -c '"$@" -o "$0/$(basename "{}" .c).o" -c "{}"' "$objects" \
      clang --target="$gnu" --sysroot="$sysroot" -Os -ffunction-sections -fdata-sections -fPIC \
      -fno-unwind-tables -fno-asynchronous-unwind-tables "${machine[@]}" \
      -I "$sysroot/usr/include" -I "$source/library"
  llvm-ar rcs "$archives/libmbedcrypto.a" "$objects"/*.o
  # The three are asked for by name.
  llvm-ar rcs "$archives/libmbedx509.a"
  llvm-ar rcs "$archives/libmbedtls.a"
  rm -rf "$objects"
}
