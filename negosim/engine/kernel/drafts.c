/* The draft: a history's text and what is known of it (model 2, 5 and 8). */

#include "drafts.h"

/* -- what is remembered from round to round ----------------------------------------------------------------------- */

static int64_t rounded_up(int64_t bytes) { return (bytes + 7) / 8 * 8; }

static int64_t width_of(const Track *track) { return filled_up(track->parties); }

int64_t negosim_size_of_notes(const Track *track) {
    const int64_t width = width_of(track), words = 3 * track->words + 2 * track->line_words;
    return (int64_t)sizeof(Known) +
           (4 * width + words + track->issues + size_of_offers(track, width)) * (int64_t)sizeof(double) +
           rounded_up(2 * track->parties * (int64_t)sizeof(int32_t)) +
           rounded_up(track->issues * (int64_t)(sizeof(int16_t) + sizeof(bool)));
}

/* Say where the notes of a history stand. */
static void find_notes(const Draft *draft, char *at, Notes *notes) {
    const Track *track = draft->track;
    const int64_t width = draft->width;
    notes->known = (Known *)at;
    notes->utility = (double *)(notes->known + 1);
    notes->best = notes->utility + width;
    notes->best_gap = notes->best + width;
    notes->standing = notes->best_gap + width;
    notes->freed = (uint64_t *)(notes->standing + width);
    notes->blocked = notes->freed + track->words;
    notes->open = notes->blocked + track->words;
    notes->bearing = notes->open + track->words;
    notes->stand = notes->bearing + track->line_words;
    notes->text = (int64_t *)(notes->stand + track->line_words);
    notes->offers = (double *)(notes->text + track->issues);
    notes->objection = (int32_t *)(notes->offers + draft->size_of_offers);
    notes->quo = (int16_t *)((char *)notes->objection + rounded_up(2 * track->parties * (int64_t)sizeof(int32_t)));
    notes->free = (bool *)(notes->quo + track->issues);
}

/* -- the text ----------------------------------------------------------------------------------------------------- */

/* Return which of some linkages (links) changes complete or break; see `Known`. */
static uint64_t find_linked(const Draft *draft, uint64_t links) {
    const Combination *linkages = &draft->worth->linkages;
    uint64_t found = 0;
    for (uint64_t left = links; left; left &= left - 1)
        for (int64_t l = __builtin_ctzll(left); l < linkages->count; l += WORD) {
            const int64_t missing = missing_in(linkages, l, draft->text);
            const bool is_linked = missing == -1 || (missing >= 0 && draft->notes.free[linkages->issue[missing]]);
            found |= (uint64_t)is_linked << (l % WORD);
        }
    return found;
}

void appraise(Draft *draft) {
    const Lanes rate = all(breakdown_rate(draft->hazard, draft->effect, draft->notes.known->gap));
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes breakdown = load(draft->distrust + i) * rate;
        store(draft->value + i, value_of(draft, i, load(draft->notes.utility + i), rate));
        store(draft->slope + i, slope(load(draft->preference + i), breakdown, load(draft->phi + i)));
    }
}

/* Whoever looks for a better text judges first which changes may be made. */
static void read_text(Draft *draft) {
    utilities(draft->worth, draft->row, draft->text, draft->notes.utility);
    draft->notes.known->gap = unguaranteed(draft->worth, draft->row, draft->text);
    draft->notes.known->judged = 0;
    draft->notes.known->linked = find_linked(draft, *draft->track->links);
    draft->placed = 0;
}

void put_text(Draft *draft) {
    read_text(draft);
    appraise(draft);
}

void make_change(Draft *draft, int64_t slot) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const int64_t issue = issue_of(track, slot), back = track->slot_at[draft->text[issue]];
    const uint64_t links = draft->worth->links[issue];
    const Change change = change_to(draft, slot);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes rise = rises(&change, i);
        store(draft->value + i, values_after(draft, &change, i));
        store(notes->utility + i, load(notes->utility + i) + rise);
    }
    draft->text[issue] = track->column[slot];
    if (draft->placed) drop(draft->stands, back), add(draft->stands, slot);
    notes->known->linked = (notes->known->linked & ~links) | find_linked(draft, links);
    if (change.guards) {
        notes->known->gap = unguaranteed(draft->worth, draft->row, draft->text);
        appraise(draft);
    }
    if (notes->known->must || track->banned[issue] || (notes->known->varies && track->touchy[issue])) {
        judge(draft);
        return;
    }
    drop(notes->open, slot); /* the issue ties nothing else */
    if (!has(notes->blocked, back)) add(notes->open, back);
}

/* -- what it depends on -------------------------------------------------------------------------------------------- */

/* What everybody aspires to. */
typedef struct {
    uint64_t barred[MOST_OPTIONS];       /* (slots,) for whom an option is out of the question; parties are bits */
    bool narrowed[MOST_ISSUES];          /* (issues,) whether some option of it is for anybody, while it is open */
    int64_t column[MOST_ISSUES][MOST_PARTIES];  /* to which options, of issues that are tied to others */
} Aims;

/* Nobody aspires to what is excluded or behind a live line of its own. */
static void bar(const Draft *draft, Aims *aims) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    memset(aims->narrowed, 0, (size_t)track->issues * sizeof *aims->narrowed);
    memset(aims->barred, 0, (size_t)track->slots * sizeof *aims->barred);
    FOR_EACH(s, track->words, track->excluded[word]) {
        aims->barred[s] = ~(uint64_t)0;
        aims->narrowed[issue_of(track, s)] = 1;
    }
    FOR_EACH(k, track->line_words, notes->stand[word]) {
        aims->barred[track->line_slot[k]] |= (uint64_t)1 << track->line_party[k];
        aims->narrowed[track->agenda[track->line_place[k]]] = 1;
    }
}

/* What everybody aspires to on an issue of which options are out of the question: the best of the others where that is
   better than the status quo, or where that is out of the question itself. */
static inline EVERYWHERE void aim_at_rest(const Draft *draft, Aims *aims, int64_t issue, int64_t width,
                                          double *aspired) {
    const Track *track = draft->track;
    const int64_t place = track->place_at[issue], quo = draft->quo[issue];
    const uint64_t barred_quo = aims->barred[track->slot_at[quo]];
    const double *salience = draft->salience + issue * width, *present = draft->values + quo * width;
    const bool is_tied = track->tied[issue];
    Lanes most[MOST_PARTIES / LANES];
    Bits which[MOST_PARTIES / LANES];
    for (int64_t i = 0; i < width; i += LANES) most[i / LANES] = all(-INFINITY), which[i / LANES] = all_of(0);
    for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
        const int64_t column = track->column[s];
        const double *value = draft->values + column * width;
        const uint64_t barred = aims->barred[s];
        for (int64_t i = 0; i < width; i += LANES) {
            const Bits better = (Bits)(load(value + i) > most[i / LANES]) & ~among(barred, i);
            most[i / LANES] = chosen(better, load(value + i), most[i / LANES]);
            if (is_tied) which[i / LANES] = (better & all_of((uint64_t)column)) | (~better & which[i / LANES]);
        }
    }
    for (int64_t i = 0; i < width; i += LANES) {
        const Lanes now = load(salience + i) * load(present + i), then = load(salience + i) * most[i / LANES];
        const Bits takes = (Bits)(now < then) | ((Bits)(most[i / LANES] > all(-INFINITY)) & among(barred_quo, i));
        const Bits aim = (takes & which[i / LANES]) | (~takes & all_of((uint64_t)quo));
        store(aspired + i, chosen(takes, then, now));
        if (is_tied) memcpy(aims->column[issue] + i, &aim, sizeof aim);
    }
}

/* What everybody aspires to on any other open issue. */
static inline EVERYWHERE void aim_at_top(const Draft *draft, Aims *aims, int64_t issue, int64_t width, double *aspired) {
    const Track *track = draft->track;
    const Block *block = draft->block;
    const int64_t parties = track->parties, quo = draft->quo[issue];
    const double *salience = draft->salience + issue * width, *present = draft->values + quo * width;
    const double *top = numbers_of(block->best_value, draft->row) + issue * width;
    const int64_t *choice = block->best + draft->row * block->best_step + issue * parties;
    for (int64_t i = 0; i < width; i += LANES)
        store(aspired + i, largest(load(salience + i) * load(top + i), load(salience + i) * load(present + i)));
    for (int64_t i = 0; track->tied[issue] && i < parties; i++)
        aims->column[issue][i] = salience[i] * present[i] < salience[i] * top[i] ? choice[i] : quo;
}

/* Add up what everybody aspires to on all issues. */
static inline EVERYWHERE void aim(const Draft *draft, Aims *aims, int64_t width) {
    const Track *track = draft->track;
    Lanes best[MOST_PARTIES / LANES];
    for (int64_t i = 0; i < width; i += LANES) best[i / LANES] = all(0.0);
    for (int64_t j = 0; j < track->issues; j++) {
        const double *salience = draft->salience + j * width, *present = draft->values + draft->quo[j] * width;
        double aspired[MOST_PARTIES];
        if (!draft->notes.free[j]) {
            for (int64_t i = 0; i < width; i += LANES) best[i / LANES] += load(salience + i) * load(present + i);
            for (int64_t i = 0; track->tied[j] && i < track->parties; i++) aims->column[j][i] = draft->quo[j];
            continue;
        }
        if (aims->narrowed[j])
            aim_at_rest(draft, aims, j, width, aspired);
        else
            aim_at_top(draft, aims, j, width, aspired);
        for (int64_t i = 0; i < width; i += LANES) best[i / LANES] += load(aspired + i);
    }
    for (int64_t i = 0; i < width; i += LANES) store(draft->notes.best + i, best[i / LANES]);
}

/* Which of some parties aspire to all options of a linkage; parties are bits. */
static uint64_t who_aims_at(const Draft *draft, const Aims *aims, int64_t linkage, uint64_t parties) {
    const Combination *linkages = &draft->worth->linkages;
    for (int64_t k = linkages->start[linkage]; parties && k < linkages->start[linkage + 1]; k++) {
        const int64_t *aimed = aims->column[linkages->issue[k]];
        uint64_t found = 0;
        for (int64_t i = 0; i < draft->width; i += LANES) {
            Bits columns;
            memcpy(&columns, aimed + i, sizeof columns);
            found |= as_bits((Bits)(columns == all_of((uint64_t)linkages->column[k]))) << i;
        }
        parties &= found;
    }
    return parties;
}

/* Value everybody's best package on the agenda. */
static void find_best(Draft *draft) {
    const Packages *worth = draft->worth;
    double *best = draft->notes.best, *gap = draft->notes.best_gap;
    Aims aims;
    bar(draft, &aims);
    if (draft->width == LANES)
        aim(draft, &aims, LANES);
    else if (draft->width == 2 * LANES)
        aim(draft, &aims, 2 * LANES);
    else
        aim(draft, &aims, draft->width);
    for (int64_t i = 0; i < draft->width; i += LANES) store(gap + i, all(1.0));
    for (int64_t k = 0; k < worth->guarding; k++) {
        const int64_t *aimed = aims.column[worth->guard[k]];
        FOR_EACH_PARTY(i, draft->consents) gap[i] *= gap_of(worth, draft->row, aimed[i]);
    }
    for (int64_t l = 0; l < worth->linkages.count; l++)
        FOR_EACH_PARTY(i, who_aims_at(draft, &aims, l, draft->consents))
            best[i] += of(worth->additions[l], draft->row, i);
    draft->notes.known->best_known = 1;
}

void value_best(Draft *draft, double *best) {
    double rate[MOST_PARTIES];
    if (!draft->notes.known->best_known) find_best(draft);
    for (int64_t i = 0; i < draft->width; i++)
        rate[i] = breakdown_rate(draft->hazard, draft->effect, draft->notes.best_gap[i]);
    for (int64_t i = 0; i < draft->width; i += LANES)
        store(best + i, value_of(draft, i, load(draft->notes.best + i), load(rate + i)));
}

void load_stakes(Draft *draft) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const int64_t row = draft->row;
    draft->hazard = of(round->hazard, row, 0);
    draft->effect = of(round->effect, row, 0);
    set_no_deal(draft->block, row, draft->no_deal);
    set_lasting(draft->block, draft->index, row, draft->going_on, draft->fallback, draft->distrust, draft->preference);
    if (!track->limited) return;
    set_phi(draft->block, row, draft->phi);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes no_deal = load(draft->no_deal + i);
        store(draft->going_on + i, load(draft->phi + i) * load(draft->notes.standing + i) - no_deal);
        store(draft->fallback + i, no_deal);
    }
}

/* Note another status quo; return whether it bears on anything but what agreements are worth. */
static bool follow_status_quo(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    double *const worths[] = {notes->utility, notes->best, notes->standing};
    bool differs = 0, bears = 0;
    for (int64_t j = 0; j < track->issues; j++) {
        const bool other = draft->quo[j] != notes->quo[j];
        differs |= other;
        bears |= other & !track->apart[j];
    }
    if (!differs || bears) return bears;
    for (int64_t j = 0; j < track->issues; j++) {
        if (draft->quo[j] == notes->quo[j]) continue;
        const double *salience = draft->salience + j * draft->width;
        const double *to = draft->values + draft->quo[j] * draft->width;
        const double *from = draft->values + notes->quo[j] * draft->width;
        for (int64_t i = 0; i < draft->width; i += LANES) {
            const Lanes rise = load(salience + i) * load(to + i) - load(salience + i) * load(from + i);
            for (int k = 0; k < 3; k++) store(worths[k] + i, load(worths[k] + i) + rise);
        }
        notes->quo[j] = (int16_t)draft->quo[j];
    }
    return 0;
}

/* Look which issues are open; return whether that has changed for any. */
static bool update_open_issues(Draft *draft) {
    const Track *track = draft->track;
    const bool *fixed = draft->block->state->fixed + draft->row * track->issues;
    const bool *taken = draft->block->state->taken + draft->row * track->issues;
    bool changed = 0;
    for (int64_t k = 0; k < track->places; k++) {
        const int64_t issue = track->agenda[k];
        const bool is_free = !fixed[issue] & !taken[issue];
        changed |= is_free != draft->notes.free[issue];
        draft->notes.free[issue] = is_free;
    }
    return changed;
}

/* Bring up to date what is known besides the text; return whether the text is to be read again. */
static bool update_known(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const int64_t row = draft->row;
    if (is_up_to_date(draft->block, notes->known, row)) return draft->changed = 0;
    const bool restated = notes->known->edition != draft->block->state->edition[row];
    const bool revalued = notes->known->version != draft->block->version[row];
    const bool opened = restated && update_open_issues(draft);
    const bool renewed = revalued || opened || (restated && follow_status_quo(draft)), bound = block(draft, opened);
    bring_up_to_date(draft->block, notes->known, row);
    draft->changed = 1;
    if (!renewed && !bound) return 0;
    notes->known->best_known = 0;
    if (!renewed) return 1;
    for (int64_t j = 0; j < track->issues; j++) notes->quo[j] = (int16_t)draft->quo[j];
    if (track->limited) utilities(draft->worth, row, draft->quo, notes->standing);
    return 1;
}

void load_draft(Draft *draft, int64_t row) {
    const Track *track = draft->track;
    const State *state = draft->block->state;
    const int64_t issues = track->issues, *stored = draft->round->standing->draft + row * issues;
    draft->row = row;
    draft->origin = state->row[row];
    draft->salience = numbers_of(draft->worth->salience, row);
    draft->values = numbers_of(draft->worth->values, row);
    draft->luck = draft->round->luck + draft->origin * track->slots;
    draft->quo = state->status_quo + row * issues;
    find_notes(draft, (char *)draft->round->notes + draft->origin * draft->size_of_notes, &draft->notes);
    draft->placed = 0;
    draft->text = draft->notes.text;
    const bool to_read = update_known(draft);
    if (!draft->changed) return;
    memcpy(draft->text, draft->quo, (size_t)issues * sizeof *draft->text);
    for (int64_t k = 0; k < track->places; k++) {
        const int64_t issue = track->agenda[k];
        if (draft->notes.free[issue]) draft->text[issue] = stored[issue];
    }
    if (!to_read) return;
    read_text(draft);
    settle(draft);
}

/* -- changes of the text ------------------------------------------------------------------------------------------ */

static void add_link(Draft *draft, int64_t slot, Numbers addition, double sign) {
    const double *added = addition.at + draft->row * addition.step;
    double *link = draft->link[slot];
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes change = sign * load(added + i);
        store(link + i, has(draft->linked, slot) ? load(link + i) + change : change);
    }
    add(draft->linked, slot);
}

/* Note what changes gain and lose by a linkage. */
static void link_changes_of(Draft *draft, int64_t linkage) {
    const Track *track = draft->track;
    const Combination *linkages = &draft->worth->linkages;
    const Numbers addition = draft->worth->additions[linkage];
    const int64_t missing = missing_in(linkages, linkage, draft->text);
    if (missing >= 0) {
        const int64_t slot = track->slot_at[linkages->column[missing]];
        if (slot >= 0) add_link(draft, slot, addition, 1.0);
    }
    if (missing != -1) return;
    for (int64_t k = linkages->start[linkage]; k < linkages->start[linkage + 1]; k++) {
        const int64_t place = track->place_at[linkages->issue[k]];
        if (place < 0) continue;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++)
            if (track->column[s] != linkages->column[k]) add_link(draft, s, addition, -1.0);
    }
}

static void link_changes(Draft *draft) {
    for (uint64_t left = draft->notes.known->linked; left; left &= left - 1)
        for (int64_t l = __builtin_ctzll(left); l < draft->worth->linkages.count; l += WORD) link_changes_of(draft, l);
}

/* Note 1 - g of the text without each issue that may carry enforcement. */
static void set_guards_aside(Draft *draft) {
    const Packages *worth = draft->worth;
    double gap[MOST_ISSUES];
    for (int64_t k = 0; k < worth->guarding; k++) gap[k] = gap_of(worth, draft->row, draft->text[worth->guard[k]]);
    for (int64_t k = 0; k < worth->guarding; k++) {
        double others = 1.0;
        for (int64_t l = 0; l < worth->guarding; l++) others *= l == k ? 1.0 : gap[l];
        draft->elsewhere[worth->guard[k]] = others;
    }
}

void prepare_changes(Draft *draft) {
    clear(draft->track->words, draft->linked);
    if (draft->notes.known->linked) link_changes(draft);
    set_guards_aside(draft);
}
