#!/bin/bash
# Does what README promises hold on a new machine? Makes a minimal Debian for each suite, brings Rust and a clean clone
# of the last commit, and runs `make run`, until the URLs that it prints answer, and `make test` in it.
#
#   tests/fresh/try.sh bookworm trixie
#
# Needs root, debootstrap and a Debian host, whose package mirror, name servers, certificates and registry settings the
# new systems take over. DARKROOM_FRESH_DIR keeps the systems between runs; make targets to try are in
# DARKROOM_FRESH_TARGETS ("run test").
set -euo pipefail
cd "$(dirname "$0")/../.."

place=${DARKROOM_FRESH_DIR:-${TMPDIR:-/tmp}/darkroom-fresh}
targets=${DARKROOM_FRESH_TARGETS:-run test}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian/*$' | head -n 1)
security=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep '/debian-security/*$' | head -n 1)
rust=$(rustc --print sysroot)
mkdir -p "$place"

mounted=()
started=""
leave() {
    [ -z "$started" ] || kill -- "-$started" 2> /dev/null || true
    for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do umount -l "${mounted[i]}"; done
    mounted=()
}
trap leave EXIT
mount_into() { # source, folder, options
    mkdir -p "$2"
    # shellcheck disable=SC2086 # a list of options
    mount $3 "$1" "$2"
    mounted+=("$2")
}

make_root() { # suite, root
    [ -e "$place/$1/etc/debian_version" ] || nice debootstrap --variant=minbase --include=ca-certificates "$1" "$place/$1" "$mirror"
    rm -rf "$2"
    cp -a "$place/$1" "$2"
    {
        echo "deb $mirror $1 main"
        echo "deb $mirror $1-updates main"
        [ -z "$security" ] || echo "deb $security $1-security main"
    } > "$2/etc/apt/sources.list"
    grep -l Acquire /etc/apt/apt.conf.d/* | xargs -r cp -t "$2/etc/apt/apt.conf.d"
    cp -L /etc/resolv.conf /etc/hosts "$2/etc"
    cp -L /etc/ssl/certs/ca-certificates.crt "$2/etc/ssl/certs"
    git clone --quiet --no-hardlinks . "$2/root/darkroom"

    mount_into proc "$2/proc" "-t proc"
    mount_into /dev "$2/dev" --rbind
    mount_into "$rust" "$2/opt/rust" "--bind -o ro"
}

inside() { # root, command
    # Only what says how to reach registries comes along from this environment.
    local settings=()
    while IFS= read -r setting; do settings+=("$setting"); done < <(env | grep -E \
        '^(PIP_|NODE_EXTRA_CA_CERTS|SSL_CERT_|REQUESTS_CA_BUNDLE|CARGO_(HTTP|REGISTRIES|SOURCE|NET)_|npm_config_|NPM_CONFIG_|DARKROOM_)|^[a-zA-Z]+_(proxy|PROXY)=')
    env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/opt/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${settings[@]+"${settings[@]}"} chroot "$1" sh -c "cd /root/darkroom && $2"
}

try_run() { # root, log
    # Other ports than the usual ones, which may be taken here.
    local port=$((20000 + RANDOM % 20000))
    DARKROOM_DELIVERY_ADDR=127.0.0.1:$port DARKROOM_ADMIN_ADDR=127.0.0.1:$((port + 1)) DARKROOM_GRPC_ADDR=127.0.0.1:$((port + 2)) \
        DARKROOM_DATA_DIR=/tmp/darkroom-data setsid bash -c "$(declare -f inside); inside '$1' 'exec make run'" > "$2" 2>&1 &
    started=$!
    local urls=""
    until [ -n "$urls" ]; do
        kill -0 "$started" 2> /dev/null || { tail -n 30 "$2"; return 1; }
        sleep 1
        urls=$(grep -oE 'http://127\.0\.0\.1:'"$port"'/[^[:space:]"]+' "$2" | sort -u || true)
    done
    for url in $urls; do
        curl -fsS --retry 30 --retry-connrefused --retry-delay 1 -o /dev/null -w '%{http_code} %{content_type} %{size_download} bytes  %{url}\n' "$url"
    done
    kill -INT -- "-$started"
    wait "$started" || true
    started=""
}

for suite in "$@"; do
    root=$place/$suite-trial
    make_root "$suite" "$root"
    inside "$root" "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends make > /dev/null"
    for target in $targets; do
        log=$place/$suite-$target.log
        echo "== $suite: make $target (log: $log)"
        began=$SECONDS
        if [ "$target" = run ]; then
            try_run "$root" "$log"
        else
            inside "$root" "make $target" > "$log" 2>&1 || { tail -n 40 "$log"; exit 1; }
            tail -n 1 "$log"
        fi
        echo "== $suite: make $target took $((SECONDS - began)) s"
    done
    leave
done
