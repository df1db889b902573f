#!/bin/sh
# SPDX-License-Identifier: MIT
# load.sh [STREAMS [SECONDS]] - many streams through nginx at a real pace, then
# the same with faults. `make nginx-load` builds what it needs and calls it.
# Status 1 when a stream was not complete, was not right, or was left without a
# terminal event though its worker lived.
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
: "${BUILD:=build}" "${WORKERS:=2}"
streams=${1:-1000} seconds=${2:-60}
pace=50
case $BUILD in
/*) ;;
*) BUILD=$PWD/$BUILD ;;
esac
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-load.XXXXXX") || exit 2
chmod 755 "$dir" # nginx gives its workers another user
ulimit -n "$(ulimit -H -n)"
children=
stop_all() {
  for child in $children; do
    kill "$child" 2>/dev/null
    wait "$child" 2>/dev/null
  done
  children=
}
trap 'stop_all; rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM PIPE
failed=0
wrong() {
  echo "WRONG: $*"
  failed=1
}

# start TOKENS: the upstream and nginx; $nginx, $port.
start() {
  rm -f "$dir/source"
  "$BUILD/nginx/source" "$1" $pace >"$dir/source" &
  children="$children $!"
  until [ -s "$dir/source" ]; do sleep 0.1; done
  source=http://127.0.0.1:$(cat "$dir/source")
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  cat >"$dir/nginx.conf" <<END
load_module $BUILD/nginx/ngx_http_sluice_module.so;
daemon off;
worker_processes $WORKERS;
worker_rlimit_nofile 16384;
pid $dir/pid;
error_log $dir/error.log crit;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path $dir/body;
  proxy_temp_path $dir/proxy;
  fastcgi_temp_path $dir/fastcgi;
  uwsgi_temp_path $dir/uwsgi;
  scgi_temp_path $dir/scgi;
  proxy_http_version 1.1;
  proxy_read_timeout 5s;
  proxy_buffering off;
  client_body_buffer_size 256k;
  server {
    listen 127.0.0.1:$port backlog=4096 reuseport;
    add_header X-Worker \$pid;
    location = /module { sluice on; proxy_pass $source/v1/chat/completions; }
    location = /plain { proxy_pass $source/v1/chat/completions; }
  }
}
END
  rm -f "$dir/pid"
  nginx -p "$dir" -c "$dir/nginx.conf" 2>"$dir/nginx.err" &
  nginx=$!
  children="$children $nginx"
  tries=0
  until [ -s "$dir/pid" ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || {
      cat "$dir/nginx.err"
      exit 2
    }
    sleep 0.1
  done
}

workers() { pgrep -P "$nginx"; }
# What the workers hold, in KB, and have used of the processor, in 1/100 s.
memory() {
  for pid in $(workers); do cat "/proc/$pid/status"; done |
    awk '/^VmRSS/ { n += $2 } END { print n + 0 }'
}
used() {
  for pid in $(workers); do cat "/proc/$pid/stat"; done |
    awk '{ n += $14 + $15 } END { print n + 0 }'
}

# measure GROUP...: drain in the background, and what the workers grew by at
# two thirds of the time: $held KB, $cpu.
measure() {
  before=$(memory) cpu=$(used)
  "$BUILD/nginx/drain" "$port" 2000 "$tokens" "$@" >"$dir/out" 2>&1 &
  drain=$!
  sleep $((1 + seconds_here * 2 / 3))
  held=$(($(memory) - before))
  wait $drain || wrong "drain ended with $?: $(tail -n 1 "$dir/out")"
  cpu=$(($(used) - cpu))
}

# The line of a group, in words.
show() {
  awk -v group="$1" '$1 == group {
    printf "  %-8s %5d streams: %d completed, %d failed, %d cut, %d wrong; ",
           $1, $2, $3, $4, $5, $6
    printf "%d tokens, ms from write to read: p50 %.2f, p99 %.2f, p99.9 %.2f, max %.1f\n",
           $7, $8 / 1000, $9 / 1000, $10 / 1000, $11 / 1000
  }' "$dir/out"
}
field() { awk -v group="$1" -v n="$2" '$1 == group { print $n }' "$dir/out"; }

# ---- load ----

few=$((streams / 10))
seconds_here=$((seconds / 4)) tokens=$((seconds / 4 * pace))
start $tokens
echo "$streams streams of $pace tokens a second, $seconds_here s, nginx alone ($WORKERS workers)"
measure "plain:/plain:$streams:ok"
show plain
[ "$(field plain 3)" = "$streams" ] || wrong 'nginx alone lost streams'
plain_kb=$(awk -v kb=$held -v n="$streams" 'BEGIN { printf "%.1f", kb / n }')
printf '  %s KB of memory a stream, %s %% of one core\n' "$plain_kb" \
  "$(awk -v c=$cpu -v s=$seconds_here 'BEGIN { printf "%.0f", c / s }')"
stop_all

seconds_here=$seconds tokens=$((seconds * pace))
start $tokens
echo "$streams streams through the module, $few beside them without it, $seconds s"
measure "module:/module:$streams:ok" "plain:/plain:$few:ok"
show module
show plain
grep '^wrong\|^lost' "$dir/out" | head -n 5
[ "$(field module 3)" = "$streams" ] || wrong 'streams were not complete'
[ "$(field plain 3)" = "$few" ] || wrong 'nginx alone lost streams'
awk -v kb=$held -v n=$((streams + few)) -v c=$cpu -v s="$seconds" \
  -v p50="$(field module 8)" -v q50="$(field plain 8)" \
  -v p99="$(field module 9)" -v q99="$(field plain 9)" 'BEGIN {
  printf "  %.1f KB of memory a stream, %.0f %% of one core\n", kb / n, c / s
  printf "  added by the module: p50 %.3f ms, p99 %.3f ms\n",
         (p50 - q50) / 1000, (p99 - q99) / 1000
}'
stop_all

# ---- faults ----

some=$((streams / 5))
seconds_here=20 tokens=$((20 * pace))
start $tokens
echo "$((5 * some)) streams, four fifths of them with a fault, over two reloads and the death of a worker"
"$BUILD/nginx/drain" "$port" 2000 $tokens "ok:/module:$some:ok" \
  "cut:/module:$some:cut-300" "reset:/module:$some:reset-500" \
  "stall:/module:$some:stall-200" "trickle:/module:$some:trickle-97" \
  >"$dir/out" 2>&1 &
drain=$!
sleep 5
victim=$(workers | head -n 1) # which the reloads leave with its streams
kill -HUP "$nginx"
sleep 3
kill -HUP "$nginx"
sleep 3
kill -9 "$victim"
wait $drain || wrong "drain ended with $?: $(tail -n 1 "$dir/out")"
for group in ok cut reset stall trickle; do
  show $group | sed 's/; .*//'
done
of_victim=$(grep -c "^lost .* worker=$victim " "$dir/out")
others=$(grep '^lost ' "$dir/out" | grep -v -c " worker=$victim ")
echo "  without a terminal event: $of_victim of the worker that was killed, $others of the others"
[ "$others" -eq 0 ] || {
  grep '^lost ' "$dir/out" | grep -v " worker=$victim " | head -n 5
  wrong 'clients were left without a terminal event'
}
[ "$of_victim" -gt 0 ] || wrong 'the worker that was killed had no streams'
grep -q '^wrong' "$dir/out" && wrong 'a stream was not right'
for group in ok trickle; do
  [ "$(field $group 4)" -eq 0 ] || wrong "$group: streams failed"
done
stop_all
exit $failed
