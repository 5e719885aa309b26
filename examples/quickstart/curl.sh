#!/bin/sh
# Publishes to a user and to a group, and reads how much the user has not read. Needs a POSIX shell and curl 7.71 or newer.
#
#   FANFARE_URL=http://127.0.0.1:3000 FANFARE_KEY=fanfare-dev-key sh curl.sh
set -eu
: "${FANFARE_URL:?the address of the API}" "${FANFARE_KEY:?the API key}"
# In a path ids are percent-encoded; these need none.
user=${QUICKSTART_USER:-alice}
group=${QUICKSTART_GROUP:-eng}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# No connection, one that broke, no answer in time, 429 and 5xx are tried again, up to 5 times; Retry-After is obeyed. The
# answer goes to a file, which curl empties before it tries again.
call() { # METHOD PATH [CURL OPTION...]
  method=$1 path=$2
  shift 2
  status=$(curl --silent --show-error --max-time 10 --retry 5 --retry-all-errors --retry-max-time 60 \
    --output "$answer" --write-out '%{http_code}' \
    --request "$method" -H "Authorization: Bearer $FANFARE_KEY" "$@" "$FANFARE_URL/v1$path")
  cat "$answer" && echo
  case $status in 2??) ;; *) exit 1 ;; esac
}

# The key is made once for a message: sent twice with it, it is delivered once.
publish() { # TO PAYLOAD
  key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  call POST /messages -H 'Content-Type: application/json' -H "Idempotency-Key: $key" --data "{\"to\":$1,\"payload\":$2}"
}

publish "{\"user\":\"$user\"}" '{"text":"Hello from curl"}'
call PUT "/groups/$group/members/$user" >/dev/null
publish "{\"group\":\"$group\"}" '{"text":"Hello, everyone"}'
call GET "/users/$user/unread"
