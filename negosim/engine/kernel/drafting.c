/* The mediator's draft: a local search with Φ, the prospect of consent, as its aim (model 8). */

#include "drafts.h"

/* How much weight a mediator gives to whom, and what it believes a refusal leaves, (width,) each. */
typedef struct {
    double weight[MOST_PARTIES], estimate[MOST_PARTIES];
    double total;
    double gain[MOST_PARTIES];           /* what the text gains each of them, as the mediator believes */
    double steepness[MOST_PARTIES];      /* how w·ℓ rises there with A, */
    double by_utility[MOST_PARTIES];     /* and with u */
} Audience;

/* A change of the text, and what it brings at most. */
typedef struct {
    double most;
    int64_t slot;
} Promise;

/* Who is listened to, and N̂', the mediator's estimate of what a refusal leaves. */
static void gather(Draft *draft, const double *reservation, Audience *audience) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties;
    const double error = of(round->error, draft->row, 0), *weights = numbers_of(round->weights, draft->row);
    const double *misreading = round->standing->misreading + draft->row * parties;
    audience->total = 0.0;
    for (int64_t i = 0; i < draft->width; i += LANES) {
        store(audience->weight + i, all(0.0));
        store(audience->estimate + i, all(0.0));
    }
    for (int64_t i = 0; i < parties; i++) {
        if (weights[i] == 0.0) continue;
        audience->weight[i] = weights[i];
        audience->estimate[i] = reservation[i] + error * misreading[i];
        audience->total += weights[i];
    }
}

/* Φ of a text of such values. */
static double prospect_of(const Draft *draft, const Audience *audience, const double *value) {
    return prospect(draft->width, value, audience->estimate, audience->weight);
}

/* The logarithm to base 2 of positive numbers that are not tiny, to ROUGHLY. */
static const double ROUGHLY = 2e-4, LOG_2 = 0.6931471805599453;

static inline Lanes rough_log2(Lanes x) {
    const Bits bits = (Bits)x;
    /* The exponent, as the lowest bits of 2^52 + exponent. */
    const Lanes exponent = (Lanes)((bits >> 52) | 0x4330000000000000) - (0x1p52 + 1023.0);
    const Lanes m = (Lanes)((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
    /* Interpolates the logarithm on [1, 2) at the Chebyshev points, and is off by less than 1.2e-4. */
    return exponent - 2.49835315 + (4.02921139 + (-2.07833517 + (0.62603218 - 0.07844068 * m) * m) * m) * m;
}

/* What some parties add to Φ, roughly, when they gain so much. */
static inline Lanes rough_parts(const Audience *audience, int64_t party, Lanes gain) {
    const Lanes least = all(SMALLEST_GAIN);
    return load(audience->weight + party) * (LOG_2 * rough_log2(largest(gain, least)) +
                                             losses(gain - least) * (1.0 / SMALLEST_GAIN));
}

static double rough_prospect(const Draft *draft, const Audience *audience) {
    Lanes total = all(0.0);
    for (int64_t i = 0; i < draft->width; i += LANES) total += rough_parts(audience, i, load(audience->gain + i));
    return sum(total);
}

static double rough_prospect_after(const Draft *draft, const Audience *audience, int64_t slot) {
    const Change change = change_to(draft, slot);
    Lanes total = all(0.0);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes gain = change.guards
                               ? values_after(draft, &change, i) - load(audience->estimate + i)
                               : rises(&change, i) * load(draft->slope + i) + load(audience->gain + i);
        total += rough_parts(audience, i, gain);
    }
    return sum(total);
}

/* -- what changes bring at most ------------------------------------------------------------------------------------ */

/* As ℓ is concave, a change brings no more than it would if ℓ went on as steeply as it is where the text stands. */
static void set_steepness(const Draft *draft, Audience *audience) {
    const Lanes least = all(SMALLEST_GAIN);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes gain = load(draft->value + i) - load(audience->estimate + i);
        const Lanes steepness = load(audience->weight + i) / largest(gain, least);
        store(audience->gain + i, gain);
        store(audience->steepness + i, steepness);
        store(audience->by_utility + i, steepness * load(draft->slope + i));
    }
}

/* The same for a change that bears on more than its own issue. */
static double at_most(const Draft *draft, const Audience *audience, int64_t slot) {
    const Change change = change_to(draft, slot);
    Lanes total = all(0.0);
    for (int64_t i = 0; i < draft->width; i += LANES)
        total += change.guards
                     ? (values_after(draft, &change, i) - load(draft->value + i)) * load(audience->steepness + i)
                     : rises(&change, i) * load(audience->by_utility + i);
    return sum(total);
}

/* Note a change if it may bring as much as it must. */
static inline void note_promise(Promise *promises, int32_t *count, int64_t slot, double most, double least) {
    promises[*count] = (Promise){most, slot};
    *count += most >= least;
}

/* The changes that bear on their own issue only: what each brings at most. Return how many may bring something. */
static inline EVERYWHERE int32_t plainly_promising(const Draft *draft, const Audience *audience, int64_t width,
                                                   double least, Promise *promises) {
    const Track *track = draft->track;
    double weight[MOST_PARTIES], now = 0.0;
    int64_t weighed = -1;
    int32_t count = 0;
    FOR_EACH(slot, track->words, draft->notes.open[word] & ~draft->linked[word] & ~track->guarding[word]) {
        const int64_t place = track->place_of[slot];
        const double *value = draft->values + track->column[slot] * width;
        Lanes total = all(0.0);
        if (place != weighed) {
            const int64_t issue = track->agenda[place];
            const double *salience = draft->salience + issue * width;
            const double *stands = draft->values + draft->text[issue] * width;
            for (int64_t i = 0; i < width; i += LANES) {
                const Lanes counts = load(audience->by_utility + i) * load(salience + i);
                store(weight + i, counts);
                total += counts * load(stands + i);
            }
            now = sum(total), weighed = place, total = all(0.0);
        }
        for (int64_t i = 0; i < width; i += LANES) total += load(weight + i) * load(value + i);
        note_promise(promises, &count, slot, sum(total) - now, least);
    }
    return count;
}

/* The changes that may bring something, or all where one must be made: what each brings at most. Return how many. */
static int32_t promising(const Draft *draft, const Audience *audience, Promise *promises) {
    const Track *track = draft->track;
    const double least = draft->notes.known->must ? -INFINITY : -TIE * audience->total;
    int32_t count = draft->width == LANES       ? plainly_promising(draft, audience, LANES, least, promises)
                    : draft->width == 2 * LANES ? plainly_promising(draft, audience, 2 * LANES, least, promises)
                                                : plainly_promising(draft, audience, draft->width, least, promises);
    FOR_EACH(slot, track->words, draft->notes.open[word] & (draft->linked[word] | track->guarding[word]))
        note_promise(promises, &count, slot, at_most(draft, audience, slot), least);
    return count;
}

/* -- the best change ----------------------------------------------------------------------------------------------- */

/* Leave only the changes that may be the best, by rough logarithms; return how many. */
static int32_t sifted(const Draft *draft, const Audience *audience, Promise *promises, int32_t count) {
    const double doubt = 2.0 * ROUGHLY * audience->total + TIE, now = rough_prospect(draft, audience);
    double rough[MOST_OPTIONS], best = draft->notes.known->must ? -INFINITY : now;
    int32_t first = 0, kept = 0;
    for (int32_t k = 1; k < count; k++)
        if (promises[k].most > promises[first].most) first = k;
    best = larger(best, rough[first] = rough_prospect_after(draft, audience, promises[first].slot));
    for (int32_t k = 0; k < count; k++) {
        if (k != first)
            rough[k] = now + promises[k].most < best - doubt
                           ? -INFINITY : rough_prospect_after(draft, audience, promises[k].slot);
        best = larger(best, rough[k]);
    }
    for (int32_t k = 0; k < count; k++)
        if (rough[k] >= best - doubt) promises[kept++] = promises[k];
    return kept;
}

/* Φ after a change. */
static double prospect_after(const Draft *draft, const Audience *audience, int64_t slot) {
    const Change change = change_to(draft, slot);
    double value[MOST_PARTIES];
    for (int64_t i = 0; i < draft->width; i += LANES) store(value + i, values_after(draft, &change, i));
    return prospect_of(draft, audience, value);
}

/* Whether the only change that may be the best is worth making. Luck, which adds less than TIE, stands far away: it is
   asked only where it may decide. */
static bool is_worth_making(const Draft *draft, const Audience *audience, int64_t slot) {
    if (draft->notes.known->must) return 1;
    const double then = prospect_after(draft, audience, slot), now = prospect_of(draft, audience, draft->value);
    if (then - now > 2.0 * TIE) return 1;
    return then - now > 0.5 * TIE && then + draft->luck[slot] - now > 2.0 * TIE;
}

/* The change that improves Φ most, -1 where none is worth making. Logarithms are taken in full only of the changes that
   may be the best. */
static int64_t best_change(const Draft *draft, Audience *audience) {
    Promise promises[MOST_OPTIONS];
    set_steepness(draft, audience);
    int32_t count = promising(draft, audience, promises);
    if (count) count = sifted(draft, audience, promises, count);
    if (!count) return -1;
    if (count == 1) return is_worth_making(draft, audience, promises[0].slot) ? promises[0].slot : -1;
    int64_t chosen = -1;
    double most = -INFINITY;
    for (int32_t k = 0; k < count; k++) {
        const double total = prospect_after(draft, audience, promises[k].slot) + draft->luck[promises[k].slot];
        if (total > most) most = total, chosen = promises[k].slot;
    }
    return draft->notes.known->must || most - prospect_of(draft, audience, draft->value) > 2.0 * TIE ? chosen : -1;
}

bool redraft(Draft *draft, const double *reservation) {
    const uint64_t *open = draft->notes.open;
    Audience audience;
    bool changed = 0;
    if (!draft->notes.known->judged) judge(draft);
    if (is_empty(draft->track->words, open)) return 0;
    gather(draft, reservation, &audience);
    for (int64_t revision = 0; revision < draft->track->revisions && !is_empty(draft->track->words, open); revision++) {
        prepare_changes(draft);
        const int64_t chosen = best_change(draft, &audience);
        if (chosen < 0) break;
        make_change(draft, chosen);
        changed = 1;
    }
    if (changed) settle(draft);
    return changed;
}
