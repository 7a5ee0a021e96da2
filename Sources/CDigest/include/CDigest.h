/* Hashes of mbedTLS, 2.28 and 3.x alike, each over one run of bytes. */
#pragma once
#include <stddef.h>
#include <stdint.h>

void cdigest_md5(const uint8_t *bytes, size_t count, uint8_t out[16]);
void cdigest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]);
void cdigest_sha512_256(const uint8_t *bytes, size_t count, uint8_t out[32]);

/* One block of AES with a key of 128 bits (FIPS 197). */
void cdigest_aes128(const uint8_t key[16], const uint8_t block[16], uint8_t out[16]);

/* Keys that are used again and again, made once; every later call works in place and allocates
   nothing. A key has 16 or 32 bytes. NULL when a size is none or there is no memory. */
typedef struct cdigest_cipher cdigest_cipher;

/* AES in counter mode (NIST SP 800-38A), and HMAC-SHA1 (RFC 2104) with a key of at most 64 bytes. */
cdigest_cipher *cdigest_cipher_counter(const uint8_t *key, size_t size, const uint8_t *mac_key,
                                       size_t mac_size);
/* AES in Galois/counter mode (NIST SP 800-38D) with tags of 16 bytes. */
cdigest_cipher *cdigest_cipher_gcm(const uint8_t *key, size_t size);
/* Overwrites the keys. */
void cdigest_cipher_free(cdigest_cipher *cipher);

/* Counter mode, both ways; `iv` is the first counter block. */
void cdigest_cipher_crypt(cdigest_cipher *cipher, const uint8_t iv[16], uint8_t *bytes,
                          size_t count);
/* The HMAC of `bytes` with `tail` behind them. */
void cdigest_cipher_mac(const cdigest_cipher *cipher, const uint8_t *bytes, size_t count,
                        const uint8_t *tail, size_t tail_count, uint8_t out[20]);
/* Encrypts in place; `known` is authenticated only. 0, or -1 with a cipher of the other kind. */
int cdigest_cipher_seal(cdigest_cipher *cipher, const uint8_t iv[12], const uint8_t *known,
                        size_t known_count, uint8_t *bytes, size_t count, uint8_t tag[16]);
/* Decrypts in place; -1, and the bytes overwritten, when the tag is wrong. */
int cdigest_cipher_open(cdigest_cipher *cipher, const uint8_t iv[12], const uint8_t *known,
                        size_t known_count, uint8_t *bytes, size_t count,
                        const uint8_t tag[16]);
