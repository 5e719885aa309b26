"""Publishes to a user and to a group, and reads how much the user has not read. Needs Python 3.8 or newer and no package.

FANFARE_URL=http://127.0.0.1:3000 FANFARE_KEY=fanfare-dev-key python3 python.py
"""

import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from urllib.parse import quote

URL = os.environ["FANFARE_URL"]
KEY = os.environ["FANFARE_KEY"]
USER = os.environ.get("QUICKSTART_USER", "alice")
GROUP = os.environ.get("QUICKSTART_GROUP", "eng")

ATTEMPTS = 5  # for what fails in passing


def call(method, path, body=None, headers=None):
    all_headers = {"Authorization": f"Bearer {KEY}", **(headers or {})}
    if body is not None:
        all_headers["Content-Type"] = "application/json"
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, ATTEMPTS + 1):
        request = urllib.request.Request(f"{URL}/v1{path}", data=data, headers=all_headers, method=method)
        wait = random.random() * 0.2 * 2**attempt
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 502, 503, 504) or attempt == ATTEMPTS:
                raise RuntimeError(error.read().decode()) from error
            wait += float(error.headers.get("Retry-After", 0))
        except OSError:  # no connection, or it broke: URLError is one too
            if attempt == ATTEMPTS:
                raise
        time.sleep(wait)


def publish(to, payload):
    # The key is made once for a message: sent twice with it, it is delivered once.
    return call("POST", "/messages", {"to": to, "payload": payload}, {"Idempotency-Key": str(uuid.uuid4())})


print(json.dumps(publish({"user": USER}, {"text": "Hello from Python"})))
call("PUT", f"/groups/{quote(GROUP, safe='')}/members/{quote(USER, safe='')}")
print(json.dumps(publish({"group": GROUP}, {"text": "Hello, everyone"})))
print(json.dumps(call("GET", f"/users/{quote(USER, safe='')}/unread")))
