#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh PROFILE... - installs what a profile (build, test, examples, …) needs
# and the machine does not have. Says what it runs. Silent when nothing is missing.
#
# It knows Debian's names and apt-get only. Elsewhere, or without root and sudo,
# it names what is missing and stops with status 1.
set -eu

# profile  how it is found             Debian package
NEEDS='
build      command:cc                  gcc
build      command:pkg-config          pkg-config
build      pkg-config:yajl             libyajl-dev
build      pkg-config:libutf8proc      libutf8proc-dev
build      pkg-config:libmicrohttpd    libmicrohttpd-dev
test       pkg-config:cmocka           libcmocka-dev
test       pkg-config:jansson          libjansson-dev
test       command:curl                curl
test       file:locales                locales
lint       command:clang-format-14     clang-format-14
lint       command:cppcheck            cppcheck
lint       command:g++                 g++
lint       command:mandoc              mandoc
verify     command:abidiff             abigail-tools
verify     command:clang-14            clang-14
verify     command:clang-tidy-14       clang-tidy-14
verify     file:libclang_rt            libclang-rt-14-dev
verify     command:gcovr               gcovr
verify     command:python3             python3
verify     command:valgrind            valgrind
verify     file:libc6-dbg              libc6-dbg
nginx      file:nginx                  nginx
nginx      file:nginx-dev              nginx-dev
examples   pkg-config:libcurl          libcurl4-openssl-dev
examples   pkg-config:libevent         libevent-dev
examples   command:luajit              luajit2
examples   file:nginx                  nginx
examples   file:nginx-lua              libnginx-mod-http-lua
examples   command:python3             python3
examples   command:node                nodejs
examples   file:node_api.h             libnode-dev
examples   command:curl                curl
examples   command:valgrind            valgrind
examples   file:libc6-dbg              libc6-dbg
clients    command:npm                 npm
'

# The C compiler and pkg-config may have other names (the Makefile exports them).
found() {
  name=${1#*:}
  case $1 in
  command:cc) command -v ${CC:-cc} ;;
  command:pkg-config) command -v "${PKG_CONFIG:-pkg-config}" ;;
  command:clang-format-14) command -v "${CLANG_FORMAT:-clang-format-14}" ;;
  command:*) command -v "$name" ;;
  file:libclang_rt) ls /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-* ;;
  file:locales) ls /usr/share/i18n/locales/de_DE ;;
  file:nginx) PATH=$PATH:/usr/sbin command -v nginx ;;
  file:nginx-dev) ls /usr/share/nginx/src/conf_flags ;;
  file:nginx-lua) ls /usr/lib/nginx/modules/ngx_http_lua_module.so ;;
  file:node_api.h) ls "$(dirname "$(node -p process.execPath)")/../include/node/node_api.h" ||
    ls /usr/include/node/node_api.h ;;
  file:libc6-dbg) ls -d /usr/lib/debug/.build-id ;;
  pkg-config:*) "${PKG_CONFIG:-pkg-config}" --exists "$name" ;;
  esac >/dev/null 2>&1
}

# The packages that the profiles in $* lack, on one line.
missing() {
  printf '%s\n' "$NEEDS" | while read -r profile how package; do
    case " $* " in
    *" $profile "*) [ -z "$profile" ] || found "$how" || printf ' %s' "$package" ;;
    esac
  done
}

stop() {
  printf 'deps: %s\n' "$1" >&2
  printf 'deps: install what these Debian packages hold, then run make again:\n' >&2
  printf 'deps:%s\n' "$2" >&2
  exit 1
}

for profile in "$@"; do
  case $profile in
  build | test | lint | verify | nginx | clients | examples) ;;
  *)
    echo "deps: no profile '$profile'; there are build, test, lint, verify, nginx, clients and examples" >&2
    exit 2
    ;;
  esac
done

lack=$(missing "$@")
[ -n "$lack" ] || exit 0
printf 'deps: missing:%s\n' "$lack"

command -v apt-get >/dev/null 2>&1 || stop 'there is no apt-get here' "$lack"
if [ "$(id -u)" -eq 0 ]; then
  root=
elif sudo -n true 2>/dev/null; then
  root='sudo -n'
else
  stop 'installing needs root, or sudo without a password' "$lack"
fi

# Says what it runs. What apt-get does package by package is not shown, what it
# complains about is. It waits for its lock.
apt() {
  set -- $root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@"
  printf 'deps: %s\n' "$*"
  "$@" >/dev/null
}

# Fresh images have no package lists, old ones have lists that went stale.
if ls /var/lib/apt/lists/*_Packages* >/dev/null 2>&1; then
  apt install -y --no-install-recommends $lack || {
    apt update && apt install -y --no-install-recommends $lack
  } || stop 'apt-get failed, see above' "$lack"
else
  { apt update && apt install -y --no-install-recommends $lack; } ||
    stop 'apt-get failed, see above' "$lack"
fi

lack=$(missing "$@")
[ -z "$lack" ] || stop 'apt-get was content, but this is still not found' "$lack"
