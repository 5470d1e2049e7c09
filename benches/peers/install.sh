#!/bin/sh
# Installs the other image servers, and the metric, that `make bench` compares with: what package registries have, in
# fixed versions, into $DARKROOM_PEERS (target/peers by default). Nothing of it becomes part of Darkroom.
#
#   benches/peers/install.sh [oximg|ipx|thumbor|imagor|ssimulacra2 …]     all of them by default
#
# What cannot be installed is told and left out; the benchmarks do without.
set -u

here=$(cd "$(dirname "$0")" && pwd)
peers=${DARKROOM_PEERS:-$here/../../target/peers}
mkdir -p "$peers"
peers=$(cd "$peers" && pwd)

OXIMG=0.18.1        # Apache-2.0
SSIMULACRA2=0.5.2   # BSD-2-Clause
THUMBOR=7.8.0       # MIT; Pillow brings JPEG, WebP and AVIF
IMAGOR=1.9.4        # Apache-2.0; ipx 3.1.1 (MIT) stands in package-lock.json
SHARP_LIBVIPS=1.3.4 # LGPL-3.0: libvips 8.18 as sharp ships it, for imagor; distributions have older ones

needs() { # commands
    for command in "$@"; do
        command -v "$command" > /dev/null || { echo "$command is missing" >&2; return 1; }
    done
}

oximg() {
    needs cargo cmake nasm || return 1
    cargo install oximg --version "$OXIMG" --locked --root "$peers/oximg"
}

ssimulacra2() {
    needs cargo || return 1
    cargo install ssimulacra2_rs --version "$SSIMULACRA2" --locked --no-default-features --root "$peers/ssimulacra2"
}

ipx() {
    needs node npm || return 1
    mkdir -p "$peers/ipx" && cp "$here/package.json" "$here/package-lock.json" "$peers/ipx/" &&
        cd "$peers/ipx" && npm ci --silent --no-audit --no-fund --ignore-scripts
}

thumbor() {
    needs python3 || return 1
    python3 -m venv "$peers/thumbor" &&
        "$peers/thumbor/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/thumbor.txt"
}

# imagor is Go with libvips 8.18, newer than what most distributions have. sharp's package has all of libvips but a few
# loaders; imagor names them, and calls none of them here, so that they may stay unresolved.
imagor() {
    needs go npm pkg-config cc || return 1
    libvips=$peers/imagor/libvips
    mkdir -p "$libvips" "$peers/imagor/bin" && cd "$libvips" || return 1
    echo '{"private": true}' > package.json
    npm install --silent --no-audit --no-fund --ignore-scripts --force "@img/sharp-libvips-dev@$SHARP_LIBVIPS" \
        "@img/sharp-libvips-linux-x64@$SHARP_LIBVIPS" || return 1
    headers=$libvips/node_modules/@img/sharp-libvips-dev/include
    library=$libvips/node_modules/@img/sharp-libvips-linux-x64/lib
    ln -sf "$(basename "$(ls "$library"/libvips-cpp.so.*)")" "$library/libvips-cpp.so"
    for package in vips glib-2.0 gobject-2.0; do
        cat > "$package.pc" <<EOF
Name: $package
Description: libvips and what it is made of, as sharp ships it
Version: 8.18
Libs: -L$library -lvips-cpp -Wl,-rpath,$library
Cflags: -I$headers -I$headers/glib-2.0 -I$library/glib-2.0/include
EOF
    done
    mkdir -p module && cd module || return 1
    printf 'module peers\n\ngo 1.25\n\nrequire github.com/cshum/imagor v%s\n' "$IMAGOR" > go.mod
    GOFLAGS=-mod=mod go mod download "github.com/cshum/imagor@v$IMAGOR" || return 1
    cp "$(go env GOMODCACHE)/github.com/cshum/imagor@v$IMAGOR/go.sum" go.sum && chmod u+w go.sum
    PKG_CONFIG_LIBDIR=$libvips CGO_CFLAGS_ALLOW='.*' CGO_LDFLAGS_ALLOW='.*' go build -mod=mod \
        -ldflags '-s -w -extldflags "-Wl,--unresolved-symbols=ignore-all -Wl,-z,lazy"' \
        -o "$peers/imagor/bin/imagor" github.com/cshum/imagor/cmd/imagor
}

failed=""
for peer in ${*:-ipx thumbor ssimulacra2 oximg imagor}; do
    case "$peer" in
        oximg | ipx | thumbor | imagor | ssimulacra2) ;;
        *) echo "no recipe for $peer: there are oximg, ipx, thumbor, imagor, ssimulacra2" >&2; exit 64 ;;
    esac
    [ -e "$peers/$peer/.installed-by-$(cksum < "$0" | cut -d ' ' -f 1)" ] && continue
    echo "Installing $peer into $peers"
    if ("$peer"); then
        touch "$peers/$peer/.installed-by-$(cksum < "$0" | cut -d ' ' -f 1)"
    else
        failed="$failed $peer"
    fi
done
[ -e "$peers/imgproxy/bin/imgproxy" ] ||
    echo "imgproxy is in no package registry: put a binary at $peers/imgproxy/bin/imgproxy to compare with it"
[ -z "$failed" ] || echo "Not installed, and left out of the benchmarks:$failed" >&2
