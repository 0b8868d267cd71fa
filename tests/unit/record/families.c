/* tests/unit/record/families.c: people at the door of the sample city. */
#include "families.h"

#include "testdb.h"

const char *const who_names[WHO_COUNT] = {"anyone", "mother", "neighbour", "youth_officer", "planner"};

static void need(bool good, const Error *error)
{
    if (good)
        return;
    error_print(stderr, error);
    abort();
}

static RecordMade make_person(Circle *circle, const char *number, const char *name, const char *birth)
{
    return CIRCLE_MAKE(circle, circle->person, STR_EMPTY, S("number"), str_of(number), S("name"),
        str_of(name), S("birth"), str_of(birth), S("resident_from"), str_of(birth));
}

static RecordMade make_guardian(Circle *circle, Str guardian, Str child)
{
    return CIRCLE_MAKE(circle, circle->guardianship, STR_EMPTY, S("guardian"), guardian, S("child"), child,
        S("from"), S("2010-01-01"));
}

static Asking ask_as(Circle *circle, const char *login, const char *role, int64_t person)
{
    Asking asking = circle->asking;
    Str roles[] = {str_of(role)};
    Account account = {.id = 1, .login = str_of(login), .person = person};
    account.roles.at = roles;
    account.roles.len = role[0] != '\0';
    actor_of_account(&asking.actor, circle->arena, login[0] != '\0' ? &account : NULL);
    return asking;
}

void families_open(Families *families)
{
    Circle *circle = &families->circle;
    families->url = test_db_url();
    circle_open(circle, families->url);
    families->mother = make_person(circle, "1001", "水辺 花子", "1980-04-01");
    families->child = make_person(circle, "1002", "水辺 ひかる", "2008-10-10");
    families->neighbour = make_person(circle, "2001", "野原 太郎", "1979-05-05");
    families->neighbours_child = make_person(circle, "2002", "野原 みどり", "2009-01-20");
    families->guardianships[0] = make_guardian(circle, families->mother.code, families->child.code);
    families->guardianships[1] =
        make_guardian(circle, families->neighbour.code, families->neighbours_child.code);
    families->who[ANYONE] = ask_as(circle, "", "", 0);
    families->who[MOTHER] = ask_as(circle, "hanako", "", families->mother.id);
    families->who[NEIGHBOUR] = ask_as(circle, "taro", "", families->neighbour.id);
    families->who[YOUTH_OFFICER] = ask_as(circle, "aoi", "youth_officer", 0);
    families->who[PLANNER] = ask_as(circle, "ken", "planner", 0);
}

void families_close(Families *families)
{
    families_read_end(families);
    circle_close(&families->circle);
}

DbConn *families_read(Families *families)
{
    Error error = {0};
    families_read_end(families);
    need(db_read_begin(families->circle.db, &families->conn, &error), &error);
    return families->conn;
}

void families_read_end(Families *families)
{
    db_read_end(&families->conn);
}

RecordMade families_entry(
    Families *families, Str session, const RecordMade *child, const RecordMade *guardian)
{
    return CIRCLE_MAKE(&families->circle, families->circle.entry, session, S("child"), child->code,
        S("guardian"), guardian->code, S("allergy"), S("そば"));
}

Asking families_on(const Asking *asking, int year, int month, int day)
{
    Asking later = *asking;
    later.clock.today = (Date){(int16_t)year, (int8_t)month, (int8_t)day};
    return later;
}

Record *families_get(Families *families, Who who, Str code)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    Record *record = NULL;
    need(db_read_begin(families->circle.db, &conn, &error), &error);
    if (record_get(families->circle.door, conn, &families->who[who], code, &record, &error))
        return record;
    need(error.code == ERROR_NOT_FOUND, &error);
    return NULL;
}

bool families_can_read(Families *families, Who who, Str code)
{
    return families_get(families, who, code) != NULL;
}

size_t families_count(Families *families, Who who, const RecordQuery *query)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    RecordList list;
    need(db_read_begin(families->circle.db, &conn, &error), &error);
    need(record_list(families->circle.door, conn, &families->who[who], query, false, &list, &error), &error);
    return list.total;
}

int64_t families_number(Families *families, const char *sql)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    Error error = {0};
    int64_t number = 0;
    need(db_read_begin(families->circle.db, &conn, &error), &error);
    need(db_one_integer(conn, &number, &error, sql), &error);
    return number;
}
