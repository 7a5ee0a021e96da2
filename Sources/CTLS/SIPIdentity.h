/* Whom a certificate is for, as SIP has it (RFC 5922). */
#pragma once

#include <mbedtls/x509_crt.h>

/* Whether one of the certificate's SIP identities is the domain, a DNS name (RFC 5922, 7.2): equal
   in any case, never by a wildcard. A dot at the end of either is nothing. */
int ctls_identifies_domain(const mbedtls_x509_crt *certificate, const char *domain);
