/* One settlement track of a war, trial by trial: the limit that the engine is measured against.
 *
 * It plays case.yaml and scenarios of its shape (a war, three parties, issues of four options, one single-text track
 * with a mediator, no events) by the rules of the model, on the engine's draws: Philox 4x64-10 counters (Salmon et al.
 * 2011) addressed by stream, trial, tick and lane. One trial after another, everything in registers and small arrays.
 * kernel/limit.py compiles it and fills in the numbers.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define PARTIES 3
#define ISSUES 6
#define WIDTH 4 /* options of an issue */
#define SLOTS (ISSUES * WIDTH)
#define LINES 2
#define TICKS 128
#define EPSILON 0.01 /* below this gain the mediator's logarithm is continued by its tangent */
#define TIE 1e-9
#define ROUNDING 1e-12
#define NEVER (-1)
#define BEYOND 1e300 /* days: never */
#define ON_TIME 1e-6 /* days: rounding of sums of durations */
#define YEAR 365.25

enum { FIGHTING, SETTLEMENT, ENDED };
enum { FRONT, CROSSING, BREACH, ESTIMATE, CONSENT = ESTIMATE + PARTIES, AT_TICKS = CONSENT + PARTIES };

typedef struct {
    uint64_t key[AT_TICKS][2], drift_key[2], patience_key[PARTIES][2], line_key[LINES][2], tie_key[ISSUES][2];
    int32_t ticks, revisions, first, second, guarding, chip, holder, ripeness, round_at[TICKS];
    int32_t quo[ISSUES], draft[ISSUES], line_party[LINES], line_slot[LINES];
    double days[TICKS];
    double front, drift_mean, drift_sd, volatility, optimism[PARTIES], variance[PARTIES], narrative[PARTIES];
    double table[PARTIES][SLOTS], unguarded[SLOTS], quo_worth[PARTIES], imposed[2][PARTIES];
    double best_utility[PARTIES], best_unguarded[PARTIES];
    double time_preference[PARTIES], war_cost[PARTIES], fatigue[PARTIES], concession[PARTIES], noise[PARTIES];
    double mood_memory[PARTIES];
    double distrust[PARTIES], exposure[PARTIES], patience[PARTIES], patience_spread[PARTIES], weight[PARTIES];
    double mediator_error, mediator_memory, breach, shape, effect, memory, peace_cost, pause, line_mean[LINES];
} Case;

typedef struct {
    int32_t signed_at, victory, winner, final, failed, refused[PARTIES];
    int32_t terms[ISSUES];
    double since, until, fought;
} Ending;

/* -- draws --------------------------------------------------------------------------------------------------------- */

/* The uniforms of four trials that share their counters: drawn when the first of them asks. */
typedef struct {
    int64_t drawn_for[TICKS][AT_TICKS];
    double value[TICKS][AT_TICKS][4];
} Pool;

static void philox(const uint64_t key[2], uint64_t group, uint64_t tick, uint64_t lane, double out[4]) {
    uint64_t c0 = group + 1, c1 = tick, c2 = lane, c3 = 0, k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        unsigned __int128 p = (unsigned __int128)0xD2E7470EE14C6C93ULL * c0;
        unsigned __int128 q = (unsigned __int128)0xCA5A826395121157ULL * c2;
        uint64_t n0 = (uint64_t)(q >> 64) ^ c1 ^ k0, n2 = (uint64_t)(p >> 64) ^ c3 ^ k1;
        c1 = (uint64_t)q, c3 = (uint64_t)p, c0 = n0, c2 = n2;
        k0 += 0x9E3779B97F4A7C15ULL, k1 += 0xBB67AE8584CAA73BULL;
    }
    uint64_t words[4] = {c0, c1, c2, c3};
    for (int word = 0; word < 4; word++)
        out[word] = ((double)(words[word] >> 11) + 0.5) * 0x1p-53;
}

static double once(const uint64_t key[2], int64_t trial, uint64_t lane) {
    double four[4];
    philox(key, (uint64_t)trial / 4, 0, lane, four);
    return four[trial % 4];
}

static inline double uniform(const Case *c, Pool *pool, int stream, int tick, int64_t trial) {
    if (pool->drawn_for[tick][stream] != trial / 4) {
        philox(c->key[stream], (uint64_t)trial / 4, (uint64_t)tick, 0, pool->value[tick][stream]);
        pool->drawn_for[tick][stream] = trial / 4;
    }
    return pool->value[tick][stream][trial % 4];
}

static inline double ratio(const double above[8], const double below[8], double x) {
    double a = above[0], b = below[0];
    for (int place = 1; place < 8; place++)
        a = a * x + above[place], b = b * x + below[place];
    return a / b;
}

/* The inverse of the normal distribution: Wichura (1988), AS 241, PPND16. */
static double normal(double u) {
    static const double centre[2][8] = {
        {2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
         1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0},
        {5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
         5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0}};
    static const double shoulder[2][8] = {
        {7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
         3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0},
        {1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
         6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0}};
    static const double tail[2][8] = {
        {2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
         2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0},
        {2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
         1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0}};
    double q = u - 0.5;
    if (fabs(q) <= 0.425)
        return q * ratio(centre[0], centre[1], 0.180625 - q * q);
    double r = sqrt(-log(q < 0 ? u : 1.0 - u));
    double size = r <= 5.0 ? ratio(shoulder[0], shoulder[1], r - 1.6) : ratio(tail[0], tail[1], r - 5.0);
    return copysign(size, q);
}

/* -- a trial ------------------------------------------------------------------------------------------------------- */

/* A mood that lasts: z, and the day on which it was last looked at. */
typedef struct {
    double z, day;
    int32_t known;
} Mood;

static double follow(Mood *mood, double day, double memory, double innovation) {
    double rho = mood->known && memory > 0 ? exp(-(day - mood->day) / memory) : 0;
    mood->z = (mood->known ? rho * mood->z : 0) + sqrt(1 - rho * rho) * innovation;
    mood->day = day, mood->known = 1;
    return mood->z;
}

typedef struct {
    double front, drift, belief[PARTIES], variance[PARTIES], fought, memory, clock[PARTIES], patience[PARTIES];
    double cost[PARTIES], war[PARTIES], lifts[LINES], luck[SLOTS];
    double utility[PARTIES], shift[PARTIES][SLOTS], unguarded; /* of the draft, and what changes of it add */
    Mood judgement[PARTIES], misreading[PARTIES];
    double closed_until;
    int32_t draft[ISSUES], state, hurting[PARTIES], live[LINES], blocked[SLOTS];
} Trial;

static void block(const Case *c, Trial *t) {
    memset(t->blocked, 0, sizeof t->blocked);
    for (int line = 0; line < LINES; line++)
        t->blocked[c->line_slot[line]] |= t->live[line];
}

static void begin(const Case *c, Trial *t, int64_t trial) {
    t->state = FIGHTING, t->front = c->front, t->fought = 0, t->memory = 1, t->closed_until = -BEYOND;
    memset(t->judgement, 0, sizeof t->judgement), memset(t->misreading, 0, sizeof t->misreading);
    t->drift = c->drift_mean + c->drift_sd * normal(once(c->drift_key, trial, 0));
    t->unguarded = 1;
    for (int issue = 0; issue < ISSUES; issue++) {
        t->draft[issue] = c->draft[issue];
        t->unguarded *= c->unguarded[c->draft[issue]];
        for (int option = 0; option < WIDTH; option++)
            t->luck[issue * WIDTH + option] = TIE * once(c->tie_key[issue], trial, (uint64_t)option);
    }
    for (int party = 0; party < PARTIES; party++) {
        t->belief[party] = t->drift + c->optimism[party], t->variance[party] = c->variance[party];
        t->clock[party] = 0, t->hurting[party] = 0, t->patience[party] = c->patience[party];
        if (c->patience_spread[party] > 1)
            t->patience[party] *= exp(log(c->patience_spread[party]) * normal(once(c->patience_key[party], trial, 0)));
        t->utility[party] = 0;
        for (int issue = 0; issue < ISSUES; issue++)
            t->utility[party] += c->table[party][c->draft[issue]];
        for (int slot = 0; slot < SLOTS; slot++)
            t->shift[party][slot] = c->table[party][slot] - c->table[party][c->draft[slot / WIDTH]];
    }
    for (int line = 0; line < LINES; line++) {
        t->live[line] = 1;
        t->lifts[line] = c->line_mean[line] < BEYOND ? -c->line_mean[line] * log(once(c->line_key[line], trial, 0)) : BEYOND;
    }
    block(c, t);
}

/* The front over the stretch up to a tick, and what is learnt from it; 1 or -1 where it reaches an end. */
static int fight(const Case *c, Trial *t, Pool *pool, int tick, int64_t trial) {
    double years = (c->days[tick] - c->days[tick - 1]) / YEAR, variance = c->volatility * c->volatility * years;
    double before = t->front;
    double step = c->volatility * sqrt(years) * normal(uniform(c, pool, FRONT, tick, trial));
    double after = before + t->drift * years + step;
    double u = uniform(c, pool, CROSSING, tick, trial);
    t->fought += years;
    double up = exp(-2 * fmax(1 - before, 0) * fmax(1 - after, 0) / variance);
    double down = exp(-2 * fmax(1 + before, 0) * fmax(1 + after, 0) / variance), total = fmax(up + down, 1);
    if (u > 1 - down / total)
        return -1;
    if (u < up / total)
        return 1;
    t->front = after;
    double noise = c->volatility * c->volatility;
    for (int party = 0; party < PARTIES; party++) {
        double gain = t->variance[party] / (t->variance[party] * years + noise);
        t->belief[party] += gain * (after - before + (c->narrative[party] - t->belief[party]) * years);
        t->variance[party] = gain * noise;
    }
    return 0;
}

/* c and W of a party: what fighting on costs and is worth. */
static void value_war(const Case *c, Trial *t, int party) {
    double variance = c->volatility * c->volatility, mu = t->belief[party];
    double a = mu / variance, k = sqrt(mu * mu + 2 * c->time_preference[party] * variance) / variance;
    double above = 1 - t->front, below = 1 + t->front, scale = -1 / expm1(-4 * k);
    double up = exp((a - k) * above) * -expm1(-2 * k * below) * scale;
    double down = exp(-(a + k) * below) * -expm1(-2 * k * above) * scale;
    t->cost[party] = c->war_cost[party] * (1 + c->fatigue[party] * t->fought);
    t->war[party] = (1 - up - down) * (c->quo_worth[party] - t->cost[party]) + up * c->imposed[0][party] +
                    down * c->imposed[1][party];
}

/* What an agreement means to a party in this round: A = (r(u - going_on) + h(x) fallback) / (r + h(x)). */
typedef struct {
    double r, going_on, fallback, distrust;
} Stake;

static inline double rate(const Case *c, double unguarded) { return c->breach * (1 - c->effect * (1 - unguarded)); }

static inline double agreement(Stake s, double utility, double lambda) {
    double h = s.distrust * lambda;
    return (s.r * (utility - s.going_on) + h * s.fallback) / (s.r + h);
}

static inline double unguarded_with(const Case *c, const Trial *t, int slot) {
    return t->unguarded / c->unguarded[t->draft[c->guarding]] * c->unguarded[slot];
}

/* Φ of every change of the draft that may be made, with its luck; returns the best, and Φ of the draft in *now. */
static int best_change(const Case *c, const Trial *t, const Stake stake[], const double estimate[], double *best,
                       double *now, int must) {
    double total[SLOTS], value[SLOTS], kept = 0;
    int guards = c->guarding * WIDTH, found = 0;
    memcpy(total, t->luck, sizeof total);
    for (int party = 0; party < PARTIES; party++) {
        if (c->weight[party] == 0)
            continue;
        double lambda = rate(c, t->unguarded), h = stake[party].distrust * lambda;
        double edge = agreement(stake[party], t->utility[party], lambda) - estimate[party];
        double slope = stake[party].r / (stake[party].r + h), weight = c->weight[party];
        for (int slot = 0; slot < SLOTS; slot++)
            value[slot] = edge + slope * t->shift[party][slot];
        for (int slot = guards; slot < guards + WIDTH; slot++)
            value[slot] = agreement(stake[party], t->utility[party] + t->shift[party][slot],
                                    rate(c, unguarded_with(c, t, slot))) - estimate[party];
#pragma omp simd
        for (int slot = 0; slot < SLOTS; slot++)
            total[slot] += weight * (log(value[slot] > EPSILON ? value[slot] : EPSILON) +
                                     (value[slot] < EPSILON ? value[slot] : EPSILON) / EPSILON - 1);
        kept += weight * (log(fmax(edge, EPSILON)) + fmin(edge, EPSILON) / EPSILON - 1);
    }
    *best = -BEYOND, *now = kept;
    for (int slot = 0; slot < SLOTS; slot++) {
        int standing = t->draft[slot / WIDTH];
        if (slot != standing && !t->blocked[slot] && (!must || t->blocked[standing]) && total[slot] > *best)
            *best = total[slot], found = slot;
    }
    return found;
}

static void change(const Case *c, Trial *t, int slot) {
    int issue = slot / WIDTH;
    if (issue == c->guarding)
        t->unguarded = unguarded_with(c, t, slot);
    t->draft[issue] = slot;
    for (int party = 0; party < PARTIES; party++) {
        double gained = t->shift[party][slot];
        t->utility[party] += gained;
        for (int option = issue * WIDTH; option < (issue + 1) * WIDTH; option++)
            t->shift[party][option] -= gained;
    }
}

static void redraft(const Case *c, Trial *t, const Stake stake[], const double estimate[]) {
    for (int revision = 0; revision < c->revisions; revision++) {
        int must = 0;
        for (int issue = 0; issue < ISSUES; issue++)
            must |= t->blocked[t->draft[issue]];
        double best, now;
        int slot = best_change(c, t, stake, estimate, &best, &now, must);
        if (best == -BEYOND || (!must && best - now <= 2 * TIE))
            return;
        change(c, t, slot);
    }
}

/* The issue that a refusal is over: that of a live red line, else the one furthest below the party's best option. */
static int objection(const Case *c, const Trial *t, int party) {
    double worst = -1;
    int over = 0;
    for (int issue = 0; issue < ISSUES; issue++) {
        double most = 0;
        for (int option = issue * WIDTH; option < (issue + 1) * WIDTH; option++)
            most = fmax(most, c->table[party][option]);
        double missing = most - c->table[party][t->draft[issue]];
        for (int line = 0; line < LINES; line++)
            if (t->live[line] && c->line_party[line] == party && t->draft[issue] == c->line_slot[line])
                missing += 2;
        if (missing > worst)
            worst = missing, over = issue;
    }
    return over;
}

static int crosses(const Case *c, const Trial *t, int party) {
    for (int line = 0; line < LINES; line++)
        if (t->live[line] && c->line_party[line] == party &&
            t->draft[c->line_slot[line] / WIDTH] == c->line_slot[line])
            return 1;
    return 0;
}

/* One round: the mediator redrafts, whoever is asked decides. Returns the day on which what was signed breaks. */
static double meet(const Case *c, Trial *t, Pool *pool, int tick, int64_t trial, Ending *end, int64_t *objections) {
    Stake stake[PARTIES];
    double estimate[PARTIES];
    value_war(c, t, c->holder);
    for (int party = 0; party < PARTIES; party++) {
        stake[party] = (Stake){c->time_preference[party], c->peace_cost * t->cost[party],
                               t->war[party] - c->exposure[party], c->distrust[party] * t->memory};
        estimate[party] = t->war[party];
        if (c->weight[party] > 0 && c->mediator_error > 0)
            estimate[party] += c->mediator_error * follow(&t->misreading[party], c->days[tick], c->mediator_memory,
                                                          normal(uniform(c, pool, ESTIMATE + party, tick, trial)));
    }
    redraft(c, t, stake, estimate);
    double lambda = rate(c, t->unguarded);
    int refusing = 0;
    for (int party = 0; party < PARTIES; party++) {
        if (party == c->holder && t->draft[c->chip] == c->quo[c->chip])
            continue;
        double best = agreement(stake[party], c->best_utility[party], rate(c, c->best_unguarded[party]));
        double spent = fmin(t->clock[party] / t->patience[party], 1);
        double tough = 1 - pow(spent, 1 / c->concession[party]);
        double z = follow(&t->judgement[party], c->days[tick], c->mood_memory[party],
                          normal(uniform(c, pool, CONSENT + party, tick, trial)));
        double moved = fmin(fmax(tough - c->noise[party] * z, 0), 1);
        double ask = t->war[party] + moved * fmax(best - t->war[party], 0);
        double gain = agreement(stake[party], t->utility[party], lambda) - ask;
        if (crosses(c, t, party) || gain < -ROUNDING) {
            refusing++;
            end->refused[party]++;
            objections[party * ISSUES + objection(c, t, party)]++;
        }
    }
    if (refusing) {
        end->failed++;
        return BEYOND;
    }
    t->state = SETTLEMENT;
    if (end->signed_at == NEVER) {
        end->signed_at = tick, end->since = c->days[tick];
        memcpy(end->terms, t->draft, sizeof end->terms);
    }
    double u = uniform(c, pool, BREACH, tick, trial);
    return lambda > 0 ? c->days[tick] + YEAR * pow(-log(u), 1 / c->shape) / lambda : BEYOND;
}

static void play_trial(const Case *c, Pool *pool, int64_t trial, Ending *end, int64_t *objections) {
    Trial t;
    double breaks = BEYOND;
    int was = FIGHTING;
    *end = (Ending){.signed_at = NEVER, .victory = NEVER, .until = BEYOND, .since = BEYOND};
    begin(c, &t, trial);
    for (int tick = 0; tick < c->ticks; tick++) {
        if (t.state == SETTLEMENT) {
            while (tick < c->ticks && c->days[tick] < breaks)
                tick++; /* nothing happens to a peace that holds */
            if (tick == c->ticks)
                break;
        }
        for (int line = 0; line < LINES; line++)
            if (t.live[line] && t.lifts[line] <= c->days[tick])
                t.live[line] = 0, block(c, &t);
        if (tick && was == FIGHTING) {
            int winner = fight(c, &t, pool, tick, trial);
            if (winner) {
                t.state = ENDED, end->victory = tick, end->winner = winner;
                break;
            }
            int closed = c->days[tick - 1] < t.closed_until - ON_TIME;
            for (int party = 0; party < PARTIES; party++)
                if (!closed && (!c->ripeness || t.hurting[party] || party == c->holder))
                    t.clock[party] += c->days[tick] - c->days[tick - 1];
        }
        value_war(c, &t, c->first), value_war(c, &t, c->second);
        if (t.state == SETTLEMENT) {
            t.state = FIGHTING, t.memory *= c->memory, t.closed_until = c->days[tick] + c->pause;
            if (end->until == BEYOND)
                end->until = breaks;
        }
        if (c->round_at[tick] && c->days[tick] >= t.closed_until - ON_TIME)
            breaks = meet(c, &t, pool, tick, trial, end, objections);
        t.hurting[c->first] = t.war[c->first] < c->quo_worth[c->first] - ROUNDING;
        t.hurting[c->second] = t.war[c->second] < c->quo_worth[c->second] - ROUNDING;
        was = t.state;
    }
    end->final = t.state, end->fought = t.fought;
}

/* Play trials first to first + count - 1; objections is (PARTIES, ISSUES) and is added to. */
void play(const Case *c, int64_t first, int64_t count, Ending *endings, int64_t *objections) {
    static _Thread_local Pool pool;
    memset(pool.drawn_for, -1, sizeof pool.drawn_for);
    for (int64_t trial = first; trial < first + count; trial++)
        play_trial(c, &pool, trial, endings + (trial - first), objections);
}

int64_t sizes(int which) { return which ? (int64_t)sizeof(Ending) : (int64_t)sizeof(Case); }
