/* Sealing this process before it touches foreign bytes.
 *
 * In order: what libraries would open later is warmed up; memory is limited; other descriptors are closed; no
 * new privileges; Landlock with an empty set of rules; the other limits; seccomp. seccomp alone already ends
 * the process at any open, socket or fork, so a kernel without Landlock is accepted; a kernel without seccomp
 * is not.
 */
#include "base/child.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <signal.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"

#define STREAM_ROOM ((size_t)64 * 1024)

/* Calls that the sealed process may make with any arguments. */
static const int CALLS_ALLOWED[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sysinfo), /* qsort asks how much memory there is */
#ifdef HITOMACHI_SANITIZED
    SCMP_SYS(rt_sigaction), /* the sanitizer puts SIGABRT back before it aborts */
    SCMP_SYS(sched_yield),
#endif
};

static bool seal_error(Error *error, const char *what, int number)
{
    return error_set(error, ERROR_SYSTEM, "cannot seal the reader (%s): %s", what, strerrordesc_np(number));
}

/* Random seeds are drawn and stdio gets its buffers while that is still allowed. */
static bool warm_up(Error *error)
{
    json_object_seed(0);
    if (sodium_init() < 0)
        return seal_error(error, "randomness", ENOSYS);
    /* Never freed: the streams keep them until the process leaves. */
    char *in = malloc(STREAM_ROOM), *out = malloc(STREAM_ROOM);
    if (!in || !out || setvbuf(stdin, in, _IOFBF, STREAM_ROOM) != 0 ||
        setvbuf(stdout, out, _IOFBF, STREAM_ROOM) != 0) {
        free(in);
        free(out);
        return error_memory(error);
    }
    return true;
}

static bool set_limit(int resource, size_t limit, Error *error)
{
    struct rlimit both = {.rlim_cur = limit, .rlim_max = limit};
    struct rlimit now;
    if (getrlimit(resource, &now) == 0 && now.rlim_max < both.rlim_max)
        both.rlim_cur = both.rlim_max = now.rlim_max; /* stricter already */
    return setrlimit(resource, &both) == 0 || seal_error(error, "limits", errno);
}

#ifdef HITOMACHI_SANITIZED
/* The sanitizer reserves terabytes of address space, so that this limit cannot be set. */
static bool limit_memory(const ChildLimits *limits, Error *error)
{
    (void)limits, (void)error;
    return true;
}
#else
/* Pages of address space taken already by the program and its libraries, as the first number of statm. */
static bool pages_taken(int64_t *out)
{
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file)
        return false;
    char line[128] = "";
    bool got = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    Str first, rest;
    return got && str_cut(str_of(line), S(" "), &first, &rest) && str_to_int(first, out) && *out >= 0;
}

/* What is taken already does not count. */
static bool limit_memory(const ChildLimits *limits, Error *error)
{
    int64_t pages;
    if (!pages_taken(&pages))
        return seal_error(error, "memory", ENOSYS);
    size_t total;
    if (__builtin_mul_overflow((size_t)pages, (size_t)sysconf(_SC_PAGESIZE), &total) ||
        __builtin_add_overflow(total, limits->memory_max, &total))
        return true;
    return set_limit(RLIMIT_AS, total, error);
}
#endif

static bool set_limits(const ChildLimits *limits, Error *error)
{
    return set_limit(RLIMIT_NOFILE, 0, error) && set_limit(RLIMIT_NPROC, 0, error) &&
           set_limit(RLIMIT_FSIZE, 0, error) && set_limit(RLIMIT_CORE, 0, error) &&
           set_limit(RLIMIT_CPU, limits->seconds, error);
}

/* Refuses every access to files that this kernel's Landlock knows. True also where there is no Landlock. */
static bool refuse_files(Error *error)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP || seal_error(error, "Landlock", errno);
    /* Version 1 has 13 rights; 2 added moving between folders, 3 cutting off, 5 commands to devices. */
    int rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
    struct landlock_ruleset_attr attributes = {.handled_access_fs = ((uint64_t)1 << rights) - 1};
    long rules = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
    if (rules < 0)
        return seal_error(error, "Landlock", errno);
    long failed = syscall(SYS_landlock_restrict_self, rules, 0);
    int number = errno;
    close((int)rules);
    return failed == 0 || seal_error(error, "Landlock", number);
}

/* 0, or a negative error number. */
static int add_rules(scmp_filter_ctx filter)
{
    int failed = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    for (size_t i = 0; i < COUNT_OF(CALLS_ALLOWED) && !failed; i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS_ALLOWED[i], 0);
    /* Memory of its own, never to be run. */
    if (!failed)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
            SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
    /* abort() raises a signal, in this process only, so that a broken invariant is told from a forbidden
     * call. */
    if (!failed)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2,
            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0), SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0));
    return failed;
}

static bool refuse_calls(Error *error)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return error_memory(error);
    int failed = add_rules(filter);
    if (!failed)
        failed = seccomp_load(filter);
    seccomp_release(filter);
    return failed == 0 || seal_error(error, "seccomp", -failed);
}

bool sandbox_seal(const ChildLimits *limits, Error *error)
{
    if (!warm_up(error) || !limit_memory(limits, error))
        return false;
    if (close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
        return seal_error(error, "descriptors", errno);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return seal_error(error, "privileges", errno);
    return refuse_files(error) && set_limits(limits, error) && refuse_calls(error);
}
