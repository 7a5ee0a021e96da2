# The file systems of an image; image.sh uses them. Owners are always root, times the source's.

# module_files NAME…: the modules and what they need, in loading order, as paths.
module_files() {
  local module list=''
  for module in "$@"; do
    list+=$(modprobe -d "$packages" -S "$release" --show-depends "$module")$'\n' ||
      die "the kernel $release has no module $module, which $board names"
  done
  sed -n 's/^insmod //p' <<<"$list" | awk '!seen[$1]++ {print $1}'
}

archive() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort |
  cpio --quiet --reproducible --owner 0:0 -H newc -o); }

make_initrd() {
  local folder=$1 file files
  files=$(module_files $(words early-modules))
  mkdir -p "$folder"/{bin,dev,proc,system,modules}
  cp rootfs/initramfs/init "$folder/init"
  cp "$packages/bin/busybox" "$folder/bin/busybox"
  for file in $files; do
    cp "$file" "$folder/modules/"
    basename "$file"
  done >"$folder/modules/order"
  set_identity "$folder"
  archive "$folder" | gzip -9n >"$2"
}

# Times, and permissions, which depend on the umask of whoever checked the tree out.
set_identity() {
  chmod -R u=rwX,go=rX "$1"
  [ ! -e "$1/etc/shadow" ] || chmod 600 "$1/etc/shadow" "$1/etc/tipring/users"
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# make_root FOLDER SQUASHFS DATA: with an empty DATA for the day when the real one is beyond repair.
make_root() {
  local folder=$1
  mkdir -p "$folder"/{bin,sbin,dev,proc,sys,run,tmp,var,data,lib,mnt,etc/tipring,usr/{bin,sbin,lib}}
  cp -a rootfs/etc rootfs/usr "$folder/"
  sed -i "s/@console@/$(words console)/g" "$folder/etc/inittab"
  cp "$firmware" "$folder/usr/bin/tipring"
  cp "board/$board/board.conf" "board/$board/tipring.conf" "$folder/etc/tipring/"
  cp --sparse=always "$3" "$folder/usr/share/tipring/data.ext4"
  words data >"$folder/etc/data-device"
  add_applets "$folder"
  cp "$packages/sbin/e2fsck" "$folder/sbin/"
  cp "$packages/usr/sbin/rdate" "$folder/usr/bin/"
  # What the binary loads when it needs it.
  add_libraries "$folder" libcrypt.so.1 libasound.so.2 libgpiod.so.2 \
    $(needed "$folder/usr/bin"/{tipring,rdate} "$folder/sbin/e2fsck")
  add_modules "$folder"
  set_identity "$folder"
  # Half a megabyte larger than xz would make it, and there in a fraction of the processor's time.
  mksquashfs "$folder" "$2" -noappend -quiet -no-progress -comp zstd -Xcompression-level 22 \
    -b 128K -all-root -no-xattrs -no-exports -processors 2
}

add_applets() {
  local folder=$1 place applets applet
  cp "$packages/bin/busybox" "$folder/bin/busybox"
  while IFS=: read -r place applets; do
    for applet in $applets; do
      # The names of those that are built in stand in the binary, each with an end of its own.
      grep -qxzF -- "$applet" "$packages/bin/busybox" || die "BusyBox has no applet $applet"
      ln -s /bin/busybox "$folder/$place/$applet"
    done
  done <rootfs/applets
}

# add_libraries ROOT NAME…: the libraries, and what they need.
add_libraries() {
  local folder=$1 wanted="${*:2}" name source
  while [ -n "$wanted" ]; do
    local next=''
    for name in $wanted; do
      [ ! -e "$folder/lib/$name" ] || continue
      source=$(find "$packages/lib/$gnu" "$packages/usr/lib/$gnu" "$packages/lib" -maxdepth 1 \
        -name "$name" | head -n 1)
      [ -n "$source" ] || die "no library $name for $board"
      cp -L "$source" "$folder/lib/$name"
      next+=" $(needed "$folder/lib/$name")"
    done
    wanted=$(echo $next)
  done
}

needed() { readelf -d "$@" | sed -nE 's/.*NEEDED.*\[(.*)\]/\1/p'; }

add_modules() {
  local folder=$1 file files
  files=$(module_files $(words modules))
  for file in $files; do
    mkdir -p "$folder/$(dirname "${file#"$packages"/}")"
    cp "$file" "$folder/${file#"$packages"/}"
  done
  cp "$packages/lib/modules/$release"/modules.{builtin,order} "$folder/lib/modules/$release/"
  depmod -b "$folder" "$release"
  rm -f "$folder/lib/modules/$release"/modules.*.bin
  words modules >"$folder/etc/modules"
  mkdir -p "$folder/etc/modprobe.d"
  words module-options | sed 's/^/options /' >"$folder/etc/modprobe.d/board.conf"
}

# The writable partition: empty, its identity always the same.
make_data() {
  E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -b 1024 -J size=1 -m 0 -e remount-ro \
    -O ^metadata_csum,^64bit -E hash_seed=6c6f6f70-7469-7072-696e-672d64617461,root_owner=0:0 \
    -U 6c6f6f70-7469-7072-696e-672d64617461 -L data "$1" 8M
}

# Two partitions: the root file system, and 8 MiB to write to.
make_disk() {
  local root="$1/root.squashfs" disk="$1/disk.img" mib=2048 root_sectors
  root_sectors=$((($(stat -c %s "$root") / 512 / mib + 1) * mib))
  truncate -s $(((mib + root_sectors + 8 * mib) * 512)) "$disk"
  sfdisk -q "$disk" <<END
label: dos
label-id: 0x74697072
start=$mib, size=$root_sectors, type=83
start=$((mib + root_sectors)), size=$((8 * mib)), type=83
END
  dd if="$root" of="$disk" bs=512 seek="$mib" conv=notrunc status=none
  dd if="$1/data.ext4" of="$disk" bs=512 seek=$((mib + root_sectors)) conv=notrunc status=none
}

# What the machine says of itself, with names for the lines of its GPIO controller.
make_device_tree() {
  local machine controller
  machine=$(words qemu)
  machine=${machine/-M virt/-M virt,dtb-randomness=off,dumpdtb=$1}
  "$(qemu_of "$architecture")" $machine -nodefaults -display none >/dev/null 2>&1
  controller=$(fdtget -l "$1" / | grep '^pl061@')
  fdtput -t s "$1" "/$controller" gpio-line-names $(words gpio-lines)
  # The power key is line 3 of the same controller.
  fdtput -r "$1" /gpio-keys
  reserve_last_words "$1" $(words ramoops)
}

# reserve_last_words DTB [ADDRESS BYTES]: memory for a panic's last words, which a reset leaves.
reserve_last_words() {
  [ $# -eq 3 ] || return 0
  local node="/reserved-memory/ramoops@${2#0x}"
  fdtput -c "$1" /reserved-memory "$node"
  fdtput -t x "$1" /reserved-memory '#address-cells' 2
  fdtput -t x "$1" /reserved-memory '#size-cells' 2
  fdtput "$1" /reserved-memory ranges
  fdtput -t s "$1" "$node" compatible ramoops
  fdtput -t x "$1" "$node" reg 0 "$2" 0 "$3"
  fdtput -t x "$1" "$node" record-size 8000
}

qemu_of() { case $1 in arm64) echo qemu-system-aarch64 ;; armv7) echo qemu-system-arm ;; esac; }
