#include "CDigest.h"

#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/md5.h>
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

/* 2.x calls the functions that can report an error *_ret; 3.x dropped the others and the suffix.
   They can only fail with a hardware accelerator, which nobody configures here. */
#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_md5 mbedtls_md5_ret
#define mbedtls_sha256 mbedtls_sha256_ret
#define mbedtls_sha512_starts mbedtls_sha512_starts_ret
#define mbedtls_sha512_update mbedtls_sha512_update_ret
#define mbedtls_sha512_finish mbedtls_sha512_finish_ret
#define SHA512_STATE(context) ((context).state)
#else
#define SHA512_STATE(context) ((context).MBEDTLS_PRIVATE(state))
#endif

void cdigest_md5(const uint8_t *bytes, size_t count, uint8_t out[16]) {
  mbedtls_md5(bytes, count, out);
}

void cdigest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]) {
  mbedtls_sha256(bytes, count, out, 0);
}

/* SHA-512/256 is SHA-512 with initial values of its own, cut to 256 bits (FIPS 180-4, 5.3.6.2 and
   6.7). mbedTLS has no function for it; but its context keeps the running hash in a member that its
   header declares, so that the initial values can be put there behind the start. */
#ifdef MBEDTLS_SHA512_ALT
#error "a SHA-512 of hardware hides its state: SHA-512/256 cannot be made of it"
#endif
static const uint64_t sha512_256_initial[8] = {
  0x22312194FC2BF72CULL, 0x9F555FA3C84C64C2ULL, 0x2393B86B6F53B151ULL, 0x963877195940EABDULL,
  0x96283EE2A88EFFE3ULL, 0xBE5E1E2553863992ULL, 0x2B0199FC2C85B8AAULL, 0x0EB72DDC81C52CA2ULL};

void cdigest_sha512_256(const uint8_t *bytes, size_t count, uint8_t out[32]) {
  uint8_t whole[64];
  mbedtls_sha512_context context;
  mbedtls_sha512_init(&context);
  mbedtls_sha512_starts(&context, 0);
  memcpy(SHA512_STATE(context), sha512_256_initial, sizeof sha512_256_initial);
  mbedtls_sha512_update(&context, bytes, count);
  mbedtls_sha512_finish(&context, whole);
  mbedtls_sha512_free(&context);
  memcpy(out, whole, 32);
}

void cdigest_aes128(const uint8_t key[16], const uint8_t block[16], uint8_t out[16]) {
  mbedtls_aes_context context;
  mbedtls_aes_init(&context);
  mbedtls_aes_setkey_enc(&context, key, 128);
  mbedtls_aes_crypt_ecb(&context, MBEDTLS_AES_ENCRYPT, block, out);
  mbedtls_aes_free(&context);
}
