# The firmware lane: a sysroot from Debian's packages of the board's architecture, and a Swift SDK
# bundle beside it that compiles Embedded Swift against that sysroot. Source it after common.sh.
. "$top/tools/lib/mbedtls.sh"

# target ARCH: sets what differs between the boards' architectures.
target() {
  machine=()
  outline=(-mllvm -enable-machine-outliner=always -mllvm -machine-outliner-reruns=2)
  frames=()
  swift_outline=(-Xllvm -machine-outliner-reruns=2)
  case "$1" in
    arm64)
      debian=arm64 gnu=aarch64-linux-gnu swift=aarch64-none-none-elf
      # Functions that save the same registers share the code for it: 2 % of the binary.
      frames=(-mllvm -homogeneous-prolog-epilog)
      ;;
    armv7)
      debian=armhf gnu=arm-linux-gnueabihf swift=armv7-none-none-eabi
      machine=(-march=armv7-a -mthumb -mfloat-abi=hard -mfpu=vfpv3-d16)
      # Its outliner forgets the link register of a function that it made of outlined calls.
      outline=(-mllvm -float-abi=hard) swift_outline=()
      ;;
    x86_64) debian=amd64 gnu=x86_64-linux-gnu swift=x86_64-unknown-none-elf ;;
    *) die "unknown architecture '$1': arm64, armv7 or x86_64" ;;
  esac
  sysroot="$build/sysroot/$1"
  sdk="$build/sdk"
}

# The machine's own package source, so that no mirror is named here.
debian_mirror() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } |
    sed -nE 's/^(deb( \[[^]]*\])? |URIs: *)(https?:[^ ]+).*/\3/p' | grep -v security | head -n 1
}

# What the firmware is compiled and linked with.
sysroot_packages=libc6-dev,libgcc-12-dev,libasound2-dev,libgpiod-dev,libspandsp-dev
sysroot_packages+=,libmbedtls-dev,libc-ares-dev

make_sysroot() {
  # Another list or another configuration is another sysroot.
  local recipe
  recipe="$sysroot_packages $(cat "$top"/tools/lib/mbedtls* | sha256sum)"
  [ "$(cat "$sysroot/.complete" 2>/dev/null)" != "$recipe" ] || return 0
  need_packages "the sysroot of the firmware build" mmdebstrap
  rm -rf "$sysroot"
  mkdir -p "$(dirname "$sysroot")"
  local suite
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  progress "sysroot for $1" mmdebstrap --variant=extract --arch="$debian" \
    --include="$sysroot_packages" "$suite" "$sysroot" "$(debian_mirror)"
  # A link to /lib means the machine's own there; -lm would silently take the archive instead.
  find "$sysroot" -lname '/*' -exec sh -c '
    ln -sfn "$(realpath -m --relative-to="$(dirname "$1")" "$0$(readlink "$1")")" "$1"
  ' "$sysroot" {} \;
  # Without the shared twin, -l takes the archive: these libraries go into the binary.
  rm -f "$sysroot"/usr/lib/"$gnu"/lib{spandsp,mbedcrypto,mbedx509,mbedtls,cares}.so*
  # Nothing unwinds on the board: a trap is a restart, and the tables would cost 15 KB.
  local archive
  for archive in "$sysroot"/usr/lib/"$gnu"/lib{spandsp,cares,m-*}.a; do
    [ ! -e "$archive" ] || llvm-objcopy --remove-section=.eh_frame \
      --remove-section=.rela.eh_frame --remove-section=.rel.eh_frame "$archive"
  done
  make_mbedtls
  echo "$recipe" >"$sysroot/.complete"
}

json_list() { printf '"%s",' "$@" | sed 's/,$//'; }

make_sdk() {
  local name="tipring-$1" toolchain resources
  toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
  resources="$toolchain/lib/swift/embedded/$swift"
  # Link-time optimisation folds what the modules share: 14 % of the arm64 binary.
  local bundle="$sdk/$name.artifactbundle"
  local c_flags=(--target="$gnu" -Os -flto=full -ffunction-sections -fdata-sections -fPIC
    -fno-unwind-tables -fno-asynchronous-unwind-tables "${machine[@]}")
  local swift_flags=(-enable-experimental-feature Embedded -wmo -Osize
    -Xfrontend -function-sections -Xcc -D__linux__ -Xcc -D__gnu_linux__ -Xcc -fPIC
    # One trap a function, not one for every check in it: 2 % of the binary.
    -Xfrontend -mergeable-traps
    # A copy of a function for every closure that it is called with costs 35 KB.
    -Xllvm -sil-disable-pass=closure-specialize -Xllvm -sil-disable-pass=capture-prop
    "${swift_outline[@]}"
    -Xcc -isystem -Xcc "$sysroot/usr/include/$gnu" -Xcc -isystem -Xcc "$sysroot/usr/include"
    -use-ld=lld -Xclang-linker "--target=$gnu" -Xclang-linker -pie -Xclang-linker -static-libgcc)
  for flag in "${machine[@]}"; do swift_flags+=(-Xcc "$flag"); done
  # Swift has inlined what is worth it before; more at the link makes the binary 4 % larger.
  local link_flags=(--gc-sections --icf=all --lto-O2 -z pack-relative-relocs -lm
    -mllvm -inline-threshold=0 "${outline[@]}" "${frames[@]}"
    "$resources/libswiftUnicodeDataTables.a")
  mkdir -p "$bundle/$name"
  cat >"$bundle/info.json" <<END
{ "schemaVersion": "1.0",
  "artifacts": { "$name": { "type": "swiftSDK", "version": "1",
    "variants": [ { "path": "$name" } ] } } }
END
  cat >"$bundle/$name/swift-sdk.json" <<END
{ "schemaVersion": "4.0",
  "targetTriples": { "$swift": { "sdkRootPath": "$sysroot", "toolsetPaths": ["toolset.json"] } } }
END
  cat >"$bundle/$name/toolset.json" <<END
{ "schemaVersion": "1.0", "rootPath": "$toolchain/bin",
  "swiftCompiler": { "extraCLIOptions": [$(json_list "${swift_flags[@]}")] },
  "cCompiler": { "extraCLIOptions": [$(json_list "${c_flags[@]}")] },
  "linker": { "extraCLIOptions": [$(json_list "${link_flags[@]}")] } }
END
}

# build_firmware ARCH TRAITS FOLDER: the stripped binary in FOLDER/tipring.
build_firmware() {
  local folder=$3 traits=(--disable-default-traits)
  [ -z "$2" ] || traits=(--traits "$2")
  make_sysroot "$1"
  make_sdk "$1"
  # The package manager does not see that a flag of the SDK has changed.
  local flags="$sdk/tipring-$1.artifactbundle/tipring-$1/toolset.json"
  cmp -s "$flags" "$folder/toolset.json" || rm -rf "$folder/build"
  mkdir -p "$folder"
  cp "$flags" "$folder/toolset.json"
  progress "firmware for $1${2:+ with $2}" \
    env PKG_CONFIG_LIBDIR="$sysroot/usr/lib/$gnu/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$sysroot" \
    swift build -c release --product tipring --scratch-path "$folder/build" "${traits[@]}" \
    --experimental-lto-mode full --swift-sdk "tipring-$1" --swift-sdks-path "$sdk"
  llvm-objcopy --strip-all "$folder/build/$swift/release/tipring" "$folder/tipring"
}
