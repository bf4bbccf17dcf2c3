#ifndef CSYSTEM_SHA256_H
#define CSYSTEM_SHA256_H

// The inner loop of SHA-256 (FIPS 180-4, section 6.2). Long documents are hashed more than once, and
// in Swift without optimisation that is what most time goes into.

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/// K of section 4.2.2.
static inline const uint32_t *csystem_sha256_constants(void) {
  static const uint32_t constants[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
      0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
      0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
      0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
      0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
      0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
      0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
      0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};
  return constants;
}

/// One word of a block; words are big-endian.
static inline uint32_t csystem_sha256_word(const uint8_t *bytes) {
  uint32_t word;
  memcpy(&word, bytes, sizeof word);
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(word) : word;
}

static inline uint32_t csystem_rotate(uint32_t word, int by) {
  return word >> by | word << (32 - by);
}

/// Takes in whole blocks of 64 bytes.
static inline void csystem_sha256_plain(uint32_t *state, const uint8_t *bytes, size_t blocks) {
  const uint32_t *constants = csystem_sha256_constants();
  for (; blocks > 0; blocks--, bytes += 64) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++) w[i] = csystem_sha256_word(bytes + 4 * i);
    for (int i = 16; i < 64; i++) {
      uint32_t early = w[i - 15], late = w[i - 2];
      w[i] = w[i - 16] + w[i - 7] +
             (csystem_rotate(early, 7) ^ csystem_rotate(early, 18) ^ early >> 3) +
             (csystem_rotate(late, 17) ^ csystem_rotate(late, 19) ^ late >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
      uint32_t first = h + (csystem_rotate(e, 6) ^ csystem_rotate(e, 11) ^ csystem_rotate(e, 25)) +
                       ((e & f) ^ (~e & g)) + constants[i] + w[i];
      uint32_t second = (csystem_rotate(a, 2) ^ csystem_rotate(a, 13) ^ csystem_rotate(a, 22)) +
                        ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + first;
      d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
  }
}

#if defined(__x86_64__)
typedef int csystem_words __attribute__((vector_size(16)));

/// The same with the processor's own instructions:
/// https://www.intel.com/content/www/us/en/developer/articles/technical/intel-sha-extensions.html
__attribute__((target("sha,sse4.1"))) static inline void csystem_sha256_extended(
    uint32_t *state, const uint8_t *bytes, size_t blocks) {
  const uint32_t *constants = csystem_sha256_constants();
  // The order that the instructions want: a, b, e, f and c, d, g, h, the first one highest.
  csystem_words abef = {(int)state[5], (int)state[4], (int)state[1], (int)state[0]};
  csystem_words cdgh = {(int)state[7], (int)state[6], (int)state[3], (int)state[2]};
  for (; blocks > 0; blocks--, bytes += 64) {
    csystem_words before_abef = abef, before_cdgh = cdgh;
    csystem_words w[16];
    for (int i = 0; i < 16; i++) {
      if (i < 4) {
        const uint8_t *at = bytes + 16 * i;
        w[i] = (csystem_words){(int)csystem_sha256_word(at), (int)csystem_sha256_word(at + 4),
                               (int)csystem_sha256_word(at + 8), (int)csystem_sha256_word(at + 12)};
      } else {
        csystem_words sum = __builtin_ia32_sha256msg1(w[i - 4], w[i - 3]) +
                            __builtin_shufflevector(w[i - 2], w[i - 1], 1, 2, 3, 4);
        w[i] = __builtin_ia32_sha256msg2(sum, w[i - 1]);
      }
      csystem_words k;
      memcpy(&k, constants + 4 * i, sizeof k);
      k += w[i];
      cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, k);
      abef = __builtin_ia32_sha256rnds2(abef, cdgh, __builtin_shufflevector(k, k, 2, 3, 0, 0));
    }
    abef += before_abef;
    cdgh += before_cdgh;
  }
  state[0] = (uint32_t)abef[3], state[1] = (uint32_t)abef[2];
  state[2] = (uint32_t)cdgh[3], state[3] = (uint32_t)cdgh[2];
  state[4] = (uint32_t)abef[1], state[5] = (uint32_t)abef[0];
  state[6] = (uint32_t)cdgh[1], state[7] = (uint32_t)cdgh[0];
}
#endif

/// 1 where the processor has instructions for this hash.
static inline int csystem_has_sha256(void) {
#if defined(__x86_64__)
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3)) return 0;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29)) ? 1 : 0;
#else
  return 0;
#endif
}

/// Takes in whole blocks of 64 bytes; `extended` only where `csystem_has_sha256` says so.
static inline void csystem_sha256(
    uint32_t *state, const uint8_t *bytes, size_t blocks, int extended) {
#if defined(__x86_64__)
  if (extended) return csystem_sha256_extended(state, bytes, blocks);
#endif
  csystem_sha256_plain(state, bytes, blocks);
}

#endif
