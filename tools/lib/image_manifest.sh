# What is in an image, by package; image.sh uses it. Bytes are those before compression.

make_manifest() {
  local root=$1 output=$2 row='%-28s %-24s %10s  %s\n'
  printf 'Image of %s. Bytes of each part as it lies in the root file system, not compressed.\n\n' \
    "$board"
  printf "$row" part version bytes licences
  printf "$row" tipring "$(sed -n 's/^## \([0-9.]*\).*/\1/p' CHANGELOG.md | head -n 1)" \
    "$(stat -c %s "$root/usr/bin/tipring")" Apache-2.0
  manifest_row busybox-static "$root/bin/busybox"
  manifest_row libc6 "$root"/lib/ld-linux* "$root"/lib/lib{c,m}.so*
  manifest_row libasound2 "$root"/lib/libasound.so*
  manifest_row libgpiod2 "$root"/lib/libgpiod.so*
  manifest_row libcrypt1 "$root"/lib/libcrypt.so*
  manifest_row rdate "$root/usr/bin/rdate"
  manifest_row libbsd0 "$root"/lib/libbsd.so*
  manifest_row libmd0 "$root"/lib/libmd.so*
  manifest_row e2fsprogs "$root/sbin/e2fsck"
  manifest_row libext2fs2 "$root"/lib/lib{ext2fs,e2p}.so*
  manifest_row libcom-err2 "$root"/lib/libcom_err.so*
  manifest_row libblkid1 "$root"/lib/libblkid.so*
  manifest_row libuuid1 "$root"/lib/libuuid.so*
  manifest_row "linux-image-$release" "$root"/lib/modules
  printf "$row" total '' "$(bytes_of "$root")" ''
  printf '\nFiles of the image.\n'
  printf '%-28s %10d\n' root.squashfs "$(stat -c %s "$output/root.squashfs")" \
    kernel "$(stat -c %s "$output/kernel")" initrd "$(stat -c %s "$output/initrd")" \
    disk.img "$(stat -c %s "$output/disk.img")"
  strangers "$root"
}

# A library that no row names would be in the image without a licence.
strangers() {
  local file
  for file in "$1"/lib/*.so*; do
    case $(basename "$file") in
      ld-linux* | libc.so* | libm.so* | libcrypt.so* | libasound.so* | libgpiod.so*) ;;
      libext2fs.so* | libe2p.so* | libcom_err.so* | libblkid.so* | libuuid.so*) ;;
      libbsd.so* | libmd.so*) ;;
      *) die "no row of the manifest names $file" ;;
    esac
  done
}

# manifest_row PACKAGE FILE…
manifest_row() {
  printf '%-28s %-24s %10d  %s\n' "$1" "$(package_version "$1")" "$(bytes_of "${@:2}")" \
    "$(package_licences "$1")"
}

# The package's own history begins with its version.
package_version() {
  local history
  history=$(find "$packages/usr/share/doc/$1/" -name 'changelog*gz' | LC_ALL=C sort | head -n 1)
  zcat "$history" | sed -n '1s/.*(\(.*\)).*/\1/p'
}

# The bytes of files and of what is below folders. The empty partition is a hole, not a part.
bytes_of() {
  find "$@" -type f ! -name data.ext4 -printf '%s\n' | awk '{sum += $1} END {print sum + 0}'
}

# What its copyright file names: as fields, or as texts that every Debian system has.
package_licences() {
  local file="$packages/usr/share/doc/$1/copyright"
  { sed -n 's/^License: *\([^ ]*\).*/\1/p' "$file"
    grep -o 'common-licenses/[A-Za-z0-9.+-]*[A-Za-z0-9+]' "$file" | cut -d / -f 2; } |
    LC_ALL=C sort -u | paste -s -d ' '
}

# The packages' own words, whole: whoever passes an image on has to pass them on with it.
make_licences() {
  local package
  for package in busybox-static libc6 libasound2 libgpiod2 libcrypt1 rdate libbsd0 libmd0 \
    e2fsprogs libext2fs2 libcom-err2 libblkid1 libuuid1 "linux-image-$release"; do
    printf '==== %s %s\n\n' "$package" "$(package_version "$package")"
    cat "$packages/usr/share/doc/$package/copyright"
  done
}
