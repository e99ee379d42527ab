/* Stakes: what agreements and no deal are worth (model 5), as in negosim.engine.values and negosim.model.stakes. */

#include "block.h"
#include "rules.h"

void set_lasting(const Block *block, int64_t track, int64_t row, double *going_on, double *fallback, double *distrust,
                 double *preference) {
    const int64_t parties = block->parties, at = row * parties;
    const Lanes peace_cost = all(of(block->talks[track].peace_cost, row, 0));
    const double *own_preference = numbers_of(block->preference, row), *own_distrust = numbers_of(block->distrust, row);
    const double *exposure = numbers_of(block->exposure, row), *trustless = block->state->distrust + at;
    for (int64_t i = 0; i < parties; i += LANES) {
        const int64_t left = parties - i;
        store(preference + i, load_some(own_preference + i, left, 1.0));
        store(distrust + i, load_some(own_distrust + i, left, 0.0) * load_some(trustless + i, left, 0.0));
        store(going_on + i, peace_cost * load_some(block->cost + at + i, left, 0.0));
        store(fallback + i, load_some(block->war + at + i, left, 0.0) - load_some(exposure + i, left, 0.0));
    }
}

void set_phi(const Block *block, int64_t row, double *phi) {
    const int64_t parties = block->parties;
    const bool fighting = block->state->state[row] == FIGHTING;
    for (int64_t i = 0; i < parties; i += LANES)
        store(phi + i, fighting ? 1.0 - load_some(block->decided + row * parties + i, parties - i, 0.0) : all(1.0));
}

/* A limited deal does not stop the war: its utility counts for φ, and after it comes no deal. */
static void set_limited(const Block *block, int64_t row, double *utility, double *going_on, double *fallback) {
    double phi[MOST_PARTIES], status_quo[MOST_PARTIES];
    set_phi(block, row, phi);
    set_no_deal(block, row, fallback);
    utilities(block->packages, row, block->state->status_quo + row * block->issues, status_quo);
    for (int64_t i = 0; i < block->parties; i++) {
        utility[i] *= phi[i];
        going_on[i] = phi[i] * status_quo[i] - fallback[i];
    }
}

/* A_i of a text of such utility, which this overwrites, and such 1 - g. */
static void set_value_of(const Block *block, int64_t track, int64_t row, double *utility, double gap, double *value) {
    const Round *talks = block->talks + track;
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    const double rate = breakdown_rate(of(talks->hazard, row, 0), of(talks->effect, row, 0), gap);
    set_lasting(block, track, row, going_on, fallback, distrust, preference);
    if (block->track[track].limited) set_limited(block, row, utility, going_on, fallback);
    for (int64_t i = 0; i < block->parties; i++)
        value[i] = agreement_value(all(utility[i]), all(going_on[i]), all(fallback[i]), all(distrust[i] * rate),
                                   all(preference[i]))[0];
}

void set_value(const Block *block, int64_t track, int64_t row, const int64_t *text, double *value) {
    double utility[MOST_PARTIES];
    utilities(block->packages, row, text, utility);
    set_value_of(block, track, row, utility, unguaranteed(block->packages, row, text), value);
}

/* What the terms in force are worth, until they change or the worth of packages does. */
typedef struct {
    int64_t version; /* of values; -1 before anything is known */
    double gap;      /* 1 - g; terms (issues,) and utility (width,) follow */
} InForce;

int64_t negosim_size_of_terms(const Packages *packages) {
    return (int64_t)sizeof(InForce) + packages->issues * (int64_t)sizeof(int64_t) +
           packages->width * (int64_t)sizeof(double);
}

void set_value_in_force(const Block *block, int64_t row, double *value) {
    const State *state = block->state;
    const int64_t *terms = state->terms + row * block->issues;
    InForce *known = (InForce *)((char *)block->in_force + state->row[row] * negosim_size_of_terms(block->packages));
    int64_t *known_terms = (int64_t *)(known + 1);
    double *worth = (double *)(known_terms + block->issues), utility[MOST_PARTIES];
    const size_t size = (size_t)block->issues * sizeof *terms;
    if (known->version != block->version[row] || memcmp(known_terms, terms, size)) {
        known->version = block->version[row];
        memcpy(known_terms, terms, size);
        known->gap = unguaranteed(block->packages, row, terms);
        utilities(block->packages, row, terms, worth);
    }
    memcpy(utility, worth, (size_t)block->packages->width * sizeof *worth);
    set_value_of(block, state->under[row], row, utility, known->gap, value);
}

void set_no_deal(const Block *block, int64_t row, double *no_deal) {
    const State *state = block->state;
    const int64_t parties = block->parties;
    const int8_t under = state->under[row];
    if (state->state[row] == CEASEFIRE && !state->truce[row] && under >= 0 && block->track[under].ceasefire)
        set_value_in_force(block, row, no_deal);
    else
        for (int64_t i = 0; i < parties; i += LANES)
            store(no_deal + i, load_some(block->war + row * parties + i, parties - i, 0.0));
}
