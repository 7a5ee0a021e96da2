# What an image is made of. Source it after common.sh and sdk.sh; tools/image calls its functions.
. "$top/tools/lib/image_parts.sh"

image_boards() { (cd board && ls -d */image/machine 2>/dev/null | cut -d / -f 1 | xargs); }

# words NAME: what the board's machine file says behind the name.
words() { sed -n "s/^$1 //p" "board/$board/image/machine"; }

read_machine() {
  architecture=$(words architecture)
  kernel_package=$(words kernel)
}

# The packages of the image, unpacked and not configured: nothing of them runs here.
fetch_packages() {
  packages="$build/packages/$architecture"
  [ -e "$packages/.complete" ] || {
    rm -rf "$packages"
    mkdir -p "$(dirname "$packages")"
    local suite
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    progress "kernel and system for $architecture" mmdebstrap --variant=extract \
      --arch="$debian" --include="$kernel_package,busybox-static,libc6,libasound2,libgpiod2" \
      "$suite" "$packages" "$(debian_mirror)"
    touch "$packages/.complete"
  }
  release=$(basename "$packages"/lib/modules/*)
  depmod -b "$packages" "$release"
}

# build_image FOLDER: everything anew. Times and order come from the source, not from the clock.
build_image() {
  local output=$1 epoch
  epoch=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y README.md)
  export SOURCE_DATE_EPOCH=$epoch
  rm -rf "$output"
  mkdir -p "$output/work"
  cp "$packages/boot/vmlinuz-$release" "$output/kernel"
  make_initrd "$output/work/initrd" "$output/initrd"
  make_root "$output/work/root" "$output/root.squashfs"
  make_data "$output/work/data" "$output/data.ext4"
  make_disk "$output"
  make_device_tree "$output/board.dtb"
  make_command_line >"$output/cmdline"
  make_manifest "$output/work/root" "$output" >"$output/manifest.txt"
  rm -rf "$output/work"
}

# The kernel's words at every boot, without those of a laboratory.
make_command_line() {
  printf 'console=%s root=%s %s\n' "$(words console)" "$(words root)" "$(words kernel-words)"
}

# Each package whose files are in the image, its version, licence and bytes.
make_manifest() {
  local root=$1 output=$2 row='%-22s %-28s %10s  %s\n'
  printf 'Image of %s. Bytes in the root file system before it is compressed.\n\n' "$board"
  printf "$row" part version bytes licences
  printf "$row" tipring "$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)" \
    "$(stat -c %s "$root/usr/bin/tipring")" Apache-2.0
  manifest_row busybox-static "$root" bin/busybox
  manifest_row libasound2 "$root" lib/libasound.so.2
  manifest_row libgpiod2 "$root" lib/libgpiod.so.2
  manifest_row libc6 "$root" lib -maxdepth 1 ! -name 'libasound*' ! -name 'libgpiod*'
  manifest_row "linux-image-$release" "$root" lib/modules
  printf '\n%-22s %10d\n' 'root file system' "$(stat -c %s "$output/root.squashfs")" \
    kernel "$(stat -c %s "$output/kernel")" initrd "$(stat -c %s "$output/initrd")"
}

# manifest_row PACKAGE ROOT FIND-WORDS…
manifest_row() {
  printf '%-22s %-28s %10d  %s\n' "$1" "$(package_version "$1")" "$(package_bytes "$@")" \
    "$(package_licences "$1")"
}

# The package's own history begins with its version.
package_version() {
  local history
  for history in "$packages/usr/share/doc/$1"/changelog*gz; do
    zcat "$history" 2>/dev/null | sed -n '1s/.*(\(.*\)).*/\1/p'
    break
  done
}

# The bytes of the package's files that are in the root file system.
package_bytes() {
  (cd "$2" && find "${@:3}" -type f -printf '%s\n' | awk '{sum += $1} END {print sum + 0}')
}

# What its copyright file names: as fields, or as texts that every Debian system has.
package_licences() {
  local file="$packages/usr/share/doc/$1/copyright"
  { sed -n 's/^License: *\([^ ]*\)/\1/p' "$file"
    grep -o 'common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9+]' "$file" | cut -d / -f 2; } |
    LC_ALL=C sort -u | paste -s -d ' '
}

compare_images() {
  local file status=0
  for file in kernel initrd root.squashfs data.ext4 disk.img board.dtb manifest.txt; do
    local first second
    first=$(sha256sum <"$1/$file" | cut -c 1-64) second=$(sha256sum <"$2/$file" | cut -c 1-64)
    [ "$first" = "$second" ] || { say "$file differs: $first, $second"; status=1; }
  done
  [ "$status" -eq 0 ] || die "two builds of the same source differ"
  say "two builds are the same: disk.img is sha256:$(sha256sum <"$1/disk.img" | cut -c 1-64)"
}

report_image() {
  local file
  for file in root.squashfs kernel initrd disk.img; do
    printf '%s: %d bytes (%d KiB)\n' "$file" "$(stat -c %s "$1/$file")" \
      $(($(stat -c %s "$1/$file") / 1024))
  done
  printf 'firmware: %d bytes\n' "$(stat -c %s "$build/firmware/$architecture/tipring")"
  printf 'image of %s in %s\n' "$board" "${1#"$top/"}"
}
