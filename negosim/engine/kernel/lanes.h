/* Numbers of several parties that are worked on at once. */

#ifndef NEGOSIM_LANES_H
#define NEGOSIM_LANES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

enum { LANES = 4, MOST_PARTIES = 64 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));

/* The bits of such numbers; of the answers of a comparison all or none. */
typedef uint64_t Bits __attribute__((vector_size(LANES * sizeof(uint64_t))));

/* Written out wherever it is called: where the width is a constant there, no loop over lanes is left. */
#define EVERYWHERE __attribute__((always_inline))

/* So many numbers fill up the lanes. */
static inline int64_t filled_up(int64_t count) { return (count + LANES - 1) / LANES * LANES; }

static inline Lanes load(const double *at) {
    Lanes lanes;
    memcpy(&lanes, at, sizeof lanes);
    return lanes;
}

static inline void store(double *at, Lanes lanes) { memcpy(at, &lanes, sizeof lanes); }
static inline Lanes all(double x) { return (Lanes){x, x, x, x}; }
static inline Bits all_of(uint64_t x) { return (Bits){x, x, x, x}; }

/* The first where all bits say so, the second where none does; and the first where it is larger, or smaller. */
#ifdef __AVX2__
static inline Lanes chosen(Bits first, Lanes a, Lanes b) { return _mm256_blendv_pd(b, a, (Lanes)first); }
static inline Lanes largest(Lanes a, Lanes b) { return _mm256_max_pd(a, b); }
static inline Lanes smallest(Lanes a, Lanes b) { return _mm256_min_pd(a, b); }
#else
static inline Lanes chosen(Bits first, Lanes a, Lanes b) { return (Lanes)((first & (Bits)a) | (~first & (Bits)b)); }
static inline Lanes largest(Lanes a, Lanes b) { return chosen((Bits)(a > b), a, b); }
static inline Lanes smallest(Lanes a, Lanes b) { return chosen((Bits)(a < b), a, b); }
#endif

/* What is left of so many numbers (count), as far as there are lanes; what fills them up is as given. */
static inline Lanes load_some(const double *at, int64_t count, double filling) {
    if (count >= LANES) return load(at);
#ifdef __AVX2__
    static const int64_t yes_and_no[2 * LANES] = {-1, -1, -1, -1, 0, 0, 0, 0};
    const __m256i are_there = _mm256_loadu_si256((const __m256i *)(yes_and_no + LANES - count));
    const Lanes lanes = (Lanes)_mm256_maskload_pd(at, are_there);
    return filling == 0.0 ? lanes : chosen((Bits)are_there, lanes, all(filling));
#else
    Lanes lanes = all(filling);
    for (int64_t k = 0; k < count; k++) lanes[k] = at[k];
    return lanes;
#endif
}

/* Which of some parties, from one of them on, are among those that are given as bits. */
static inline Bits among(uint64_t parties, int64_t party) {
    static const uint64_t answers[1 << LANES][LANES] = {
#define ANSWER(bits) {(uint64_t) - (bits & 1), (uint64_t) - (bits >> 1 & 1), (uint64_t) - (bits >> 2 & 1), (uint64_t) - (bits >> 3 & 1)}
        ANSWER(0), ANSWER(1), ANSWER(2),  ANSWER(3),  ANSWER(4),  ANSWER(5),  ANSWER(6),  ANSWER(7),
        ANSWER(8), ANSWER(9), ANSWER(10), ANSWER(11), ANSWER(12), ANSWER(13), ANSWER(14), ANSWER(15),
#undef ANSWER
    };
    Bits found;
    memcpy(&found, answers[parties >> party & ((1 << LANES) - 1)], sizeof found);
    return found;
}

/* Which answers are yes, as bits. */
#ifdef __AVX2__
static inline uint64_t as_bits(Bits answers) { return (uint64_t)_mm256_movemask_pd((Lanes)answers); }
#else
static inline uint64_t as_bits(Bits answers) {
    return (answers[0] & 1) | (answers[1] & 2) | (answers[2] & 4) | (answers[3] & 8);
}
#endif

/* What falls short of 0. */
static inline Lanes losses(Lanes a) { return (Lanes)((Bits)(a < all(0.0)) & (Bits)a); }

/* Flags as bits, up to 64 of them, and the other way round. */
static inline uint64_t packed(int64_t count, const bool *flags) {
    uint64_t found = 0;
    int64_t i = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (uint64_t eight; i + 8 <= count; i += 8) { /* the product gathers the lowest bits of eight bytes at the top */
        memcpy(&eight, flags + i, sizeof eight);
        found |= (eight * 0x0102040810204080 >> 56) << i;
    }
#endif
    for (; i < count; i++) found |= (uint64_t)flags[i] << i;
    return found;
}

static inline void unpacked(uint64_t bits, int64_t count, bool *flags) {
    for (int64_t i = 0; i < count; i++) flags[i] = bits >> i & 1;
}

static inline bool any(Bits bits) { return (bits[0] | bits[1] | bits[2] | bits[3]) != 0; }

static inline double sum(Lanes lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

#endif
