/* A round of talks, one history after another (model 2, 5 to 8).

   What negosim.engine.rounds does with arrays of many histories at once, with the same draws, rules and tolerances.
   The names are those of the Python; docs/decisions/0003 says why there are two. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "draws.h"
#include "talks.h"

/* negosim.model.drafting, negosim.model.consent, negosim.model.concession */
static const double SMALLEST_GAIN = 0.01;
static const double TIE = 1e-9;
static const double ROUNDING = 1e-12;
static const double CROSSED = 2.0;
static const double NOT_OPEN = -1.0;

static double larger(double a, double b) { return a > b ? a : b; }
static double smaller(double a, double b) { return a < b ? a : b; }

/* -- what stands before the parties in one history ---------------------------------------------------------------- */

/* Φ in the making, of parties with one weight: the product of their gains, and what falls short of the smallest. */
typedef struct {
    double product, short_of;
} Gains;

typedef struct {
    const Track *track;
    const Round *round;
    const Packages *worth;
    int64_t row;                         /* the history, by its place in the block */
    const double *share_of;              /* (issues, parties) s_ij */
    const double *values;                /* (columns, parties) v_ij */
    int64_t text[MOST_ISSUES];           /* the text on the table */
    const int64_t *quo;
    bool free[MOST_ISSUES];           /* issues that are open */
    bool live[MOST_LINES];            /* red lines that bear on what is open */
    bool blocked[MOST_SLOTS];
    bool closed[MOST_SLOTS];          /* changes that may not be made */
    int64_t open[MOST_SLOTS + 1], openings;  /* those that may */
    bool must;                        /* whether the text cannot stay as it is */
    bool linked[MOST_SLOTS];          /* changes that complete or break a linkage */
    double link[MOST_SLOTS][MOST_PARTIES];
    double elsewhere[MOST_ISSUES];       /* 1 - g of the text without an issue that may carry enforcement */
    double utility[MOST_PARTIES];
    /* stakes */
    double going_on[MOST_PARTIES], fallback[MOST_PARTIES], distrust[MOST_PARTIES], preference[MOST_PARTIES];
    double share[MOST_PARTIES];
    double hazard, effect;
    double value[MOST_PARTIES];          /* A_i of the text */
    double slope[MOST_PARTIES];          /* how it rises with u_i */
    Gains gains[MOST_SLOTS * MOST_PARTIES];
    Stream consent[MOST_PARTIES], misreading[MOST_PARTIES];
} Bench;

static double breakdown(const Bench *bench, double gap) { return bench->hazard * (1.0 - bench->effect * (1.0 - gap)); }

static double agreement(const Bench *bench, int64_t party, double utility, double rate) {
    const double r = bench->preference[party], h = bench->distrust[party] * rate;
    return (r * (utility * bench->share[party] - bench->going_on[party]) + h * bench->fallback[party]) / (r + h);
}

static void set_stakes(Bench *bench) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = bench->row, parties = track->parties;
    bench->hazard = of(round->hazard, row, 0);
    bench->effect = of(round->effect, row, 0);
    const double peace_cost = of(round->peace_cost, row, 0), memory = round->memory[row];
    for (int64_t i = 0; i < parties; i++) {
        bench->preference[i] = of(round->preference, row, i);
        bench->distrust[i] = of(round->distrust, row, i) * memory;
        bench->share[i] = 1.0;
        bench->going_on[i] = peace_cost * round->cost[row * parties + i];
        bench->fallback[i] = round->war[row * parties + i] - of(round->exposure, row, i);
    }
    if (!track->limited) return;
    double standing[MOST_PARTIES];
    value_package(bench->worth, row, bench->quo, standing);
    for (int64_t i = 0; i < parties; i++) {
        const double no_deal = round->no_deal[row * parties + i];
        bench->share[i] = round->undecided[row * parties + i];
        bench->going_on[i] = bench->share[i] * standing[i] - no_deal;
        bench->fallback[i] = no_deal;
    }
}

/* Value the text on the table, whose utility is known. */
static void appraise(Bench *bench) {
    const double rate = breakdown(bench, unguaranteed(bench->worth, bench->row, bench->text, -1));
    for (int64_t i = 0; i < bench->track->parties; i++) {
        bench->value[i] = agreement(bench, i, bench->utility[i], rate);
        bench->slope[i] = bench->preference[i] / (bench->preference[i] + bench->distrust[i] * rate) * bench->share[i];
    }
}

/* A* of every party that may be asked: its best option where that is better than the status quo. */
static void value_best(const Bench *bench, double *best) {
    const Track *track = bench->track;
    const Packages *worth = bench->worth;
    const int64_t parties = track->parties;
    const double *top = bench->round->best_value.at + bench->row * bench->round->best_value.step;
    const int64_t *choice = bench->round->best + bench->row * bench->round->best_step;
    int64_t package[MOST_ISSUES][MOST_PARTIES];
    for (int64_t i = 0; i < parties; i++) best[i] = 0.0;
    for (int64_t j = 0; j < track->issues; j++) {
        const double *share = bench->share_of + j * parties, *present = bench->values + bench->quo[j] * parties;
        const int64_t standing = bench->quo[j], keep = -(int64_t)!bench->free[j];
        for (int64_t i = 0; i < parties; i++) {
            const double now = share[i] * present[i], most = share[i] * top[j * parties + i];
            const int64_t stays = keep | -(int64_t)(now >= most);
            package[j][i] = (standing & stays) | (choice[j * parties + i] & ~stays);
            best[i] += stays ? now : most;
        }
    }
    for (int64_t i = 0; i < parties; i++) {
        if (!track->consents[i]) continue;
        double gap = 1.0;
        for (int64_t k = 0; k < worth->guarding; k++) gap *= gap_of(worth, bench->row, package[worth->guard[k]][i]);
        for (int64_t l = 0; l < worth->linkages.count; l++) {
            int met = 1;
            for (int64_t k = worth->linkages.start[l]; k < worth->linkages.start[l + 1]; k++)
                met &= package[worth->linkages.issue[k]][i] == worth->linkages.column[k];
            if (met) best[i] += of(worth->additions[l], bench->row, i);
        }
        best[i] = agreement(bench, i, best[i], breakdown(bench, gap));
    }
}

/* -- changes of the text ------------------------------------------------------------------------------------------ */

static void block(Bench *bench) {
    const Track *track = bench->track;
    memset(bench->blocked, 0, (size_t)track->slots);
    for (int64_t k = 0; k < track->lines; k++) {
        const bool is_live = bench->round->live[bench->row * track->all_lines + track->line[k]];
        bench->live[k] = is_live & bench->free[track->line_issue[k]];
        bench->blocked[track->line_slot[k]] |= bench->live[k] & track->consents[track->line_party[k]];
    }
}

/* Tell which changes may be made, and whether one must be. Which are open is as good as random from one history to the
   next, so that this and other loops over all of them do without branches. */
static void judge(Bench *bench) {
    const Track *track = bench->track;
    bool untenable[MOST_ISSUES];
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[bench->text[issue]];
        const bool shut = !bench->free[issue];
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) bench->closed[s] = bench->blocked[s] | shut;
        bench->closed[stands] = 1;
        untenable[place] = bench->blocked[stands] & !shut;
    }
    for (int64_t c = 0; c < track->bans.count; c++) {
        const int contained = holds(&track->bans, c, bench->text, -1);
        for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++) {
            const int64_t issue = track->bans.issue[k], place = track->place_at[issue];
            if (place < 0) continue;
            if (contained && bench->free[issue]) untenable[place] = 1;
            if (holds(&track->bans, c, bench->text, issue)) bench->closed[track->slot_at[track->bans.column[k]]] = 1;
        }
    }
    int64_t openings = 0;
    bool must = 0;
    for (int64_t s = 0; s < track->slots; s++) {
        bench->open[openings] = s;
        openings += !bench->closed[s];
        must |= !bench->closed[s] & untenable[track->place_of[s]];
    }
    bench->openings = openings;
    bench->must = must;
    if (!must) return;
    int64_t kept = 0;
    for (int64_t k = 0; k < bench->openings; k++)
        if (untenable[track->place_of[bench->open[k]]]) bench->open[kept++] = bench->open[k];
    bench->openings = kept;
}

static void add_link(Bench *bench, int64_t slot, Numbers addition, double sign) {
    const int64_t parties = bench->track->parties;
    if (!bench->linked[slot]) {
        bench->linked[slot] = 1;
        for (int64_t i = 0; i < parties; i++) bench->link[slot][i] = 0.0;
    }
    for (int64_t i = 0; i < parties; i++) bench->link[slot][i] += sign * of(addition, bench->row, i);
}

/* Note what changes gain and lose by linkages. */
static void link_changes(Bench *bench) {
    const Track *track = bench->track;
    memset(bench->linked, 0, (size_t)track->slots);
    for (int64_t l = 0; l < bench->worth->linkages.count; l++) {
        const Combination *all = &bench->worth->linkages;
        int64_t unmet = 0, missing = -1;
        for (int64_t k = all->start[l]; k < all->start[l + 1]; k++)
            if (bench->text[all->issue[k]] != all->column[k]) unmet++, missing = k;
        if (unmet == 0)
            for (int64_t k = all->start[l]; k < all->start[l + 1]; k++) {
                const int64_t place = track->place_at[all->issue[k]];
                if (place < 0) continue;
                for (int64_t s = track->first[place]; s < track->first[place + 1]; s++)
                    if (track->column[s] != all->column[k]) add_link(bench, s, bench->worth->additions[l], -1.0);
            }
        else if (unmet == 1 && track->place_at[all->issue[missing]] >= 0)
            add_link(bench, track->slot_at[all->column[missing]], bench->worth->additions[l], 1.0);
    }
}

/* Note 1 - g of the text without each issue that may carry enforcement. */
static void set_guards_aside(Bench *bench) {
    const Packages *worth = bench->worth;
    double gap[MOST_ISSUES];
    for (int64_t k = 0; k < worth->guarding; k++) gap[k] = gap_of(worth, bench->row, bench->text[worth->guard[k]]);
    for (int64_t k = 0; k < worth->guarding; k++) {
        double others = 1.0;
        for (int64_t l = 0; l < worth->guarding; l++) others *= l == k ? 1.0 : gap[l];
        bench->elsewhere[worth->guard[k]] = others;
    }
}

/* Work out which changes of the text may be made, and what they bear on besides their own issue. */
static void look_around(Bench *bench) {
    judge(bench);
    link_changes(bench);
    set_guards_aside(bench);
}

/* What a change of the text adds to u_i, for all parties. */
static void shift_by(const Bench *bench, int64_t slot, double *restrict shift) {
    const Track *track = bench->track;
    const int64_t parties = track->parties, issue = track->agenda[track->place_of[slot]];
    const double *share = bench->share_of + issue * parties;
    const double *to = bench->values + track->column[slot] * parties;
    const double *from = bench->values + bench->text[issue] * parties;
    for (int64_t i = 0; i < parties; i++) shift[i] = share[i] * to[i] - share[i] * from[i];
    if (bench->linked[slot])
        for (int64_t i = 0; i < parties; i++) shift[i] += bench->link[slot][i];
}

/* A_i of the text after a change, for all parties. */
static void value_after(const Bench *bench, int64_t slot, double *restrict value) {
    const Track *track = bench->track;
    const int64_t parties = track->parties, issue = track->agenda[track->place_of[slot]];
    double shift[MOST_PARTIES];
    shift_by(bench, slot, shift);
    if (track->guards[issue]) {
        const double rate = breakdown(bench, bench->elsewhere[issue] * gap_of(bench->worth, bench->row, track->column[slot]));
        for (int64_t i = 0; i < parties; i++) value[i] = agreement(bench, i, shift[i] + bench->utility[i], rate);
    } else {
        for (int64_t i = 0; i < parties; i++) value[i] = shift[i] * bench->slope[i] + bench->value[i];
    }
}

static void make_change(Bench *bench, int64_t slot) {
    double shift[MOST_PARTIES];
    shift_by(bench, slot, shift);
    for (int64_t i = 0; i < bench->track->parties; i++) bench->utility[i] += shift[i];
    bench->text[bench->track->agenda[bench->track->place_of[slot]]] = bench->track->column[slot];
    appraise(bench);
}

/* -- the mediator's draft ----------------------------------------------------------------------------------------- */

/* The parties a mediator listens to, by the weight it gives them. */
typedef struct {
    int64_t count;
    double weight[MOST_PARTIES];
    int64_t start[MOST_PARTIES + 1];
    int64_t party[MOST_PARTIES];
} Audience;

static void gather(const Bench *bench, Audience *audience) {
    const int64_t parties = bench->track->parties;
    bool taken[MOST_PARTIES] = {0};
    audience->count = 0;
    audience->start[0] = 0;
    for (int64_t i = 0, next = 0; i < parties; i++) {
        const double weight = of(bench->round->weights, bench->row, i);
        if (taken[i] || weight == 0.0) continue;
        for (int64_t k = i; k < parties; k++)
            if (!taken[k] && of(bench->round->weights, bench->row, k) == weight) taken[k] = 1, audience->party[next++] = k;
        audience->weight[audience->count++] = weight;
        audience->start[audience->count] = next;
    }
}

static void gather_gains(const Audience *audience, const double *value, const double *estimate, Gains *gains) {
    for (int64_t g = 0; g < audience->count; g++) {
        const int64_t first = audience->start[g], last = audience->start[g + 1];
        double product = 1.0, small = -SMALLEST_GAIN * (double)(last - first);
        for (int64_t k = first; k < last; k++) {
            const double gain = value[audience->party[k]] - estimate[audience->party[k]];
            product *= larger(gain, SMALLEST_GAIN);
            small += smaller(gain, SMALLEST_GAIN);
        }
        gains[g] = (Gains){product, small * (1.0 / SMALLEST_GAIN)};
    }
}

static double prospect(const Audience *audience, const Gains *gains) {
    double total = 0.0;
    for (int64_t g = 0; g < audience->count; g++) total += audience->weight[g] * (log(gains[g].product) + gains[g].short_of);
    return total;
}

/* The natural logarithm to ROUGHLY, of a positive number that is not tiny. */
static const double ROUGHLY = 2e-4;

static double rough_log(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const double exponent = (double)((int64_t)(bits >> 52) - 1023);
    bits = (bits & 0xFFFFFFFFFFFFFu) | 0x3FF0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    /* Interpolates log2 on [1, 2) at the Chebyshev points, and is off by less than 1.2e-4. */
    const double log2 = -2.49835315 + (4.02921139 + (-2.07833517 + (0.62603218 - 0.07844068 * m) * m) * m) * m;
    return 0.6931471805599453 * (exponent + log2);
}

static double rough_prospect(const Audience *audience, const Gains *gains) {
    double total = 0.0;
    for (int64_t g = 0; g < audience->count; g++)
        total += audience->weight[g] * (rough_log(gains[g].product) + gains[g].short_of);
    return total;
}

/* The open change that improves Φ most, -1 for none; most is Φ after it and its luck. Logarithms are taken in full only
   of the changes that may be the best. */
static int64_t best_change(Bench *bench, const Audience *audience, const double *estimate, double *most) {
    const double *luck = bench->round->luck + bench->round->origin[bench->row] * bench->track->slots;
    double rough[MOST_SLOTS], best = -INFINITY, value[MOST_PARTIES], total_weight = 0.0;
    const int64_t groups = audience->count;
    Gains *gains = bench->gains;
    for (int64_t g = 0; g < groups; g++) total_weight += audience->weight[g];
    for (int64_t k = 0; k < bench->openings; k++) {
        value_after(bench, bench->open[k], value);
        gather_gains(audience, value, estimate, gains + k * groups);
        rough[k] = rough_prospect(audience, gains + k * groups);
        best = larger(best, rough[k]);
    }
    int64_t chosen = -1;
    *most = -INFINITY;
    for (int64_t k = 0; k < bench->openings; k++) {
        if (rough[k] < best - 2.0 * ROUGHLY * total_weight - TIE) continue;
        const double total = prospect(audience, gains + k * groups) + luck[bench->open[k]];
        if (total > *most) *most = total, chosen = bench->open[k];
    }
    return chosen;
}

/* N̂', the mediator's estimate of what a refusal leaves, made afresh each round. */
static void estimate_refusal(Bench *bench, const double *refusal, double *estimate) {
    const Round *round = bench->round;
    const double error = of(round->error, bench->row, 0);
    for (int64_t i = 0; i < bench->track->parties; i++) {
        estimate[i] = refusal[i];
        if (error != 0.0 && of(round->weights, bench->row, i) != 0.0)
            estimate[i] += error * normal(uniform(&bench->misreading[i], round->first + round->origin[bench->row]));
    }
}

static void redraft(Bench *bench, const double *refusal) {
    Audience audience;
    double estimate[MOST_PARTIES];
    for (int64_t revision = 0; revision < bench->track->revisions; revision++) {
        look_around(bench);
        if (!bench->openings) return;
        if (revision == 0) {
            gather(bench, &audience);
            estimate_refusal(bench, refusal, estimate);
        }
        double most;
        const int64_t chosen = best_change(bench, &audience, estimate, &most);
        Gains now[MOST_PARTIES];
        gather_gains(&audience, bench->value, estimate, now);
        if (!bench->must && !(most - prospect(&audience, now) > 2.0 * TIE)) return;
        make_change(bench, chosen);
    }
}

/* -- a party's offer (negosim.model.offering) --------------------------------------------------------------------- */

static double own_gain(const Bench *bench, const double *value, int64_t proposer, double wish) {
    (void)wish;
    return value[proposer] - bench->value[proposer];
}

static double exchange(const Bench *bench, const double *value, int64_t proposer, double wish) {
    double given = 0.0;
    for (int64_t i = 0; i < bench->track->parties; i++) {
        const double weight = of(bench->round->weights, bench->row, i);
        if (i != proposer && weight != 0.0) given += weight * (value[i] - bench->value[i]);
    }
    if (value[proposer] < wish - ROUNDING || given <= 2.0 * TIE) return -INFINITY;
    const double cost = bench->value[proposer] - value[proposer];
    return cost <= TIE ? 1.0 + given : given / (given + cost);
}

typedef double (*Score)(const Bench *, const double *, int64_t, double);

/* Make the best change, and again, for as long as one is worth making. */
static void climb(Bench *bench, Score score, int64_t proposer, double wish) {
    const Track *track = bench->track;
    const double *luck = bench->round->luck + bench->round->origin[bench->row] * track->slots;
    for (int64_t step = 0; step < track->slots; step++) {
        look_around(bench);
        int64_t chosen = -1;
        double most = -INFINITY, value[MOST_PARTIES];
        for (int64_t k = 0; k < bench->openings; k++) {
            value_after(bench, bench->open[k], value);
            const double found = score(bench, value, proposer, wish) + luck[bench->open[k]];
            if (found > most) most = found, chosen = bench->open[k];
        }
        if (chosen < 0 || !(bench->must || most > 2.0 * TIE)) return;
        make_change(bench, chosen);
    }
}

static void make_offer(Bench *bench, int64_t proposer, double wish) {
    const Track *track = bench->track;
    const double *luck = bench->round->luck + bench->round->origin[bench->row] * track->slots;
    memcpy(bench->text, bench->quo, (size_t)track->issues * sizeof *bench->text);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        double most = -INFINITY;
        if (!bench->free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            const double score = bench->share_of[issue * track->parties + proposer] *
                                     bench->values[track->column[s] * track->parties + proposer] + luck[s];
            if (!bench->blocked[s] && score > most) most = score, bench->text[issue] = track->column[s];
        }
    }
    value_package(bench->worth, bench->row, bench->text, bench->utility);
    appraise(bench);
    climb(bench, own_gain, proposer, wish);
    climb(bench, exchange, proposer, wish);
}

/* -- who asks for what, and who refuses --------------------------------------------------------------------------- */

static double toughness(double clock, double patience, double concession, double urgency) {
    const double spent = smaller(larger(clock / patience, urgency), 1.0);
    if (spent == 0.0) return 1.0;
    if (spent == 1.0) return 0.0;
    return 1.0 - (concession == 1.0 ? spent : pow(spent, 1.0 / concession));
}

static void note_moves(const Bench *bench, const double *tough) {
    const Track *track = bench->track;
    double *before = bench->round->toughness + bench->row * track->parties;
    bool *slowed = bench->round->slowed + bench->row * track->parties;
    int64_t movers = 0, mover = -1;
    for (int64_t i = 0; i < track->parties; i++)
        if (track->signs[i] && !(tough[i] >= before[i] - ROUNDING)) movers++, mover = i;
    for (int64_t i = 0; i < track->parties; i++) {
        const int64_t others = track->signatories - track->signs[i];
        slowed[i] = others > 0 && (movers == 0 || (movers == 1 && mover == i));
        before[i] = tough[i];
    }
}

/* The issue over which a party refuses: a red line crossed, else where most is missing. */
static int64_t objection(const Bench *bench, int64_t party) {
    const Track *track = bench->track;
    const double *top = bench->round->best_value.at + bench->row * bench->round->best_value.step;
    double score[MOST_ISSUES];
    bool crossed[MOST_ISSUES] = {0};
    int any_free = 0;
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        const double share = bench->share_of[issue * track->parties + party];
        score[place] = share * top[issue * track->parties + party] -
                       share * bench->values[bench->text[issue] * track->parties + party];
        any_free |= bench->free[issue];
    }
    for (int64_t k = 0; k < track->lines; k++) {
        const int64_t issue = track->line_issue[k];
        if (track->line_party[k] == party && bench->live[k] && bench->text[issue] == track->line_column[k])
            crossed[track->place_at[issue]] = 1;
    }
    int64_t worst = 0;
    for (int64_t place = 0; place < track->places; place++) {
        if (crossed[place]) score[place] += CROSSED;
        if (any_free && !bench->free[track->agenda[place]]) score[place] = NOT_OPEN;
        if (score[place] > score[worst]) worst = place;
    }
    return track->agenda[worst];
}

static void decide(Bench *bench, int64_t place, const double *refusal, const double *wish, const double *tough,
                   int64_t proposer) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = bench->row, parties = track->parties;
    bool *asked = round->consent + place * parties, *refuses = round->refusals + place * parties;
    bool *crossed = round->crossed + place * parties;
    double *noise = round->noise + place * parties;
    int32_t *over = round->objections + place * parties;
    int moves = 0, forbidden = 0, refused = 0, pressed = 0;
    for (int64_t j = 0; j < track->issues; j++) moves |= bench->text[j] != bench->quo[j];
    for (int64_t c = 0; c < track->bans.count; c++)
        if (holds(&track->bans, c, bench->text, -1))
            for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++)
                forbidden |= bench->free[track->bans.issue[k]];
    for (int64_t i = 0; i < parties; i++) asked[i] = track->signs[i], crossed[i] = 0, refuses[i] = 0, over[i] = -1;
    for (int64_t k = 0; k < track->holdings; k++)
        if (bench->text[track->holding_chip[k]] != bench->quo[track->holding_chip[k]]) asked[track->holding_party[k]] = 1;
    for (int64_t k = 0; k < track->lines; k++)
        if (bench->live[k] && bench->text[track->line_issue[k]] == track->line_column[k])
            crossed[track->line_party[k]] = 1;
    const int stops = track->stops && round->state[row] == FIGHTING;
    const int is_text = (moves || stops) && !forbidden;
    for (int64_t i = 0; i < parties; i++) {
        noise[i] = 0.0;
        if (!asked[i]) continue;
        const double scale = of(round->scale, row, i);
        pressed |= of(round->pressure, row, i) > 0.0;
        if (scale != 0.0 && i != proposer)
            noise[i] = scale * logistic(uniform(&bench->consent[i], round->first + round->origin[row]));
        if (!is_text || (!crossed[i] && bench->value[i] - wish[i] + noise[i] >= -ROUNDING)) continue;
        refuses[i] = 1;
        refused = 1;
        over[i] = (int32_t)objection(bench, i);
    }
    round->signed_[place] = is_text && !refused;
    round->pressed[place] = pressed;
    if (is_text) note_moves(bench, tough);
    memcpy(round->text + place * track->issues, bench->text, (size_t)track->issues * sizeof *bench->text);
    memcpy(round->worth + place * parties, bench->utility, (size_t)parties * sizeof(double));
    memcpy(round->value + place * parties, bench->value, (size_t)parties * sizeof(double));
    memcpy(round->aspiration + place * parties, wish, (size_t)parties * sizeof(double));
    memcpy(round->refusal + place * parties, refusal, (size_t)parties * sizeof(double));
}

/* -- a round ------------------------------------------------------------------------------------------------------ */

static void meet(Bench *bench, int64_t place) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = bench->row = round->rows[place], parties = track->parties, issues = track->issues;
    int64_t *draft = round->draft + row * issues;
    bench->share_of = round->packages->share.at + row * round->packages->share.step;
    bench->values = round->packages->values.at + row * round->packages->values.step;
    bench->quo = round->quo + row * issues;
    for (int64_t j = 0; j < issues; j++) {
        bench->free[j] = track->place_at[j] >= 0 && !round->fixed[row * issues + j] && !round->taken[row * issues + j];
        bench->text[j] = bench->free[j] ? draft[j] : bench->quo[j];
    }
    block(bench);
    set_stakes(bench);
    value_package(bench->worth, row, bench->text, bench->utility);
    appraise(bench);
    double best[MOST_PARTIES], refusal[MOST_PARTIES], wish[MOST_PARTIES], tough[MOST_PARTIES];
    const double urgency = round->passed == 0.0 ? 0.0
                           : of(round->credibility, row, 0) * round->left[row] * round->passed;
    value_best(bench, best);
    for (int64_t i = 0; i < parties; i++) {
        refusal[i] = round->no_deal[row * parties + i] - of(round->pressure, row, i);
        tough[i] = wish[i] = 0.0;
        if (!track->consents[i]) continue;
        tough[i] = toughness(round->clock[row * parties + i], of(round->patience, row, i),
                             of(round->concession, row, i), urgency);
        wish[i] = refusal[i] + tough[i] * larger(best[i] - refusal[i], 0.0);
    }
    int64_t proposer = -1;
    if (track->takes_turns) {
        proposer = round->proposer[place];
        make_offer(bench, proposer, wish[proposer]);
    } else if (track->revisions) {
        redraft(bench, refusal);
    }
    for (int64_t j = 0; j < issues; j++)
        if (bench->free[j]) draft[j] = bench->text[j];
    decide(bench, place, refusal, wish, tough, proposer);
}

void negosim_meet(const Track *track, const Round *round) {
    Bench bench;
    bench.track = track;
    bench.round = round;
    bench.worth = round->packages;
    for (int64_t i = 0; i < track->parties; i++) {
        bench.consent[i] = stream_of(round->consent_keys + 2 * i, round->tick, 0);
        bench.misreading[i] = stream_of(round->error_keys + 2 * i, round->tick, 0);
    }
    for (int64_t place = 0; place < round->held; place++) meet(&bench, place);
}

void negosim_run_clocks(int64_t count, int64_t parties, double days, const Numbers *waiting, const bool *open,
                        const bool *slowed, const bool *counting, double *clock) {
    for (int64_t row = 0; row < count; row++) {
        if (!open[row]) continue;
        for (int64_t i = 0; i < parties; i++) {
            const int64_t place = row * parties + i;
            const double pace = slowed[place] ? of(*waiting, row, i) : days;
            clock[place] += counting && !counting[place] ? 0.0 : pace;
        }
    }
}
