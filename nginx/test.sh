#!/bin/sh
# SPDX-License-Identifier: MIT
# test.sh - the nginx module as its clients meet it: nginx in a folder of its
# own, `sluice serve` behind it, curl in front. `make test-nginx` runs it, from
# the root of the tree; BUILD is the tree that was built. START is a command to
# start nginx with (tools/verify/nginx.sh: under valgrind), MASTER is on when it
# is to have a worker process from the start; TESTS are the tests to run, FEW
# and MANY how often to ask before and after memory is measured.
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
: "${BUILD:=build}" "${START:=nginx}" "${MASTER:=off}"
case $BUILD in
/*) ;;
*) BUILD=$PWD/$BUILD ;;
esac
SLUICE=$BUILD/sluice
for need in curl nginx; do
  command -v $need >/dev/null 2>&1 || {
    echo "skip - nginx - there is no $need"
    exit 0
  }
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-nginx.XXXXXX") || exit 2
# As root, nginx gives its workers another user, who has to get in.
chmod 755 "$dir"
children=
cleanup() {
  for child in $children; do
    kill "$child" 2>/dev/null
    wait "$child" 2>/dev/null
  done
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM PIPE
. tests/lib-verdict.sh

# Each names what is wrong in $wrong, the first time.
want_below() { # what it is, limit, got; valgrind has memory of its own
  [ "$3" -lt "$2" ] || [ "$START" != nginx ] || wrong=${wrong:-"$1 is $3, not below $2"}
}

# ---- servers ----

# serve FOLDER: a chat-completions server with the streams of FOLDER, $upstream.
serve() {
  : >"$dir/ready"
  "$SLUICE" serve --port 0 --corpus "$1" >"$dir/ready" 2>"$dir/serve.log" &
  children="$children $!"
  until_true test -s "$dir/ready"
  upstream=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9]*\)/v1.*|\1|p' "$dir/ready")
}

# main_conf FILE: what every configuration begins with.
main_conf() {
  cat <<END
load_module $BUILD/nginx/ngx_http_sluice_module.so;
daemon off;
master_process $MASTER;
worker_processes 1;
pid $dir/pid;
error_log $dir/error.log info;
worker_shutdown_timeout 60s;
END
}

temp_paths() {
  for kind in client_body proxy fastcgi uwsgi scgi; do
    echo "  ${kind}_temp_path $dir/$kind;"
  done
}

# A port that was free a moment ago: nobody can promise more.
free_port() {
  port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
  until ! curl -q -s -o "$dir/null" --noproxy '*' "http://127.0.0.1:$port/"; do
    port=$((port + 1))
  done
}

# start: nginx with $dir/nginx.conf; $nginx and $url.
start() {
  rm -f "$dir/pid"
  $START -p "$dir" -c "$dir/nginx.conf" 2>>"$dir/nginx.err" &
  nginx=$!
  children="$children $nginx"
  until_true test -s "$dir/pid" || {
    verdict "nginx starts: $(cat "$dir/nginx.err")"
    exit 1
  }
  url=http://127.0.0.1:$port
}

stop_nginx() {
  kill "$nginx"
  wait "$nginx"
  want 'the status of nginx' 0 $?
  want_not_in "$dir/error.log" '\[(alert|crit|emerg)\]'
  verdict "nginx ends well (master_process $MASTER), with no alarm in its log"
}

type='Content-Type: application/json'
CURL='curl -q -sS --noproxy 127.0.0.1 --max-time 60'
# ask PATH BODY [OPTION...]: the answer in $dir/out, its head in $dir/head; the
# statuses of curl and of HTTP in $status and $http.
ask() {
  asked_path=$1 asked_body=$2
  shift 2
  rm -f "$dir/out" "$dir/head"
  : >"$dir/out"
  http=$($CURL -N -o "$dir/out" -D "$dir/head" -w '%{http_code}' \
    -H "$type" --data-binary "$asked_body" "$@" "$url$asked_path" \
    2>"$dir/curl.err")
  status=$?
  ending=$(sed -n 's/^event: //p' "$dir/out" | tail -n 1)
}

# Lawful events, and this one last.
want_stream() {
  want 'the status of curl' 0 "$status"
  want 'the status of HTTP' 200 "$http"
  want_in "$dir/head" '^Content-Type: text/event-stream; charset=utf-8'
  want 'the last event' "response.$1" "$ending"
  "$SLUICE" lint "$dir/out" >"$dir/lint" 2>&1 ||
    wrong=${wrong:-"lint: $(head -n 3 "$dir/lint" | tr '\n' ' ')"}
}

# An error object with this HTTP status and, in its message, this text.
want_error() {
  want 'the status of curl' 0 "$status"
  want 'the status of HTTP' "$1" "$http"
  want_in "$dir/head" '^Content-Type: application/json'
  want_in "$dir/out" '^\{"error":\{"message":".*","type":"[a-z_]*",.*\}\}$'
  want_in "$dir/out" "$2"
}

# ---- the configuration that most tests share ----

write_conf() {
  free_port
  {
    main_conf
    cat <<END
events { worker_connections 512; }
http {
$(temp_paths)
  log_format s '\$uri \$status \$sluice_status \$sluice_model '
               'in=\$sluice_input_tokens,\$sluice_cached_tokens '
               'out=\$sluice_output_tokens events=\$sluice_events '
               'odd=\$sluice_anomalies error=\$sluice_error '
               'first=\$sluice_ttfe id=\$sluice_response_id';
  log_format asked escape=none '\$request_body';
  access_log $dir/access.log s;
  default_type text/plain;
  sluice_tools drop;
  sluice_reasoning off;
  upstream two { server 127.0.0.1:1; server ${upstream#http://}; }
  upstream self { server 127.0.0.1:$((port + 1)); keepalive 4; keepalive_timeout 2s; }
  upstream kept { server ${upstream#http://}; keepalive 4; keepalive_timeout 2s; }
  server {
    listen 127.0.0.1:$port http2;
    location = /h2 { sluice on; proxy_pass $upstream/v1/chat/completions; }
  }
  server {
    listen 127.0.0.1:$((port + 1));
    sluice_keepalive 200ms;
    client_max_body_size 8m;
    set \$chat /v1/chat/completions;

    location = /v1/responses {
      sluice on;
      sluice_reasoning summary;
      proxy_read_timeout 1s;
      proxy_pass $upstream/v1/chat/completions;
    }
    location = /reasoning { sluice on; proxy_pass $upstream\$chat; }
    location /content {
      sluice on;
      sluice_reasoning content;
      proxy_pass $upstream\$chat;
      location /content/inner { proxy_pass $upstream\$chat; }
    }
    location = /citations { sluice on; sluice_citations off; proxy_pass $upstream\$chat; }
    location = /files {
      sluice on;
      sluice_file file-GOTcpyWHxJSeYrZQVtEJZZ "report.pdf";
      sluice_file file-none;
      proxy_pass $upstream\$chat;
    }
    location = /done { sluice on; sluice_done on; proxy_pass $upstream\$chat; }
    location = /limit { sluice on; sluice_max_output 100; proxy_pass $upstream\$chat; }
    location = /short { sluice on; sluice_max_request 1k; proxy_pass $upstream\$chat; }
    location = /refuse { sluice on; sluice_tools refuse; proxy_pass $upstream\$chat; }
    location = /model { sluice on; sluice_model seed-002; proxy_pass $upstream\$chat; }
    location = /off { sluice off; proxy_pass $upstream\$chat; }
    location = /buffered { sluice on; proxy_buffering on; proxy_pass $upstream\$chat; }
    location = /unbuffered {
      sluice on;
      proxy_request_buffering off;
      proxy_http_version 1.1;
      proxy_pass $upstream\$chat;
    }
    location = /kept {
      sluice on;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass http://kept/v1/chat/completions;
    }
    location = /two { sluice on; proxy_pass http://two/v1/chat/completions; }
    location = /dead { sluice on; proxy_pass http://127.0.0.1:1\$chat; }
    location = /late { sluice on; proxy_read_timeout 300ms; proxy_pass $upstream\$chat; }
    location = /fallback {
      sluice on;
      error_page 502 = @other;
      proxy_pass http://127.0.0.1:1\$chat;
    }
    location @other {
      sluice on;
      sluice_model seed-000;
      proxy_pass $upstream\$chat;
    }
    location = /page {
      sluice on;
      error_page 502 /page.txt;
      proxy_pass http://127.0.0.1:1\$chat;
    }
    location = /page.txt { return 502 "a page of its own\n"; }
    location = /small { sluice on; client_max_body_size 1k; proxy_pass $upstream\$chat; }
    location = /allowed { sluice on; auth_request /ok; proxy_pass $upstream\$chat; }
    location = /forbidden { sluice on; auth_request /no; proxy_pass $upstream\$chat; }
    location = /reused {
      sluice on;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_pass http://self/made/reused;
    }
    location = /made/reused {
      return 200 'data: {"choices":[{"index":0,"delta":{"content":"request \$connection_requests of a connection"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    }

    # What the upstream is asked goes to a log.
    location = /asked { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/asked; }
    location = /made/asked {
      client_body_buffer_size 1m;
      access_log $dir/asked.log asked;
      proxy_pass $upstream\$chat;
    }
@ROWS@
    location = /ok { return 204; }
    location = /no { return 403; }

    # Upstreams of another make.
    location = /gzip { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/gzip; }
    location = /moved { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/moved; }
    location = /nothing { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/nothing; }
    location = /json { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/json; }
    location = /plain { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/plain; }
    location = /page404 { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/404; }
    location = /coding { sluice on; proxy_pass http://127.0.0.1:$((port + 1))/made/coding; }
    location = /made/gzip {
      default_type text/event-stream;
      add_header Content-Encoding gzip;
      return 200 "no matter";
    }
    location = /made/moved { return 307 /elsewhere; }
    location = /made/nothing { return 204; }
    location = /made/json {
      default_type application/json;
      return 200 '{"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}]}';
    }
    location = /made/plain {
      return 200 'data: {"id":"x","model":"m","choices":[{"index":0,"delta":{"content":"Hi."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    }
    location = /made/404 {
      default_type text/html;
      return 404 "<html><body>not here</body></html>";
    }
    location = /made/coding {
      return 200 'data: {"choices":[{"index":0,"delta":{"content":"accepts \$http_accept_encoding, has \$content_type, \$content_length bytes"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    }
  }
}
END
  } >"$dir/nginx.conf"
  port=$((port + 1))
}

# ---- a good stream ----

# What must differ from one response to the next is made the same.
plain() {
  sed -E -e 's/\b(resp|msg|rs|fc|ctc|ws|fs|mcp|ci|ig)_[0-9a-f]{32}/\1_ID/g' \
    -e 's/\bcall_[0-9A-Za-z]{24}"/call_ID"/g' \
    -e 's/"(created_at|completed_at)":[0-9]+/"\1":0/g' "$1"
}

# Each stream of the corpus, through nginx and by the command. A mark of the
# byte order stands before the comment that the server leaves out.
test_corpus() {
  same=0
  mkdir "$dir/all"
  names=$(ls corpus | sed -n 's/\.sse$//p' | grep -v '^a08-bom$')
  for name in $names; do
    printf 'url = "%s/reasoning"\noutput = "%s"\nno-buffer\n' "$url" "$dir/all/$name"
    printf 'data = "{\\"model\\":\\"%s\\",\\"input\\":\\"x\\",\\"stream\\":true}"\nnext\n' "$name"
  done | sed '$d' >"$dir/config"
  $CURL -K "$dir/config" >"$dir/curl.out" 2>"$dir/curl.err"
  want 'the status of curl' 0 $?
  for name in $names; do
    printf '{"model":"%s","input":"x","stream":true,"store":false}' "$name" >"$dir/request"
    # The server leaves the first comment out, and says it is a stream.
    "$SLUICE" translate --reasoning off --request "$dir/request" "corpus/$name.sse" \
      >"$dir/want" 2>"$dir/null"
    plain "$dir/want" >"$dir/want.plain"
    plain "$dir/all/$name" >"$dir/got.plain"
    if cmp -s "$dir/want.plain" "$dir/got.plain"; then
      same=$((same + 1))
    else
      wrong=${wrong:-"$name differs from sluice translate: $(diff \
        "$dir/want.plain" "$dir/got.plain" | head -n 4 | cut -c 1-400 | tr '\n' ' ')"}
    fi
  done
  [ $same -gt 300 ] || wrong=${wrong:-"only $same streams are the same"}
  verdict 'each stream of the corpus: the events of sluice translate'
}

STREAM='"input":"x","stream":true'
test_stream() {
  ask /v1/responses '{"model":"seed-002",'"$STREAM}"
  want_stream completed
  want_in "$dir/head" '^Cache-Control: no-cache'
  want_in "$dir/head" '^X-Accel-Buffering: no'
  want_in "$dir/head" '^Transfer-Encoding: chunked'
  want_not_in "$dir/head" '^Content-Length'
  verdict 'a stream is a stream, with its headers'

  ask /v1/responses '{"model":"seed-002;pace=20",'"$STREAM}" -o - --trace-time \
    --trace-ascii "$dir/trace"
  times=$(sed -n 's/^\([0-9:]*\.[0-9]\).* <= Recv data.*/\1/p' "$dir/trace" | uniq | wc -l)
  [ "$times" -gt 4 ] || wrong="all came in $times tenths of a second"
  verdict 'each event comes when it was made'

  for path in /kept /kept /two /two /buffered /unbuffered /plain /json; do
    ask $path '{"model":"seed-002",'"$STREAM}"
    want_stream completed
    verdict "$path: a stream"
  done
  ask /reused '{"model":"m",'"$STREAM}"
  ask /reused '{"model":"m",'"$STREAM}"
  want_stream completed
  want_in "$dir/out" '"text":"request 2 of a connection"'
  verdict 'a connection to the upstream serves again'
  ask /v1/responses '{"model":"seed-002",'"$STREAM}" --http1.0
  want_stream completed
  verdict 'a client of HTTP 1.0'
  url=http://127.0.0.1:$((port - 1))
  ask /h2 '{"model":"seed-002",'"$STREAM}" --http2-prior-knowledge
  url=http://127.0.0.1:$port
  want 'the last event' response.completed "$ending"
  want_in "$dir/head" '^HTTP/2 200'
  want_in "$dir/head" '^content-type: text/event-stream; charset=utf-8'
  verdict 'a client of HTTP 2'
  for type in 'Content-Type: text/plain' 'Content-Type:' 'Content-Type: application/json'; do
    ask /coding "{\"model\":\"m\",$STREAM}" -H 'Accept-Encoding: gzip' -H 'Accept-Encoding: br'
    want_stream completed
    want_in "$dir/out" 'accepts identity, has application/json, [1-9][0-9]* bytes'
  done
  verdict 'the upstream is asked for plain JSON, as JSON'
}

# ---- faults ----

test_faults() {
  while read -r fault last; do
    ask /v1/responses '{"model":"seed-002;'"$fault\",$STREAM}"
    want_stream "$last"
    verdict "$fault: $last"
  done <<END
cut=0 failed
cut=1 failed
cut=3 failed
cut=1000 completed
reset=0 failed
reset=3 failed
end=0 failed
end=3 failed
error=0 failed
error=3 failed
garbage=0 failed
garbage=3 failed
stall=3 failed
stall=3:0 completed
split=1 completed
split=1;cut=3 failed
END
  ask /v1/responses '{"model":"seed-002;stall=3",'"$STREAM}"
  want_in "$dir/out" '^: keep-alive$'
  # Between events: before a comment stands an empty line, and behind it.
  tr '\n' '~' <"$dir/out" | grep -q '[^~]~: keep-alive' &&
    wrong=${wrong:-'a comment within an event'}
  verdict 'comments come while nothing else does'
  # The first answer is over with [DONE], long before the upstream is.
  whole=$(grep -c '^data: ' corpus/seed-002.sse)
  body='{"model":"seed-002;stall='$whole'",'"$STREAM}"
  http=$($CURL --max-time 30 -o "$dir/out" -w '%{http_code} ' -d "$body" "$url/done" \
    --next -q -sS --noproxy 127.0.0.1 --max-time 30 -o "$dir/out" \
    -w '%{http_code} %{num_connects}' -d "$body" "$url/done")
  want 'what came' '200 200 0' "$http"
  verdict 'an upstream that does not end after [DONE] holds nobody up'

  for mode in true false; do
    body='{"input":"x","stream":'$mode',"model":"seed-002'
    ask /v1/responses "$body;html\"}"
    want_error 502 'page of HTML'
    ask /v1/responses "$body;status=429\"}"
    want_error 429 '"code":"rate_limit_exceeded"'
    ask /v1/responses "$body;status=500\"}"
    want_error 500 'asked for the status 500'
    ask /dead "$body\"}"
    want_error 502 'could not be reached'
    ask /late "$body;delay=2000\"}"
    want_error 504 'did not answer in time'
    ask /gzip "$body\"}"
    want_error 502 'compressed'
    ask /moved "$body\"}"
    want_error 502 'redirect'
    ask /nothing "$body\"}"
    want_error 502 'no content'
    ask /page404 "$body\"}"
    want_error 404 'not here'
    ask /forbidden "$body\"}"
    want_error 403 'does not let'
    ask /v1/responses "${body%,\"model*}}"
    [ "$http" -ge 400 ] || wrong=${wrong:-"no model: HTTP status $http"}
    verdict "stream $mode: what fails before it begins is an error object"
  done
  ask /limit '{"model":"seed-002",'"$STREAM}"
  want_stream failed
  want_in "$dir/out" 'max_output|limit'
  verdict 'a limit that is passed ends the response as failed'
}

# ---- requests ----

test_objects() {
  ask /v1/responses '{"model":"seed-002","input":"x"}'
  want 'the status of HTTP' 200 "$http"
  want_in "$dir/head" '^Content-Type: application/json'
  want_in "$dir/head" '^Content-Length: [1-9]'
  want_in "$dir/out" '^\{"id":"resp_[0-9a-f]{32}","object":"response",.*"status":"completed"'
  verdict 'without stream: one Response object'
  ask /plain '{"model":"seed-002","input":"x"}'
  want_in "$dir/out" '"object":"response",.*"text":"Hi\."'
  verdict 'a stream that was not asked for is one Response object, too'
}

# body_of BYTES MODEL: a request with so much text, in $dir/body.
body_of() {
  {
    printf '{"stream":true,"input":"'
    head -c "$1" /dev/zero | tr '\0' x
    printf '","model":"%s"}' "$2"
  } >"$dir/body"
}

test_bodies() {
  for n in 10 20000 60000 1000000; do
    body_of $n seed-002
    ask /v1/responses "@$dir/body"
    want_stream completed
    ask /v1/responses "@$dir/body" -H 'Transfer-Encoding: chunked'
    want_stream completed
    ask /unbuffered "@$dir/body"
    want_stream completed
    verdict "a body of $n bytes, plain and in chunks"
  done
  ask /small "@$dir/body"
  want_error 413 'client_max_body_size'
  ask /short "@$dir/body"
  [ "$http" -ge 400 ] && [ "$http" -lt 500 ] ||
    wrong=${wrong:-"HTTP status $http beyond sluice_max_request"}
  want_in "$dir/out" '^\{"error":'
  verdict 'a body that is too long'

  for body in '' '{' '[]' 'model=seed-002' '{"model":"seed-002","input":7}'; do
    ask /v1/responses "$body"
    want_error 400 message
  done
  ask /v1/responses '{"model":"seed-002","input":"x","previous_response_id":"resp_1"}'
  want_error 400 previous_response_id
  tool='"tools":[{"type":"web_search"}]'
  ask /refuse '{"model":"seed-002",'"$STREAM,$tool}"
  want_error 400 web_search
  ask /v1/responses '{"model":"seed-002",'"$STREAM,$tool}"
  want_stream completed
  ask /v1/responses '{"model":"seed-002",'"$STREAM}" -H 'Content-Encoding: zstd'
  want_error 415 compressed
  verdict 'a request that cannot be served'

  for method in GET PUT DELETE; do
    http=$($CURL -X $method -o "$dir/out" -D "$dir/head" -w '%{http_code}' "$url/v1/responses")
    want_error 405 POST
    want_in "$dir/head" '^Allow: POST'
  done
  http=$($CURL -I -o "$dir/head" -w '%{http_code}' "$url/v1/responses")
  want 'the status of HEAD' 405 "$http"
  verdict 'other methods'
  # One connection serves on after all of these.
  http=$($CURL -o "$dir/out" -w '%{http_code} ' -d '{' "$url/v1/responses" --next \
    -q -sS --noproxy 127.0.0.1 -o "$dir/out" -w '%{http_code} %{num_connects}' \
    -d '{"model":"seed-002",'"$STREAM}" "$url/v1/responses")
  want 'what came' '400 200 0' "$http"
  verdict 'a connection goes on after an error'
}

# ---- directives ----

test_directives() {
  thought=$(grep -l -a reasoning_content corpus/*.sse | head -n 1)
  thought=$(basename "$thought" .sse)
  ask /v1/responses "{\"model\":\"$thought\",$STREAM}"
  want_in "$dir/out" '^event: response.reasoning_summary_text.delta'
  ask /content/inner "{\"model\":\"$thought\",$STREAM}"
  want_in "$dir/out" '^event: response.reasoning_text.delta'
  ask /reasoning "{\"model\":\"$thought\",$STREAM}"
  want_not_in "$dir/out" '^event: response.reasoning'
  verdict 'sluice_reasoning, from the location, else from a level above'
  ask /v1/responses '{"model":"seed-002",'"$STREAM}"
  want_in "$dir/out" '^event: response.output_text.annotation.added'
  ask /citations '{"model":"seed-002",'"$STREAM}"
  want_not_in "$dir/out" '^event: response.output_text.annotation.added'
  want_in "$dir/out" '<\|file-'
  verdict 'sluice_citations'
  ask /files '{"model":"seed-002",'"$STREAM}"
  cited=$(grep -a -c '^event: response.output_text.annotation.added' "$dir/out")
  known=$(grep -a -c 'file-GOTcpyWHxJSeYrZQVtEJZZ' corpus/seed-002.sse)
  want 'the number of citations' "$([ "$known" -gt 0 ] && echo 1 || echo 0)" "$cited"
  verdict 'sluice_file'
  ask /done '{"model":"seed-002",'"$STREAM}"
  want 'the last line' 'data: [DONE]' "$(grep . "$dir/out" | tail -n 1)"
  verdict 'sluice_done'
  ask /model '{"model":"none-of-this-name",'"$STREAM}"
  want_stream completed
  verdict 'sluice_model'
  ask /off '{"model":"seed-002","stream":true,"messages":[]}'
  sed 1,2d corpus/seed-002.sse >"$dir/want"
  want_same "$dir/want" "$dir/out"
  verdict 'sluice off: nothing is touched'
  body_of 60000 seed-002
  ask /fallback "@$dir/body"
  want_stream completed
  want_in "$dir/access.log" '^/fallback 200 completed .*events=[1-9]'
  verdict 'error_page to another upstream: asked as that one wants'
  ask /page '{"model":"seed-002",'"$STREAM}"
  want_in "$dir/out" '^a page of its own'
  verdict 'error_page to a page'
  ask /allowed '{"model":"seed-002",'"$STREAM}"
  want_stream completed
  verdict 'a subrequest is left alone'
}

test_log() {
  with_usage=$(grep -l -a '"cached_tokens":[1-9]' corpus/*.sse | head -n 1)
  with_usage=$(basename "$with_usage" .sse)
  : >"$dir/access.log"
  ask /v1/responses "{\"model\":\"$with_usage\",$STREAM}"
  ask /v1/responses '{"model":"seed-002;end=3",'"$STREAM}"
  ask /v1/responses '{"model":"seed-002","input":"x"}'
  ask /v1/responses '{"model":"seed-002;html",'"$STREAM}"
  $CURL --max-time 0.4 -d '{"model":"seed-002;stall=3:3",'"$STREAM}" \
    "$url/v1/responses" >"$dir/out" 2>&1
  lines() { [ "$(wc -l <"$dir/access.log")" -ge "$1" ]; }
  until_true lines 5
  sed -n 1p "$dir/access.log" >"$dir/line"
  want_in "$dir/line" '^/v1/responses 200 completed [^ -][^ ]* in=[1-9][0-9]*,[1-9][0-9]* out=[1-9][0-9]* events=[1-9][0-9]* odd=[^ ]* error=- first=0\.[0-9]{3} id=resp_[0-9a-f]{32}$'
  sed -n 2p "$dir/access.log" >"$dir/line"
  want_in "$dir/line" ' 200 failed gpt-4o-2024-08-06 in=-,- out=- events=11 odd=- error=server_error first='
  sed -n 3p "$dir/access.log" >"$dir/line"
  want_in "$dir/line" ' 200 completed gpt-4o-2024-08-06 .* events=- odd=json-body=1'
  sed -n 4p "$dir/access.log" >"$dir/line"
  want_in "$dir/line" ' 502 - - in=-,- out=- events=- odd=- error=- first=- id=-$'
  sed -n 5p "$dir/access.log" >"$dir/line"
  want_in "$dir/line" ' (200|499) cancelled gpt-4o-2024-08-06 .* events=[1-9]'
  want_in "$dir/error.log" 'sluice: the response failed: .*stream ended'
  verdict 'the access log: completed, failed, an object, an error, a client that left'
}

# ---- no one is waited for without end ----

rss() {
  awk '/^VmRSS/ { print $2 }' "/proc/$1/status"
}

# A client that stops reading holds its upstream up, and nothing is hoarded: of
# 33 MB of events no more is made than sockets hold.
test_slow() {
  : >"$dir/slow"
  before=$(rss "$nginx")
  $CURL -N --limit-rate 100k -d '{"model":"long",'"$STREAM}" "$url/long" \
    >"$dir/slow" 2>"$dir/curl.err" &
  client=$!
  until_true test -s "$dir/slow"
  kill -STOP $client
  steady() {
    last=$(rss "$nginx")
    sleep 1
    [ $(($(rss "$nginx") - last)) -lt 16 ]
  }
  until_true steady
  want_in "$dir/slow" '^event: response.output_text.delta'
  want_below 'what the worker grew by, in KB' 24000 $(($(rss "$nginx") - before))
  kill -KILL $client
  wait $client 2>"$dir/null"
  verdict 'a client that stops reading: the upstream waits, memory stays'
}

# many N: so many requests over one connection, of all kinds.
many() {
  $CURL --max-time 600 -o "$dir/null" -d '{"model":"seed-002",'"$STREAM}" \
    "$url/v1/responses?[1-$1]" 2>"$dir/curl.err"
  $CURL --max-time 600 -o "$dir/null" -d '{"model":"seed-002;end=2",'"$STREAM}" \
    "$url/v1/responses?[1-$1]" 2>"$dir/curl.err"
  $CURL --max-time 600 -o "$dir/null" -d '{"model":"seed-002","input":"x"}' \
    "$url/v1/responses?[1-$1]" 2>"$dir/curl.err"
  $CURL --max-time 600 -o "$dir/null" -d '{' "$url/v1/responses?[1-$1]" \
    2>"$dir/curl.err"
}

test_memory() {
  many "${FEW:-200}"
  before=$(rss "$nginx")
  many "${MANY:-800}"
  after=$(rss "$nginx")
  want_below 'what the worker grew by, in KB' 512 $((after - before))
  verdict "${MANY:-800} requests of four kinds each: memory stays"
}

# ---- reloads ----

# A stream goes on with the worker that began it, a new one gets the new
# configuration, and the old worker goes when its streams are over.
test_reload() {
  for n in 1 2 3; do
    $CURL -N -d '{"model":"seed-002;pace=25",'"$STREAM}" "$url/kept" \
      >"$dir/slow.$n" 2>&1 &
    eval "client$n=$!"
  done
  begun() { [ -s "$dir/slow.1" ] && [ -s "$dir/slow.2" ] && [ -s "$dir/slow.3" ]; }
  until_true begun
  sed -i 's/sluice_model seed-002/sluice_model seed-000/' "$dir/nginx.conf"
  kill -HUP "$nginx"
  changed() {
    ask /model '{"model":"x",'"$STREAM}"
    grep -q -a '"model":"gpt-4o-2024-08-06"' "$dir/out" && [ "$ending" = response.completed ]
  }
  until_true changed
  for n in 1 2 3; do
    eval "wait \$client$n"
    want 'the status of curl' 0 $?
    want 'the last event' response.completed \
      "$(sed -n 's/^event: //p' "$dir/slow.$n" | tail -n 1)"
  done
  verdict 'streams outlive a reload'
  one_worker() { [ "$(pgrep -c -P "$nginx")" -eq 1 ]; }
  [ "$MASTER" = off ] || until_true one_worker
  verdict 'the old worker ends'
}

# ---- bad configurations ----

test_configurations() {
  while IFS='|' read -r line why; do
    {
      main_conf
      echo 'events {} http {'
      temp_paths
      echo 'server { listen 127.0.0.1:1; location = /v1/responses {'
      echo "$line"
      echo '} } }'
    } >"$dir/bad.conf"
    $START -t -q -p "$dir" -c "$dir/bad.conf" >"$dir/said" 2>&1 &&
      wrong="it is taken"
    want_in "$dir/said" "$why"
    verdict "refused: $line"
  done <<'END'
sluice on;|"sluice on" needs a "proxy_pass" .* in the same location, "/v1/responses"
sluice yes; proxy_pass http://127.0.0.1:2;|invalid value "yes" in "sluice" directive, it must be "on" or "off"
sluice_reasoning text;|"sluice_reasoning" takes one of: summary, content, off; not "text"
sluice_reasoning off; sluice_reasoning off;|"sluice_reasoning" directive is duplicate
sluice_citations maybe;|invalid value "maybe" in "sluice_citations" directive
sluice_citation_unit char;|takes one of: codepoint, utf16, byte, grapheme; not "char"
sluice_file "";|"sluice_file" takes the id of a file, and its name
sluice_file;|invalid number of arguments in "sluice_file" directive
sluice_lenient guess;|"sluice_lenient" takes one of: think, cumulative, bad-events, choices, citations, off; not "guess"
sluice on; sluice_lenient think cumulative; proxy_pass http://127.0.0.1:2;|"sluice_lenient": think and cumulative do not go together
sluice_keepalive 10ms;|"sluice_keepalive" takes off, or a time from 100ms to 1d
sluice_keepalive soon;|"sluice_keepalive" takes off, or a time
sluice_tools some;|"sluice_tools" takes one of: refuse, drop; not "some"
sluice_items some;|"sluice_items" takes one of: refuse, drop; not "some"
sluice_model "";|"sluice_model" takes a name
sluice_upstream magic;|"sluice_upstream" takes one of: developer, system-first, .*; not "magic"
sluice_tool web_search;|invalid number of arguments in "sluice_tool" directive
sluice_tool web_search "{}" kind=x;|"sluice_tool" takes a type of tool, a function as JSON, then call=, server= or shown=, not "kind=x"
sluice_tool web_search "{}" call=x;|"sluice_tool" takes one of: function, custom, .*; not "call=x"
sluice on; sluice_tool web_search "{}"; proxy_pass http://127.0.0.1:2;|"sluice_tool" or "sluice_separator": a tool is a type and a function
sluice on; sluice_separator "/"; proxy_pass http://127.0.0.1:2;|a separator is at most 16 of these
sluice_max_request 0;|"sluice_max_request" takes a size from 1 to 1024m, such as 64m, not "0"
sluice_max_payload 2g;|"sluice_max_payload" takes a size
sluice_max_output much;|"sluice_max_output" takes a size
sluice_max_items none;|"sluice_max_items" takes a number above 0, such as 1024, not "none"
END
}

# Directives of the request, and the options of `sluice request` that say the
# same: the upstream is asked for the same.
rows() {
  cat <<'END'
sluice_tools drop; sluice_items drop;|--drop-tools --drop-items
sluice_tools drop; sluice_items drop; sluice_upstream developer max-completion-tokens;|--drop-tools --drop-items --developer --max-completion-tokens
sluice_tools drop; sluice_items drop; sluice_upstream unknown system-first reasoning;|--drop-tools --drop-items --pass-unknown --system-first --reasoning
sluice_tools drop; sluice_items drop; sluice_omit user temperature;|--drop-tools --drop-items --omit user,temperature
sluice_tools drop; sluice_items drop; sluice_model other; sluice_separator ---;|--drop-tools --drop-items --model other --separator ---
sluice_items drop; sluice_tool web_search '{"name":"search","parameters":{}}' call=web_search_call;|--drop-items --hosted hosted.json
sluice_tools drop;|--drop-tools
sluice_tools refuse; sluice_items drop;|--drop-items
END
}

# asked_for PATH FILE: what the upstream is asked when the client sends FILE, in
# $dir/got; an error that comes in its place.
asked_for() {
  : >"$dir/asked.log"
  ask "$1" "@$2"
  if [ "$http" = 400 ]; then
    cp "$dir/out" "$dir/got"
  else
    until_true test -s "$dir/asked.log"
    cp "$dir/asked.log" "$dir/got"
  fi
}

test_asked() {
  printf '%s' '{"model":"seed-002","instructions":"Be kind.","input":[
    {"type":"message","role":"developer","content":"d"},
    {"type":"message","role":"user","content":"x"},
    {"type":"item_reference","id":"i"}],
    "max_output_tokens":7,"temperature":0.5,"user":"u","not_of_the_api":1,
    "tools":[{"type":"web_search"},{"type":"namespace","name":"ns","tools":[
    {"type":"function","name":"f","parameters":{}}]}],"stream":true}' >"$dir/request"
  echo '{"web_search":{"function":{"name":"search","parameters":{}},"call":"web_search_call"}}' \
    >"$dir/hosted.json"
  n=0
  rows >"$dir/rows"
  while IFS='|' read -r directives options; do
    n=$((n + 1))
    asked_for "/asked$n" "$dir/request"
    (cd "$dir" && "$SLUICE" request $options request) >"$dir/want" 2>"$dir/null"
    want_same "$dir/want" "$dir/got"
    verdict "asked of the upstream: $directives"
  done <"$dir/rows"
  # Each pair of files: what is asked, or the error, with the default options.
  n=0
  for file in corpus/requests/*.json; do
    "$SLUICE" request --drop-tools "$file" >"$dir/want" 2>"$dir/null"
    asked_for /asked "$file"
    cmp -s "$dir/want" "$dir/got" && n=$((n + 1)) ||
      wrong=${wrong:-"$file: $(diff "$dir/want" "$dir/got" | cut -c 1-300)"}
  done
  [ $n -gt 20 ] || wrong=${wrong:-"only $n requests were asked"}
  verdict 'each request of the corpus: the upstream is asked what sluice request shows'
}

# What the README shows works, and what it lists is what there is.
test_readme() {
  awk '/^```nginx/ { on = 1; next } /^```/ { on = 0 } on' nginx/README.md |
    sed -e "s|^load_module .*|$(main_conf | tr '\n' ' ')|" \
      -e "s|^http {|http { $(temp_paths | tr '\n' ' ') access_log off;|" \
      -e "s|127.0.0.1:8000|${upstream#http://}|; s|127.0.0.1:8090|127.0.0.1:$port|" \
      >"$dir/nginx.conf"
  start
  ask /v1/responses '{"model":"seed-002",'"$STREAM}"
  want_stream completed
  $CURL "$url/v1/models" >"$dir/out"
  want_in "$dir/out" '"id":"seed-002"'
  kill "$nginx"
  wait "$nginx"
  verdict 'the configuration of the README'
  sed -n 's/.*ngx_string("\(sluice[a-z_]*\)").*/\1/p; s/.*ONE("\(sluice[a-z_]*\)".*/\1/p' \
    nginx/ngx_http_sluice_option.c | sort >"$dir/want"
  sed -n 's/^| `\(sluice[a-z_]*\)`.*/\1/p' nginx/README.md | sort >"$dir/got"
  want_same "$dir/want" "$dir/got"
  sed -n 's/.*ngx_string("\(sluice[a-z_]*\)").*/$\1/p' nginx/ngx_http_sluice_variable.c |
    sort >"$dir/want"
  grep '^| `\$' nginx/README.md | grep -o '\$sluice[a-z_]*' | sort >"$dir/got"
  want_same "$dir/want" "$dir/got"
  verdict 'the README has every directive and variable, and no other'
}

# A text of 18 MB in small pieces.
long_stream() {
  mkdir "$dir/corpus"
  for name in seed-000 seed-002; do
    cp "corpus/$name.sse" "$dir/corpus/"
  done
  {
    printf ': long\n\n'
    awk 'BEGIN {
      for (i = 0; i < 60000; i++) {
        printf "data: {\"id\":\"x\",\"model\":\"m\",\"choices\":[{\"index\":0,"
        printf "\"delta\":{\"content\":\"%08d %s\"}}]}\n\n", i, \
               "three hundred bytes of text, more or less, " \
               "and so on and on and on and on and on and on and on and on " \
               "and on and on and on and on and on and on and on and on and " \
               "on and on and on and on and on and on and on and on and on " \
               "and on and on and on and on and on and on and on and on"
      }
      printf "data: {\"choices\":[{\"index\":0,\"delta\":{},"
      printf "\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
    }'
  } >"$dir/corpus/long.sse"
}

serve corpus
main=$upstream
long_stream
serve "$dir/corpus"
long=$upstream upstream=$main
write_conf
rows | awk -F '|' -v to="http://127.0.0.1:$port/made/asked" '{
  print "location = /asked" NR " { sluice on; " $1 " proxy_pass " to "; }"
}' >"$dir/locations"
sed -i -e "/^@ROWS@/{r $dir/locations" -e 'd}' "$dir/nginx.conf"
sed -i "s|^    # Upstreams of another make|    location = /long { sluice on; proxy_pass $long\$chat; }\n&|" "$dir/nginx.conf"
start
for test in ${TESTS:-corpus stream faults objects bodies directives asked log slow memory}; do
  test_$test
done
stop_nginx
[ "$MASTER" = on ] || {
  MASTER=on
  sed -i 's/^master_process off/master_process on/' "$dir/nginx.conf"
  start
  test_reload
  stop_nginx
  test_configurations
  test_readme
}
exit $failed
