/* web/epoch.c: counts who holds which epoch, and opens the next one.
 *
 * One lock guards the present epoch and the numbers of holders; a second one is held by whoever opens a new
 * one, so that requests that find the database ahead wait for one compilation and do not each make their own.
 *
 * What must hold: an epoch is released when nobody holds it and it is not the present one; the present one is
 * never of an older declaration than the one before it.
 */
#include "web/epoch.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/log.h"
#include "city/declaration.h"

typedef struct Held {
    Epoch epoch; /* first: callers see this part */
    City *own;   /* compiled here; NULL: the caller's */
    size_t holders;
} Held;

struct Epochs {
    Db *db;
    Date today;
    pthread_mutex_t lock, renewing;
    Held *present;                /* under the lock */
    atomic_uint_fast64_t changes; /* db_changes when the present one was opened */
};

static void release(Held *held)
{
    if (held->epoch.door)
        door_close(held->epoch.door);
    city_free(held->own);
    free(held);
}

/* A city whose only service is the registers, the product's own, has nothing to run. */
static bool open_door(const Epochs *epochs, Held *held, Error *error)
{
    Clock clock = clock_now();
    if (date_is_given(epochs->today))
        clock.today = epochs->today;
    if (!epochs->db || !held->epoch.city || held->epoch.city->services.len < 2)
        return true;
    if (!door_open(&held->epoch.door, held->epoch.city, epochs->db, &clock, error))
        return false;
    held->epoch.number = door_epoch(held->epoch.door);
    return true;
}

static Held *new_held(const Epochs *epochs, const City *city, City *own, int64_t number, Error *error)
{
    Held *held = calloc(1, sizeof(*held));
    if (!held) {
        city_free(own);
        error_memory(error);
        return NULL;
    }
    *held = (Held){.epoch = {.city = city, .number = number}, .own = own};
    if (open_door(epochs, held, error))
        return held;
    release(held);
    return NULL;
}

bool epochs_open(Epochs **out, Db *db, const City *city, Date today, Error *error)
{
    Epochs *epochs = calloc(1, sizeof(*epochs));
    *out = NULL;
    if (!epochs)
        return error_memory(error);
    epochs->db = db;
    epochs->today = today;
    atomic_init(&epochs->changes, db ? db_changes(db) : 0);
    epochs->present = new_held(epochs, city, NULL, 0, error);
    if (!epochs->present) {
        free(epochs);
        return false;
    }
    pthread_mutex_init(&epochs->lock, NULL);
    pthread_mutex_init(&epochs->renewing, NULL);
    *out = epochs;
    return true;
}

void epochs_close(Epochs *epochs)
{
    if (!epochs)
        return;
    assert(epochs->present->holders == 0 && "nobody holds a city when the server ends");
    release(epochs->present);
    pthread_mutex_destroy(&epochs->renewing);
    pthread_mutex_destroy(&epochs->lock);
    free(epochs);
}

const Epoch *epochs_hold(Epochs *epochs)
{
    pthread_mutex_lock(&epochs->lock);
    Held *held = epochs->present;
    held->holders++;
    pthread_mutex_unlock(&epochs->lock);
    return &held->epoch;
}

/* The Held an Epoch is the first part of. */
static Held *held_of(const Epoch *epoch)
{
    union {
        const Epoch *given;
        Held *held;
    } same = {.given = epoch};
    return same.held;
}

void epochs_let_go(Epochs *epochs, const Epoch *epoch)
{
    Held *held = held_of(epoch);
    pthread_mutex_lock(&epochs->lock);
    assert(held->holders > 0 && "an epoch is let go as often as it is held");
    bool is_last = --held->holders == 0 && held != epochs->present;
    pthread_mutex_unlock(&epochs->lock);
    if (is_last)
        release(held);
}

bool epochs_look_old(const Epochs *epochs)
{
    return epochs->db && atomic_load(&epochs->changes) != db_changes(epochs->db);
}

/* --- the next one ------------------------------------------------------------------------------- */

static bool read_city(Epochs *epochs, int64_t present, City **city, int64_t *number, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    *city = NULL;
    return db_read_begin(epochs->db, &conn, error) && city_epoch(conn, number, error) &&
           (*number <= present || city_of_database(conn, city, number, error));
}

/* Under `renewing`. */
static bool take_next(Epochs *epochs, Error *error)
{
    uint64_t changes = db_changes(epochs->db);
    int64_t number = 0;
    City *city = NULL;
    if (!read_city(epochs, epochs->present->epoch.number, &city, &number, error))
        return false;
    atomic_store(&epochs->changes, changes);
    if (!city)
        return true;
    Held *next = new_held(epochs, city, city, number, error);
    if (!next)
        return false;
    pthread_mutex_lock(&epochs->lock);
    Held *before = epochs->present;
    bool is_free = before->holders == 0;
    epochs->present = next;
    pthread_mutex_unlock(&epochs->lock);
    log_line(LOG_INFO, "city_renewed", LOG_INT("epoch", next->epoch.number));
    if (is_free)
        release(before);
    return true;
}

/* One read, so that requests that failed for another reason do not wait for each other. */
static bool is_behind(Epochs *epochs, const Epoch *epoch, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    int64_t number = 0;
    return db_read_begin(epochs->db, &conn, error) && city_epoch(conn, &number, error) &&
           number > epoch->number;
}

bool epochs_renew(Epochs *epochs, const Epoch *than, Error *error)
{
    bool ok = true;
    if (!epochs->db || !than->city || (!is_behind(epochs, than, error) && !epochs_look_old(epochs)))
        return false;
    pthread_mutex_lock(&epochs->renewing);
    for (int tries = 0; tries < 3; tries++) {
        ok = take_next(epochs, error);
        if (ok || (error->code != ERROR_CONFLICT && error->code != ERROR_STALE))
            break; /* else another apply came in between */
    }
    bool is_newer = &epochs->present->epoch != than;
    pthread_mutex_unlock(&epochs->renewing);
    if (!ok)
        log_line(LOG_FAULT, "city_not_renewed", LOG_TEXT("code", str_of(error_name(error->code))),
            LOG_TEXT("message", str_of(error->message)));
    return ok && is_newer;
}
