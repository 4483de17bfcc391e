# Prepares this machine to build Avow: the system libraries and a Swift toolchain.
# Sourced by Tests/run and Examples/demo; changes nothing but installed packages and PATH.

avow_say() { printf '==> %s\n' "$*"; }

avow_stop() {
    printf '%s\n' "$@" >&2
    exit 2
}

# Debian and Ubuntu: what is needed, as "package:proof", the proof being a header or a command.
avow_debian_missing() {
    local missing=()
    local header
    for header in lmdb.h:liblmdb-dev nettle/sha2.h:nettle-dev sodium.h:libsodium-dev zstd.h:libzstd-dev \
        simdjson.h:libsimdjson-dev; do
        local found=
        local place
        for place in /usr/include /usr/local/include; do
            [[ -e "$place/${header%%:*}" ]] && found=yes
        done
        [[ -n "$found" ]] || missing+=("${header##*:}")
    done
    local command
    for command in pkg-config:pkg-config python3:python3 zstd:zstd; do
        command -v "${command%%:*}" >/dev/null || missing+=("${command##*:}")
    done
    # Swift's own clang compiles the C++ shim, against the C++ library that comes with g++.
    command -v g++ >/dev/null || missing+=(g++)
    [[ ${#missing[@]} -eq 0 ]] || printf '%s\n' "${missing[@]}"
}

avow_prepare_debian() {
    local missing
    missing=$(avow_debian_missing | tr '\n' ' ')
    missing=${missing% }
    [[ -n "$missing" ]] || return 0
    local root=()
    if [[ $(id -u) -ne 0 ]]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            root=(sudo -n)
        else
            avow_stop "Some packages are missing, and installing them needs root. Please run:" \
                "    sudo apt-get install $missing"
        fi
    fi
    avow_say "Installing $missing"
    local install=(${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get)
    # Splitting the list into words is meant.
    # shellcheck disable=SC2086
    if ! "${install[@]}" install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
        # The list of packages may be older than the packages.
        "${install[@]}" update -qq || true
        "${install[@]}" install -y -qq --no-install-recommends $missing >/dev/null \
            || avow_stop "apt-get could not install: $missing"
    fi
}

avow_prepare_macos() {
    command -v brew >/dev/null || avow_stop "Homebrew is missing. Install it, then run:" \
        "    brew install lmdb libsodium zstd simdjson pkg-config"
    local missing=()
    local formula
    for formula in lmdb libsodium zstd simdjson; do
        brew list --formula "$formula" >/dev/null 2>&1 || missing+=("$formula")
    done
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    [[ ${#missing[@]} -eq 0 ]] && return 0
    avow_say "Installing ${missing[*]}"
    brew install --quiet "${missing[@]}"
}

# Puts the first Swift toolchain that is found on the PATH, and checks that it is new enough.
avow_find_swift() {
    if ! command -v swift >/dev/null; then
        local place
        for place in "${SWIFTLY_BIN_DIR:-}" "$HOME/.swiftly/bin" "$HOME/.local/share/swiftly/bin" \
            /usr/bin /opt/swift*/usr/bin; do
            if [[ -n "$place" && -x "$place/swift" ]]; then
                PATH="$place:$PATH"
                break
            fi
        done
    fi
    command -v swift >/dev/null \
        || avow_stop "No Swift toolchain was found. Install Swift 6.2 or later from https://www.swift.org/install"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    local major=${version%%.*} minor=${version##*.}
    [[ -n "$version" ]] || avow_stop "$(command -v swift) does not tell its version."
    if ((major < 6 || (major == 6 && minor < 2))); then
        avow_stop "Swift $version is too old: Avow needs 6.2 or later (https://www.swift.org/install)."
    fi
    avow_say "Swift $version, $(command -v swift)"
}

avow_prepare() {
    case "$(uname -s)" in
        Darwin) avow_prepare_macos ;;
        Linux)
            if command -v apt-get >/dev/null; then
                avow_prepare_debian
            else
                avow_say "No apt-get here: lmdb, libsodium, zstd, simdjson with headers, pkg-config and a" \
                    "C++ compiler must be installed"
            fi
            ;;
        *) avow_stop "Avow builds on Linux and macOS." ;;
    esac
    avow_find_swift
}
