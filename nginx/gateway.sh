#!/bin/sh
# SPDX-License-Identifier: MIT
# gateway.sh [UPSTREAM] - nginx with the module on loopback, in front of
# `sluice serve` and its recorded streams, or of the chat-completions server at
# UPSTREAM, as http://127.0.0.1:8000. Says how to point a client at it, and runs
# until Ctrl-C. `make gateway` builds what it needs and calls it.
#   PORT   where it listens on 127.0.0.1 (8090)
#   BUILD  the tree that was built (build)
set -eu
: "${BUILD:=build}" "${PORT:=8090}"
root=$(cd "$(dirname "$0")/.." && pwd)
case $BUILD in
/*) ;;
*) BUILD=$root/$BUILD ;;
esac
PATH=$PATH:/usr/sbin:/sbin

# From a terminal, Ctrl-C goes to all that runs there, also to the make that
# waits for this. As a job of its own this gets it alone, and can end well.
if [ -t 0 ] && [ -z "${GATEWAY_JOB:-}" ] && command -v bash >/dev/null; then
  GATEWAY_JOB=1 exec bash -c 'set -m; "$@"; exit $?' gateway sh "$0" "$@"
fi

stop() {
  echo "gateway: $*" >&2
  exit 1
}

nginx= serve=
dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-gateway.XXXXXX")
# As root, nginx gives its workers another user, who has to get in.
chmod 755 "$dir"
finish() {
  trap '' INT TERM
  for child in $nginx $serve; do
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  rm -rf "$dir"
}
trap finish EXIT
trap 'echo; exit 0' INT TERM

# ---- the upstream ----

upstream=${1:-}
upstream=${upstream%/} # http://HOST:PORT, http://HOST:PORT/ or …/v1
upstream=${upstream%/v1}
case $upstream in
http://?* | https://?*) ;;
'')
  "$BUILD/sluice" serve --port 0 --pace 20 >"$dir/ready" 2>"$dir/serve.log" &
  serve=$!
  tries=0
  until [ -s "$dir/ready" ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] && kill -0 $serve 2>/dev/null ||
      stop "sluice serve does not start: $(cat "$dir/serve.log")"
    sleep 0.1
  done
  upstream=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\)/v1.*|\1|p' "$dir/ready")
  ;;
*) stop "UPSTREAM is an address such as http://127.0.0.1:8000, not '$1'" ;;
esac

# ---- nginx ----

# Who became another user (su) may be unable to open what is open already.
log='/dev/stdout sluice'
(: >>/dev/stdout) 2>/dev/null || {
  log=off
  echo 'gateway: no line for each request: /dev/stdout cannot be opened' >&2
}
cat >"$dir/nginx.conf" <<EOF
load_module $BUILD/nginx/ngx_http_sluice_module.so;
daemon off;
worker_processes 1;
pid $dir/pid;
error_log stderr warn;
events { worker_connections 4096; }
http {
  log_format sluice '\$time_local \$status \$sluice_status model=\$sluice_model '
                    'in=\$sluice_input_tokens out=\$sluice_output_tokens '
                    'events=\$sluice_events first=\$sluice_ttfe '
                    'odd=\$sluice_anomalies error=\$sluice_error';
  access_log $log;
  client_body_temp_path $dir/body;
  proxy_temp_path $dir/proxy;
  fastcgi_temp_path $dir/fastcgi;
  uwsgi_temp_path $dir/uwsgi;
  scgi_temp_path $dir/scgi;
  server {
    listen 127.0.0.1:$PORT;
    client_max_body_size 64m;
    client_body_buffer_size 256k;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_ssl_server_name on;
    proxy_read_timeout 600s;
    location = /v1/responses {
      sluice on;
      sluice_tools drop;
      proxy_pass $upstream/v1/chat/completions;
    }
    location / {
      proxy_pass $upstream;
    }
  }
}
EOF
nginx -q -t -p "$dir" -c "$dir/nginx.conf" 2>"$dir/said" ||
  stop "nginx does not take the configuration: $(cat "$dir/said")"
nginx -p "$dir" -c "$dir/nginx.conf" &
nginx=$!
tries=0
until [ -s "$dir/pid" ]; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] && kill -0 $nginx 2>/dev/null ||
    stop "nginx did not start, see above. If port $PORT is taken, PORT=8091 \
make gateway takes another"
  sleep 0.1
done

# ---- how to use it ----

model=MODEL
[ -z "$serve" ] || model=seed-002
base=http://127.0.0.1:$PORT/v1
cat <<EOF

  A Responses API: $base, in front of $upstream${serve:+, recorded streams}

  curl -N $base/responses -H 'Content-Type: application/json' \\
       -d '{"model": "$model", "stream": true, "input": "Hello"}'

  # Python; JavaScript is the same
  from openai import OpenAI
  client = OpenAI(base_url="$base", api_key="none")
  for event in client.responses.create(model="$model", input="Hello", stream=True):
      print(event.type)

  # ~/.codex/config.toml
  model = "$model"
  model_provider = "sluice"
  [model_providers.sluice]
  name = "sluice"
  base_url = "$base"
  wire_api = "responses"

  A line for each request follows. Ctrl-C ends this.

EOF
wait $nginx || stop "nginx ended with status $?"
