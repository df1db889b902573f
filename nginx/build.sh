#!/bin/bash
# SPDX-License-Identifier: MIT
# build.sh FOLDER - builds the module against the headers of Debian's nginx-dev,
# as FOLDER/ngx_http_sluice_module.so. `make nginx` calls it. SLUICE_CFLAGS and
# SLUICE_LIBS say how to compile and link against libsluice (see config), CFLAGS
# and LDFLAGS what else to tell the compiler.
set -euo pipefail
# What was said to the make that called this is not for the one below.
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=/usr/share/nginx/src # never written to
mkdir -p "$1"
out=$(cd "$1" && pwd)
tree=$out/tree
said=$out/build.log

# The flags that the packaged nginx was configured with: NGX_CONF_FLAGS.
# shellcheck source=/dev/null
. "$source/conf_flags"

run() {
  "$@" >"$said" 2>&1 || {
    cat "$said" >&2
    exit 1
  }
}

cd "$source"
run ./configure "${NGX_CONF_FLAGS[@]}" --builddir="$tree" \
  --with-cc="${CC:-cc}" --with-cc-opt="${CFLAGS:--O2 -g} -fPIC" \
  --with-ld-opt="${LDFLAGS:-}" --add-dynamic-module="$here"
run make -f "$tree/Makefile" modules
mv "$tree/ngx_http_sluice_module.so" "$out/"
