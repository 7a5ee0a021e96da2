/* Hashes of mbedTLS, 2.28 and 3.x alike, each over one run of bytes. */
#pragma once
#include <stddef.h>
#include <stdint.h>

void cdigest_md5(const uint8_t *bytes, size_t count, uint8_t out[16]);
void cdigest_sha256(const uint8_t *bytes, size_t count, uint8_t out[32]);
void cdigest_sha512_256(const uint8_t *bytes, size_t count, uint8_t out[32]);

/* One block of AES with a key of 128 bits (FIPS 197). */
void cdigest_aes128(const uint8_t key[16], const uint8_t block[16], uint8_t out[16]);
