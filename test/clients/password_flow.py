"""The password flow with requests-oauthlib: python3 password_flow.py ORIGIN USERNAME PASSWORD [SCOPE ...]; prints JSON."""

import json
import sys

from oauthlib.oauth2 import LegacyApplicationClient, OAuth2Error
from requests_oauthlib import OAuth2Session

origin, username, password, *scope = sys.argv[1:]
session = OAuth2Session(client=LegacyApplicationClient(client_id="", scope=scope or None))
session.trust_env = False  # no proxy of the environment stands before loopback
try:
    token = session.fetch_token(f"{origin}/token", username=username, password=password, include_client_id=False)
except OAuth2Error as error:
    print(json.dumps({"error": error.error, "description": error.description}))
    sys.exit()


def get(path):
    answer = session.get(f"{origin}{path}")
    return [answer.status_code, answer.headers.get("www-authenticate"), answer.json()]


expected = {"token_type", "expires_in", "scope"}
print(
    json.dumps(
        {
            "token": {name: value for name, value in token.items() if name in expected},
            "me": get("/users/me"),
            "items": get("/users/me/items"),
        }
    )
)
