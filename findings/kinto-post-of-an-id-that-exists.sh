#!/usr/bin/env bash
# Kinto 26.5.0: POST of an object with an id that exists is answered 200 with what is stored; the body is ignored.
#
# Seen: the first POST of {"id": "staff", "members": ["account:a"]} answers 201, the second one with other members 200 and
# the first one's members, and a reading shows them unchanged. Expected before it was run: 409, or the new members.
# So a success of a creation says nothing of whose the thing is, and nothing of the body: a client that takes the answered
# id for its own goes on to change or delete what somebody else made.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'kinto==26.5.0'
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$folder/kinto.ini" <<INI
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.memory
kinto.permission_backend = kinto.core.permission.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.userid_hmac_secret = not-a-secret
kinto.bucket_create_principals = system.Everyone
kinto.bucket_write_principals = system.Everyone
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = $port
[loggers]
keys = root
[handlers]
keys = none
[formatters]
keys =
[logger_root]
handlers = none
[handler_none]
class = NullHandler
args = ()
INI
"$folder/venv/bin/kinto" start --ini "$folder/kinto.ini" >/dev/null 2>&1 &
server=$!
base="http://127.0.0.1:$port/v1/buckets/team"
for _ in $(seq 100); do curl -s -o /dev/null "http://127.0.0.1:$port/v1/" && break; sleep 0.1; done
json=(-H 'Content-Type: application/json')
curl -s -o /dev/null -X PUT "$base" "${json[@]}" -d '{}'
post() {
    curl -s -w ' %{http_code}' -X POST "$base/groups" "${json[@]}" -d "{\"data\": {\"id\": \"staff\", \"members\": [\"account:$1\"]}}"
}
first=$(post a)
second=$(post b)
read_back=$(curl -s "$base/groups/staff")
for told in first second read_back; do
    printf '%-10s %s\n' "$told" "$(sed -E 's/"last_modified":[0-9]+/"last_modified":…/; s/"permissions":\{[^}]*\},//' <<<"${!told}")"
done
[[ $first == *" 201" ]] || { echo "changed: the first answer"; exit 1; }
[[ $second == *'account:a'*" 200" ]] || { echo "changed: the second answer"; exit 1; }
[[ $read_back == *'account:a'* ]] || { echo "changed: what is stored"; exit 1; }
echo "as seen"
