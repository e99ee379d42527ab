/* A party's offer: from its own best package, what gives the others most for what it costs (negosim.model.talks.offering). */

#include "bench.h"

/* What changes of the text bring the proposer and, by their weights, the others. */
typedef struct {
    int64_t proposer;
    double wish;
    double until;                        /* the search would come to the same for any lower wish above this */
    double weight[MOST_PARTIES];         /* (width,) of the others */
    double own[MOST_OPTIONS], given[MOST_OPTIONS];
} Bargains;

static void weigh(const Bench *bench, Bargains *bargains, int64_t slot) {
    const Change change = change_to(bench, slot);
    Lanes given = all(0.0);
    double gains[MOST_PARTIES];
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes gain = change.guards ? values_after(bench, &change, i) - load(bench->value + i)
                                         : load(bench->slope + i) * rises(&change, i);
        store(gains + i, gain);
        given += load(bargains->weight + i) * gain;
    }
    bargains->own[slot] = gains[bargains->proposer];
    bargains->given[slot] = sum(given);
}

/* How good a bargain a change is; what costs the proposer nothing comes before all else. */
static double exchange(const Bargains *bargains, int64_t slot) {
    const double own = bargains->own[slot], given = bargains->given[slot];
    if (given <= 2.0 * TIE) return -INFINITY;
    return -own <= TIE ? 1.0 + given : given / (given - own);
}

/* The change that brings the proposer most, of some that may be made, -1 for none. */
static int64_t best_gain(const Bench *bench, const Bargains *bargains, const int16_t *open, int32_t openings) {
    int64_t chosen = -1;
    double most = bench->notes.known->must ? -INFINITY : 2.0 * TIE;
    for (int32_t k = 0; k < openings; k++) {
        const double score = bargains->own[open[k]] + bench->luck[open[k]];
        if (score > most) most = score, chosen = open[k];
    }
    return chosen;
}

/* The best bargain that leaves the proposer its aspiration, of some that may be made, -1 for none. */
static int64_t best_exchange(const Bench *bench, Bargains *bargains, const int16_t *open, int32_t openings, double value) {
    const double least = bargains->wish - ROUNDING;
    double score[MOST_OPTIONS], most = bench->notes.known->must ? -INFINITY : 2.0 * TIE;
    int64_t chosen = -1;
    for (int32_t k = 0; k < openings; k++) {
        score[k] = exchange(bargains, open[k]) + bench->luck[open[k]];
        if (value + bargains->own[open[k]] >= least && score[k] > most) most = score[k], chosen = open[k];
    }
    for (int32_t k = 0; k < openings; k++) {
        const double left = value + bargains->own[open[k]];
        if (score[k] > most && left < least) bargains->until = larger(bargains->until, left);
    }
    return chosen;
}

/* Make the best change, and again, for as long as one is worth making. */
static void climb(Bench *bench, Bargains *bargains, bool for_itself) {
    const Notes *notes = &bench->notes;
    for (int64_t step = 0; step < bench->track->slots; step++) {
        look_around(bench);
        const int32_t openings = notes->known->openings;
        for (int32_t k = 0; k < openings; k++) weigh(bench, bargains, notes->open[k]);
        const int64_t chosen = for_itself ? best_gain(bench, bargains, notes->open, openings)
                                          : best_exchange(bench, bargains, notes->open, openings,
                                                          bench->value[bargains->proposer]);
        if (chosen < 0) return;
        make_change(bench, chosen);
    }
}

/* The proposer's best option on every open issue, as far as red lines allow. */
static void put_favourites(Bench *bench, int64_t proposer) {
    const Track *track = bench->track;
    memcpy(bench->text, bench->quo, (size_t)track->issues * sizeof *bench->text);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        const double share = bench->share[issue * bench->width + proposer];
        double most = -INFINITY;
        if (!bench->notes.free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            const double score = share * bench->values[track->column[s] * bench->width + proposer] + bench->luck[s];
            if (!bench->notes.blocked[s] && score > most) most = score, bench->text[issue] = track->column[s];
        }
    }
}

/* Whether every issue stands for itself: what a change brings does then not hang on others that have been made. */
static bool stand_alone(const Bench *bench) {
    const Track *track = bench->track;
    if (bench->worth->linkages.count || track->bans.count) return 0;
    for (int64_t k = 0; k < bench->worth->guarding; k++)
        if (track->place_at[bench->worth->guard[k]] >= 0) return 0;
    return 1;
}

/* The same climbs where every issue stands for itself: the favourites cannot be bettered, and a change bears on its own
   issue only. */
static void trade(Bench *bench, Bargains *bargains) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    const int64_t proposer = bargains->proposer;
    int16_t open[MOST_OPTIONS];
    int32_t openings = 0;
    double utility = 0.0;
    for (int64_t j = 0; j < track->issues; j++)
        utility += bench->share[j * bench->width + proposer] * bench->values[bench->text[j] * bench->width + proposer];
    double value = bench->value[proposer] + bench->slope[proposer] * (utility - notes->utility[proposer]);
    memset(bench->linked, 0, (size_t)track->slots);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[bench->text[issue]];
        if (!notes->free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            if (notes->blocked[s] || s == stands) continue;
            open[openings++] = (int16_t)s;
            weigh(bench, bargains, s);
        }
    }
    for (int64_t step = 0; step < track->slots; step++) {
        const int64_t chosen = best_exchange(bench, bargains, open, openings, value);
        if (chosen < 0) return;
        const int64_t issue = issue_of(track, chosen), back = track->slot_at[bench->text[issue]];
        value += bargains->own[chosen];
        bench->text[issue] = track->column[chosen];
        for (int32_t k = 0; k < openings; k++)
            if (open[k] == chosen) open[k] = notes->blocked[back] ? open[--openings] : (int16_t)back;
        for (int64_t s = track->first[track->place_of[chosen]]; s < track->first[track->place_of[chosen] + 1]; s++)
            weigh(bench, bargains, s);
    }
}

/* -- offers that are remembered ------------------------------------------------------------------------------------ */

/* An offer, with its text after it (issues). It is made again, without a search, for as long as nothing has changed that
   it hangs on but the wish, and that lies between these two. */
typedef struct {
    double wish, until;
    int64_t text[];
} Offer;

enum { STAKES = 6, HAZARDS = 2 };

int64_t size_of_offers(const Track *track, int64_t width) {
    return track->takes_turns ? STAKES * width + HAZARDS + track->parties * (2 + track->issues) : 0;
}

static Offer *offer_of(const Bench *bench, int64_t party) {
    return (Offer *)(bench->notes.offers + STAKES * bench->width + HAZARDS + party * (2 + bench->track->issues));
}

/* Forget all offers of a history if anything has changed that they hang on but the wish. */
static void forget_offers(const Bench *bench) {
    const int64_t width = bench->width, parties = bench->track->parties;
    double *known = bench->notes.offers, weight[MOST_PARTIES];
    for (int64_t i = 0; i < width; i++) weight[i] = i < parties ? of(bench->round->weights, bench->row, i) : 0.0;
    const double *const stakes[STAKES] = {bench->preference, bench->distrust, bench->part,
                                          bench->going_on,   bench->fallback, weight};
    const double hazards[HAZARDS] = {bench->hazard, bench->effect};
    const size_t size = (size_t)width * sizeof(double);
    bool changed = bench->changed || memcmp(known + STAKES * width, hazards, sizeof hazards);
    for (int k = 0; k < STAKES; k++) changed = changed || memcmp(known + k * width, stakes[k], size);
    if (!changed) return;
    for (int k = 0; k < STAKES; k++) memcpy(known + k * width, stakes[k], size);
    memcpy(known + STAKES * width, hazards, sizeof hazards);
    for (int64_t i = 0; i < parties; i++) offer_of(bench, i)->wish = -INFINITY;
}

static void search(Bench *bench, Offer *offer, int64_t proposer) {
    Bargains bargains;
    bargains.proposer = proposer;
    bargains.wish = offer->wish;
    bargains.until = -INFINITY;
    for (int64_t i = 0; i < bench->width; i++)
        bargains.weight[i] = i == proposer || i >= bench->track->parties ? 0.0 : of(bench->round->weights, bench->row, i);
    put_favourites(bench, proposer);
    if (stand_alone(bench)) {
        trade(bench, &bargains);
    } else {
        put_text(bench);
        climb(bench, &bargains, 1);
        climb(bench, &bargains, 0);
    }
    offer->until = bargains.until;
}

void make_offer(Bench *bench, int64_t proposer, double wish) {
    const size_t size = (size_t)bench->track->issues * sizeof *bench->text;
    int64_t before[MOST_ISSUES];
    memcpy(before, bench->text, size);
    forget_offers(bench);
    Offer *offer = offer_of(bench, proposer);
    if (wish <= offer->wish && offer->until < wish - ROUNDING) {
        for (int64_t j = 0; j < bench->track->issues; j++)
            if (bench->notes.free[j]) bench->text[j] = offer->text[j];
    } else {
        offer->wish = wish;
        search(bench, offer, proposer);
        memcpy(offer->text, bench->text, size);
    }
    if (!memcmp(before, bench->text, size)) return;
    put_text(bench);
    settle(bench);
}
