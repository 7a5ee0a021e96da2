"""Who logs in at a console of the laboratory."""

#: The administrator's password, and what openssl makes of it (crypt(3), SHA-512).
PASSWORD = "Console-1"
HASH = (
    "$6$laboratory$JDAu9VfurMxNWLiMnkmjTKzxJmkvBqZFdFOAnaQOANTwv2/6ogVRFn0n"
    "4/UxTXNgLPCfQRK6UTLwlB15gVr.x0")
#: A file of users with it.
FILE = f"admin {HASH}\n"
