/* A party's offer: from its own best package, what gives the others most for what it costs (negosim.model.talks.offering). */

#include "drafts.h"

/* What changes of the text bring the proposer and, by their weights, the others. */
typedef struct {
    int64_t proposer;
    double aspiration;
    double until;                        /* the search would come to the same for any lower aspiration above this */
    double weight[MOST_PARTIES];         /* (width,) of the others */
    double own[MOST_OPTIONS], given[MOST_OPTIONS];
    double score[MOST_OPTIONS];          /* how good a bargain each is, luck included */
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

/* How good bargains some changes are, from one to before another; what costs the proposer nothing comes before all else. */
static void score(const Draft *draft, Bargains *bargains, int64_t first, int64_t last) {
    for (int64_t s = first; s < last; s++) {
        const double found = exchange(bargains->given[s], -bargains->own[s]) + draft->luck[s];
        bargains->score[s] = bargains->given[s] <= 2.0 * TIE ? -INFINITY : found;
    }
}

/* The change that brings the proposer most, of those that may be made, -1 for none. */
static int64_t best_gain(const Draft *draft, const Bargains *bargains) {
    const Notes *notes = &draft->notes;
    int64_t chosen = -1;
    double most = notes->known->must ? -INFINITY : 2.0 * TIE;
    FOR_EACH(slot, draft->track->words, notes->open[word]) {
        const double found = bargains->own[slot] + draft->luck[slot];
        if (found > most) most = found, chosen = slot;
    }
    return chosen;
}

/* The best bargain that leaves the proposer its aspiration, of some changes, -1 for none better than the least. */
static int64_t best_exchange(Bargains *bargains, const int16_t *open, int32_t openings, double value, double least) {
    const double enough = bargains->aspiration - ROUNDING;
    double most = least;
    int64_t chosen = -1;
    /* Which is best is as good as random: no branches. */
    for (int32_t k = 0; k < openings; k++) {
        const double found = bargains->score[open[k]];
        const bool better = (value + bargains->own[open[k]] >= enough) & (found > most);
        most = better ? found : most;
        chosen = better ? open[k] : chosen;
    }
    double until = bargains->until;
    for (int32_t k = 0; k < openings; k++) {
        const double left = value + bargains->own[open[k]];
        until = (bargains->score[open[k]] > most) & (left < enough) & (left > until) ? left : until;
    }
    bargains->until = until;
    return chosen;
}

/* Make the change that brings the proposer most, and again, for as long as one is worth making. */
static void climb(Draft *draft, Bargains *bargains) {
    const Notes *notes = &draft->notes;
    for (int64_t step = 0; step < draft->track->slots; step++) {
        prepare_changes(draft);
        FOR_EACH(slot, draft->track->words, notes->open[word]) weigh(draft, bargains, slot);
        const int64_t chosen = best_gain(draft, bargains);
        if (chosen < 0) return;
        make_change(draft, chosen);
    }
}

/* Make the best bargain, and again, for as long as one is worth making. */
static void concede(Draft *draft, Bargains *bargains) {
    const Notes *notes = &draft->notes;
    int16_t open[MOST_OPTIONS];
    for (int64_t step = 0; step < draft->track->slots; step++) {
        const int32_t openings = listed(draft->track->words, notes->open, open);
        prepare_changes(draft);
        for (int32_t k = 0; k < openings; k++) {
            weigh(draft, bargains, open[k]);
            score(draft, bargains, open[k], open[k] + 1);
        }
        const int64_t chosen = best_exchange(bargains, open, openings, draft->value[bargains->proposer],
                                             notes->known->must ? -INFINITY : 2.0 * TIE);
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
        int64_t favourite = draft->quo[issue];
        if (!draft->notes.free[issue]) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            const double found = salience * draft->values[track->column[s] * draft->width + proposer] + draft->luck[s];
            const bool better = !has(draft->notes.blocked, s) & (found > most);
            most = better ? found : most;
            favourite = better ? track->column[s] : favourite;
        }
        draft->text[issue] = favourite;
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

/* Weigh all changes of an issue that stands for itself. */
static void weigh_issue(const Draft *draft, Bargains *bargains, int64_t place) {
    const Track *track = draft->track;
    const int64_t issue = track->agenda[place], width = draft->width;
    const double *salience = draft->salience + issue * width, *from = draft->values + draft->text[issue] * width;
    double gains[MOST_PARTIES];
    for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
        const double *to = draft->values + track->column[s] * width;
        Lanes given = all(0.0);
        for (int64_t i = 0; i < width; i += LANES) {
            const Lanes gain = load(draft->slope + i) * (load(salience + i) * (load(to + i) - load(from + i)));
            store(gains + i, gain);
            given += load(bargains->weight + i) * gain;
        }
        bargains->own[s] = gains[bargains->proposer];
        bargains->given[s] = sum(given);
    }
    score(draft, bargains, track->first[place], track->first[place + 1]);
}

/* What the text is worth to the proposer, where every issue stands for itself, in place of the one that was valued. */
static double value_to_proposer(const Draft *draft, int64_t proposer) {
    double utility = 0.0;
    for (int64_t j = 0; j < draft->track->issues; j++)
        utility += draft->salience[j * draft->width + proposer] * draft->values[draft->text[j] * draft->width + proposer];
    return draft->value[proposer] + draft->slope[proposer] * (utility - draft->notes.utility[proposer]);
}

/* The same climbs where every issue stands for itself: the favourites cannot be bettered, and a change bears on its own
   issue only. */
static void trade(Draft *draft, Bargains *bargains) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    int16_t open[MOST_OPTIONS];
    int32_t openings = 0;
    double value = value_to_proposer(draft, bargains->proposer);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[draft->text[issue]];
        if (!notes->free[issue]) continue;
        weigh_issue(draft, bargains, place);
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++)
            if (!has(notes->blocked, s) && s != stands) open[openings++] = (int16_t)s;
    }
    for (int64_t step = 0; step < track->slots; step++) {
        const int64_t chosen = best_exchange(bargains, open, openings, value, 2.0 * TIE);
        if (chosen < 0) return;
        const int64_t issue = issue_of(track, chosen), back = track->slot_at[draft->text[issue]];
        value += bargains->own[chosen];
        draft->text[issue] = track->column[chosen];
        for (int32_t k = 0; k < openings; k++)
            if (open[k] == chosen) open[k] = has(notes->blocked, back) ? open[--openings] : (int16_t)back;
        weigh_issue(draft, bargains, track->place_of[chosen]);
    }
}

/* -- offers that are remembered ------------------------------------------------------------------------------------ */

enum { STAKES = 6, HAZARDS = 2, WORTHS = 3 };

/* An offer. It is made again, without a search, for as long as nothing has changed that it depends on but the
   aspiration, and that lies between these two. */
typedef struct {
    double aspiration, until;
    double gap;                          /* 1 - g, */
    uint64_t asked, crossed;             /* and what `Known` says of it */
    bool moves, forbidden;
} Offer;

/* The same, of as many parties and issues as there are. */
typedef struct {
    Offer *offer;
    double *worth;                       /* (WORTHS, width) u_i, A_i and how it rises with u_i */
    int64_t *text;                       /* (issues,) */
    int32_t *objection;                  /* (2, parties) over which issues it is refused */
} Remembered;

static int64_t size_of_offer(const Track *track, int64_t width) {
    return (int64_t)(sizeof(Offer) / sizeof(double)) + WORTHS * width + track->issues + track->parties;
}

int64_t size_of_offers(const Track *track, int64_t width) {
    return track->takes_turns ? STAKES * width + HAZARDS + track->parties * size_of_offer(track, width) : 0;
}

static Remembered offer_of(const Draft *draft, int64_t party) {
    const int64_t width = draft->width;
    double *at = draft->notes.offers + STAKES * width + HAZARDS + party * size_of_offer(draft->track, width);
    Remembered found;
    found.offer = (Offer *)at;
    found.worth = at + sizeof(Offer) / sizeof(double);
    found.text = (int64_t *)(found.worth + WORTHS * width);
    found.objection = (int32_t *)(found.text + draft->track->issues);
    return found;
}

/* Forget all offers of a history if anything has changed that they depend on, the aspiration left aside. */
void forget_offers(const Draft *draft) {
    const int64_t width = draft->width, parties = draft->track->parties;
    double *known = draft->notes.offers, weight[MOST_PARTIES];
    const double *weights = numbers_of(draft->round->weights, draft->row);
    for (int64_t i = 0; i < width; i++) weight[i] = i < parties ? weights[i] : 0.0;
    const double *const stakes[STAKES] = {draft->preference, draft->distrust, draft->phi,
                                          draft->going_on,   draft->fallback, weight};
    const double hazards[HAZARDS] = {draft->hazard, draft->effect};
    Bits bits = {0};
    for (int k = 0; k < STAKES; k++)
        for (int64_t i = 0; i < width; i += LANES)
            bits |= (Bits)load(known + k * width + i) ^ (Bits)load(stakes[k] + i);
    if (!draft->changed && !any(bits) && !memcmp(known + STAKES * width, hazards, sizeof hazards)) return;
    for (int k = 0; k < STAKES; k++) memcpy(known + k * width, stakes[k], (size_t)width * sizeof(double));
    memcpy(known + STAKES * width, hazards, sizeof hazards);
    for (int64_t i = 0; i < parties; i++) offer_of(draft, i).offer->aspiration = -INFINITY;
}

/* Look for the best offer. */
static void search(Draft *draft, Offer *offer, int64_t proposer) {
    Bargains bargains;
    bargains.proposer = proposer;
    bargains.aspiration = offer->aspiration;
    bargains.until = -INFINITY;
    for (int64_t i = 0; i < draft->width; i++)
        bargains.weight[i] = i == proposer || i >= draft->track->parties ? 0.0 : of(draft->round->weights, draft->row, i);
    put_favourites(draft, proposer);
    if (stand_alone(draft)) {
        trade(draft, &bargains);
    } else {
        put_text(draft);
        judge(draft);
        climb(draft, &bargains);
        concede(draft, &bargains);
    }
    offer->until = bargains.until;
}

/* Note what an offer means to the parties, as it stands on the table. */
static void remember(const Draft *draft, const Remembered *known) {
    const Notes *notes = &draft->notes;
    const double *const worths[WORTHS] = {notes->utility, draft->value, draft->slope};
    for (int k = 0; k < WORTHS; k++)
        memcpy(known->worth + k * draft->width, worths[k], (size_t)draft->width * sizeof(double));
    memcpy(known->text, draft->text, (size_t)draft->track->issues * sizeof *draft->text);
    known->offer->gap = notes->known->gap;
    known->offer->asked = notes->known->asked, known->offer->crossed = notes->known->crossed;
    known->offer->moves = notes->known->moves, known->offer->forbidden = notes->known->forbidden;
    for (int64_t k = 0; k < 2 * draft->track->parties; k++) known->objection[k] = NOT_KNOWN;
}

/* Put an offer on the table again. */
static void recall(Draft *draft, const Remembered *known) {
    const Notes *notes = &draft->notes;
    double *const worths[WORTHS] = {notes->utility, draft->value, draft->slope};
    for (int k = 0; k < WORTHS; k++)
        memcpy(worths[k], known->worth + k * draft->width, (size_t)draft->width * sizeof(double));
    memcpy(draft->text, known->text, (size_t)draft->track->issues * sizeof *draft->text);
    notes->known->gap = known->offer->gap;
    notes->known->asked = known->offer->asked, notes->known->crossed = known->offer->crossed;
    notes->known->moves = known->offer->moves, notes->known->forbidden = known->offer->forbidden;
    notes->known->judged = 0;
}

void make_offer(Draft *draft, int64_t proposer, double aspiration) {
    const Remembered known = offer_of(draft, proposer);
    if (aspiration <= known.offer->aspiration && known.offer->until < aspiration - ROUNDING) {
        recall(draft, &known);
    } else {
        appraise(draft);
        known.offer->aspiration = aspiration;
        search(draft, known.offer, proposer);
        put_text(draft);
        settle(draft);
        remember(draft, &known);
    }
    draft->notes.objection = known.objection;
}
