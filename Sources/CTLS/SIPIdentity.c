#ifdef CTLS_WITH_MBEDTLS

#include "SIPIdentity.h"

#include <string.h>

#include <mbedtls/oid.h>
#include <mbedtls/version.h>

/* The tags of names that can be a SIP identity (RFC 5280, 4.2.1.6), as they stand in DER. */
enum {
  SAN_DNS_NAME = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 2,
  SAN_URI = MBEDTLS_ASN1_CONTEXT_SPECIFIC | 6,
};

/* Bytes of a certificate, which may be anything, or of a name of ours. */
typedef struct {
  const unsigned char *bytes;
  size_t count;
} span;

static span span_of(const mbedtls_x509_buf *buffer) {
  return (span){buffer->p, buffer->len};
}

/* The locale has no say in names. */
static unsigned char lowercase(unsigned char byte) {
  return byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
}

static int is_same_text(span a, span b) {
  if (a.count != b.count) return 0;
  for (size_t i = 0; i < a.count; i++) {
    if (lowercase(a.bytes[i]) != lowercase(b.bytes[i])) return 0;
  }
  return 1;
}

static span without_last_dot(span name) {
  if (name.count > 0 && name.bytes[name.count - 1] == '.') name.count--;
  return name;
}

/* A zero byte is in no domain of ours, so that no name with one is equal to it. */
static int is_same_domain(span name, span domain) {
  name = without_last_dot(name);
  return name.count > 0 && is_same_text(name, without_last_dot(domain));
}

/* Reads the domain of a URI. One of another scheme has none, nor has one with a user: that is for
   somebody of the domain, not for the domain itself. */
static int read_domain(span uri, span *domain) {
  static const unsigned char scheme[] = {'s', 'i', 'p', ':'};
  if (uri.count < sizeof scheme) return 0;
  if (!is_same_text((span){uri.bytes, sizeof scheme}, (span){scheme, sizeof scheme})) return 0;
  if (memchr(uri.bytes, '@', uri.count) != NULL) return 0;
  *domain = (span){uri.bytes + sizeof scheme, 0};
  /* Who reads it as a C string would see another URI: it is equal to nothing. */
  if (memchr(uri.bytes, 0, uri.count) != NULL) return 1;
  size_t room = uri.count - sizeof scheme;
  while (domain->count < room && memchr(":;?", domain->bytes[domain->count], 3) == NULL)
    domain->count++;
  return 1;
}

static int has_other_names(const mbedtls_x509_crt *certificate) {
#if MBEDTLS_VERSION_MAJOR < 3
  return (certificate->ext_types & MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
#else
  return mbedtls_x509_crt_has_ext_type(certificate, MBEDTLS_X509_EXT_SUBJECT_ALT_NAME) != 0;
#endif
}

static int is_common_name(const mbedtls_x509_crt *certificate, span domain) {
  const mbedtls_x509_name *name = &certificate->subject;
  for (; name != NULL; name = name->next) {
    if (MBEDTLS_OID_CMP(MBEDTLS_OID_AT_CN, &name->oid) == 0 &&
        is_same_domain(span_of(&name->val), domain))
      return 1;
  }
  return 0;
}

/* RFC 5922, 7.1: DNS names count where no URI is an identity, the common name where there are no
   alternative names of any kind. */
int ctls_identifies_domain(const mbedtls_x509_crt *certificate, const char *host) {
  const span domain = {(const unsigned char *)host, strlen(host)};
  if (!has_other_names(certificate)) return is_common_name(certificate, domain);
  int has_uri = 0, is_uri = 0, is_dns_name = 0;
  const mbedtls_x509_sequence *name = &certificate->subject_alt_names;
  for (; name != NULL; name = name->next) {
    span found;
    if (name->buf.tag == SAN_DNS_NAME) is_dns_name |= is_same_domain(span_of(&name->buf), domain);
    if (name->buf.tag != SAN_URI || !read_domain(span_of(&name->buf), &found)) continue;
    has_uri = 1;
    is_uri |= is_same_domain(found, domain);
  }
  return has_uri ? is_uri : is_dns_name;
}

#endif
