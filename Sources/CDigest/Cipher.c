#include "CDigest.h"

#include <stdlib.h>
#include <string.h>

#include <mbedtls/aes.h>
#include <mbedtls/gcm.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha1.h>
#include <mbedtls/version.h>

/* As in CDigest.c: these fail only with a hardware accelerator, which nobody configures here. */
#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha1_starts mbedtls_sha1_starts_ret
#define mbedtls_sha1_update mbedtls_sha1_update_ret
#define mbedtls_sha1_finish mbedtls_sha1_finish_ret
#endif

struct cdigest_cipher {
  mbedtls_aes_context aes;
  mbedtls_gcm_context gcm;
  /* SHA-1 behind the first block of the inner and of the outer hash of an HMAC (RFC 2104). */
  mbedtls_sha1_context inner;
  mbedtls_sha1_context outer;
  int has_gcm;
};

enum { SHA1_BLOCK = 64, SHA1_SIZE = 20, GCM_IV = 12, GCM_TAG = 16, AES_BLOCK = 16 };

static int is_key_size(size_t size) { return size == 16 || size == 32; }

static cdigest_cipher *make(void) {
  cdigest_cipher *cipher = calloc(1, sizeof *cipher);
  if (!cipher) return NULL;
  mbedtls_aes_init(&cipher->aes);
  mbedtls_gcm_init(&cipher->gcm);
  mbedtls_sha1_init(&cipher->inner);
  mbedtls_sha1_init(&cipher->outer);
  return cipher;
}

void cdigest_cipher_free(cdigest_cipher *cipher) {
  if (!cipher) return;
  mbedtls_aes_free(&cipher->aes);
  mbedtls_gcm_free(&cipher->gcm);
  mbedtls_sha1_free(&cipher->inner);
  mbedtls_sha1_free(&cipher->outer);
  mbedtls_platform_zeroize(cipher, sizeof *cipher);
  free(cipher);
}

static void begin_hash(mbedtls_sha1_context *hash, const uint8_t *key, size_t size, uint8_t pad) {
  uint8_t block[SHA1_BLOCK];
  memset(block, pad, sizeof block);
  for (size_t i = 0; i < size; i++) block[i] ^= key[i];
  mbedtls_sha1_starts(hash);
  mbedtls_sha1_update(hash, block, sizeof block);
  mbedtls_platform_zeroize(block, sizeof block);
}

cdigest_cipher *cdigest_cipher_counter(const uint8_t *key, size_t size, const uint8_t *mac_key,
                                       size_t mac_size) {
  if (!is_key_size(size) || mac_size > SHA1_BLOCK) return NULL;
  cdigest_cipher *cipher = make();
  if (!cipher) return NULL;
  if (mbedtls_aes_setkey_enc(&cipher->aes, key, (unsigned)size * 8) != 0) {
    cdigest_cipher_free(cipher);
    return NULL;
  }
  begin_hash(&cipher->inner, mac_key, mac_size, 0x36);
  begin_hash(&cipher->outer, mac_key, mac_size, 0x5C);
  return cipher;
}

cdigest_cipher *cdigest_cipher_gcm(const uint8_t *key, size_t size) {
  if (!is_key_size(size)) return NULL;
  cdigest_cipher *cipher = make();
  if (!cipher) return NULL;
  if (mbedtls_gcm_setkey(&cipher->gcm, MBEDTLS_CIPHER_ID_AES, key, (unsigned)size * 8) != 0) {
    cdigest_cipher_free(cipher);
    return NULL;
  }
  cipher->has_gcm = 1;
  return cipher;
}

void cdigest_cipher_crypt(cdigest_cipher *cipher, const uint8_t iv[16], uint8_t *bytes,
                          size_t count) {
  uint8_t counter[AES_BLOCK], stream[AES_BLOCK];
  size_t used = 0;
  if (cipher->has_gcm || count == 0) return;
  memcpy(counter, iv, sizeof counter);
  mbedtls_aes_crypt_ctr(&cipher->aes, count, &used, counter, stream, bytes, bytes);
}

void cdigest_cipher_mac(const cdigest_cipher *cipher, const uint8_t *bytes, size_t count,
                        const uint8_t *tail, size_t tail_count, uint8_t out[20]) {
  mbedtls_sha1_context hash;
  mbedtls_sha1_init(&hash);
  mbedtls_sha1_clone(&hash, &cipher->inner);
  if (count > 0) mbedtls_sha1_update(&hash, bytes, count);
  if (tail_count > 0) mbedtls_sha1_update(&hash, tail, tail_count);
  mbedtls_sha1_finish(&hash, out);
  mbedtls_sha1_clone(&hash, &cipher->outer);
  mbedtls_sha1_update(&hash, out, SHA1_SIZE);
  mbedtls_sha1_finish(&hash, out);
  mbedtls_sha1_free(&hash);
}

int cdigest_cipher_seal(cdigest_cipher *cipher, const uint8_t iv[12], const uint8_t *known,
                        size_t known_count, uint8_t *bytes, size_t count, uint8_t tag[16]) {
  if (!cipher->has_gcm) return -1;
  return mbedtls_gcm_crypt_and_tag(&cipher->gcm, MBEDTLS_GCM_ENCRYPT, count, iv, GCM_IV, known,
                                   known_count, bytes, bytes, GCM_TAG, tag) == 0 ? 0 : -1;
}

int cdigest_cipher_open(cdigest_cipher *cipher, const uint8_t iv[12], const uint8_t *known,
                        size_t known_count, uint8_t *bytes, size_t count,
                        const uint8_t tag[16]) {
  if (!cipher->has_gcm) return -1;
  return mbedtls_gcm_auth_decrypt(&cipher->gcm, count, iv, GCM_IV, known, known_count, tag,
                                  GCM_TAG, bytes, bytes) == 0 ? 0 : -1;
}
