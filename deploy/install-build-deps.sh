#!/bin/sh
# Installs the system packages that are missing, on Debian and Ubuntu. Does nothing, fast, when all are there.
#
#   deploy/install-build-deps.sh build    what `cargo build` and running the server need
#   deploy/install-build-deps.sh test     that, and what `make test` needs
#   deploy/install-build-deps.sh bench    what `cargo build` needs, and what `make bench-peers` builds and measures with
set -eu

# cmake and nasm build the AV1 encoder.
packages="build-essential pkg-config cmake nasm libvips-dev ca-certificates"
# Codecs that came with libheif once, and that newer systems only recommend. Asked for when libheif is there.
plugins="libheif-plugin-aomenc libheif-plugin-dav1d libheif-plugin-libde265"
# What text layers are set in: the default, most scripts, Chinese with Japanese and Korean, emoji, and the small ones
# of the built-in names. docs/text.md lists the others.
fonts="fonts-dejavu-core fonts-noto-core fonts-wqy-microhei fonts-noto-color-emoji fonts-open-sans fonts-roboto-unhinted fonts-lato"
case "${1:-}" in
    build) ;;
    test) packages="$packages python3-venv chromium" ;;
    bench) packages="$packages python3-venv nginx-light wrk libjpeg-turbo-progs cmake nasm" ;;
    *) echo "usage: $0 build|test|bench" >&2; exit 64 ;;
esac

if ! command -v cargo > /dev/null; then
    echo "Rust is missing: install it with rustup, then run this again." >&2
    exit 1
fi

# Something that does the job of a package, but did not come with it, will do.
provided() {
    case "$1" in
        build-essential) command -v cc > /dev/null && command -v c++ > /dev/null && command -v make > /dev/null ;;
        pkg-config | cmake | nasm) command -v "$1" > /dev/null ;;
        libvips-dev) pkg-config --exists vips 2> /dev/null ;;
        ca-certificates) [ -e /etc/ssl/certs/ca-certificates.crt ] ;;
        python3-venv) python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null ;;
        chromium) [ -n "${DARKROOM_CHROMIUM:-}" ] || command -v chromium > /dev/null || command -v google-chrome > /dev/null ;;
        # Outside the paths of ordinary users.
        nginx-light) command -v nginx > /dev/null || [ -x /usr/sbin/nginx ] ;;
        libjpeg-turbo-progs) command -v jpegtran > /dev/null ;;
        wrk | cmake | nasm) command -v "$1" > /dev/null ;;
        fonts-dejavu-core) has_font 'DejaVuSans.*' ;;
        fonts-noto-core) has_font 'NotoSans-Regular.*' ;;
        fonts-wqy-microhei) has_font 'wqy-microhei*' || has_font 'NotoSansCJK*' ;;
        fonts-noto-color-emoji) has_font 'NotoColorEmoji*' ;;
        fonts-open-sans) has_font 'OpenSans*' ;;
        fonts-roboto-unhinted) has_font 'Roboto[-[]*' ;;
        fonts-lato) has_font 'Lato-Regular.*' ;;
        libheif-plugin-*)
            # Up to 1.15 they are part of the library.
            ! pkg-config --atleast-version=1.16 libheif 2> /dev/null ||
                find /usr/lib /usr/local/lib -path "*/libheif/*" -name "libheif-${1#libheif-plugin-}.so" 2> /dev/null | grep -q .
            ;;
    esac
}

has_font() { # pattern
    find /usr/share/fonts /usr/local/share/fonts -name "$1" 2> /dev/null | grep -q .
}

ensure() { # packages
    missing=""
    for package in "$@"; do
        provided "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0

    if ! command -v apt-get > /dev/null; then
        echo "Missing, and there is no apt-get to install it with:$missing (names as in Debian)" >&2
        exit 1
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root="env"
    elif command -v sudo > /dev/null; then
        as_root="sudo"
    else
        echo "Missing:$missing. Run as root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi

    echo "Installing:$missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    for package in $missing; do
        provided "$package" || { echo "$package is installed, but does not do what is needed" >&2; exit 1; }
    done
}

# shellcheck disable=SC2086 # lists of words
ensure $packages
# shellcheck disable=SC2086
ensure $plugins
if command -v apt-get > /dev/null; then
    # shellcheck disable=SC2086
    ensure $fonts
else
    echo "Text layers need fonts under /usr/share/fonts or /usr/local/share/fonts (names as in Debian): $fonts"
fi
