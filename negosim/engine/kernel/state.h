/* Where the histories of a block stand. negosim.engine.kernel.structs reads the fields from here. */

#ifndef NEGOSIM_STATE_H
#define NEGOSIM_STATE_H

#include <stdbool.h>
#include <stdint.h>

enum { NO_TRACK = -1, UNSAID = -1, MOST_TRACKS = 64, MOST_BODIES = 128 };  /* negosim.engine.state */
enum { FIGHTING = 0, CEASEFIRE = 1, SETTLEMENT = 2, ENDED = 3 }; /* negosim.engine.record.states */

/* Where a track stands: as negosim.engine.state.TrackState, (trials, …) each. */
typedef struct {
    int64_t *draft;
    double *clock;
    bool *open;
    double *toughness;
    bool *slowed;
    int32_t *rounds;
    double *credibility;
    bool *agreed;
    int64_t *deal;
    bool *moved;
    double *deal_breaks;
    bool *waiting;
    int64_t *signed_text;
    bool *pressed;
    double *votes, *closed_until, *mood, *asked_on, *misreading, *misread_on;
} TrackState;

/* Where each history stands: as negosim.engine.state.State, (trials, …) each. */
typedef struct {
    int64_t trials, issues, lines, tracks;
    const TrackState *track;    /* (tracks,) */
    const int64_t *row;         /* its place in the block as it began */
    int8_t *state;
    bool *fighting;
    double *fought;
    const double *front;
    int64_t *own_quo;
    int64_t *status_quo;
    bool *taken;
    bool *fixed;
    bool *live;
    double *lifts, *next_lift;
    double *distrust;
    bool *counting;
    int64_t *terms;
    bool *left;
    int8_t *under;
    double *breaks;
    bool *truce;
    double *body_mood, *voted_on, *lesson, *lost_on; /* (trials, bodies) */
    int64_t *edition, *drawing;
} State;

/* Bring the status quo of a history, or of several, up to date with the front, with what events have fixed and with
   limited deals; an agreement in force that left an issue as it was goes with it. */
void restate(const State *state, int64_t row);
void negosim_restate(const State *state, int64_t count, const int64_t *rows);

/* Let a red line stand in some histories until an event lifts it, or lift it there. */
void negosim_draw_line(const State *state, int64_t line, int64_t stands, int64_t count, const int64_t *rows);

/* Lift the red lines whose time has come by a day, in some rows (from one to before another). */
void negosim_lift(const State *state, double day, int64_t from, int64_t to);

#endif
