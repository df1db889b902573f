# SPDX-License-Identifier: MIT
# gateway.sh - what a gateway has to do, whatever it is made of. $responses
# is its URL, its upstream the server of common.sh.

# The answers show the settings of the request.
settings='"temperature":0.5,"instructions":"Be brief.","store":false'
options="--request $dir/settings.json"
settings() { # MODEL
  echo "{\"model\":\"$1\",$settings}" >"$dir/settings.json"
}

ask() { # MODEL [MEMBERS]
  $CURL -d "{\"model\":\"$1\",${2:-\"stream\":true},\"input\":\"Hello\",$settings}" \
    "$responses"
}

check_streams() {
  for model in "$@"; do
    settings "$model"
    check "$model" ask "$model"
    want "$model: curl's status" 0 $rv
  done
}

# check_status BODY CODE PATTERN [OPTION...]: HTTP's answer, in the form of the
# API.
check_status() {
  body=$1 code=$2 pattern=$3
  shift 3
  http=$($CURL "$@" -o "$dir/out" -w '%{http_code} %{content_type}' -d "$body" \
    "$responses")
  want 'HTTP' "$code application/json" "$http"
  want_in "$dir/out" "^\{\"error\":\{\"message\":\"[^\"]*$pattern"
}

check_gateway() {
  check_streams $STREAMS
  verdict 'a stream is what sluice translate makes of it'
  check_streams $FAULTS
  verdict 'a stream that is cut, reset or broken ends as it should'
  check_status '{"model":"nope","input":"Hello","stream":true}' 404 'no model'
  check_status '{"model":"seed-001;status=503","input":"Hello"}' 503 'status 503'
  verdict 'an HTTP error of the upstream is one for the client'
  check_status '{"model":' 400 JSON
  check_status '{"model":"m","input":"Hello","background":true}' 400 background
  verdict 'so is a request that cannot be served'
  check_whole
  check_long
  check_custom
  check_many
}

# Without a stream: the response of what would be the last event.
check_whole() {
  ask seed-002 '"stream":false' >"$dir/got" 2>"$dir/err"
  want "curl's status" 0 $?
  recorded seed-002 "$dir/in"
  settings seed-002
  "$SLUICE" translate --seed 7 $options --format jsonl "$dir/in" | tail -n 1 |
    sed 's/^{"type":"response.completed","response"://
      s/,"sequence_number":[0-9]*}$//' | tr -d '\n' >"$dir/want"
  want_same "$dir/want" "$dir/got"
  verdict 'who asks for no stream gets the response'
}

# Longer than what servers keep in memory.
check_long() {
  awk 'BEGIN {
    printf "{\"model\":\"seed-001\",\"stream\":true,\"input\":\""
    for (i = 0; i < 50000; i++)
      printf "all work "
    print "\"}"
  }' >"$dir/long.json"
  $CURL -d @"$dir/long.json" "$responses" >"$dir/got"
  echo '{"model":"seed-001","store":false}' >"$dir/settings.json"
  "$SLUICE" translate --seed 7 $options corpus/seed-001.sse >"$dir/want"
  want_same "$dir/want" "$dir/got"
  verdict 'a request may be long'

  head -c 67200000 /dev/zero >"$dir/long.json"
  http=$($CURL -o "$dir/out" -w '%{http_code}' --data-binary @"$dir/long.json" \
    "$responses" 2>"$dir/err")
  want 'the status of HTTP' 413 "$http"
  rm "$dir/long.json"
  verdict 'but not endless'
}

# A tool that the request calls custom, and the upstream a function.
check_custom() {
  ask call-between-texts \
    '"stream":true,"tools":[{"type":"custom","name":"f"}]' >"$dir/got"
  want_in "$dir/got" '^event: response\.custom_tool_call_input\.delta'
  want_in "$dir/got" '"type":"custom_tool_call",.*"name":"f"'
  verdict 'a custom tool is one on both sides'
}

all_left() {
  [ "$(grep -c 'seed-003;pace=20: .* left by the client' "$dir/serve.err")" -eq 10 ]
}

# Ten at once, between which as many others leave.
check_many() {
  clients=
  for n in 1 2 3 4 5 6 7 8 9 10; do
    ask 'seed-002;pace=50' >"$dir/many.$n" &
    clients="$clients $!"
    ask 'seed-003;pace=20' 2>/dev/null | head -c 500 >/dev/null
  done
  wait $clients
  settings 'seed-002;pace=50'
  "$SLUICE" translate --seed 7 $options corpus/seed-002.sse >"$dir/want"
  for n in 1 2 3 4 5 6 7 8 9 10; do
    want_same "$dir/want" "$dir/many.$n"
  done
  verdict 'many at once'
  until_true all_left
  verdict 'a client that leaves takes its upstream along'
}

# An upstream that takes nobody, and says which key it was shown; then none.
# check_alone COMMAND... PREFIX: a gateway in front of it; its port comes behind
# the last word.
check_alone() {
  background "$dir/keys" python3 -c '
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
  def do_POST(self):
    body = b"{\"error\":{\"message\":\"the key was %b\"}}" % self.headers.get("Authorization", "").encode()
    self.send_response(401)
    self.send_header("Content-Length", str(len(body)))
    self.end_headers()
    self.wfile.write(body)
server = HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()'
  keys=$child
  background "$dir/alone" "$@$line"
  responses=$line
  check_status '{"model":"m","input":"Hello"}' 401 'the key was Bearer mine' \
    -H 'Authorization: Bearer mine'
  verdict 'the key of the client goes to the upstream'
  kill $keys
  wait $keys
  check_status '{"model":"m","input":"Hello"}' 502 'no answer'
  verdict 'without an upstream the answer is 502'
}
