#!/bin/sh
# SPDX-License-Identifier: MIT
# serve.sh - `sluice serve` as its clients meet it: every stream of the corpus,
# every fault, many clients at once, signals. Run from the root of the tree;
# SLUICE names the command. The clients are curl's, on loopback.
set -u
LC_ALL=C
export LC_ALL
: "${SLUICE:=build/sluice}"
case $SLUICE in
  /*) ;;
  *) SLUICE=$PWD/$SLUICE ;;
esac
command -v curl >/dev/null 2>&1 || {
  echo 'skip - serve - there is no curl'
  exit 0
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/sluice-serve.XXXXXX") || exit 2
children=
cleanup() {
  for child in $children; do
    kill -9 "$child" 2>/dev/null
  done
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
. tests/lib-verdict.sh

# start ARGUMENT...: a server on a free port, $server, with its $url; what it
# says is in $dir/ready and $dir/log.
start() {
  : >"$dir/ready"
  "$SLUICE" serve --port 0 "$@" >"$dir/ready" 2>"$dir/log" &
  server=$!
  children="$children $server"
  until_true test -s "$dir/ready"
  url=$(sed -n 's|^sluice serve: \(http://127\.0\.0\.1:[0-9]*/v1\) .*|\1|p' \
    "$dir/ready")
  [ -n "$url" ] && return
  wrong="it says: $(cat "$dir/ready" "$dir/log")"
  verdict 'the server starts'
  exit 1
}

# stop SIGNAL: $status is that of the server.
stop() {
  kill -s "$1" "$server"
  wait "$server"
  status=$?
}

# The curl of the tests: no settings of the user, no proxy, no hanging.
CURL='curl -q -sS --noproxy 127.0.0.1 --max-time 60'
client() {
  $CURL "$@" 2>"$dir/curl.err"
}

# ask MODEL STREAM [OPTION...]: the answer in $dir/out, curl's status in
# $status, HTTP's in $http.
ask() {
  body="{\"model\":\"$1\",\"stream\":$2,\"messages\":[]}"
  shift 2
  : >"$dir/out"
  http=$(client -N -o "$dir/out" -w '%{http_code}' -d "$body" "$@" \
    "$url/chat/completions")
  status=$?
}

events() {
  grep -a -c '^data: ' "$dir/out"
}

# translated [MODEL]: what becomes of the answer, in $dir/events; its last event
# in $ending.
translated() {
  client -N -d "{\"model\":\"$1\",\"stream\":true}" "$url/chat/completions" |
    "$SLUICE" translate >"$dir/events" 2>"$dir/translate.err"
  translate=$?
  ending=$(sed -n 's/^event: //p' "$dir/events" | tail -n 1)
}

# ---- the whole corpus ----

names() {
  ls corpus | sed -n 's/\.sse$//p' | sort
}

test_start() {
  start
  want 'what it says' \
    "sluice serve: $url ($(names | wc -l | tr -d ' ') streams from corpus)" \
    "$(cat "$dir/ready")"
  verdict 'it says where it listens, and what it has'
  # Port 0 would be wrong, too.
  case $url in
    */127.0.0.1:[1-9]*) ;;
    *) wrong="it listens at $url" ;;
  esac
  verdict 'it listens on loopback'
}

test_models() {
  client "$url/models" >"$dir/out"
  want_in "$dir/out" '^\{"object":"list","data":\[\{"id":"[^"]*","object":"model",.*\]\}$'
  grep -o '"id":"[^"]*"' "$dir/out" | sed 's/"id":"\(.*\)"/\1/' | sort \
    >"$dir/models"
  names >"$dir/names"
  want_same "$dir/models" "$dir/names"
  verdict 'GET /v1/models lists the streams'
}

# all FOLDER STREAM: the answers for every stream, asked by one curl.
all() {
  mkdir "$dir/$1"
  names | while read -r name; do
    printf 'url = "%s"\noutput = "%s"\nno-buffer\n' "$url/chat/completions" \
      "$dir/$1/$name"
    printf 'data = "{\\"model\\":\\"%s\\",\\"stream\\":%s}"\nnext\n' "$name" "$2"
  done | sed '$d' >"$dir/config"
  client -K "$dir/config"
  want 'the exit status of curl' 0 $?
  # curl makes no file for an empty answer.
  names | while read -r name; do
    [ -e "$dir/$1/$name" ] || : >"$dir/$1/$name"
  done
}

# What a file has before its stream is nothing but its comment. (A mark of the
# byte order before that is not left out.)
test_streams() {
  all streams true
  count=0
  for name in $(names); do
    file=corpus/$name.sse
    n=$(wc -c <"$dir/streams/$name")
    tail -c "$n" "$file" | cmp -s - "$dir/streams/$name" ||
      [ "$name" = a08-bom ] || wrong=${wrong:-"$name is not the end of its file"}
    head -c $(($(wc -c <"$file") - n)) "$file" | tr '\r' '\n' |
      grep -q -a -v -E '^(:.*)?$' &&
      [ "$name" != a08-bom ] && wrong=${wrong:-"$name lacks more than a comment"}
    grep -q -a '^: [A-Z0-9]' "$file" && count=$((count + 1))
  done
  [ "$count" -gt 100 ] || wrong=${wrong:-"only $count files have a comment"}
  sed 1,2d corpus/seed-002.sse >"$dir/seed"
  want_same "$dir/seed" "$dir/streams/seed-002"
  verdict 'each stream is that of its file, byte by byte'
  printf '\357\273\277' >"$dir/want"
  sed 1,2d corpus/a08-bom.sse >>"$dir/want"
  want_same "$dir/want" "$dir/streams/a08-bom"
  verdict 'a mark of the byte order before the comment stays'
}

test_completions() {
  all completions false
  same=0 errors=0
  for name in $(names); do
    "$SLUICE" collect --chat "corpus/$name.sse" >"$dir/chat" 2>/dev/null
    status=$?
    if cmp -s "$dir/chat" "$dir/completions/$name" && [ -s "$dir/chat" ]; then
      same=$((same + 1))
    elif [ $status -eq 1 ] &&
      grep -q '^{"error":{"message":".*}}$' "$dir/completions/$name"; then
      errors=$((errors + 1))
    else
      wrong=${wrong:-"$name differs from collect --chat (exit status $status)"}
    fi
  done
  [ $same -gt 100 ] || wrong=${wrong:-"only $same are the same"}
  [ $errors -gt 10 ] || wrong=${wrong:-"only $errors have an error"}
  verdict 'without stream: what collect --chat makes of it, or its error'
  ask seed-002 null
  want_same "$dir/out" "$dir/completions/seed-002"
  verdict 'stream: null is no stream'
  ask b03-error-code-429 false
  want 'the status of HTTP' 429 "$http"
  want_in "$dir/out" '"code":"429"'
  verdict 'without stream: an error with a code of HTTP has that status'
}

# ---- pace and faults ----

# The answer to seed-002 with these DIRECTIVES: the statuses of CURL and HTTP,
# how many EVENTS came, and what translate makes of it.
test_faults() {
  whole=$(grep -c '^data: ' corpus/seed-002.sse)
  while read -r directives curl code count last; do
    ask "seed-002;$directives" true
    want 'the exit status of curl' "$curl" "$status"
    want 'the status of HTTP' "$code" "$http"
    want 'the number of events' "$count" "$(events)"
    translated "seed-002;$directives"
    want 'the ending' "response.$last" "$ending"
    verdict "$directives: curl ends with $curl, $count events, $last"
  done <<END
cut=0 18 200 0 failed
cut=1 18 200 1 failed
cut=3 18 200 3 failed
cut=$whole 18 200 $whole completed
cut=1000 0 200 $whole completed
reset=0 56 200 0 failed
reset=3 56 200 3 failed
reset=$whole 56 200 $whole completed
end=0 0 200 0 failed
end=3 0 200 3 failed
end=$whole 0 200 $whole completed
error=0 0 200 1 failed
error=3 0 200 4 failed
garbage=0 0 200 0 failed
garbage=3 0 200 3 failed
status=429 0 429 0 failed
status=503 0 503 0 failed
html 0 200 0 failed
stall=3:0 0 200 $whole completed
stall=2:1;cut=2 18 200 2 failed
split=1;cut=3 18 200 3 failed
END
  translated 'seed-002;error=3'
  want_in "$dir/events" '^event: error$'
  want_in "$dir/translate.err" 'byte [0-9]+: The server had an error'
  want 'the exit status of translate' 1 $translate
  verdict 'error=3: translate says what the error was'
  translated 'seed-002;garbage=0'
  want_in "$dir/translate.err" upstream_not_a_stream
  verdict 'garbage=0: translate says that this is no stream'
  ask 'seed-002;status=503' true -D "$dir/head"
  want_in "$dir/out" '^\{"error":\{"message":".*503","type":"server_error",.*\}\}$'
  want_in "$dir/head" '^Content-Type: application/json'
  verdict 'status=503: an error in JSON'
  ask 'seed-002;html' true -D "$dir/head"
  want_in "$dir/out" '^<!DOCTYPE html>'
  want_in "$dir/head" '^Content-Type: text/html'
  verdict 'html: a page'
}

# What does not change the bytes.
test_harmless() {
  for directives in split=1 split=7 split=1000000 pace=200 delay=20 \
    'pace=300;split=5' stall=3:1 html=0 ''; do
    ask "seed-002;$directives" true -D "$dir/head"
    want 'the exit status of curl' 0 "$status"
    want_same "$dir/out" "$dir/seed"
    want_in "$dir/head" '^Content-Type: text/event-stream'
    verdict "'$directives' changes no byte"
  done
  ask 'seed-002?pace=400&split=9' true
  want_same "$dir/out" "$dir/seed"
  verdict 'directives after a question mark'
  ask seed-002 true --http1.0
  want_same "$dir/out" "$dir/seed"
  verdict 'a client of HTTP 1.0 gets the same'
}

test_headers() {
  ask seed-002 true -H 'X-Sluice-Cut: 3' -H 'x-sluice-SPLIT: 2'
  want 'the exit status of curl' 18 "$status"
  want 'the number of events' 3 "$(events)"
  verdict 'directives in headers'
  ask 'seed-002;cut=2' true -H 'X-Sluice-Cut: 3'
  want 'the number of events' 2 "$(events)"
  verdict 'the name of the model counts more than a header'
  ask seed-002 true -H 'X-Sluice-Cut: many'
  want 'the status of HTTP' 400 "$http"
  want_in "$dir/out" "'Cut': needs a number of events"
  verdict 'a header that is wrong'
}

# Before a stall the client has all there was; then nothing comes, nor an end.
test_stall() {
  : >"$dir/out"
  $CURL -N -o "$dir/out" -d '{"model":"seed-002;stall=3","stream":true}' \
    "$url/chat/completions" 2>"$dir/curl.err" &
  stalled=$!
  children="$children $stalled"
  head -n 6 "$dir/seed" >"$dir/want"
  until_true cmp -s "$dir/want" "$dir/out"
  sleep 0.5
  want_same "$dir/want" "$dir/out"
  kill -0 $stalled 2>/dev/null || wrong=${wrong:-'the answer has ended'}
  kill $stalled
  wait $stalled 2>/dev/null
  until_true grep -q 'stall=3: 200, 3 events, left by the client$' "$dir/log"
  verdict 'stall=3: three events, then silence until the client leaves'
  ask 'seed-002;stall=0' true --max-time 1
  want 'the exit status of curl' 28 "$status"
  want 'the status of HTTP' 200 "$http"
  want 'the number of events' 0 "$(events)"
  verdict 'stall=0: the headers alone'
  ask 'seed-002;delay=60000' true --max-time 1
  want 'the exit status of curl' 28 "$status"
  want 'the status of HTTP' 000 "$http"
  until_true grep -q 'delay=60000: .*left by the client$' "$dir/log"
  verdict 'delay=60000: not even those'
}

# A slow stream does not hold up another, and comes as it is due.
test_pace() {
  : >"$dir/order"
  (
    client -N -o "$dir/slow" -d '{"model":"seed-001;pace=20","stream":true}' \
      "$url/chat/completions"
    echo slow >>"$dir/order"
  ) &
  slow=$!
  children="$children $slow"
  until_true test -s "$dir/slow"
  ask seed-002 true
  echo fast >>"$dir/order"
  n=$(wc -c <"$dir/slow")
  wait $slow
  want 'who was ready first' 'fast slow' "$(tr '\n' ' ' <"$dir/order" |
    sed 's/ $//')"
  sed 1,2d corpus/seed-001.sse >"$dir/want"
  want_same "$dir/want" "$dir/slow"
  [ "$n" -lt "$(wc -c <"$dir/slow")" ] || wrong=${wrong:-'it came at once'}
  verdict 'pace: a slow stream comes bit by bit, and holds up no other'
}

# ---- conversations ----

# A stream that says WORD.
saying() {
  printf ': said in a conversation\n\ndata: {"choices":[{"delta":{"content":"%s"}}]}\n\ndata: [DONE]\n\n' "$1"
}

# said MODEL MESSAGE...: what the answer says; a message is its role alone.
said() {
  model=$1 messages=
  shift
  for role in "$@"; do
    messages="$messages${messages:+,}{\"role\":\"$role\",\"content\":\"\"}"
  done
  : >"$dir/out"
  http=$(client -N -o "$dir/out" -w '%{http_code}' \
    -d "{\"messages\":[$messages],\"model\":\"$model\",\"stream\":true}" \
    "$url/chat/completions")
  sed -n 's/.*"content":"\([^"]*\)".*/\1/p' "$dir/out"
}

test_rounds() {
  mkdir "$dir/talk"
  for word in one two three; do
    saying $word >"$dir/talk/$word.sse"
  done
  mv "$dir/talk/one.sse" "$dir/talk/a-1.sse"
  mv "$dir/talk/two.sse" "$dir/talk/a-2.sse"
  cp "$dir/talk/three.sse" "$dir/talk/b-3.sse"
  start --corpus "$dir/talk"
  want 'the first round' one "$(said a user)"
  want 'with no message' one "$(said a)"
  want 'after an answer of the model' one "$(said a user assistant user)"
  want 'the second round' two "$(said a system user assistant tool)"
  want 'after two results' two "$(said a user assistant tool tool)"
  want 'the turn after' one "$(said a user assistant tool assistant user)"
  want 'after a picture' two "$(said a user assistant tool user)"
  want 'after pictures and results' two "$(said a user assistant tool user tool)"
  want 'the round after a picture' three \
    "$(said b user assistant tool user assistant tool)"
  verdict 'a conversation goes on by the runs of results'
  want 'the second round' two "$(said 'a;split=3' user assistant tool)"
  want 'a round by its own name' two "$(said a-2 user)"
  want 'a stream that is none' three "$(said three user assistant tool)"
  verdict 'directives, the names of rounds, and single streams stay'
  said a user assistant tool assistant tool assistant tool >/dev/null
  want 'the status of HTTP' 400 "$http"
  want_in "$dir/out" "model 'a' has no round 4: tools have answered 3 times since"
  said 'a-3' user >/dev/null
  want 'the status of HTTP' 404 "$http"
  said c user assistant tool >/dev/null
  want 'the status of HTTP' 404 "$http"
  want_in "$dir/out" "no model 'c'"
  verdict 'a round too many is an error'
  client -d '{"model":"gpt","stream":true}' -o "$dir/out" \
    -H 'X-Sluice-Model: three;end=1' "$url/chat/completions"
  want_in "$dir/out" three
  want 'the number of events' 1 "$(events)"
  client -d '{"model":1}' -o "$dir/out" -H 'x-sluice-model: three' \
    "$url/chat/completions"
  want_in "$dir/out" '`model` is missing'
  verdict 'X-Sluice-Model stands in place of the model'
  stop TERM
}

test_journal() {
  echo '"before"' >"$dir/asked"
  start --corpus "$dir/talk" --log "$dir/asked"
  client "$url/models" >/dev/null
  said three user >/dev/null
  printf '{"model" :\r\n "none", "t": "a\\n\303\244"}' >"$dir/body"
  client -o "$dir/out" --data-binary "@$dir/body" "$url/chat/completions"
  client -o "$dir/out" --data-binary 'no "JSON"
' "$url/elsewhere"
  client -o "$dir/out" -d '{} {}' "$url/chat/completions"
  stop TERM
  cat >"$dir/want" <<'END'
"before"
{"messages":[{"role":"user","content":""}],"model":"three","stream":true}
{"model":"none","t":"a\nä"}
"no \"JSON\"\n"
"{} {}"
END
  want_same "$dir/want" "$dir/asked"
  verdict '--log: a line for each body'
  usage '--log: a file that cannot be made' "$dir/none/log: No such file" \
    --corpus "$dir/talk" --log "$dir/none/log"
  [ -w /dev/full ] || return 0
  start --corpus "$dir/talk" --log /dev/full
  want 'the answer' three "$(said three user)"
  want_in "$dir/log" '^sluice: the log of requests: No space left'
  stop TERM
  verdict '--log: a full disk is said, and stops nothing'
}

# ---- wrong requests ----

# refused NAME HTTP PATTERN CURL-OPTION... PATH
refused() {
  name=$1 code=$2 pattern=$3
  shift 3
  : >"$dir/out"
  http=$(client -o "$dir/out" -w '%{http_code}' -D "$dir/head" "$@")
  want 'the status of HTTP' "$code" "$http"
  want_in "$dir/out" "^\{\"error\":\{\"message\":\".*$pattern.*\",\"type\":\"invalid_request_error\",\"param\":(null|\"[A-Za-z-]+\"),\"code\":(null|\"[a-z_]+\")\}\}\$"
  want_in "$dir/head" '^Content-Type: application/json'
  verdict "$name: $code"
}

test_wrong() {
  at=$url/chat/completions
  refused 'unknown model' 404 "no model 'gpt'; GET /v1/models lists" \
    -d '{"model":"gpt"}' "$at"
  refused 'a path for a model' 404 "no model '\.\./corpus/seed-002'" \
    -d '{"model":"../corpus/seed-002"}' "$at"
  refused 'an empty name' 404 "no model ''" -d '{"model":""}' "$at"
  refused 'no name' 400 '`model` is missing' -d '{"stream":true}' "$at"
  refused 'a name that is no string' 400 '`model`' -d '{"model":[1]}' "$at"
  refused 'a stream that is no yes or no' 400 '`stream`' \
    -d '{"model":"seed-002","stream":1}' "$at"
  refused 'bad JSON' 400 'no JSON: byte [0-9]+' -d '{"model":}' "$at"
  refused 'half a JSON' 400 'no JSON' -d '{"model":"seed-002"' "$at"
  refused 'two JSON texts' 400 'more than one' -d '{"model":"seed-002"}{}' "$at"
  refused 'JSON that is no object' 400 'no JSON object' -d '["seed-002"]' "$at"
  refused 'no body' 400 'empty' -d '' "$at"
  refused 'unknown directive' 400 "'cur=3': .* are pace, split" \
    -d '{"model":"seed-002;cur=3"}' "$at"
  refused 'a directive that is wrong' 400 "'status=20': needs a status" \
    -d '{"model":"seed-002;status=20"}' "$at"
  refused 'another path' 404 'no /v1/responses' -d '{}' "$url/responses"
  refused 'a path below' 404 'GET /v1/models' "$url/models/seed-002"
  refused 'GET in place of POST' 405 'POST, not GET' "$at"
  want_in "$dir/head" '^Allow: POST'
  verdict 'which says what would do'
  refused 'POST in place of GET' 405 'GET, not POST' -d '{}' "$url/models"
  want_in "$dir/head" '^Allow: GET'
  verdict 'which says so, too'
  ask seed-002 true
  want_same "$dir/out" "$dir/seed"
  verdict 'after all that it still serves'
}

# ---- many at once ----

test_many() {
  mkdir "$dir/many"
  clients=
  for i in 0 1 2 3 4; do
    for k in 0 1 2 3 4 5 6 7 8 9; do
      $CURL -N -o "$dir/many/$i$k" \
        -d "{\"model\":\"seed-002;pace=${k}00;split=${i}0\",\"stream\":true}" \
        "$url/chat/completions" 2>"$dir/curl.err" &
      clients="$clients $!"
    done
  done
  children="$children $clients"
  for one in $clients; do
    wait "$one" || wrong=${wrong:-"curl ended with status $?"}
  done
  count=0
  for answer in "$dir"/many/*; do
    want_same "$answer" "$dir/seed"
    count=$((count + 1))
  done
  want 'the number of answers' 50 $count
  verdict '50 clients at once get the same bytes'
}

# ---- the end ----

# Reads the log of the server that all the tests above used.
test_log() {
  stop TERM
  want 'the exit status' 0 $status
  verdict 'SIGTERM ends it with status 0'
  want_in "$dir/log" '^sluice: GET /v1/models: 200, 1 event, sent$'
  want_in "$dir/log" '^sluice: POST /v1/chat/completions seed-002;cut=3: 200, 3 events, cut$'
  want_in "$dir/log" '^sluice: POST /v1/chat/completions seed-002;reset=3: 200, 3 events, reset$'
  want_in "$dir/log" '^sluice: POST /v1/chat/completions gpt: 404, 1 event, sent$'
  ! grep -q -v '^sluice: [A-Z]* /v1/' "$dir/log" ||
    wrong=${wrong:-"$(grep -v '^sluice: [A-Z]* /v1/' "$dir/log" | head -n 1)"}
  verdict '--verbose: a line for each answer'
}

# at_end MODEL SIGNAL...: a client is being answered while the signals come;
# $status is that of the server, $client of curl.
at_end() {
  start
  : >"$dir/out"
  $CURL -N -o "$dir/out" -d "{\"model\":\"$1\",\"stream\":true}" \
    "$url/chat/completions" 2>"$dir/curl.err" &
  one=$!
  children="$children $one"
  until_true test -s "$dir/out"
  shift
  while [ $# -gt 1 ]; do
    kill -s "$1" "$server"
    sleep 0.3
    shift
  done
  stop "$1"
  wait $one
  client=$?
}

test_signals() {
  start
  client "$url/models" >/dev/null
  stop INT
  want 'the exit status' 0 $status
  want 'what it logs' '' "$(cat "$dir/log")"
  verdict 'SIGINT ends it with status 0; without --verbose it logs nothing'
  at_end 'seed-002;pace=100' TERM
  want 'the exit status' 0 $status
  want 'the exit status of curl' 0 $client
  want_same "$dir/out" "$dir/seed"
  verdict 'an answer on its way comes to its end'
  at_end 'seed-002;stall=2' TERM INT
  want 'the exit status' 0 $status
  want 'the exit status of curl' 18 $client
  verdict 'a second signal does not wait for it'
  at_end 'seed-002;stall=2' TERM
  want 'the exit status' 0 $status
  want 'the exit status of curl' 18 $client
  verdict 'a stalled answer is not waited for forever'
}

# ---- the command line ----

# usage NAME PATTERN ARGUMENT...
usage() {
  name=$1 pattern=$2
  shift 2
  "$SLUICE" serve "$@" >"$dir/out" 2>"$dir/err" </dev/null
  want 'the exit status' 2 $?
  want 'what stdout has' '' "$(cat "$dir/out")"
  want 'the number of lines on stderr' 1 "$(wc -l <"$dir/err" | tr -d ' ')"
  want_in "$dir/err" "^sluice: .*$pattern"
  verdict "$name"
}

test_usage() {
  start
  port=${url#*0.0.1:}
  usage 'a port in use' "127\.0\.0\.1:${port%/v1}: Address already in use" \
    --port "${port%/v1}"
  stop TERM
  usage 'a port that is none' "at most 65535" --port 65536
  usage 'a port that is no number' "--port needs" --port http
  usage 'a folder that does not exist' "$dir/none: No such file" \
    --corpus "$dir/none"
  usage 'a folder without streams' "$dir holds no file NAME.sse" --corpus "$dir"
  mkdir -p "$dir/bad/x.sse"
  usage 'a stream that is a folder' 'x\.sse: Is a directory' --corpus "$dir/bad"
  usage 'an operand' "unexpected 'corpus'" corpus
  "$SLUICE" serve --help >"$dir/out" 2>"$dir/err"
  want 'the exit status' 0 $?
  for name in corpus port pace log verbose help version; do
    want_in "$dir/out" "^  (-h, )?--$name"
  done
  for name in pace split delay status html stall error garbage end cut reset; do
    want_in "$dir/out" "  $name(=N|=MS|=N:S)?  *[a-z0-9A-Z]"
  done
  want_in "$dir/out" '^usage: sluice serve \[OPTION\.\.\.\]$'
  want_in "$dir/out" '^  curl -N http'
  want_in "$dir/out" 'sluice translate$'
  ! grep -q 'the response completed' "$dir/out" ||
    wrong=${wrong:-'it shows the exit statuses of other commands'}
  awk 'length > 79 { exit 1 }' "$dir/out" ||
    wrong=${wrong:-'a line has more than 79 columns'}
  verdict '--help: all of it, and examples'
}

# Streams of one's own; --pace holds for all; files that are no streams.
test_folder() {
  mkdir "$dir/own"
  printf 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n' \
    >"$dir/own/a;b.sse"
  cp "$dir/own/a;b.sse" "$dir/own/b.sse"
  : >"$dir/own/.hidden.sse"
  : >"$dir/own/.sse"
  : >"$dir/own/notes.txt"
  start --corpus "$dir/own" --pace 1000
  want_in "$dir/ready" "\(2 streams from $dir/own\)"
  ask 'a;b' true
  want_same "$dir/out" "$dir/own/a;b.sse"
  ask 'a;b;cut=1' true
  want 'the status of HTTP' 404 "$http"
  ask 'b;cut=1' true
  want 'the number of events' 1 "$(events)"
  verdict '--corpus: a folder of one'\''s own'
  rm "$dir/own/b.sse"
  ask b true
  want_same "$dir/out" "$dir/own/a;b.sse"
  verdict 'each file is read once'
  stop TERM
}

# Where no corpus is, those beside the installed command serve.
test_installed() {
  mkdir -p "$dir/usr/bin" "$dir/usr/share/sluice/corpus"
  cp "$SLUICE" "$dir/usr/bin/sluice"
  cp corpus/seed-002.sse "$dir/usr/share/sluice/corpus"
  root=$PWD own=$SLUICE
  cd "$dir" || exit 2
  SLUICE=$dir/usr/bin/sluice
  start
  want_in "$dir/ready" "\(1 streams from .*/usr/share/sluice/corpus\)"
  ask seed-002 true
  want_same "$dir/out" "$dir/seed"
  stop TERM
  verdict 'without a corpus here it serves the installed streams'
  rm -r "$dir/usr/share"
  usage 'without either it says how to name a folder' '--corpus DIR'
  cd "$root" || exit 2
  SLUICE=$own
}

start --verbose
stop TERM
test_start
stop TERM
start --verbose
test_models
test_streams
test_completions
test_faults
test_harmless
test_headers
test_stall
test_pace
test_wrong
test_many
test_log
test_signals
test_rounds
test_journal
test_usage
test_folder
test_installed
exit $failed
