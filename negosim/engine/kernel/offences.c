/* What stands in the way of a text: offences, and which changes of it may be made (model 8). */

#include "drafts.h"

/* A place at which the text stands behind a live red line of somebody who is asked only where it moves their chip. */
typedef struct {
    int64_t party, place;
} Brush;

typedef struct {
    uint64_t closed[MOST_WORDS];         /* changes that may not be made */
    int16_t more[MOST_OPTIONS];          /* (slots,) offences elsewhere that a change adds by whom it asks */
    int16_t fewer[MOST_ISSUES];          /* (places,) offences that end with the text's option there */
    bool any;                            /* whether there are any of these */
    uint64_t behind[MOST_OPTIONS];       /* (slots,) behind whose lines an option lies; parties are bits */
    int64_t brushes;
    Brush brush[MOST_LINES];
} Changes;

/* Note at which slots the text stands. */
static void place_text(Draft *draft) {
    const Track *track = draft->track;
    const int64_t *text = draft->text;
    if (draft->placed) return;
    draft->placed = 1;
    clear(track->words, draft->stands);
    for (int64_t place = 0; place < track->places; place++) add(draft->stands, track->slot_at[text[track->agenda[place]]]);
}

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
    FOR_EACH(k, track->line_words, notes->stand[word] & track->varying[word]) {
        const int64_t party = track->line_party[k], slot = track->line_slot[k], place = track->line_place[k];
        if (has(notes->blocked, slot)) continue;
        const bool stands = has(draft->stands, slot);
        changes->behind[slot] |= (uint64_t)1 << party;
        if (stands) changes->brush[changes->brushes++] = (Brush){party, place};
        if (!(is_asked >> party & 1)) continue;
        add(changes->closed, slot);
        if (stands) changes->fewer[place] = changes->any = 1;
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
        uint64_t then = now | track->sway_holders[c];
        if (!notes->free[issue]) continue;
        if (moved) {
            draft->text[issue] = draft->quo[issue];
            then = holders_asked(draft);
            draft->text[issue] = stands;
        }
        if (now == then) continue;
        const int64_t more = offences_of(changes, then, place) - offences_of(changes, now, place);
        changes->any |= more != 0;
        for (int64_t s = track->first[place]; s < track->first[place + 1]; s++) {
            if (track->column[s] == stands || (moved && track->column[s] != draft->quo[issue])) continue;
            drop(changes->closed, s);
            if (has(notes->blocked, s) || changes->behind[s] & then) add(changes->closed, s);
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
            if (slot >= 0) add(changes->closed, slot);
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
    const Notes *notes = &draft->notes;
    uint64_t kept[MOST_WORDS];
    int most = 0;
    clear(track->words, kept);
    FOR_EACH(slot, track->words, notes->open[word]) {
        int relief = changes->fewer[track->place_of[slot]] - changes->more[slot];
        if (track->takes_turns && relief > 1) relief = 1;
        if (relief < most) continue;
        if (relief > most) clear(track->words, kept), most = relief;
        add(kept, slot);
    }
    notes->known->must = most > 0;
    memcpy(notes->open, kept, (size_t)track->words * sizeof *kept);
}

void judge(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    Changes changes;
    changes.any = 0;
    place_text(draft);
    memset(changes.fewer, 0, (size_t)track->places * sizeof *changes.fewer);
    memset(changes.more, 0, (size_t)track->slots * sizeof *changes.more);
    for (int64_t w = 0; w < track->words; w++) changes.closed[w] = notes->blocked[w] | draft->stands[w];
    FOR_EACH(slot, track->words, notes->blocked[word] & draft->stands[word] & notes->freed[word])
        changes.fewer[track->place_of[slot]] = changes.any = 1;
    if (notes->known->varies) weigh_asking(draft, &changes);
    ban(draft, &changes);
    for (int64_t w = 0; w < track->words; w++) notes->open[w] = notes->freed[w] & ~changes.closed[w];
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
        if (holds(&track->bans, c, draft->text))
            for (int64_t k = track->bans.start[c]; k < track->bans.start[c + 1]; k++)
                found |= free[track->bans.issue[k]];
    for (int64_t w = 0; w < track->words; w++)
        found |= (draft->stands[w] & draft->notes.freed[w] & track->excluded[w]) != 0;
    return found;
}

/* Whose red lines the text crosses; parties are bits. */
static uint64_t crossed_by(const Draft *draft) {
    const Track *track = draft->track;
    uint64_t found = 0;
    for (int64_t w = 0; w < track->line_words; w++) {
        uint64_t lines = 0;
        FOR_EACH(slot, track->words, draft->stands[word]) lines |= track->lines_behind[slot * track->line_words + w];
        for (lines &= draft->notes.stand[w]; lines; lines &= lines - 1)
            found |= (uint64_t)1 << track->line_party[w * WORD + __builtin_ctzll(lines)];
    }
    return found;
}

void settle(Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    place_text(draft);
    notes->known->moves = memcmp(draft->text, draft->quo, (size_t)track->issues * sizeof *draft->text) != 0;
    notes->known->forbidden = is_forbidden(draft);
    notes->known->asked = holders_asked(draft) | draft->signs;
    notes->known->crossed = crossed_by(draft);
    for (int64_t i = 0; i < 2 * track->parties; i++) notes->objection[i] = NOT_KNOWN;
}

/* -- what stands in the way of any text ---------------------------------------------------------------------------- */

/* Note which slots and red lines belong to what is open. */
static void open_places(const Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    clear(track->words, notes->freed);
    clear(track->line_words, notes->bearing);
    for (int64_t place = 0; place < track->places; place++) {
        if (!notes->free[track->agenda[place]]) continue;
        unite(track->words, notes->freed, track->slots_of + place * track->words);
        unite(track->line_words, notes->bearing, track->lines_of + place * track->line_words);
    }
}

/* Look which red lines bear on what is open; return whether these have changed. */
static bool look_at_lines(const Draft *draft) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const bool *live = draft->block->state->live + draft->row * track->lines;
    bool changed = 0;
    for (int64_t w = 0; w < track->line_words; w++) {
        const int64_t first = w * WORD, count = track->lines - first < WORD ? track->lines - first : WORD;
        const uint64_t stand = packed(count, live + first) & notes->bearing[w];
        changed |= stand != notes->stand[w];
        notes->stand[w] = stand;
    }
    return changed;
}

bool block(Draft *draft, bool opened) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    uint64_t varies = 0;
    if (opened) open_places(draft);
    const bool changed = look_at_lines(draft);
    if (!changed && !opened) return 0;
    memcpy(notes->blocked, track->excluded, (size_t)track->words * sizeof *track->excluded);
    for (int64_t w = 0; w < track->line_words; w++) varies |= notes->stand[w] & track->varying[w];
    FOR_EACH(k, track->line_words, notes->stand[word] & track->binding[word]) add(notes->blocked, track->line_slot[k]);
    notes->known->varies = varies != 0;
    return changed;
}
