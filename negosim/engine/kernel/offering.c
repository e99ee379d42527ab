/* A party's offer: from its own best package, what gives the others most for what it costs (negosim.model.talks.offering). */

#include "drafts.h"

/* What changes of the text bring the proposer and, by their weights, the others. */
typedef struct {
    int64_t proposer;
    double aspiration;
    double until;                        /* the search would come to the same for any lower aspiration above this */
    double weight[MOST_PARTIES];         /* (width,) of the others */
    double own[MOST_OPTIONS], given[MOST_OPTIONS];
} Bargains;

static void weigh(const Draft *draft, Bargains *bargains, int64_t slot) {
    const Change change = change_to(draft, slot);
    Lanes given = all(0.0);
    double gains[MOST_PARTIES];
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes gain = change.guards ? values_after(draft, &change, i) - load(draft->value + i)
                                         : load(draft->slope + i) * rises(&change, i);
        store(gains + i, gain);
        given += load(bargains->weight + i) * gain;
    }
    bargains->own[slot] = gains[bargains->proposer];
    bargains->given[slot] = sum(given);
}

/* How good a bargain a change is; what costs the proposer nothing comes before all else. */
static double bargain(const Bargains *bargains, int64_t slot) {
    const double own = bargains->own[slot], given = bargains->given[slot];
    return given <= 2.0 * TIE ? -INFINITY : exchange(given, -own);
}

/* The change that brings the proposer most, of some that may be made, -1 for none. */
static int64_t best_gain(const Draft *draft, const Bargains *bargains, const int16_t *open, int32_t openings) {
    int64_t chosen = -1;
    double most = draft->notes.known->must ? -INFINITY : 2.0 * TIE;
    for (int32_t k = 0; k < openings; k++) {
        const double score = bargains->own[open[k]] + draft->luck[open[k]];
        if (score > most) most = score, chosen = open[k];
    }
    return chosen;
}

/* The best bargain that leaves the proposer its aspiration, of some that may be made, -1 for none. */
static int64_t best_exchange(const Draft *draft, Bargains *bargains, const int16_t *open, int32_t openings,
                             double value) {
    const double least = bargains->aspiration - ROUNDING;
    double score[MOST_OPTIONS], most = draft->notes.known->must ? -INFINITY : 2.0 * TIE;
    int64_t chosen = -1;
    for (int32_t k = 0; k < openings; k++) {
        score[k] = bargain(bargains, open[k]) + draft->luck[open[k]];
        if (value + bargains->own[open[k]] >= least && score[k] > most) most = score[k], chosen = open[k];
    }
    for (int32_t k = 0; k < openings; k++) {
        const double left = value + bargains->own[open[k]];
        if (score[k] > most && left < least) bargains->until = larger(bargains->until, left);
    }
    return chosen;
}

/* Make the best change, and again, for as long as one is worth making. */
static void climb(Draft *draft, Bargains *bargains, bool for_itself) {
    const Notes *notes = &draft->notes;
    for (int64_t step = 0; step < draft->track->slots; step++) {
        prepare_changes(draft);
        const int32_t openings = notes->known->openings;
        for (int32_t k = 0; k < openings; k++) weigh(draft, bargains, notes->open[k]);
        const int64_t chosen = for_itself ? best_gain(draft, bargains, notes->open, openings)
                                          : best_exchange(draft, bargains, notes->open, openings,
                                                          draft->value[bargains->proposer]);
        if (chosen < 0) return;
        make_change(draft, chosen);
    }
}

/* The proposer's best option on every open issue, as far as red lines allow. */
static void put_favourites(Draft *draft, int64_t proposer) {
    const Track *track = draft->track;
    memcpy(draft->text, draft->quo, (size_t)track->issues * sizeof *draft->text);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        const double salience = draft->salience[issue * draft->width + proposer];
        double most = -INFINITY;
        if (!draft->notes.free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            const double score = salience * draft->values[track->column[s] * draft->width + proposer] + draft->luck[s];
            if (!draft->notes.blocked[s] && score > most) most = score, draft->text[issue] = track->column[s];
        }
    }
}

/* Whether every issue stands for itself: what a change brings then does not depend on others that have been made. */
static bool stand_alone(const Draft *draft) {
    const Track *track = draft->track;
    if (draft->worth->linkages.count || track->bans.count) return 0;
    for (int64_t k = 0; k < draft->worth->guarding; k++)
        if (track->place_at[draft->worth->guard[k]] >= 0) return 0;
    return 1;
}

/* The same climbs where every issue stands for itself: the favourites cannot be bettered, and a change bears on its own
   issue only. */
static void trade(Draft *draft, Bargains *bargains) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const int64_t proposer = bargains->proposer;
    int16_t open[MOST_OPTIONS];
    int32_t openings = 0;
    double utility = 0.0;
    for (int64_t j = 0; j < track->issues; j++)
        utility += draft->salience[j * draft->width + proposer] * draft->values[draft->text[j] * draft->width + proposer];
    double value = draft->value[proposer] + draft->slope[proposer] * (utility - notes->utility[proposer]);
    memset(draft->linked, 0, (size_t)track->slots);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[draft->text[issue]];
        if (!notes->free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            if (notes->blocked[s] || s == stands) continue;
            open[openings++] = (int16_t)s;
            weigh(draft, bargains, s);
        }
    }
    for (int64_t step = 0; step < track->slots; step++) {
        const int64_t chosen = best_exchange(draft, bargains, open, openings, value);
        if (chosen < 0) return;
        const int64_t issue = issue_of(track, chosen), back = track->slot_at[draft->text[issue]];
        value += bargains->own[chosen];
        draft->text[issue] = track->column[chosen];
        for (int32_t k = 0; k < openings; k++)
            if (open[k] == chosen) open[k] = notes->blocked[back] ? open[--openings] : (int16_t)back;
        for (int64_t s = track->first[track->place_of[chosen]]; s < track->first[track->place_of[chosen] + 1]; s++)
            weigh(draft, bargains, s);
    }
}

/* -- offers that are remembered ------------------------------------------------------------------------------------ */

/* An offer, with its text after it (issues). It is made again, without a search, for as long as nothing has changed that
   it depends on but the aspiration, and that lies between these two. */
typedef struct {
    double aspiration, until;
    int64_t text[];
} Offer;

enum { STAKES = 6, HAZARDS = 2 };

/* How many numbers an offer takes: over which issues it is refused stands behind its text, two for each party. */
static int64_t size_of_offer(const Track *track) { return 2 + track->issues + track->parties; }

int64_t size_of_offers(const Track *track, int64_t width) {
    return track->takes_turns ? STAKES * width + HAZARDS + track->parties * size_of_offer(track) : 0;
}

static Offer *offer_of(const Draft *draft, int64_t party) {
    return (Offer *)(draft->notes.offers + STAKES * draft->width + HAZARDS + party * size_of_offer(draft->track));
}

/* Forget all offers of a history if anything has changed that they depend on, the aspiration left aside. */
void forget_offers(const Draft *draft) {
    const int64_t width = draft->width, parties = draft->track->parties;
    double *known = draft->notes.offers, weight[MOST_PARTIES];
    for (int64_t i = 0; i < width; i++) weight[i] = i < parties ? of(draft->round->weights, draft->row, i) : 0.0;
    const double *const stakes[STAKES] = {draft->preference, draft->distrust, draft->phi,
                                          draft->going_on,   draft->fallback, weight};
    const double hazards[HAZARDS] = {draft->hazard, draft->effect};
    const size_t size = (size_t)width * sizeof(double);
    bool changed = draft->changed || memcmp(known + STAKES * width, hazards, sizeof hazards);
    for (int k = 0; k < STAKES; k++)
        for (int64_t i = 0; i < width; i += LANES) changed |= differ(load(known + k * width + i), load(stakes[k] + i));
    if (!changed) return;
    for (int k = 0; k < STAKES; k++) memcpy(known + k * width, stakes[k], size);
    memcpy(known + STAKES * width, hazards, sizeof hazards);
    for (int64_t i = 0; i < parties; i++) offer_of(draft, i)->aspiration = -INFINITY;
}

static void search(Draft *draft, Offer *offer, int64_t proposer) {
    Bargains bargains;
    bargains.proposer = proposer;
    bargains.aspiration = offer->aspiration;
    bargains.until = -INFINITY;
    for (int64_t i = 0; i < draft->width; i++)
        bargains.weight[i] = i == proposer || i >= draft->track->parties ? 0.0 : of(draft->round->weights, draft->row, i);
    judge(draft);
    put_favourites(draft, proposer);
    if (stand_alone(draft)) {
        trade(draft, &bargains);
    } else {
        put_text(draft);
        judge(draft);
        climb(draft, &bargains, 1);
        climb(draft, &bargains, 0);
    }
    offer->until = bargains.until;
}

void make_offer(Draft *draft, int64_t proposer, double aspiration) {
    const size_t size = (size_t)draft->track->issues * sizeof *draft->text;
    int64_t before[MOST_ISSUES];
    memcpy(before, draft->text, size);
    Offer *offer = offer_of(draft, proposer);
    int32_t *objection = (int32_t *)(offer->text + draft->track->issues);
    if (aspiration <= offer->aspiration && offer->until < aspiration - ROUNDING) {
        for (int64_t j = 0; j < draft->track->issues; j++)
            if (draft->notes.free[j]) draft->text[j] = offer->text[j];
    } else {
        offer->aspiration = aspiration;
        search(draft, offer, proposer);
        memcpy(offer->text, draft->text, size);
        for (int64_t k = 0; k < 2 * draft->track->parties; k++) objection[k] = NOT_KNOWN;
    }
    if (memcmp(before, draft->text, size)) {
        put_text(draft);
        settle(draft);
    }
    draft->notes.objection = objection;
}
