# The laboratory's helper for a booted board: a second archive behind the image's initrd, with a
# root shell and the telephones' side of the loopback card. Source it after sdk.sh and image.sh.

# make_lab_initrd BOARD: .build/board-lab/BOARD/initrd, from the image and Tests/Board.
make_lab_initrd() {
  board=$1
  read_machine "$board"
  target "$architecture"
  make_sysroot "$architecture"
  fetch_packages
  local folder="$build/board-lab/$board" epoch=0
  rm -rf "$folder"
  mkdir -p "$folder/tree/lab"
  cp Tests/Board/lab-agent "$folder/tree/lab/"
  cp Tests/Board/lab-start "$folder/tree/lab/start"
  cp "$(module_files virtio_console)" "$folder/tree/lab/"
  local program
  for program in analog-side hang-thread; do
    clang --target="$gnu" --sysroot="$sysroot" "${machine[@]}" -fuse-ld=lld -O2 -Wall -Wextra \
      -Werror -o "$folder/tree/lab/$program" "Tests/Board/$program.c" -Wl,--as-needed -lasound
  done
  (archive "$folder/tree" | gzip -9n) >"$folder/lab"
  # The kernel reads archives one after the other, each padded to four bytes.
  cp "$build/image/$board/initrd" "$folder/initrd"
  truncate -s %4 "$folder/initrd"
  cat "$folder/lab" >>"$folder/initrd"
}
