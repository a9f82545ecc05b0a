"""Calls a URL with Digest through requests or httpx: a session, three requests. Prints statuses and bodies as JSON."""

import json
import sys

library, method, url, name, password, body = sys.argv[1:7]
data = body.encode() or None

if library == "requests":
    import requests
    from requests.auth import HTTPDigestAuth

    session = requests.Session()
    session.trust_env = False
    session.auth = HTTPDigestAuth(name, password)
    answers = [session.request(method, url, data=data) for _ in range(3)]
    sent = [answer.request.headers["Authorization"] for answer in answers if "Authorization" in answer.request.headers]
else:
    import httpx

    with httpx.Client(auth=httpx.DigestAuth(name, password), trust_env=False) as client:
        answers = [client.request(method, url, content=data) for _ in range(3)]
    sent = [answer.request.headers["Authorization"] for answer in answers if "Authorization" in answer.request.headers]

print(json.dumps({"answers": [[answer.status_code, answer.text] for answer in answers], "sent": sent}))
