#!/bin/sh
# Brings the photographs of unseen.txt, out of Debian packages, into a folder; nothing is installed. What the packages
# of this release don't have is told and left out.
#
#   benches/photos/install.sh FOLDER
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
photos=$(cd "$1" && pwd)
unpacked=$(mktemp -d)
trap 'rm -rf "$unpacked"' EXIT
missing=""
for package in $(grep -v '^#' "$here/unseen.txt" | cut -d ' ' -f 1 | sort -u); do
    # As the user that runs it, who may write here; apt-get's own user may not.
    if ! (cd "$unpacked" && apt-get -o APT::Sandbox::User= -qq download "$package" &&
        dpkg-deb --extract "$package"_*.deb "$package"); then
        missing="$missing $package"
        continue
    fi
    rm "$unpacked/$package"_*.deb
    for path in $(grep "^$package " "$here/unseen.txt" | cut -d ' ' -f 2); do
        # Many of one name lie in folders that say what they are.
        name=$(echo "$path" | sed 's|.*/wallpapers/\([^/]*\)/.*|\1.jpg|; s|.*/||')
        cp "$unpacked/$package/$path" "$photos/$name" || missing="$missing $package:$path"
    done
done
echo "$(find "$photos" -name '*.jpg' | wc -l) photographs are in $photos"
[ -z "$missing" ] || echo "Left out, since no package has them here (apt-get update?):$missing" >&2
