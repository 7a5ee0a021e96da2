/* A TLS client over a non-blocking socket, and the check of a signature: mbedTLS, 2.28 and 3.x
   alike. Without CTLS_WITH_MBEDTLS nothing can be made, and CTLS_ABSENT says so. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* What became of something. */
enum {
  CTLS_DONE = 0,
  /* The socket must be readable, or writable, before the same call is made again. */
  CTLS_WANTS_READ = -1,
  CTLS_WANTS_WRITE = -2,
  /* The other end has closed in order. */
  CTLS_CLOSED = -3,
  /* Nothing more comes of this connection; ctls_reason tells why. */
  CTLS_FAILED = -4,
};

/* Why something failed. */
enum {
  CTLS_ABSENT = 1,        /* This firmware was built without TLS. */
  CTLS_NO_MEMORY,
  CTLS_NO_ENTROPY,
  CTLS_BAD_TRUST,         /* No certificate can be read in what is trusted. */
  CTLS_BAD_CERTIFICATE,   /* Our own. */
  CTLS_BAD_KEY,
  CTLS_KEY_MISMATCH,
  CTLS_EXPIRED,           /* The server's certificate, or one above it. */
  CTLS_NOT_YET_VALID,
  CTLS_UNKNOWN_CA,
  CTLS_WRONG_NAME,
  CTLS_WEAK,              /* A digest or a key that nobody should use any more. */
  CTLS_ALERT,             /* The server refused us. */
  CTLS_GONE,              /* The connection ended in the middle. */
  CTLS_PROTOCOL,          /* Everything else; the number of mbedTLS goes with it. */
};

typedef struct ctls_identity ctls_identity;
typedef struct ctls_connection ctls_connection;

/* Whom to trust, and who we are. Texts are PEM, each with its terminating zero, which the count
   includes; a certificate of our own is left out by a count of 0. NULL on failure, with a reason. */
ctls_identity *ctls_identity_new(
    const uint8_t *trust, size_t trust_count, const uint8_t *certificate, size_t certificate_count,
    const uint8_t *key, size_t key_count, int *reason);
void ctls_identity_free(ctls_identity *identity);
/* When our own certificate expires, in seconds since 1970; 0 without one. */
int64_t ctls_identity_expiry(const ctls_identity *identity);

/* A connection over a connected socket, which it does not own; the identity must outlive it. `host`
   is what the server's certificate must name: a DNS name, or the address whose octets are given. With
   `is_sip` a DNS name is sought as SIP wants it (RFC 5922, 7), otherwise as the web does. */
ctls_connection *ctls_connection_new(
    ctls_identity *identity, int socket, const char *host, const uint8_t *address,
    size_t address_count, int is_sip, int *reason);
void ctls_connection_free(ctls_connection *connection);

int ctls_handshake(ctls_connection *connection);
/* How many bytes came or went, or one of the values above. A write that wants something must be
   made again with the same bytes. */
int ctls_read(ctls_connection *connection, uint8_t *room, size_t count);
int ctls_write(ctls_connection *connection, const uint8_t *bytes, size_t count);
void ctls_say_goodbye(ctls_connection *connection);

int ctls_reason(const ctls_connection *connection);
/* The number that mbedTLS gave for it, negative. */
int ctls_code(const ctls_connection *connection);
/* When the server's certificate expires, in seconds since 1970; 0 before it was seen. */
int64_t ctls_peer_expiry(const ctls_connection *connection);

/* Whether `signature` is that of the bytes under the public key (PEM, as above) with SHA-256. */
enum { CTLS_SIGNATURE_GOOD = 0, CTLS_SIGNATURE_WRONG = 1, CTLS_SIGNATURE_BAD_KEY = 2,
       CTLS_SIGNATURE_ABSENT = 3 };
int ctls_check_signature(
    const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
    const uint8_t *signature, size_t signature_count);
