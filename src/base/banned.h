/* base/banned.h: calls that are compile errors here, and what to use instead.
 *
 * Included by base.h after the C library's headers, so that their own declarations are untouched.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#define BANNED(name, instead) banned_##name##_use_##instead

#undef strcpy
#define strcpy(to, from) BANNED(strcpy, arena_str)
#undef strcat
#define strcat(to, from) BANNED(strcat, buf_add)
#undef strncpy
#define strncpy(to, from, n) BANNED(strncpy, arena_str)
#undef strncat
#define strncat(to, from, n) BANNED(strncat, buf_add)
#undef sprintf
#define sprintf(...) BANNED(sprintf, snprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf, vsnprintf)
#undef strtok
#define strtok(s, by) BANNED(strtok, str_cut)
#undef strtok_r
#define strtok_r(s, by, save) BANNED(strtok_r, str_cut)
#undef atoi
#define atoi(s) BANNED(atoi, str_to_int)
#undef atol
#define atol(s) BANNED(atol, str_to_int)
#undef atoll
#define atoll(s) BANNED(atoll, str_to_int)
#undef atof
#define atof(s) BANNED(atof, str_to_int)
#undef gmtime
#define gmtime(t) BANNED(gmtime, date_from_days)
#undef localtime
#define localtime(t) BANNED(localtime, date_from_days)
#undef ctime
#define ctime(t) BANNED(ctime, date_print_iso)
#undef asctime
#define asctime(t) BANNED(asctime, date_print_iso)
#undef mktime
#define mktime(t) BANNED(mktime, date_to_days)
#undef rand
#define rand() BANNED(rand, randombytes_buf)
#undef system
#define system(command) BANNED(system, child_run)
#undef popen
#define popen(command, mode) BANNED(popen, child_run)
#undef alloca
#define alloca(n) BANNED(alloca, arena_alloc)

#endif
