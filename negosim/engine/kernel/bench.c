/* The bench: a history's text and what is known of it (model 2, 5 and 8). */

#include "bench.h"

/* -- what is remembered from round to round ----------------------------------------------------------------------- */

static int64_t rounded_up(int64_t bytes) { return (bytes + 7) / 8 * 8; }

static int64_t width_of(const Track *track) { return (track->parties + LANES - 1) / LANES * LANES; }

int64_t negosim_size_of_notes(const Track *track) {
    const int64_t parties = track->parties, slots = track->slots;
    const int64_t places = track->issues + slots + track->lines + 1;
    const int64_t flags = track->all_lines + track->issues + track->lines + 2 * slots + 2 * parties;
    return rounded_up((int64_t)sizeof(Known)) + 4 * width_of(track) * (int64_t)sizeof(double) +
           rounded_up(parties * (int64_t)sizeof(int32_t)) +
           rounded_up(places * (int64_t)sizeof(int16_t)) + rounded_up(flags) +
           size_of_offers(track, width_of(track)) * (int64_t)sizeof(double);
}

/* Say where the notes of a history stand. */
static void find_notes(const Bench *bench, char *at, Notes *notes) {
    const Track *track = bench->track;
    const int64_t parties = track->parties, width = bench->width;
    const int64_t offers = size_of_offers(track, width) * (int64_t)sizeof(double);
    notes->known = (Known *)at;
    notes->utility = (double *)(at + rounded_up((int64_t)sizeof(Known)));
    notes->best = notes->utility + width;
    notes->best_gap = notes->best + width;
    notes->standing = notes->best_gap + width;
    notes->objection = (int32_t *)(notes->standing + width);
    notes->quo = (int16_t *)((char *)notes->objection + rounded_up(parties * (int64_t)sizeof(int32_t)));
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
    notes->offers = (double *)(at + bench->size_of_notes - offers);
}

/* -- the text ----------------------------------------------------------------------------------------------------- */

/* Which option of a combination is missing in the text, by its place among all: -1 for none, -2 for several. */
static int64_t missing_in(const Combination *all, int64_t which, const int64_t *text) {
    int64_t missing = -1;
    for (int64_t k = all->start[which]; k < all->start[which + 1]; k++)
        if (text[all->issue[k]] != all->column[k]) {
            if (missing >= 0) return -2;
            missing = k;
        }
    return missing;
}

/* Tell which changes may be made, and whether one must be. */
static void judge(Bench *bench) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    bool untenable[MOST_ISSUES], closed[MOST_OPTIONS], any = 0;
    memcpy(closed, notes->shut, (size_t)track->slots);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[bench->text[issue]];
        closed[stands] = 1;
        untenable[place] = notes->blocked[stands] & notes->free[issue];
        any |= untenable[place];
    }
    for (int64_t c = 0; c < track->bans.count; c++) {
        const int64_t missing = missing_in(&track->bans, c, bench->text);
        if (missing >= 0) { /* the option would complete what no draft may contain */
            const int64_t slot = track->slot_at[track->bans.column[missing]];
            if (slot >= 0) closed[slot] = 1;
        }
        if (missing != -1) continue;
        for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++) {
            const int64_t issue = track->bans.issue[k], place = track->place_at[issue];
            if (place >= 0 && notes->free[issue]) untenable[place] = any = 1;
        }
    }
    /* Which are open is as good as random from one history to the next: no branches. */
    int32_t openings = 0, kept = 0;
    for (int64_t s = 0; s < track->slots; s++) {
        notes->open[openings] = (int16_t)s;
        openings += !closed[s];
    }
    if (any)
        for (int32_t k = 0; k < openings; k++)
            if (untenable[track->place_of[notes->open[k]]]) notes->open[kept++] = notes->open[k];
    notes->known->must = kept > 0;
    notes->known->openings = kept ? kept : openings;
}

/* Tell whether there are changes that complete or break a linkage. */
static bool any_linked(const Bench *bench) {
    const Combination *linkages = &bench->worth->linkages;
    for (int64_t l = 0; l < linkages->count; l++) {
        const int64_t missing = missing_in(linkages, l, bench->text);
        if (missing == -1 || (missing >= 0 && bench->notes.free[linkages->issue[missing]])) return 1;
    }
    return 0;
}

void settle(Bench *bench) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    int moves = 0, forbidden = 0;
    for (int64_t j = 0; j < track->issues; j++) moves |= bench->text[j] != bench->quo[j];
    for (int64_t c = 0; c < track->bans.count; c++)
        if (missing_in(&track->bans, c, bench->text) == -1)
            for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++)
                forbidden |= notes->free[track->bans.issue[k]];
    notes->known->moves = moves;
    notes->known->forbidden = forbidden;
    for (int64_t i = 0; i < track->parties; i++)
        notes->asked[i] = track->signs[i], notes->crossed[i] = 0, notes->objection[i] = NOT_KNOWN;
    for (int64_t k = 0; k < track->holdings; k++)
        notes->asked[track->holding_party[k]] |= bench->text[track->holding_chip[k]] != bench->quo[track->holding_chip[k]];
    for (int32_t l = 0; l < notes->known->standing_lines; l++) {
        const int64_t k = notes->stand[l];
        notes->crossed[track->line_party[k]] |= bench->text[track->line_issue[k]] == track->line_column[k];
    }
}

static void appraise(Bench *bench) {
    const Lanes rate = all(breakdown(bench, bench->notes.known->gap));
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes r = load(bench->preference + i), h = load(bench->distrust + i) * rate;
        store(bench->value + i, agreements(bench, i, load(bench->notes.utility + i), rate));
        store(bench->slope + i, r / (r + h) * load(bench->part + i));
    }
}

static void read_text(Bench *bench) {
    value_package(bench->worth, bench->row, bench->text, bench->notes.utility);
    bench->notes.known->gap = unguaranteed(bench->worth, bench->row, bench->text);
    judge(bench);
    bench->notes.known->linked = any_linked(bench);
}

void put_text(Bench *bench) {
    read_text(bench);
    appraise(bench);
}

/* Of the changes of an issue that ties nothing else, one has been made: the one back takes its place. */
static void swap(const Bench *bench, int64_t slot, int64_t back) {
    const Notes *notes = &bench->notes;
    int32_t place = 0;
    while (notes->open[place] != slot) place++;
    notes->open[place] = notes->blocked[back] ? notes->open[--notes->known->openings] : (int16_t)back;
}

void make_change(Bench *bench, int64_t slot) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    const int64_t issue = issue_of(track, slot), back = track->slot_at[bench->text[issue]];
    const Change change = change_to(bench, slot);
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes rise = rises(&change, i);
        store(bench->value + i, values_after(bench, &change, i));
        store(notes->utility + i, load(notes->utility + i) + rise);
    }
    bench->text[issue] = track->column[slot];
    notes->known->linked = any_linked(bench);
    if (change.guards) {
        notes->known->gap = unguaranteed(bench->worth, bench->row, bench->text);
        appraise(bench);
    }
    if (notes->known->must || track->banned[issue])
        judge(bench);
    else
        swap(bench, slot, back);
}

/* -- what it hangs on --------------------------------------------------------------------------------------------- */

/* Look which red lines stand; tells whether that has changed for any that bears on what is open. */
static bool block(Bench *bench) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    bool changed = 0;
    int32_t standing = 0;
    memcpy(notes->all_live, bench->round->live + bench->row * track->all_lines, (size_t)track->all_lines);
    memset(notes->blocked, 0, (size_t)track->slots);
    for (int64_t k = 0; k < track->lines; k++) {
        const bool is_live = notes->all_live[track->line[k]] & notes->free[track->line_issue[k]];
        changed |= is_live != notes->live[k];
        notes->live[k] = is_live;
        notes->stand[standing] = (int16_t)k;
        standing += is_live;
        notes->blocked[track->line_slot[k]] |= is_live & track->consents[track->line_party[k]];
    }
    notes->known->standing_lines = standing;
    for (int64_t s = 0; s < track->slots; s++)
        notes->shut[s] = notes->blocked[s] | !notes->free[track->agenda[track->place_of[s]]];
    return changed;
}

/* Value everybody's best package on the agenda: its best option where that is better than the status quo. */
static void find_best(Bench *bench) {
    const Track *track = bench->track;
    const Packages *worth = bench->worth;
    const int64_t parties = track->parties;
    const double *top = bench->round->best_value.at + bench->row * bench->round->best_value.step;
    const int64_t *choice = bench->round->best + bench->row * bench->round->best_step;
    double *best = bench->notes.best, *gap = bench->notes.best_gap;
    bool takes[MOST_ISSUES][MOST_PARTIES];
    for (int64_t i = 0; i < bench->width; i++) best[i] = 0.0, gap[i] = 1.0;
    for (int64_t j = 0; j < track->issues; j++, top += parties) {
        const double *share = bench->share + j * bench->width, *present = bench->values + bench->quo[j] * bench->width;
        const bool free = bench->notes.free[j];
        for (int64_t i = 0; i < parties; i++) {
            const double now = share[i] * present[i], most = share[i] * top[i];
            takes[j][i] = free & (now < most);
            best[i] += takes[j][i] ? most : now;
        }
    }
    for (int64_t i = 0; i < parties; i++) {
        if (!track->consents[i]) continue;
        for (int64_t k = 0; k < worth->guarding; k++) {
            const int64_t issue = worth->guard[k];
            gap[i] *= gap_of(worth, bench->row, takes[issue][i] ? choice[issue * parties + i] : bench->quo[issue]);
        }
        for (int64_t l = 0; l < worth->linkages.count; l++) {
            int met = 1;
            for (int64_t k = worth->linkages.start[l]; k < worth->linkages.start[l + 1]; k++) {
                const int64_t issue = worth->linkages.issue[k];
                met &= (takes[issue][i] ? choice[issue * parties + i] : bench->quo[issue]) == worth->linkages.column[k];
            }
            if (met) best[i] += of(worth->additions[l], bench->row, i);
        }
    }
}

void value_best(const Bench *bench, double *best) {
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes rate = bench->hazard * (1.0 - bench->effect * (1.0 - load(bench->notes.best_gap + i)));
        store(best + i, agreements(bench, i, load(bench->notes.best + i), rate));
    }
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
        bench->going_on[i] = peace_cost * round->cost[row * parties + i];
        bench->fallback[i] = round->war[row * parties + i] - of(round->exposure, row, i);
    }
    if (!track->limited) return;
    for (int64_t i = 0; i < parties; i++) {
        const double no_deal = round->no_deal[row * parties + i];
        bench->part[i] = round->undecided[row * parties + i];
        bench->going_on[i] = bench->part[i] * bench->notes.standing[i] - no_deal;
        bench->fallback[i] = no_deal;
    }
}

/* Take note of another status quo; tells whether that bears on anything but what agreements are worth. */
static bool restate(Bench *bench) {
    const Track *track = bench->track;
    const Notes *notes = &bench->notes;
    double *const worths[] = {notes->utility, notes->best, notes->standing};
    for (int64_t j = 0; j < track->issues; j++)
        if (bench->quo[j] != notes->quo[j] && !track->apart[j]) return 1;
    for (int64_t j = 0; j < track->issues; j++) {
        if (bench->quo[j] == notes->quo[j]) continue;
        const double *share = bench->share + j * bench->width;
        const double *to = bench->values + bench->quo[j] * bench->width;
        const double *from = bench->values + notes->quo[j] * bench->width;
        for (int k = 0; k < 3; k++)
            for (int64_t i = 0; i < bench->width; i++) worths[k][i] += share[i] * to[i] - share[i] * from[i];
        notes->quo[j] = (int16_t)bench->quo[j];
    }
    return 0;
}

/* Look which issues are open; tells whether that has changed for any. */
static bool open_up(Bench *bench) {
    const Track *track = bench->track;
    const bool *fixed = bench->round->fixed + bench->row * track->issues;
    const bool *taken = bench->round->taken + bench->row * track->issues;
    bool changed = 0;
    for (int64_t j = 0; j < track->issues; j++) {
        const bool is_free = (track->place_at[j] >= 0) & !fixed[j] & !taken[j];
        changed |= is_free != bench->notes.free[j];
        bench->notes.free[j] = is_free;
    }
    return changed;
}

/* Find out again what has changed of all that is known but for the text; tells whether the text is to be read anew. */
static bool find_out(Bench *bench) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t row = bench->row, edition = round->edition[row], version = round->version[row];
    const Notes *notes = &bench->notes;
    bench->changed = notes->known->edition != edition || notes->known->version != version;
    if (bench->changed) {
        const bool opened = open_up(bench), revalued = notes->known->version != version;
        notes->known->edition = edition;
        notes->known->version = version;
        if (revalued || opened || restate(bench)) {
            for (int64_t j = 0; j < track->issues; j++) notes->quo[j] = (int16_t)bench->quo[j];
            block(bench);
            find_best(bench);
            value_package(bench->worth, row, bench->quo, notes->standing);
            return 1;
        }
    }
    const bool *live = round->live + row * track->all_lines;
    if (!memcmp(notes->all_live, live, (size_t)track->all_lines) || !block(bench)) return 0;
    bench->changed = 1;
    return 1;
}

void lay(Bench *bench, int64_t row) {
    const Track *track = bench->track;
    const Round *round = bench->round;
    const int64_t issues = track->issues, *draft = round->draft + row * issues;
    bench->row = row;
    bench->origin = round->origin[row];
    bench->share = round->packages->share.at + row * round->packages->share.step;
    bench->values = round->packages->values.at + row * round->packages->values.step;
    bench->luck = round->luck + bench->origin * track->slots;
    bench->quo = round->quo + row * issues;
    find_notes(bench, (char *)round->notes + bench->origin * bench->size_of_notes, &bench->notes);
    const bool to_read = find_out(bench);
    for (int64_t j = 0; j < issues; j++) bench->text[j] = bench->notes.free[j] ? draft[j] : bench->quo[j];
    if (to_read) {
        read_text(bench);
        settle(bench);
    }
    set_stakes(bench);
    appraise(bench);
}

/* -- changes of the text ------------------------------------------------------------------------------------------ */

static void add_link(Bench *bench, int64_t slot, Numbers addition, double sign) {
    const double *added = addition.at + bench->row * addition.step;
    double *link = bench->link[slot];
    for (int64_t i = 0; i < bench->width; i += LANES) {
        const Lanes change = sign * load(added + i);
        store(link + i, bench->linked[slot] ? load(link + i) + change : change);
    }
    bench->linked[slot] = 1;
}

/* Note what changes gain and lose by linkages. */
static void link_changes(Bench *bench) {
    const Track *track = bench->track;
    const Combination *linkages = &bench->worth->linkages;
    for (int64_t l = 0; l < linkages->count; l++) {
        const int64_t missing = missing_in(linkages, l, bench->text);
        if (missing >= 0) {
            const int64_t slot = track->slot_at[linkages->column[missing]];
            if (slot >= 0) add_link(bench, slot, bench->worth->additions[l], 1.0);
        }
        if (missing != -1) continue;
        for (int64_t k = linkages->start[l]; k < linkages->start[l + 1]; k++) {
            const int64_t place = track->place_at[linkages->issue[k]];
            if (place < 0) continue;
            for (int64_t s = track->first[place]; s < track->first[place + 1]; s++)
                if (track->column[s] != linkages->column[k]) add_link(bench, s, bench->worth->additions[l], -1.0);
        }
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

void look_around(Bench *bench) {
    memset(bench->linked, 0, (size_t)bench->track->slots);
    if (bench->notes.known->linked) link_changes(bench);
    set_guards_aside(bench);
}
