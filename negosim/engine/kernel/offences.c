/* What stands in the way of a text: offences, and which changes of it may be made (model 8). */

#include "drafts.h"

/* A place at which the text stands behind a live red line of somebody who is asked only where it moves their chip. */
typedef struct {
    int64_t party, place;
} Brush;

typedef struct {
    bool closed[MOST_OPTIONS];           /* (slots,) changes that may not be made */
    int16_t more[MOST_OPTIONS];          /* (slots,) offences elsewhere that a change adds by whom it asks */
    int16_t fewer[MOST_ISSUES];          /* (places,) offences that end with the text's option there */
    bool any;                            /* whether there are any of these */
    uint64_t behind[MOST_OPTIONS];       /* (slots,) behind whose lines an option lies; parties are bits */
    int64_t brushes;
    Brush brush[MOST_LINES];
} Changes;

/* Whom the text asks because it moves their chip; parties are bits. */
static uint64_t holders_asked(const Draft *draft) {
    const Track *track = draft->track;
    return asked(0, track->holdings, track->holding_party, track->holding_chip, draft->text, draft->quo);
}

/* -- lines that bind whoever is asked because of a chip ------------------------------------------------------------ */

/* How many places there are, one left aside, at which the text stands behind a line of somebody who is asked. */
static int64_t offences_of(const Changes *changes, uint64_t is_asked, int64_t aside) {
    int64_t count = 0;
    for (int64_t k = 0; k < changes->brushes; k++) {
        const int64_t place = changes->brush[k].place;
        bool counts = (is_asked >> changes->brush[k].party & 1) && place != aside;
        for (int64_t l = 0; l < k; l++)
            counts &= changes->brush[l].place != place || !(is_asked >> changes->brush[l].party & 1);
        count += counts;
    }
    return count;
}

/* Close what lies behind lines of holders who are asked, and note where the text itself does. Signatories need no look:
   what lies behind their lines is blocked. */
static void bind_holders(const Draft *draft, uint64_t is_asked, Changes *changes) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    changes->brushes = 0;
    memset(changes->behind, 0, (size_t)track->slots * sizeof *changes->behind);
    for (int32_t l = 0; l < notes->known->standing_lines; l++) {
        const int64_t k = notes->stand[l], party = track->line_party[k], slot = track->line_slot[k];
        if (track->signs[party] || !track->consents[party] || notes->blocked[slot]) continue;
        const bool stands = draft->text[track->line_issue[k]] == track->line_column[k];
        changes->behind[slot] |= (uint64_t)1 << party;
        if (stands) changes->brush[changes->brushes++] = (Brush){party, track->place_of[slot]};
        if (!(is_asked >> party & 1)) continue;
        changes->closed[slot] = 1;
        if (stands) changes->fewer[track->place_of[slot]] = changes->any = 1;
    }
}

/* Judge again the changes that move a chip, or put it back: they ask others than the text does. */
static void weigh_asking(Draft *draft, Changes *changes) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const uint64_t now = holders_asked(draft);
    bind_holders(draft, now, changes);
    for (int64_t c = 0; c < track->swaying; c++) {
        const int64_t issue = track->sway[c], place = track->place_at[issue], stands = draft->text[issue];
        const bool moved = stands != draft->quo[issue];
        if (!notes->free[issue]) continue;
        draft->text[issue] = moved ? draft->quo[issue] : -1; /* any other option */
        const uint64_t then = holders_asked(draft);
        draft->text[issue] = stands;
        if (now == then) continue;
        const int64_t more = offences_of(changes, then, place) - offences_of(changes, now, place);
        changes->any |= more != 0;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            if (track->column[s] == stands || (moved && track->column[s] != draft->quo[issue])) continue;
            changes->closed[s] = notes->shut[s] || (changes->behind[s] & then);
            changes->more[s] = (int16_t)more;
        }
    }
}

/* -- all changes --------------------------------------------------------------------------------------------------- */

/* Close what completes a combination that no draft may contain, and count at each open place those that are there. */
static void ban(const Draft *draft, Changes *changes) {
    const Track *track = draft->track;
    const Combination *bans = &track->bans;
    for (int64_t c = 0; c < bans->count; c++) {
        const int64_t missing = missing_in(bans, c, draft->text);
        if (missing >= 0) {
            const int64_t slot = track->slot_at[bans->column[missing]];
            if (slot >= 0) changes->closed[slot] = 1;
        }
        if (missing != -1) continue;
        for (int64_t k = bans->start[c]; k < bans->start[c + 1]; k++) {
            const int64_t issue = bans->issue[k], place = track->place_at[issue];
            if (place >= 0 && draft->notes.free[issue]) changes->fewer[place]++, changes->any = 1;
        }
    }
}

/* Leave only changes that add no offences, and where some leave fewer only those that leave fewest; parties that take
   turns make no difference between these. */
static void narrow(const Draft *draft, const Changes *changes) {
    const Track *track = draft->track;
    Known *known = draft->notes.known;
    int16_t *open = draft->notes.open;
    int32_t kept = 0;
    int relief[MOST_OPTIONS], most = 0;
    for (int32_t k = 0; k < known->openings; k++) {
        relief[k] = changes->fewer[track->place_of[open[k]]] - changes->more[open[k]];
        if (track->takes_turns && relief[k] > 1) relief[k] = 1;
        if (relief[k] > most) most = relief[k];
    }
    for (int32_t k = 0; k < known->openings; k++)
        if (relief[k] >= most) open[kept++] = open[k];
    known->must = most > 0;
    known->openings = kept;
}

void judge(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    Changes changes;
    changes.any = 0;
    memcpy(changes.closed, notes->shut, (size_t)track->slots);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], stands = track->slot_at[draft->text[issue]];
        changes.closed[stands] = 1;
        changes.fewer[place] = notes->blocked[stands] & notes->free[issue];
        changes.any |= changes.fewer[place] != 0;
    }
    memset(changes.more, 0, (size_t)track->slots * sizeof *changes.more);
    if (notes->known->varies) weigh_asking(draft, &changes);
    ban(draft, &changes);
    /* Which are open is as good as random from one history to the next: no branches. */
    int32_t openings = 0;
    for (int64_t s = 0; s < track->slots; s++) {
        notes->open[openings] = (int16_t)s;
        openings += !changes.closed[s];
    }
    notes->known->openings = openings;
    notes->known->must = 0;
    notes->known->judged = 1;
    if (changes.any) narrow(draft, &changes);
}

/* -- the text itself ----------------------------------------------------------------------------------------------- */

/* Whether the text contains what no text that is put may contain, as far as it is open. */
static bool is_forbidden(const Draft *draft) {
    const Track *track = draft->track;
    const bool *free = draft->notes.free;
    bool found = 0;
    for (int64_t c = 0; c < track->bans.count; c++)
        if (missing_in(&track->bans, c, draft->text) == -1)
            for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++) found |= free[track->bans.issue[k]];
    for (int64_t place = 0; track->excludes && place < track->places; place++) {
        const int64_t issue = track->agenda[place];
        found |= free[issue] & track->excluded[track->slot_at[draft->text[issue]]];
    }
    return found;
}

void settle(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    bool moves = 0;
    for (int64_t j = 0; j < track->issues; j++) moves |= draft->text[j] != draft->quo[j];
    notes->known->moves = moves;
    notes->known->forbidden = is_forbidden(draft);
    unpacked(holders_asked(draft) | packed(track->parties, track->signs), track->parties, notes->asked);
    for (int64_t i = 0; i < track->parties; i++) {
        notes->crossed[i] = 0;
        notes->objection[i] = notes->objection[track->parties + i] = NOT_KNOWN;
    }
    for (int32_t l = 0; l < notes->known->standing_lines; l++) {
        const int64_t k = notes->stand[l];
        notes->crossed[track->line_party[k]] |= draft->text[track->line_issue[k]] == track->line_column[k];
    }
}

/* Look which red lines bear on what is open; return whether that has changed for any. */
static bool look_at_lines(const Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    bool changed = 0;
    memcpy(notes->all_live, draft->block->state->live + draft->row * track->all_lines, (size_t)track->all_lines);
    for (int64_t k = 0; k < track->lines; k++) {
        const bool is_live = notes->all_live[track->line[k]] & notes->free[track->line_issue[k]];
        changed |= is_live != notes->live[k];
        notes->live[k] = is_live;
    }
    return changed;
}

bool block(Draft *draft, bool in_any_case) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const bool *binds = track->takes_turns ? track->consents : track->signs;
    bool varies = 0;
    int32_t standing = 0;
    const bool changed = look_at_lines(draft);
    if (!changed && !in_any_case) return 0;
    memcpy(notes->blocked, track->excluded, (size_t)track->slots);
    for (int64_t k = 0; k < track->lines; k++) {
        const bool is_live = notes->live[k];
        const int64_t party = track->line_party[k];
        notes->stand[standing] = (int16_t)k;
        standing += is_live;
        notes->blocked[track->line_slot[k]] |= is_live & binds[party];
        varies |= is_live & track->consents[party] & !binds[party];
    }
    notes->known->standing_lines = standing;
    notes->known->varies = varies;
    for (int64_t s = 0; s < track->slots; s++)
        notes->shut[s] = notes->blocked[s] | !notes->free[track->agenda[track->place_of[s]]];
    return changed;
}
