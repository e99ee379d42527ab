/* The mediator's draft: a local search with Φ, the prospect of consent, as its aim (model 8). */

#include "drafts.h"

/* How much weight a mediator gives to whom, and what it believes a refusal leaves, (width,) each. */
typedef struct {
    double weight[MOST_PARTIES], estimate[MOST_PARTIES];
    double total;
    int64_t heard, party[MOST_PARTIES];  /* who is listened to */
    double gain[MOST_PARTIES];           /* what the text gains each of them, as the mediator believes */
} Audience;

/* Who is listened to, and N̂', the mediator's estimate of what a refusal leaves. */
static void gather(Draft *draft, const double *reservation, Audience *audience) {
    const Round *round = draft->round;
    const double error = of(round->error, draft->row, 0), *misreading = round->standing->misreading + draft->row * draft->track->parties;
    audience->total = 0.0;
    audience->heard = 0;
    for (int64_t i = 0; i < draft->width; i++) {
        audience->weight[i] = i < draft->track->parties ? of(round->weights, draft->row, i) : 0.0;
        audience->estimate[i] = audience->weight[i] == 0.0 ? 0.0 : reservation[i];
        audience->total += audience->weight[i];
        if (audience->weight[i] != 0.0) audience->party[audience->heard++] = i;
        if (audience->weight[i] != 0.0) audience->estimate[i] += error * misreading[i];
    }
}

/* Φ of a text of such values: of those who are listened to, side by side. */
static double prospect_of(const Audience *audience, const double *value) {
    double values[MOST_PARTIES], estimates[MOST_PARTIES], weights[MOST_PARTIES];
    const int64_t heard = audience->heard, size = filled_up(heard);
    for (int64_t k = 0; k < heard; k++) {
        values[k] = value[audience->party[k]];
        estimates[k] = audience->estimate[audience->party[k]];
        weights[k] = audience->weight[audience->party[k]];
    }
    for (int64_t k = heard; k < size; k++) values[k] = estimates[k] = weights[k] = 0.0;
    return prospect(size, values, estimates, weights);
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

/* The change that improves Φ most, -1 where none is worth making. Logarithms are taken in full only of the changes that
   may be the best. */
static int64_t best_change(const Draft *draft, Audience *audience) {
    const Known *known = draft->notes.known;
    const int16_t *open = draft->notes.open;
    const double doubt = 2.0 * ROUGHLY * audience->total + TIE;
    double rough[MOST_OPTIONS], best = -INFINITY;
    for (int64_t i = 0; i < draft->width; i++) audience->gain[i] = draft->value[i] - audience->estimate[i];
    for (int32_t k = 0; k < known->openings; k++) {
        rough[k] = rough_prospect_after(draft, audience, open[k]);
        best = larger(best, rough[k]);
    }
    if (!known->must && best + doubt < rough_prospect(draft, audience)) return -1;
    int64_t chosen = -1;
    double most = -INFINITY, value[MOST_PARTIES];
    for (int32_t k = 0; k < known->openings; k++) {
        if (rough[k] < best - doubt) continue;
        const Change change = change_to(draft, open[k]);
        for (int64_t i = 0; i < draft->width; i += LANES) store(value + i, values_after(draft, &change, i));
        const double total = prospect_of(audience, value) + draft->luck[open[k]];
        if (total > most) most = total, chosen = open[k];
    }
    const double now = prospect_of(audience, draft->value);
    return known->must || most - now > 2.0 * TIE ? chosen : -1;
}

void redraft(Draft *draft, const double *reservation) {
    const Known *known = draft->notes.known;
    Audience audience;
    bool changed = 0;
    if (!known->openings) return;
    gather(draft, reservation, &audience);
    for (int64_t revision = 0; revision < draft->track->revisions && known->openings; revision++) {
        prepare_changes(draft);
        const int64_t chosen = best_change(draft, &audience);
        if (chosen < 0) break;
        make_change(draft, chosen);
        changed = 1;
    }
    if (changed) settle(draft);
}
