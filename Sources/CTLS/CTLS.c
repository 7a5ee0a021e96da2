#define _DEFAULT_SOURCE
#include "CTLS.h"

#ifdef CTLS_WITH_MBEDTLS

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/ssl.h>
#include <mbedtls/version.h>
#include <mbedtls/x509_crt.h>

#include "SIPIdentity.h"

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256 mbedtls_sha256_ret
#else
#include <psa/crypto.h>
#endif

/* Codes of the transport, outside of what mbedTLS uses. */
enum { TRANSPORT_GONE = -0x0050 };
/* The tag of an address among a certificate's alternative names (RFC 5280, 4.2.1.6). */
enum { SAN_ADDRESS = 7 };

struct ctls_identity {
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_x509_crt trust;
  mbedtls_x509_crt certificate;
  mbedtls_pk_context key;
  mbedtls_ssl_config config;
};

struct ctls_connection {
  mbedtls_ssl_context ssl;
  int socket;
  int reason;
  int code;
  int64_t peer_expiry;
  uint8_t address[16];
  size_t address_count;
  int is_sip;
  char host[MBEDTLS_SSL_MAX_HOST_NAME_LEN + 1];
};

static int64_t seconds_of(const mbedtls_x509_time *t) {
  struct tm parts = {.tm_year = t->year - 1900, .tm_mon = t->mon - 1, .tm_mday = t->day,
                     .tm_hour = t->hour, .tm_min = t->min, .tm_sec = t->sec};
  return timegm(&parts);
}

/* Whom to trust: a bundle may hold certificates that we cannot read, but not only such. */
static int read_trust(ctls_identity *identity, const uint8_t *pem, size_t count) {
  int unread = mbedtls_x509_crt_parse(&identity->trust, pem, count);
  return unread >= 0 && identity->trust.raw.len > 0 ? 0 : CTLS_BAD_TRUST;
}

static int read_own(
    ctls_identity *identity, const uint8_t *certificate, size_t certificate_count,
    const uint8_t *key, size_t key_count) {
  if (certificate_count == 0) return 0;
  if (mbedtls_x509_crt_parse(&identity->certificate, certificate, certificate_count) != 0)
    return CTLS_BAD_CERTIFICATE;
#if MBEDTLS_VERSION_MAJOR < 3
  if (mbedtls_pk_parse_key(&identity->key, key, key_count, NULL, 0) != 0) return CTLS_BAD_KEY;
  if (mbedtls_pk_check_pair(&identity->certificate.pk, &identity->key) != 0)
    return CTLS_KEY_MISMATCH;
#else
  if (mbedtls_pk_parse_key(
          &identity->key, key, key_count, NULL, 0, mbedtls_ctr_drbg_random,
          &identity->random) != 0)
    return CTLS_BAD_KEY;
  if (mbedtls_pk_check_pair(
          &identity->certificate.pk, &identity->key, mbedtls_ctr_drbg_random,
          &identity->random) != 0)
    return CTLS_KEY_MISMATCH;
#endif
  if (mbedtls_ssl_conf_own_cert(&identity->config, &identity->certificate, &identity->key) != 0)
    return CTLS_NO_MEMORY;
  return 0;
}

static int configure(ctls_identity *identity) {
#if MBEDTLS_VERSION_MAJOR >= 3
  if (psa_crypto_init() != PSA_SUCCESS) return CTLS_NO_ENTROPY;
#endif
  if (mbedtls_ctr_drbg_seed(
          &identity->random, mbedtls_entropy_func, &identity->entropy, NULL, 0) != 0)
    return CTLS_NO_ENTROPY;
  if (mbedtls_ssl_config_defaults(
          &identity->config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
          MBEDTLS_SSL_PRESET_DEFAULT) != 0)
    return CTLS_NO_MEMORY;
  mbedtls_ssl_conf_rng(&identity->config, mbedtls_ctr_drbg_random, &identity->random);
  /* TLS 1.2 at the least (RFC 8996). */
  mbedtls_ssl_conf_min_version(
      &identity->config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_authmode(&identity->config, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(&identity->config, &identity->trust, NULL);
  return 0;
}

ctls_identity *ctls_identity_new(
    const uint8_t *trust, size_t trust_count, const uint8_t *certificate, size_t certificate_count,
    const uint8_t *key, size_t key_count, int *reason) {
  ctls_identity *identity = calloc(1, sizeof *identity);
  if (identity == NULL) {
    *reason = CTLS_NO_MEMORY;
    return NULL;
  }
  mbedtls_entropy_init(&identity->entropy);
  mbedtls_ctr_drbg_init(&identity->random);
  mbedtls_x509_crt_init(&identity->trust);
  mbedtls_x509_crt_init(&identity->certificate);
  mbedtls_pk_init(&identity->key);
  mbedtls_ssl_config_init(&identity->config);
  *reason = configure(identity);
  if (*reason == 0) *reason = read_trust(identity, trust, trust_count);
  if (*reason == 0)
    *reason = read_own(identity, certificate, certificate_count, key, key_count);
  if (*reason == 0) return identity;
  ctls_identity_free(identity);
  return NULL;
}

void ctls_identity_free(ctls_identity *identity) {
  mbedtls_ssl_config_free(&identity->config);
  mbedtls_pk_free(&identity->key);
  mbedtls_x509_crt_free(&identity->certificate);
  mbedtls_x509_crt_free(&identity->trust);
  mbedtls_ctr_drbg_free(&identity->random);
  mbedtls_entropy_free(&identity->entropy);
  free(identity);
}

int64_t ctls_identity_expiry(const ctls_identity *identity) {
  if (identity->certificate.raw.len == 0) return 0;
  return seconds_of(&identity->certificate.valid_to);
}

static int transport_send(void *context, const unsigned char *bytes, size_t count) {
  ctls_connection *connection = context;
  ssize_t n = send(connection->socket, bytes, count, MSG_NOSIGNAL);
  if (n >= 0) return (int)n;
  return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE : TRANSPORT_GONE;
}

static int transport_receive(void *context, unsigned char *room, size_t count) {
  ctls_connection *connection = context;
  ssize_t n = recv(connection->socket, room, count, 0);
  if (n >= 0) return (int)n;
  return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ : TRANSPORT_GONE;
}

/* Whether a certificate names the address: 2.28 looks at DNS names only. */
static int names_address(const mbedtls_x509_crt *certificate, const ctls_connection *connection) {
  const mbedtls_x509_sequence *name = &certificate->subject_alt_names;
  for (; name != NULL; name = name->next) {
    if ((name->buf.tag & MBEDTLS_ASN1_TAG_VALUE_MASK) == SAN_ADDRESS &&
        name->buf.len == connection->address_count &&
        memcmp(name->buf.p, connection->address, name->buf.len) == 0)
      return 1;
  }
  return 0;
}

/* Whether a certificate is for the other end; without an answer of ours, mbedTLS's own holds. */
static void judge_name(
    const mbedtls_x509_crt *certificate, const ctls_connection *connection, uint32_t *flags) {
  if (connection->address_count > 0) {
    if (!names_address(certificate, connection)) *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  } else if (connection->is_sip) {
    /* mbedTLS follows the rules of the web: it knows no URIs, and takes wildcards. */
    *flags &= ~(uint32_t)MBEDTLS_X509_BADCERT_CN_MISMATCH;
    if (!ctls_identifies_domain(certificate, connection->host))
      *flags |= MBEDTLS_X509_BADCERT_CN_MISMATCH;
  }
}

static int look_at(void *context, mbedtls_x509_crt *certificate, int depth, uint32_t *flags) {
  ctls_connection *connection = context;
  if (depth != 0) return 0;
  connection->peer_expiry = seconds_of(&certificate->valid_to);
  judge_name(certificate, connection, flags);
  return 0;
}

/* What the certificate must name; a host that mbedTLS takes fits. */
static int set_name(
    ctls_connection *connection, const char *host, const uint8_t *address, size_t address_count) {
  if (address_count > sizeof connection->address) return -1;
  if (address_count > 0) {
    memcpy(connection->address, address, address_count);
    connection->address_count = address_count;
    return mbedtls_ssl_set_hostname(&connection->ssl, NULL);
  }
  if (mbedtls_ssl_set_hostname(&connection->ssl, host) != 0) return -1;
  size_t count = strlen(host);
  if (count >= sizeof connection->host) return -1;
  memcpy(connection->host, host, count);
  return 0;
}

ctls_connection *ctls_connection_new(
    ctls_identity *identity, int socket, const char *host, const uint8_t *address,
    size_t address_count, int is_sip, int *reason) {
  ctls_connection *connection = calloc(1, sizeof *connection);
  *reason = CTLS_NO_MEMORY;
  if (connection == NULL) return NULL;
  connection->socket = socket;
  connection->is_sip = is_sip;
  mbedtls_ssl_init(&connection->ssl);
  if (mbedtls_ssl_setup(&connection->ssl, &identity->config) != 0 ||
      set_name(connection, host, address, address_count) != 0) {
    ctls_connection_free(connection);
    return NULL;
  }
  mbedtls_ssl_set_verify(&connection->ssl, look_at, connection);
  mbedtls_ssl_set_bio(&connection->ssl, connection, transport_send, transport_receive, NULL);
  *reason = 0;
  return connection;
}

void ctls_connection_free(ctls_connection *connection) {
  mbedtls_ssl_free(&connection->ssl);
  free(connection);
}

/* The words' number for a refused certificate; what is worst for its reader first. */
static int reason_of_flags(uint32_t flags) {
  if (flags & MBEDTLS_X509_BADCERT_FUTURE) return CTLS_NOT_YET_VALID;
  if (flags & MBEDTLS_X509_BADCERT_EXPIRED) return CTLS_EXPIRED;
  if (flags & MBEDTLS_X509_BADCERT_NOT_TRUSTED) return CTLS_UNKNOWN_CA;
  if (flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) return CTLS_WRONG_NAME;
  if (flags & (MBEDTLS_X509_BADCERT_BAD_MD | MBEDTLS_X509_BADCERT_BAD_PK |
               MBEDTLS_X509_BADCERT_BAD_KEY))
    return CTLS_WEAK;
  return CTLS_PROTOCOL;
}

static int outcome(ctls_connection *connection, int result) {
  if (result >= 0) return result;
  switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ: return CTLS_WANTS_READ;
    case MBEDTLS_ERR_SSL_WANT_WRITE: return CTLS_WANTS_WRITE;
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY: return CTLS_CLOSED;
#ifdef MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET
    case MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET: return CTLS_WANTS_READ;
#endif
    case MBEDTLS_ERR_X509_CERT_VERIFY_FAILED:
      connection->reason = reason_of_flags(mbedtls_ssl_get_verify_result(&connection->ssl));
      break;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE: connection->reason = CTLS_ALERT; break;
    case TRANSPORT_GONE:
    case MBEDTLS_ERR_SSL_CONN_EOF: connection->reason = CTLS_GONE; break;
    default: connection->reason = CTLS_PROTOCOL;
  }
  connection->code = result;
  return CTLS_FAILED;
}

int ctls_handshake(ctls_connection *connection) {
  return outcome(connection, mbedtls_ssl_handshake(&connection->ssl));
}

int ctls_read(ctls_connection *connection, uint8_t *room, size_t count) {
  int result = mbedtls_ssl_read(&connection->ssl, room, count);
  return result == 0 ? CTLS_CLOSED : outcome(connection, result);
}

int ctls_write(ctls_connection *connection, const uint8_t *bytes, size_t count) {
  return outcome(connection, mbedtls_ssl_write(&connection->ssl, bytes, count));
}

void ctls_say_goodbye(ctls_connection *connection) {
  mbedtls_ssl_close_notify(&connection->ssl);
}

int ctls_reason(const ctls_connection *connection) { return connection->reason; }

int ctls_code(const ctls_connection *connection) { return connection->code; }

int64_t ctls_peer_expiry(const ctls_connection *connection) { return connection->peer_expiry; }

int ctls_check_signature(
    const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
    const uint8_t *signature, size_t signature_count) {
  unsigned char hash[32];
  mbedtls_pk_context pk;
  mbedtls_pk_init(&pk);
#if MBEDTLS_VERSION_MAJOR >= 3
  if (psa_crypto_init() != PSA_SUCCESS) return CTLS_SIGNATURE_BAD_KEY;
#endif
  int answer = CTLS_SIGNATURE_BAD_KEY;
  if (mbedtls_pk_parse_public_key(&pk, key, key_count) == 0) {
    mbedtls_sha256(bytes, count, hash, 0);
    int wrong = mbedtls_pk_verify(
        &pk, MBEDTLS_MD_SHA256, hash, sizeof hash, signature, signature_count);
    answer = wrong == 0 ? CTLS_SIGNATURE_GOOD : CTLS_SIGNATURE_WRONG;
  }
  mbedtls_pk_free(&pk);
  return answer;
}

#else

ctls_identity *ctls_identity_new(
    const uint8_t *trust, size_t trust_count, const uint8_t *certificate, size_t certificate_count,
    const uint8_t *key, size_t key_count, int *reason) {
  *reason = CTLS_ABSENT;
  return NULL;
}
void ctls_identity_free(ctls_identity *identity) {}
int64_t ctls_identity_expiry(const ctls_identity *identity) { return 0; }
ctls_connection *ctls_connection_new(
    ctls_identity *identity, int socket, const char *host, const uint8_t *address,
    size_t address_count, int is_sip, int *reason) {
  *reason = CTLS_ABSENT;
  return NULL;
}
void ctls_connection_free(ctls_connection *connection) {}
int ctls_handshake(ctls_connection *connection) { return CTLS_FAILED; }
int ctls_read(ctls_connection *connection, uint8_t *room, size_t count) { return CTLS_FAILED; }
int ctls_write(ctls_connection *connection, const uint8_t *bytes, size_t count) {
  return CTLS_FAILED;
}
void ctls_say_goodbye(ctls_connection *connection) {}
int ctls_reason(const ctls_connection *connection) { return CTLS_ABSENT; }
int ctls_code(const ctls_connection *connection) { return 0; }
int64_t ctls_peer_expiry(const ctls_connection *connection) { return 0; }
int ctls_check_signature(
    const uint8_t *key, size_t key_count, const uint8_t *bytes, size_t count,
    const uint8_t *signature, size_t signature_count) {
  return CTLS_SIGNATURE_ABSENT;
}

#endif
