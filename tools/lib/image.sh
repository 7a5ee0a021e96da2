# What an image is made of. Source it after common.sh and sdk.sh; tools/image calls its functions.
. "$top/tools/lib/image_parts.sh"
. "$top/tools/lib/image_manifest.sh"

most_root_bytes=$((8 << 20))

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
  local list="$kernel_package,busybox-static,libc6,libasound2,libgpiod2,libcrypt1" suite
  list+=,e2fsprogs,rdate
  [ "$(cat "$packages/.complete" 2>/dev/null)" = "$list" ] || {
    rm -rf "$packages"
    mkdir -p "$(dirname "$packages")"
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    progress "kernel and system for $architecture" mmdebstrap --variant=extract \
      --arch="$debian" --include="$list" "$suite" "$packages" "$(debian_mirror)"
    echo "$list" >"$packages/.complete"
  }
  release=$(basename "$packages"/lib/modules/*)
  depmod -b "$packages" "$release"
}

# build_image FOLDER FIRMWARE: everything anew, with that binary. Times and order come from the
# source, not from the clock.
build_image() {
  local output=$1 firmware=$2 epoch
  epoch=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y README.md)
  export SOURCE_DATE_EPOCH=$epoch
  rm -rf "$output"
  mkdir -p "$output/work"
  cp "$packages/boot/vmlinuz-$release" "$output/kernel"
  make_initrd "$output/work/initrd" "$output/initrd"
  make_data "$output/data.ext4"
  make_root "$output/work/root" "$output/root.squashfs" "$output/data.ext4"
  make_disk "$output"
  make_device_tree "$output/board.dtb"
  make_command_line >"$output/cmdline"
  make_manifest "$output/work/root" "$output" >"$output/manifest.txt"
  make_licences >"$output/licences.txt"
  rm -rf "$output/work"
}

# The kernel's words at every boot, without those of a laboratory.
make_command_line() {
  printf 'console=%s root=%s %s\n' "$(words console)" "$(words root)" "$(words kernel-words)"
}

compare_images() {
  local file first second status=0
  for file in kernel initrd root.squashfs disk.img board.dtb manifest.txt licences.txt; do
    first=$(sha256sum <"$1/$file" | cut -c 1-64) second=$(sha256sum <"$2/$file" | cut -c 1-64)
    printf '%-14s first  sha256:%s\n%-14s second sha256:%s\n' "$file" "$first" '' "$second"
    [ "$first" = "$second" ] || status=1
  done
  [ "$status" -eq 0 ] || die "two builds of the same source differ; the second is in $2"
}

# The sizes that matter, each with what it may be at most.
report_image() {
  local root
  root=$(stat -c %s "$1/root.squashfs")
  printf 'root file system %9d bytes compressed, %d %% of the %d that it may have\n' \
    "$root" $((root * 100 / most_root_bytes)) "$most_root_bytes"
  printf 'kernel           %9d bytes\ninitrd           %9d bytes\nfirmware         %9d bytes\n' \
    "$(stat -c %s "$1/kernel")" "$(stat -c %s "$1/initrd")" \
    "$(stat -c %s "$build/firmware/$architecture/tipring")"
  printf 'image of %s in %s; parts and licences in its manifest.txt\n' "$board" "${1#"$top/"}"
  [ "$root" -le "$most_root_bytes" ] || die "the root file system is too large"
}
