/* The mediator's draft: a local search with Φ, the prospect of consent, as its aim (model 8). */

#include "bench.h"
#include "elementary.h"

/* How much weight a mediator gives to whom, and what it believes a refusal leaves, (width,) each. */
typedef struct {
    double weight[MOST_PARTIES], estimate[MOST_PARTIES];
    double total;
    double gain[MOST_PARTIES];           /* what the text gains each of them, as the mediator believes */
} Audience;

/* Who is listened to, and N̂', the mediator's estimate of what a refusal leaves, made afresh each round. */
static void gather(Bench *bench, const double *refusal, Audience *audience) {
    const Round *round = bench->round;
    const double error = of(round->error, bench->row, 0);
    audience->total = 0.0;
    for (int64_t i = 0; i < bench->width; i++) {
        audience->weight[i] = i < bench->track->parties ? of(round->weights, bench->row, i) : 0.0;
        audience->estimate[i] = audience->weight[i] == 0.0 ? 0.0 : refusal[i];
        audience->total += audience->weight[i];
        if (error != 0.0 && audience->weight[i] != 0.0)
            audience->estimate[i] += error * normal(uniform(&bench->misreading[i], round->first + bench->origin));
    }
}

/* Φ of gains; small gains and losses count as if they were linear. */
static double prospect(const Audience *audience, int64_t width, const double *value) {
    double total = 0.0;
    for (int64_t i = 0; i < width; i++) {
        if (audience->weight[i] == 0.0) continue;
        const double gain = value[i] - audience->estimate[i];
        total += audience->weight[i] *
                 (elementary_log(larger(gain, SMALLEST_GAIN)) + (smaller(gain, SMALLEST_GAIN) - SMALLEST_GAIN) * (1.0 / SMALLEST_GAIN));
    }
    return total;
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

static double rough_prospect(const Bench *bench, const Audience *audience) {
    Lanes total = all(0.0);
    for (int64_t i = 0; i < bench->width; i += LANES) total += rough_parts(audience, i, load(audience->gain + i));
    return sum(total);
}

static double rough_prospect_after(const Bench *bench, const Audience *audience, int64_t slot) {
    const Change change = change_to(bench, slot);
    Lanes total = all(0.0);
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes gain = change.guards
                               ? values_after(bench, &change, i) - load(audience->estimate + i)
                               : rises(&change, i) * load(bench->slope + i) + load(audience->gain + i);
        total += rough_parts(audience, i, gain);
    }
    return sum(total);
}

/* The change that improves Φ most, -1 where none is worth making. Logarithms are taken in full only of the changes that
   may be the best. */
static int64_t best_change(const Bench *bench, Audience *audience) {
    const Known *known = bench->notes.known;
    const int16_t *open = bench->notes.open;
    const double doubt = 2.0 * ROUGHLY * audience->total + TIE;
    double rough[MOST_OPTIONS], best = -INFINITY;
    for (int64_t i = 0; i < bench->width; i++) audience->gain[i] = bench->value[i] - audience->estimate[i];
    for (int32_t k = 0; k < known->openings; k++) {
        rough[k] = rough_prospect_after(bench, audience, open[k]);
        best = larger(best, rough[k]);
    }
    if (!known->must && best + doubt < rough_prospect(bench, audience)) return -1;
    int64_t chosen = -1;
    double most = -INFINITY, value[MOST_PARTIES];
    for (int32_t k = 0; k < known->openings; k++) {
        if (rough[k] < best - doubt) continue;
        const Change change = change_to(bench, open[k]);
        for (int64_t i = 0; i < bench->width; i += LANES) store(value + i, values_after(bench, &change, i));
        const double total = prospect(audience, bench->width, value) + bench->luck[open[k]];
        if (total > most) most = total, chosen = open[k];
    }
    return known->must || most - prospect(audience, bench->width, bench->value) > 2.0 * TIE ? chosen : -1;
}

void redraft(Bench *bench, const double *refusal) {
    const Known *known = bench->notes.known;
    Audience audience;
    bool changed = 0;
    if (!known->openings) return;
    gather(bench, refusal, &audience);
    for (int64_t revision = 0; revision < bench->track->revisions && known->openings; revision++) {
        look_around(bench);
        const int64_t chosen = best_change(bench, &audience);
        if (chosen < 0) break;
        make_change(bench, chosen);
        changed = 1;
    }
    if (changed) settle(bench);
}
