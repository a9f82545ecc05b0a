"""Makes stored hashes with Django, Werkzeug, passlib, argon2-cffi and bcrypt as Debian has them, and prints them as JSON.

Werkzeug's and Django's scrypt came after the versions in Debian 12, and Spring is not in Debian: those three are computed by
hashlib after their published formula, and say so in their "made" field.
"""

import base64
import hashlib
import importlib.metadata
import json
import os

import argon2
import bcrypt
import django
from django.conf import settings
from passlib import hash as passlib
from passlib import __version__ as passlib_version
from werkzeug.security import generate_password_hash

settings.configure(
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers." + name
        for name in (
            "PBKDF2PasswordHasher",
            "PBKDF2SHA1PasswordHasher",
            "Argon2PasswordHasher",
            "BCryptSHA256PasswordHasher",
            "BCryptPasswordHasher",
        )
    ]
)
from django.contrib.auth.hashers import get_hasher, make_password  # noqa: E402

# Plain, accented in both normalisation forms, other scripts, beyond the BMP, longer than 72 bytes, blanks and signs.
PASSWORDS = ["secret", "l\u00e8tmein", "le\u0300tmein", "\u043f\u0430\u0440\u043e\u043b\u044c", "\U0001f510 key", "x" * 71 + "yz tail", " $:,{}\t"]
SHORT = [word for word in PASSWORDS if len(word.encode()) <= 72]

cases = []


def add(reader, made, form, password, stored):
    cases.append({"reader": reader, "made": made, "form": form, "password": password, "stored": stored})


made = "Django " + django.get_version()
for form in ("pbkdf2_sha256", "argon2", "bcrypt_sha256"):
    add("django", made, form, "secret", make_password("secret", hasher=form))
for form in ("pbkdf2_sha256", "pbkdf2_sha1"):
    hasher = get_hasher(form)
    for word in PASSWORDS:
        add("django", made, form, word, hasher.encode(word, hasher.salt(), 1000))
fast = get_hasher("argon2")
fast.memory_cost, fast.time_cost, fast.parallelism = 256, 1, 2
for word in PASSWORDS:
    add("django", made, "argon2", word, fast.encode(word, fast.salt()))
for form in ("bcrypt_sha256", "bcrypt"):
    fast = get_hasher(form)
    fast.rounds = 4
    for word in PASSWORDS:
        add("django", made, form, word, fast.encode(word, fast.salt()))

made = "Werkzeug " + importlib.metadata.version("werkzeug")
add("werkzeug", made, "pbkdf2", "secret", generate_password_hash("secret"))
for digest in ("sha1", "sha256", "sha512"):
    for word in PASSWORDS:
        add("werkzeug", made, "pbkdf2:" + digest, word, generate_password_hash(word, "pbkdf2:%s:1000" % digest))

made = "passlib " + passlib_version
for form in ("argon2", "pbkdf2_sha256", "scrypt", "bcrypt"):
    add("passlib", made, form, "secret", getattr(passlib, form).hash("secret"))
for form, options in (
    ("argon2", {"type": "ID", "memory_cost": 256, "time_cost": 1, "parallelism": 2}),
    ("argon2", {"type": "I", "memory_cost": 256, "time_cost": 1, "parallelism": 1}),
    ("argon2", {"type": "D", "memory_cost": 256, "time_cost": 1, "parallelism": 1}),
    ("bcrypt", {"rounds": 4}),
    ("bcrypt", {"rounds": 4, "ident": "2a"}),
    ("bcrypt", {"rounds": 4, "ident": "2y"}),
    ("bcrypt_sha256", {"rounds": 4}),
    ("bcrypt_sha256", {"rounds": 4, "version": 1}),
    ("bcrypt_sha256", {"rounds": 4, "version": 1, "ident": "2a"}),
    ("pbkdf2_sha1", {"rounds": 1000}),
    ("pbkdf2_sha256", {"rounds": 1000}),
    ("pbkdf2_sha512", {"rounds": 1000}),
    ("ldap_pbkdf2_sha1", {"rounds": 1000}),
    ("ldap_pbkdf2_sha256", {"rounds": 1000}),
    ("ldap_pbkdf2_sha512", {"rounds": 1000}),
    ("grub_pbkdf2_sha512", {"rounds": 1000}),
    ("scrypt", {"rounds": 10, "block_size": 8, "parallelism": 2}),
    ("sha256_crypt", {"rounds": 5000}),
    ("sha256_crypt", {"rounds": 1234}),
    ("sha512_crypt", {"rounds": 5000}),
    ("sha512_crypt", {"rounds": 1234}),
):
    hasher = getattr(passlib, form).using(**options)
    for word in PASSWORDS if form != "bcrypt" else SHORT:
        add("passlib", made, form, word, hasher.hash(word))

made = "argon2-cffi " + argon2.__version__
add("argon2", made, "argon2id", "secret", argon2.PasswordHasher(type=argon2.Type.ID).hash("secret"))
made = "bcrypt (Python) " + bcrypt.__version__
for word in SHORT:
    add("bcrypt", made, "2b", word, bcrypt.hashpw(word.encode(), bcrypt.gensalt(4)).decode())

made = "hashlib, after the formula of Django 4.0"
for word in PASSWORDS:
    salt = base64.b64encode(os.urandom(12)).decode().rstrip("=")
    key = hashlib.scrypt(word.encode(), salt=salt.encode(), n=2**10, r=8, p=5, dklen=64)
    add("django", made, "scrypt", word, "scrypt$1024$%s$8$5$%s" % (salt, base64.b64encode(key).decode()))
made = "hashlib, after the formula of Werkzeug 2.3"
for word in PASSWORDS:
    salt = base64.b64encode(os.urandom(12), b"ab").decode()
    cost = 2**15 if word == "secret" else 2**10
    key = hashlib.scrypt(word.encode(), salt=salt.encode(), n=cost, r=8, p=1, maxmem=132 * cost * 8)
    add("werkzeug", made, "scrypt", word, "scrypt:%d:8:1$%s$%s" % (cost, salt, key.hex()))
made = "hashlib, after the formula of Spring Security 5.8"
for word in PASSWORDS[1:2]:
    salt = os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha256", word.encode(), salt, 310000)
    add("spring", made, "pbkdf2", word, "{pbkdf2@SpringSecurity_v5_8}" + (salt + key).hex())
    key = hashlib.scrypt(word.encode(), salt=salt, n=2**16, r=8, p=1, maxmem=132 * 2**16 * 8, dklen=32)
    parts = ("100801", base64.b64encode(salt).decode(), base64.b64encode(key).decode())
    add("spring", made, "scrypt", word, "{scrypt@SpringSecurity_v5_8}$%s$%s$%s" % parts)

print(json.dumps(cases))
