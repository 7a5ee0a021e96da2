#include "CDigest.h"

#include <mbedtls/md5.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

/* 2.x calls the functions that can report an error *_ret; 3.x dropped the others and the suffix.
   They can only fail with a hardware accelerator, which nobody configures here. */
#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_md5 mbedtls_md5_ret
#define mbedtls_sha256 mbedtls_sha256_ret
#endif

void cdigest_md5(const uint8_t *bytes, size_t count, uint8_t out[16]) {
  mbedtls_md5(bytes, count, out);
}

void cdigest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]) {
  mbedtls_sha256(bytes, count, out, 0);
}
