/* A party's offer: from its own best package, what gives the others most for what it costs (negosim.model.offering). */

#include "bench.h"

/* What changes of the text bring the proposer and, by their weights, the others. */
typedef struct {
    int64_t proposer;
    double wish;
    double weight[MOST_PARTIES];         /* (width,) of the others */
    double own[MOST_SLOTS], given[MOST_SLOTS];
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
static double exchange(const Bargains *bargains, int64_t slot, double value) {
    const double own = bargains->own[slot], given = bargains->given[slot];
    if (value + own < bargains->wish - ROUNDING || given <= 2.0 * TIE) return -INFINITY;
    return -own <= TIE ? 1.0 + given : given / (given - own);
}

/* The best of some changes, by what the proposer gains (for itself) or as a bargain, -1 for none. */
static int64_t best_of(const Bench *bench, const Bargains *bargains, const int16_t *open, int32_t openings,
                       double value, bool for_itself) {
    int64_t chosen = -1;
    double most = bench->notes.known->must ? -INFINITY : 2.0 * TIE;
    for (int32_t k = 0; k < openings; k++) {
        const double score = for_itself ? bargains->own[open[k]] : exchange(bargains, open[k], value);
        if (score + bench->luck[open[k]] > most) most = score + bench->luck[open[k]], chosen = open[k];
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
        const int64_t chosen =
            best_of(bench, bargains, notes->open, openings, bench->value[bargains->proposer], for_itself);
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
    int16_t open[MOST_SLOTS];
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
        const int64_t chosen = best_of(bench, bargains, open, openings, value, 0);
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

void make_offer(Bench *bench, int64_t proposer, double wish) {
    const size_t size = (size_t)bench->track->issues * sizeof *bench->text;
    int64_t before[MOST_ISSUES];
    Bargains bargains;
    bargains.proposer = proposer;
    bargains.wish = wish;
    for (int64_t i = 0; i < bench->width; i++)
        bargains.weight[i] = i == proposer || i >= bench->track->parties ? 0.0 : of(bench->round->weights, bench->row, i);
    memcpy(before, bench->text, size);
    put_favourites(bench, proposer);
    if (stand_alone(bench)) {
        trade(bench, &bargains);
        if (!memcmp(before, bench->text, size)) return;
        put_text(bench);
    } else {
        put_text(bench);
        climb(bench, &bargains, 1);
        climb(bench, &bargains, 0);
    }
    settle(bench);
}
