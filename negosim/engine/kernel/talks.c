/* A round of talks, one history after another (model 2, 5 to 8).

   What negosim.engine.talks.rounds does with arrays of many histories at once, with the same draws, rules and tolerances.
   Rules are in rules.h; docs/decisions/0003 says why there is a kernel. */

#include "drafts.h"

/* What everybody asks for: N', A*, τ, the aspiration, and what it comes to in the mood of the day. */
typedef struct {
    double reservation[MOST_PARTIES], best[MOST_PARTIES];
    const double *toughness, *judgement; /* of a handful of histories (judgement of none between rounds) */
    double aspiration[MOST_PARTIES], ask[MOST_PARTIES];
} Demands;

/* Histories whose rounds are held one after another, so that what takes long is worked out for several at once; and of
   which it is looked at once who meets. */
enum { HANDFUL = 8, AT_ONCE = 64 };

typedef struct {
    int64_t count, row[HANDFUL];
    double toughness[HANDFUL * MOST_PARTIES];    /* (count, width) τ, */
    double judgement[HANDFUL * MOST_PARTIES];    /* and what the mood of who is asked will be */
} Handful;

static double urgency_of(const Round *round, int64_t row) {
    return round->passed == 0.0 ? 0.0 : of(round->credibility, row, 0) * round->standing->credibility[row] * round->passed;
}

/* τ of those who may have to consent in some histories, side by side, so that many powers are taken at once; 0 of the
   others, whose time has all run out. */
static void set_toughness(const Draft *draft, Handful *handful) {
    const Block *block = draft->block;
    const Round *round = draft->round;
    const int64_t parties = block->parties, width = draft->width, size = handful->count * width;
    double ran[HANDFUL * MOST_PARTIES], limit[HANDFUL * MOST_PARTIES], e[HANDFUL * MOST_PARTIES];
    double pressing[HANDFUL * MOST_PARTIES], *found = handful->toughness;
    Bits uneven = {0}; /* as a rule everybody concedes evenly: then no power is needed */
    for (int64_t k = 0; k < handful->count; k++) {
        const int64_t row = handful->row[k];
        const double *clock = round->standing->clock + row * parties, urgency = urgency_of(round, row);
        const double *patience = numbers_of(round->patience, row), *concession = numbers_of(block->concession, row);
        for (int64_t i = 0; i < width; i += LANES) {
            const Bits counts = among(draft->consents, i);
            const Lanes concedes = chosen(counts, load_some(concession + i, parties - i, 1.0), all(1.0));
            uneven |= (Bits)(concedes != all(1.0));
            store(ran + k * width + i, chosen(counts, load_some(clock + i, parties - i, 0.0), all(INFINITY)));
            store(limit + k * width + i, load_some(patience + i, parties - i, 1.0));
            store(e + k * width + i, concedes);
            store(pressing + k * width + i, all(urgency));
        }
    }
    if (any(uneven))
        for (int64_t k = 0; k < size; k++) found[k] = toughness(ran[k], limit[k], e[k], pressing[k]);
    else
        for (int64_t k = 0; k < size; k++) found[k] = 1.0 - spent(ran[k], limit[k], pressing[k]);
}

/* How far the lesson of a body's last vote still counts. */
static double weight_of_lesson(const Draft *draft, int64_t body) {
    const Block *block = draft->block;
    const double lost_on = block->state->lost_on[draft->row * block->all_bodies + body];
    return lesson_weight(draft->round->day - lost_on, of(block->body_memory[body], draft->row, 0));
}

/* By how much each party asks for more because of its own bodies. */
static void foresee_demands(const Draft *draft, const double *pressure, double *foreseen) {
    const Track *track = draft->track;
    const Block *block = draft->block;
    const int64_t row = draft->row;
    for (int64_t i = 0; i < draft->width; i += LANES) store(foreseen + i, all(0.0));
    for (int64_t k = 0; k < track->own_bodies; k++) {
        const int64_t body = track->own_body[k], party = track->own_body_party[k];
        const double demand = foreseen_demand(of(block->hurdle[body], row, 0), of(block->foresight[body], row, 0),
                                              pressure[party], block->state->lesson[row * block->all_bodies + body],
                                              weight_of_lesson(draft, body));
        foreseen[party] = larger(foreseen[party], demand);
    }
}

/* N' of everybody. */
static void set_reservations(const Draft *draft, double *reservation) {
    const double *pressure = numbers_of(draft->round->pressure, draft->row);
    double foreseen[MOST_PARTIES];
    foresee_demands(draft, pressure, foreseen);
    for (int64_t i = 0; i < draft->width; i += LANES)
        store(reservation + i, load(draft->no_deal + i) - load_some(pressure + i, draft->track->parties - i, 0.0) +
                                   load(foreseen + i));
}

/* What everybody asks for beyond its reservation. */
static void set_demands(Draft *draft, Demands *demands) {
    value_best(draft, demands->best);
    for (int64_t i = 0; i < draft->width; i += LANES)
        store(demands->aspiration + i,
              aspiration(load(demands->reservation + i), load(demands->best + i), load(demands->toughness + i)));
}

/* Note who has moved since the last round, and so who waits for somebody else to move. */
static void note_moves(const Draft *draft, const double *toughness) {
    const Track *track = draft->track;
    const TrackState *standing = draft->round->standing;
    double *before = standing->toughness + draft->row * track->parties;
    stood_still(track->parties, before, toughness, track->signs, standing->slowed + draft->row * track->parties);
    memcpy(before, toughness, (size_t)track->parties * sizeof *before);
}

/* Which red lines of some parties (bits) the text crosses, by place: whose they are. */
static void find_crossed(const Draft *draft, uint64_t who, uint64_t *crossed) {
    const Track *track = draft->track;
    for (int64_t place = 0; place < track->places; place++) crossed[place] = 0;
    FOR_EACH_PARTY(i, who) {
        const uint64_t *own = track->lines_by + i * track->line_words;
        FOR_EACH(k, track->line_words, draft->notes.stand[word] & own[word]) {
            const int64_t place = track->line_place[k];
            const bool stands = draft->text[track->agenda[place]] == track->column[track->line_slot[k]];
            crossed[place] |= (uint64_t)stands << i;
        }
    }
}

/* Note the issues over which some parties would refuse, from one of them on, with their red lines or without: of those
   that are open, or of all on the agenda where none is. */
static void find_objections(const Draft *draft, int64_t party, bool with_lines) {
    const Track *track = draft->track;
    const Notes *notes = &draft->notes;
    const int64_t width = draft->width, left = track->parties - party;
    const double *best = numbers_of(draft->block->best_value, draft->row);
    const bool none_free = is_empty(track->words, notes->freed);
    const uint64_t who = with_lines ? notes->known->crossed & (all_bits(LANES) << party) : 0;
    uint64_t crossed[MOST_ISSUES]; /* (places,) */
    Lanes most = all(-INFINITY);
    Bits worst = all_of(0);
    if (who) find_crossed(draft, who, crossed);
    for (int64_t place = 0; place < track->places; place++) {
        const int64_t issue = track->agenda[place], at = issue * width + party;
        const Lanes weight = load(draft->salience + at), value = load(draft->values + draft->text[issue] * width + party);
        object(issue, weight * load(best + at) - weight * value, who ? among(crossed[place], party) : all_of(0),
               notes->free[issue] | none_free, &most, &worst);
    }
    int32_t *known = notes->objection + (with_lines ? party : track->parties + party);
    for (int64_t i = 0; i < LANES && i < left; i++) known[i] = (int32_t)worst[i];
}

/* -- moods -------------------------------------------------------------------------------------------------------- */

/* Some processes that are followed at once, and where what becomes of each is written down. */
typedef struct {
    int64_t count;
    double *into[HANDFUL * MOST_PARTIES];
    double z[HANDFUL * MOST_PARTIES], days[HANDFUL * MOST_PARTIES], memory[HANDFUL * MOST_PARTIES];
    double u[HANDFUL * MOST_PARTIES];
} Moods;

static void add_mood(Moods *moods, double *into, double z, double days, double memory, double u) {
    moods->into[moods->count] = into;
    moods->z[moods->count] = z;
    moods->days[moods->count] = days;
    moods->memory[moods->count] = memory;
    moods->u[moods->count++] = u;
}

static void follow(Moods *moods) {
    const int64_t size = filled_up(moods->count);
    double innovation[HANDFUL * MOST_PARTIES];
    for (int64_t k = moods->count; k < size; k++) /* as the first */
        moods->z[k] = 0.0, moods->days[k] = moods->days[0], moods->memory[k] = moods->memory[0], moods->u[k] = 0.5;
    normals(size, moods->u, innovation);
    followed(size, moods->z, moods->days, moods->memory, innovation);
    for (int64_t k = 0; k < moods->count; k++) *moods->into[k] = moods->z[k];
}

/* The mediator's errors about everybody. */
static void misread(Draft *draft, const Handful *handful) {
    const int64_t parties = draft->track->parties;
    const Round *round = draft->round;
    const Block *block = draft->block;
    Moods moods;
    moods.count = 0;
    for (int64_t k = 0; k < handful->count; k++) {
        const int64_t row = handful->row[k], trial = block->numbers[block->state->row[row]];
        double *z = round->standing->misreading + row * parties, *on = round->standing->misread_on + row;
        const double days = round->day - *on, memory = of(round->mediator_memory, row, 0);
        FOR_EACH_PARTY(i, draft->errors) add_mood(&moods, z + i, z[i], days, memory, uniform(&draft->error[i], trial));
        *on = round->day;
    }
    follow(&moods);
}

/* What the judgement of everybody who may have to consent is, if asked. */
static void consider(Draft *draft, Handful *handful) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const Block *block = draft->block;
    const uint64_t who = round->whole ? draft->consents : draft->moods;
    Moods moods;
    moods.count = 0;
    for (int64_t k = 0; k < handful->count; k++) {
        const int64_t row = handful->row[k], trial = block->numbers[block->state->row[row]];
        const double *z = round->standing->mood + row * track->parties;
        const double *asked_on = round->standing->asked_on + row * track->parties;
        const double *memory = numbers_of(block->judgement_memory, row);
        FOR_EACH_PARTY(i, who)
            add_mood(&moods, handful->judgement + k * draft->width + i, z[i], round->day - asked_on[i], memory[i],
                     uniform(&draft->consent[i], trial));
    }
    follow(&moods);
}

/* The judgement of those who are asked follows. */
static void follow_judgement(const Draft *draft, const double *judgement) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties;
    double *mood = round->standing->mood + draft->row * parties, *on = round->standing->asked_on + draft->row * parties;
    FOR_EACH_PARTY(i, draft->notes.known->asked) {
        if (!round->moody[i] && !round->whole) continue;
        mood[i] = judgement[i];
        on[i] = round->day;
    }
}

/* -- consent ------------------------------------------------------------------------------------------------------- */

/* What everybody who is asked says to the text. */
typedef struct {
    bool is_text, signed_, pressed, below;
    uint64_t refuses, by_body;           /* who does, and who only as a body would reject it; parties are bits */
    int64_t voters[MOST_PARTIES];        /* by whose values a body would */
} Decision;

/* Set what everybody asks for in its mood; a proposer makes no error about its own offer. */
static void set_asks(const Draft *draft, int64_t proposer, Demands *demands) {
    const int64_t parties = draft->track->parties;
    const double *scale = numbers_of(draft->block->scale, draft->row);
    const double *mood = draft->round->standing->mood + draft->row * parties;
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes error = load_some(scale + i, parties - i, 0.0) * load_some(mood + i, parties - i, 0.0);
        store(demands->ask + i, draft->moods ? ask(load(demands->reservation + i), load(demands->best + i),
                                                   load(demands->toughness + i), error)
                                             : load(demands->aspiration + i));
    }
    if (proposer >= 0) demands->ask[proposer] = demands->aspiration[proposer];
}

/* Note whose bodies would reject what the party itself would sign. */
static void foresee(const Draft *draft, Decision *decision) {
    const Track *track = draft->track;
    const Block *block = draft->block;
    for (int64_t b = 0; b < track->bodies; b++) {
        const int64_t body = track->body[b], party = track->body_party[b], voters = track->body_votes_as[b];
        if (!((draft->notes.known->asked & ~decision->refuses) >> party & 1)) continue;
        const double least = expected_threshold(of(block->hurdle[body], draft->row, 0),
                                                of(block->foresight[body], draft->row, 0),
                                                block->state->lesson[draft->row * block->all_bodies + body],
                                                weight_of_lesson(draft, body));
        if (!(draft->value[voters] - draft->no_deal[voters] < least - ROUNDING)) continue;
        decision->refuses |= (uint64_t)1 << party;
        decision->by_body |= (uint64_t)1 << party;
        decision->voters[party] = voters;
    }
}

/* Whether a text brings something, and holds nothing that is excluded or forbidden. */
static bool can_be_signed(const Draft *draft, const Known *known, int64_t row) {
    const Track *track = draft->track;
    const int8_t state = draft->block->state->state[row];
    const bool counts = (track->stops && state == FIGHTING) || (track->settles && state == CEASEFIRE);
    return (known->moves || counts) && !known->forbidden;
}

/* Whether a text cannot be signed, or crosses a red line of somebody it asks. */
static bool is_out_of_the_question(const Draft *draft, const Known *known, int64_t row) {
    return !can_be_signed(draft, known, row) || known->asked & known->crossed;
}

/* The same of the text that stands in a history, as far as that is known before it is taken up. */
static bool is_hopeless(const Draft *draft, int64_t row) {
    const int64_t origin = draft->block->state->row[row];
    const Known *known = (const Known *)((const char *)draft->round->notes + origin * draft->size_of_notes);
    return is_up_to_date(draft->block, known, row) && is_out_of_the_question(draft, known, row);
}

/* Whether somebody would refuse in any mood: nobody asks for less than its reservation. */
static bool is_worth_too_little(const Draft *draft, const Demands *demands) {
    uint64_t accept = 0;
    for (int64_t i = 0; i < draft->width; i += LANES)
        accept |= as_bits(accepts(load(draft->value + i), load(demands->reservation + i), all_of(0))) << i;
    return (draft->notes.known->asked & ~accept) != 0;
}

static void decide(Draft *draft, Demands *demands, int64_t proposer, Decision *decision) {
    const Round *round = draft->round;
    const Known *known = draft->notes.known;
    const double *pressure = numbers_of(round->pressure, draft->row);
    uint64_t accept = 0, pressed = 0, below = 0;
    decision->is_text = can_be_signed(draft, known, draft->row);
    decision->by_body = 0;
    if (decision->is_text && !round->between && (draft->moods || round->whole)) follow_judgement(draft, demands->judgement);
    set_asks(draft, proposer, demands);
    for (int64_t i = 0; i < draft->width; i += LANES) {
        const Lanes value = load(draft->value + i);
        accept |= as_bits(accepts(value, load(demands->ask + i), among(known->crossed, i))) << i;
        pressed |= as_bits((Bits)(load_some(pressure + i, draft->track->parties - i, 0.0) > all(0.0))) << i;
        below |= as_bits(falls_short(value, load(demands->aspiration + i))) << i;
    }
    decision->refuses = decision->is_text ? known->asked & ~accept : 0;
    if (decision->is_text) foresee(draft, decision);
    decision->signed_ = decision->is_text && !decision->refuses;
    decision->pressed = (known->asked & pressed) != 0;
    decision->below = decision->signed_ && (known->asked & below);
}

/* The issue over which a party refuses: its own, or of those by whose values its body would reject the text. */
static int32_t known_objection(const Draft *draft, const Decision *decision, int64_t party) {
    const bool by_body = decision->by_body >> party & 1;
    const int64_t whose = by_body ? decision->voters[party] : party;
    int32_t *known = draft->notes.objection + (by_body ? draft->track->parties + whose : whose);
    if (*known == NOT_KNOWN) find_objections(draft, whose / LANES * LANES, !by_body);
    return *known;
}

/* Count a round that failed, and over what. */
static void count_failure(const Draft *draft, const Decision *decision) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties, setting = draft->block->settings[draft->origin];
    int64_t *over = round->over + setting * parties * draft->track->issues;
    round->failed[draft->origin]++;
    FOR_EACH_PARTY(i, decision->refuses) {
        round->refused[draft->origin * parties + i]++;
        over[i * draft->track->issues + known_objection(draft, decision, i)]++;
    }
}

/* Report a round, at a place among those that are reported. */
static void report(const Draft *draft, const Demands *demands, const Decision *decision, int64_t proposer,
                   int64_t place) {
    const Round *round = draft->round;
    const int64_t parties = draft->track->parties, issues = draft->track->issues;
    const size_t numbers = (size_t)parties * sizeof(double);
    round->rows[place] = draft->row;
    round->signed_[place] = decision->signed_;
    round->pressed[place] = decision->pressed;
    round->below[place] = decision->below;
    memcpy(round->text + place * issues, draft->text, (size_t)issues * sizeof *draft->text);
    memcpy(round->worth + place * parties, draft->notes.utility, numbers);
    unpacked(draft->notes.known->asked, parties, round->consent + place * parties);
    if (!round->whole) return;
    round->proposer[place] = proposer;
    memcpy(round->value + place * parties, draft->value, numbers);
    memcpy(round->aspiration + place * parties, demands->aspiration, numbers);
    memcpy(round->reservation + place * parties, demands->reservation, numbers);
    memcpy(round->ask + place * parties, demands->ask, numbers);
    memcpy(round->judgement + place * parties, round->standing->mood + draft->row * parties, numbers);
    unpacked(decision->refuses, parties, round->refusals + place * parties);
    unpacked(draft->notes.known->crossed, parties, round->crossed + place * parties);
    for (int64_t i = 0; i < parties; i++)
        round->objections[place * parties + i] = decision->refuses >> i & 1 ? known_objection(draft, decision, i) : -1;
}

/* Whose turn it is to make an offer, -1 where a mediator drafts. */
static int64_t proposer_of(const Draft *draft) {
    const Track *track = draft->track;
    if (!track->takes_turns) return -1;
    const int64_t turn = (draft->round->standing->rounds[draft->row] - 1) % track->signatories;
    return draft->round->order[draft->origin * track->signatories + turn];
}

/* Hold the round in one of a handful of histories; return whether there is something to report. */
static bool meet(Draft *draft, Handful *handful, int64_t which, int64_t reported) {
    const Track *track = draft->track;
    const Round *round = draft->round;
    const int64_t row = handful->row[which];
    int64_t *stored = round->standing->draft + row * track->issues;
    /* A text that stands is not asked about for longer than it takes, unless all is to be reported: then what would not
       have become known is forgotten again, so that whoever reports sees the same history. */
    const bool hurried = round->between && !track->takes_turns;
    Demands demands;
    Decision decision;
    if (hurried && !round->whole && is_hopeless(draft, row)) return 0;
    load_draft(draft, row);
    const bool knew_best = draft->notes.known->best_known;
    bool refused = hurried && is_out_of_the_question(draft, draft->notes.known, row);
    if (refused && !round->whole) return 0;
    load_stakes(draft);
    if (!track->takes_turns || round->between) appraise(draft); /* an offer takes the place of any other text */
    set_reservations(draft, demands.reservation);
    refused = refused || (hurried && is_worth_too_little(draft, &demands));
    if (refused && !round->whole) return 0;
    const int64_t proposer = proposer_of(draft);
    if (track->takes_turns) forget_offers(draft);
    if (round->between) set_toughness(draft, handful); /* few are asked for that long */
    demands.toughness = handful->toughness + which * draft->width;
    demands.judgement = handful->judgement + which * draft->width;
    set_demands(draft, &demands);
    if (!round->between) {
        bool changed = track->takes_turns;
        if (track->takes_turns)
            make_offer(draft, proposer, demands.aspiration[proposer]);
        else if (track->revisions)
            changed = redraft(draft, demands.reservation);
        for (int64_t j = 0; changed && j < track->issues; j++)
            if (draft->notes.free[j]) stored[j] = draft->text[j];
    }
    decide(draft, &demands, proposer, &decision);
    if (decision.is_text && !round->between && draft->block->reciprocal) note_moves(draft, demands.toughness);
    if (decision.refuses && !round->between) count_failure(draft, &decision);
    if (refused) draft->notes.known->best_known = knew_best;
    if (!decision.signed_ && !round->whole) return 0;
    report(draft, &demands, &decision, proposer, reported);
    return 1;
}

/* A draft of a track, before it is that of any history. */
static void prepare(Draft *draft, const Block *block, int64_t index) {
    const Track *track = draft->track = block->track + index;
    const Round *round = draft->round = block->talks + index;
    draft->block = block;
    draft->index = index;
    draft->worth = block->packages;
    draft->width = block->packages->width;
    draft->size_of_notes = negosim_size_of_notes(track);
    draft->size_of_offers = size_of_offers(track, draft->width);
    for (int64_t i = 0; i < draft->width; i++) { /* nobody, and who is neither tempted nor impatient */
        draft->preference[i] = draft->phi[i] = 1.0;
        draft->distrust[i] = draft->going_on[i] = draft->fallback[i] = draft->no_deal[i] = 0.0;
    }
    draft->signs = packed(track->parties, track->signs);
    draft->consents = packed(track->parties, track->consents);
    draft->moods = packed(track->parties, round->moody) & draft->consents;
    draft->errors = packed(track->parties, round->misread);
    for (int64_t i = 0; i < track->parties; i++) {
        draft->consent[i] = stream_of(round->consent_keys + 2 * i, round->tick, 0);
        draft->error[i] = stream_of(round->error_keys + 2 * i, round->tick, 0);
    }
}

/* Hold the round in a handful of histories; return in how many there is something to report. */
static int64_t meet_all(Draft *draft, Handful *handful, int64_t reported) {
    int64_t more = 0;
    if (!draft->round->between) {
        set_toughness(draft, handful);
        if (draft->errors) misread(draft, handful);
        if (draft->moods || draft->round->whole) consider(draft, handful);
    }
    for (int64_t which = 0; which < handful->count; which++) more += meet(draft, handful, which, reported + more);
    return more;
}

/* Find the rows in which a track meets, of some (from one to before another); return how many. */
static int64_t find_meetings(const Block *block, int64_t index, int64_t from, int64_t to, int64_t *rows) {
    const Round *round = block->talks + index;
    int64_t count = 0;
    for (int64_t row = from; row < to; row++) { /* which meet is as good as random: no branches */
        rows[count] = row;
        count += is_open(block, block->track + index, round->standing, row, round->tick, round->day) &
                 (!round->between | (round->standing->rounds[row] != 0));
    }
    return count;
}

void open_draft(const Block *block, int64_t index, int64_t from, int64_t to) {
    const int64_t issues = block->issues, *first = block->track[index].first_draft;
    int64_t *draft = block->talks[index].standing->draft;
    for (int64_t row = from; row < to; row++)
        for (int64_t j = 0; j < issues; j++)
            draft[row * issues + j] = first[j] < 0 ? block->state->status_quo[row * issues + j] : first[j];
}

int64_t negosim_hold(const Block *block, int64_t index, int64_t tick, double day, double passed, int64_t between,
                     int64_t whole, int64_t from, int64_t to) {
    Round *round = block->talks + index;
    Draft draft;
    Handful handful;
    bool is_prepared = 0;
    int64_t reported = 0;
    round->tick = tick, round->day = day, round->passed = passed, round->between = between, round->whole = whole;
    for (int64_t first = from; first < to; first += AT_ONCE) {
        int64_t rows[AT_ONCE];
        const int64_t count = find_meetings(block, index, first, first + AT_ONCE < to ? first + AT_ONCE : to, rows);
        if (count && !is_prepared) prepare(&draft, block, index), is_prepared = 1;
        for (int64_t k = 0; k < count; k += handful.count) {
            const int64_t left = count - k, most = between ? 1 : HANDFUL;
            handful.count = left < most ? left : most;
            for (int64_t n = 0; n < handful.count; n++) {
                handful.row[n] = rows[k + n];
                round->standing->rounds[rows[k + n]] += !between;
            }
            reported += meet_all(&draft, &handful, reported);
        }
    }
    return reported;
}
