/* The draft: a history's text and what is known of it (model 2, 5 and 8). */

#include "drafts.h"

/* -- what is remembered from round to round ----------------------------------------------------------------------- */

static int64_t rounded_up(int64_t bytes) { return (bytes + 7) / 8 * 8; }

static int64_t width_of(const Track *track) { return filled_up(track->parties); }

int64_t negosim_size_of_notes(const Track *track) {
    const int64_t parties = track->parties, slots = track->slots;
    const int64_t places = track->issues + slots + track->lines + 1;
    const int64_t flags = track->all_lines + track->issues + track->lines + 2 * slots + 2 * parties;
    return rounded_up((int64_t)sizeof(Known)) + 4 * width_of(track) * (int64_t)sizeof(double) +
           rounded_up(2 * parties * (int64_t)sizeof(int32_t)) +
           rounded_up(places * (int64_t)sizeof(int16_t)) + rounded_up(flags) +
           size_of_offers(track, width_of(track)) * (int64_t)sizeof(double);
}

/* Say where the notes of a history stand. */
static void find_notes(const Draft *draft, char *at, Notes *notes) {
    const Track *track = draft->track;
    const int64_t parties = track->parties, width = draft->width;
    const int64_t offers = size_of_offers(track, width) * (int64_t)sizeof(double);
    notes->known = (Known *)at;
    notes->utility = (double *)(at + rounded_up((int64_t)sizeof(Known)));
    notes->best = notes->utility + width;
    notes->best_gap = notes->best + width;
    notes->standing = notes->best_gap + width;
    notes->objection = (int32_t *)(notes->standing + width);
    notes->quo = (int16_t *)((char *)notes->objection + rounded_up(2 * parties * (int64_t)sizeof(int32_t)));
    notes->open = notes->quo + track->issues;
    notes->stand = notes->open + track->slots;
    notes->all_live = (bool *)notes->quo +
                      rounded_up((track->issues + track->slots + track->lines + 1) * (int64_t)sizeof(int16_t));
    notes->free = notes->all_live + track->all_lines;
    notes->live = notes->free + track->issues;
    notes->blocked = notes->live + track->lines;
    notes->shut = notes->blocked + track->slots;
    notes->asked = notes->shut + track->slots;
    notes->crossed = notes->asked + parties;
    notes->offers = (double *)(at + draft->size_of_notes - offers);
}

/* -- the text ----------------------------------------------------------------------------------------------------- */

/* Return whether there are changes that complete or break a linkage. */
static bool any_linked(const Draft *draft) {
    const Combination *linkages = &draft->worth->linkages;
    for (int64_t l = 0; l < linkages->count; l++) {
        const int64_t missing = missing_in(linkages, l, draft->text);
        if (missing == -1 || (missing >= 0 && draft->notes.free[linkages->issue[missing]])) return 1;
    }
    return 0;
}

static void appraise(Draft *draft) {
    const Lanes rate = all(breakdown_rate(draft->hazard, draft->effect, draft->notes.known->gap));
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes breakdown = load(draft->distrust + i) * rate;
        store(draft->value + i, value_of(draft, i, load(draft->notes.utility + i), rate));
        store(draft->slope + i, slope(load(draft->preference + i), breakdown, load(draft->phi + i)));
    }
}

static void read_text(Draft *draft) {
    utilities(draft->worth, draft->row, draft->text, draft->notes.utility);
    draft->notes.known->gap = unguaranteed(draft->worth, draft->row, draft->text);
    judge(draft);
    draft->notes.known->linked = any_linked(draft);
}

void put_text(Draft *draft) {
    read_text(draft);
    appraise(draft);
}

/* Of the changes of an issue that ties nothing else, one has been made: the one back takes its place. */
static void swap(const Draft *draft, int64_t slot, int64_t back) {
    const Notes *notes = &draft->notes;
    int32_t place = 0;
    while (notes->open[place] != slot) place++;
    notes->open[place] = notes->blocked[back] ? notes->open[--notes->known->openings] : (int16_t)back;
}

void make_change(Draft *draft, int64_t slot) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const int64_t issue = issue_of(track, slot), back = track->slot_at[draft->text[issue]];
    const Change change = change_to(draft, slot);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes rise = rises(&change, i);
        store(draft->value + i, values_after(draft, &change, i));
        store(notes->utility + i, load(notes->utility + i) + rise);
    }
    draft->text[issue] = track->column[slot];
    notes->known->linked = any_linked(draft);
    if (change.guards) {
        notes->known->gap = unguaranteed(draft->worth, draft->row, draft->text);
        appraise(draft);
    }
    if (notes->known->must || track->banned[issue] || (notes->known->varies && track->touchy[issue]))
        judge(draft);
    else
        swap(draft, slot, back);
}

/* -- what it depends on -------------------------------------------------------------------------------------------- */

/* What everybody aspires to. Parties are bits. */
typedef struct {
    uint64_t barred[MOST_OPTIONS];       /* (slots,) for whom an option is out of the question */
    uint64_t narrowed[MOST_ISSUES];      /* (issues,) for whom some option of it is, while it is open */
    bool takes[MOST_ISSUES][MOST_PARTIES];      /* whether it is another option than the status quo */
    int64_t column[MOST_ISSUES][MOST_PARTIES];  /* which, where it may not be the best of all */
} Aims;

/* Nobody aspires to what is excluded or behind a live line of its own. */
static void bar(const Draft *draft, Aims *aims) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    memset(aims->narrowed, 0, (size_t)track->issues * sizeof *aims->narrowed);
    for (int64_t s = 0; s < track->slots; s++) aims->barred[s] = track->excluded[s] ? ~(uint64_t)0 : 0;
    for (int64_t j = 0; track->excludes && j < track->issues; j++)
        if (track->narrowed[j] & notes->free[j]) aims->narrowed[j] = ~(uint64_t)0;
    for (int32_t l = 0; l < notes->known->standing_lines; l++) {
        const int64_t k = notes->stand[l];
        const uint64_t party = (uint64_t)1 << track->line_party[k];
        aims->barred[track->line_slot[k]] |= party;
        aims->narrowed[track->line_issue[k]] |= party;
    }
}

/* Aim at the best option of an issue that is not out of the question; at the status quo where there is none. Return its
   value, which is -INFINITY where there is none, and whether the status quo is out of the question. */
static double aim_at_rest(const Draft *draft, Aims *aims, int64_t issue, int64_t party, bool *forced) {
    const Track *track = draft->track;
    const int64_t place = track->place_at[issue];
    double most = -INFINITY;
    for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
        const double value = draft->values[track->column[s] * draft->width + party];
        if (!(aims->barred[s] >> party & 1) && value > most) most = value, aims->column[issue][party] = track->column[s];
    }
    *forced = most > -INFINITY && (aims->barred[track->slot_at[draft->quo[issue]]] >> party & 1);
    return most;
}

/* Find what everybody aspires to on an issue, its best option where that is better than the status quo, and add it. */
static void aim(const Draft *draft, int64_t issue, const double *top, Aims *aims, double *best) {
    const double *salience = draft->salience + issue * draft->width;
    const double *present = draft->values + draft->quo[issue] * draft->width;
    const bool free = draft->notes.free[issue];
    const uint64_t narrowed = aims->narrowed[issue];
    bool *takes = aims->takes[issue], forced[MOST_PARTIES] = {0};
    double rest[MOST_PARTIES];
    if (narrowed) {
        for (int64_t i = 0; i < draft->track->parties; i++)
            rest[i] = narrowed >> i & 1 ? aim_at_rest(draft, aims, issue, i, forced + i) : top[i];
        top = rest;
    }
    for (int64_t i = 0; i < draft->track->parties; i++) {
        const double now = salience[i] * present[i], most = salience[i] * top[i];
        takes[i] = free & (forced[i] | (now < most));
        best[i] += takes[i] ? most : now;
    }
}

/* The option that a party aspires to on an issue. */
static int64_t aimed_at(const Draft *draft, const Aims *aims, int64_t issue, int64_t party) {
    const int64_t *choice = draft->block->best + draft->row * draft->block->best_step;
    if (!aims->takes[issue][party]) return draft->quo[issue];
    const bool is_narrowed = aims->narrowed[issue] >> party & 1;
    return is_narrowed ? aims->column[issue][party] : choice[issue * draft->track->parties + party];
}

/* Value everybody's best package on the agenda. */
static void find_best(Draft *draft) {
    const Track *track = draft->track;
    const Packages *worth = draft->worth;
    const int64_t parties = track->parties;
    const double *top = numbers_of(draft->block->best_value, draft->row);
    double *best = draft->notes.best, *gap = draft->notes.best_gap;
    Aims aims;
    for (int64_t i = 0; i < draft->width; i++) best[i] = 0.0, gap[i] = 1.0;
    bar(draft, &aims);
    for (int64_t j = 0; j < track->issues; j++) aim(draft, j, top + j * parties, &aims, best);
    for (int64_t i = 0; i < parties; i++) {
        if (!track->consents[i]) continue;
        for (int64_t k = 0; k < worth->guarding; k++)
            gap[i] *= gap_of(worth, draft->row, aimed_at(draft, &aims, worth->guard[k], i));
        for (int64_t l = 0; l < worth->linkages.count; l++) {
            int met = 1;
            for (int64_t k = worth->linkages.start[l]; k < worth->linkages.start[l + 1]; k++)
                met &= aimed_at(draft, &aims, worth->linkages.issue[k], i) == worth->linkages.column[k];
            if (met) best[i] += of(worth->additions[l], draft->row, i);
        }
    }
}

void value_best(const Draft *draft, double *best) {
    double rate[MOST_PARTIES];
    for (int64_t i = 0; i < draft->width; i++)
        rate[i] = breakdown_rate(draft->hazard, draft->effect, draft->notes.best_gap[i]);
    for (int64_t i = 0; i < draft->width; i += LANES)
        store(best + i, value_of(draft, i, load(draft->notes.best + i), load(rate + i)));
}

static void set_stakes(Draft *draft) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const int64_t row = draft->row, parties = track->parties;
    draft->hazard = of(round->hazard, row, 0);
    draft->effect = of(round->effect, row, 0);
    set_no_deal(draft->block, row, draft->no_deal);
    set_lasting(draft->block, draft->index, row, draft->going_on, draft->fallback, draft->distrust, draft->preference);
    if (!track->limited) return;
    set_phi(draft->block, row, draft->phi);
    for (int64_t i = 0; i < parties; i++) {
        draft->going_on[i] = draft->phi[i] * draft->notes.standing[i] - draft->no_deal[i];
        draft->fallback[i] = draft->no_deal[i];
    }
}

/* Note another status quo; return whether it bears on anything but what agreements are worth. */
static bool follow_status_quo(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    double *const worths[] = {notes->utility, notes->best, notes->standing};
    for (int64_t j = 0; j < track->issues; j++)
        if (draft->quo[j] != notes->quo[j] && !track->apart[j]) return 1;
    for (int64_t j = 0; j < track->issues; j++) {
        if (draft->quo[j] == notes->quo[j]) continue;
        const double *salience = draft->salience + j * draft->width;
        const double *to = draft->values + draft->quo[j] * draft->width;
        const double *from = draft->values + notes->quo[j] * draft->width;
        for (int k = 0; k < 3; k++)
            for (int64_t i = 0; i < draft->width; i++) worths[k][i] += salience[i] * to[i] - salience[i] * from[i];
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
    for (int64_t j = 0; j < track->issues; j++) {
        const bool is_free = (track->place_at[j] >= 0) & !fixed[j] & !taken[j];
        changed |= is_free != draft->notes.free[j];
        draft->notes.free[j] = is_free;
    }
    return changed;
}

/* Bring up to date what is known besides the text; return whether the text is to be read again. */
static bool update_known(Draft *draft) {
    const Track *track = draft->track;
    const State *state = draft->block->state;
    const int64_t row = draft->row, edition = state->edition[row], version = draft->block->version[row];
    const Notes *notes = &draft->notes;
    draft->changed = notes->known->edition != edition || notes->known->version != version;
    if (draft->changed) {
        const bool opened = update_open_issues(draft), revalued = notes->known->version != version;
        notes->known->edition = edition;
        notes->known->version = version;
        if (revalued || opened || follow_status_quo(draft)) {
            for (int64_t j = 0; j < track->issues; j++) notes->quo[j] = (int16_t)draft->quo[j];
            block(draft);
            find_best(draft);
            utilities(draft->worth, row, draft->quo, notes->standing);
            return 1;
        }
    }
    const bool *live = state->live + row * track->all_lines;
    if (!memcmp(notes->all_live, live, (size_t)track->all_lines) || !block(draft)) return 0;
    find_best(draft);
    draft->changed = 1;
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
    const bool to_read = update_known(draft);
    for (int64_t j = 0; j < issues; j++) draft->text[j] = draft->notes.free[j] ? stored[j] : draft->quo[j];
    if (to_read) {
        read_text(draft);
        settle(draft);
    }
    set_stakes(draft);
    appraise(draft);
}

/* -- changes of the text ------------------------------------------------------------------------------------------ */

static void add_link(Draft *draft, int64_t slot, Numbers addition, double sign) {
    const double *added = addition.at + draft->row * addition.step;
    double *link = draft->link[slot];
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes change = sign * load(added + i);
        store(link + i, draft->linked[slot] ? load(link + i) + change : change);
    }
    draft->linked[slot] = 1;
}

/* Note what changes gain and lose by linkages. */
static void link_changes(Draft *draft) {
    const Track *track = draft->track;
    const Combination *linkages = &draft->worth->linkages;
    for (int64_t l = 0; l < linkages->count; l++) {
        const int64_t missing = missing_in(linkages, l, draft->text);
        if (missing >= 0) {
            const int64_t slot = track->slot_at[linkages->column[missing]];
            if (slot >= 0) add_link(draft, slot, draft->worth->additions[l], 1.0);
        }
        if (missing != -1) continue;
        for (int64_t k = linkages->start[l]; k < linkages->start[l + 1]; k++) {
            const int64_t place = track->place_at[linkages->issue[k]];
            if (place < 0) continue;
            for (int64_t s = track->first[place]; s < track->first[place + 1]; s++)
                if (track->column[s] != linkages->column[k]) add_link(draft, s, draft->worth->additions[l], -1.0);
        }
    }
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
    memset(draft->linked, 0, (size_t)draft->track->slots);
    if (draft->notes.known->linked) link_changes(draft);
    set_guards_aside(draft);
}
