/* Sets of slots, or of red lines, as bits: word after word, and at least one. */

#ifndef NEGOSIM_SETS_H
#define NEGOSIM_SETS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "packages.h"

enum { WORD = 64, MOST_WORDS = (MOST_OPTIONS > MOST_LINES ? MOST_OPTIONS : MOST_LINES) / WORD };

/* As many bits, or a whole word if there are more. */
static inline uint64_t all_bits(int64_t count) { return count < WORD ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0; }

static inline uint64_t word_of(int64_t member) { return (uint64_t)member / WORD; }

static inline uint64_t bit_of(int64_t member) { return (uint64_t)1 << ((uint64_t)member % WORD); }

static inline bool has(const uint64_t *set, int64_t member) { return (set[word_of(member)] & bit_of(member)) != 0; }

static inline void add(uint64_t *set, int64_t member) { set[word_of(member)] |= bit_of(member); }

static inline void drop(uint64_t *set, int64_t member) { set[word_of(member)] &= ~bit_of(member); }

static inline void clear(int64_t words, uint64_t *set) { memset(set, 0, (size_t)words * sizeof *set); }

static inline void unite(int64_t words, uint64_t *set, const uint64_t *other) {
    set[0] |= other[0]; /* as a rule there are no more */
    for (int64_t w = 1; w < words; w++) set[w] |= other[w];
}

static inline bool is_empty(int64_t words, const uint64_t *set) {
    uint64_t found = 0;
    for (int64_t w = 0; w < words; w++) found |= set[w];
    return !found;
}

/* For each member, from the lowest on, of a set that is given word for word. */
#define FOR_EACH(member, words, set) \
    for (int64_t word = 0, member; word < (words); word++) \
        for (uint64_t left = (set); left && (member = word * WORD + __builtin_ctzll(left), 1); left &= left - 1)

/* For each party of those that are given as bits. */
#define FOR_EACH_PARTY(party, bits) FOR_EACH(party, 1, bits)

/* The members of a set in their order; return how many. */
static inline int32_t listed(int64_t words, const uint64_t *set, int16_t *list) {
    int32_t count = 0;
    FOR_EACH(member, words, set[word]) list[count++] = (int16_t)member;
    return count;
}

#endif
