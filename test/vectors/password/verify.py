"""Reads [{by, password, stored}] from standard input and prints, as JSON, what each of those systems says of it."""

import json
import sys

import argon2
import bcrypt
from django.conf import settings
from passlib.context import CryptContext

settings.configure(
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.BCryptPasswordHasher",
    ]
)
from django.contrib.auth.hashers import check_password  # noqa: E402

context = CryptContext(["argon2", "bcrypt", "bcrypt_sha256", "pbkdf2_sha256", "pbkdf2_sha512", "scrypt"])


def argon2_cffi(password, stored):
    try:
        return argon2.PasswordHasher().verify(stored, password)
    except argon2.exceptions.VerifyMismatchError:
        return False


SYSTEMS = {
    "passlib": lambda password, stored: context.verify(password, stored),
    "argon2-cffi": argon2_cffi,
    "bcrypt (Python)": lambda password, stored: bcrypt.checkpw(password.encode(), stored.encode()),
    # Django puts its own name of the algorithm before the string of the library.
    "Django argon2": lambda password, stored: check_password(password, "argon2" + stored),
    "Django bcrypt": lambda password, stored: check_password(password, "bcrypt$" + stored),
}

print(json.dumps([bool(SYSTEMS[case["by"]](case["password"], case["stored"])) for case in json.load(sys.stdin)]))
