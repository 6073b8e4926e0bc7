// A program whose CPU time is split between three functions in a known way: about 60, 30 and 10 percent of the work.
// What each function really used is measured with the thread's own CPU clock and printed at the end, one line each:
//   truth <function> <nanoseconds>
// With "hold" it then stays until its standard input is closed, as a service would.
// usage: split <seconds of CPU time> [shares, e.g. 60,30,10] [hold]
// Build: gcc -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -o split split.c
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile uint64_t sink;

static uint64_t thread_nanos(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// The three bodies differ in their constants, so that the compiler cannot fold them into one.
#define WORK(name, constant)                                          \
    __attribute__((noinline)) void name(uint64_t rounds)              \
    {                                                                 \
        uint64_t x = sink + constant;                                 \
        for (uint64_t i = 0; i < rounds; i++)                         \
        {                                                             \
            x = x * 6364136223846793005u + constant;                  \
            x ^= x >> 29;                                             \
        }                                                             \
        sink = x;                                                     \
    }

WORK(work_large, 1442695040888963407u)
WORK(work_medium, 2862933555777941757u)
WORK(work_small, 3037000493u)

__attribute__((noinline)) void run_turn(uint64_t unit, const unsigned *share, uint64_t *used)
{
    uint64_t t0 = thread_nanos();
    work_large(unit * share[0]);
    uint64_t t1 = thread_nanos();
    work_medium(unit * share[1]);
    uint64_t t2 = thread_nanos();
    work_small(unit * share[2]);
    uint64_t t3 = thread_nanos();
    used[0] += t1 - t0;
    used[1] += t2 - t1;
    used[2] += t3 - t2;
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? atof(argv[1]) : 5;
    unsigned share[3] = {60, 30, 10};
    if (argc > 2)
    {
        sscanf(argv[2], "%u,%u,%u", &share[0], &share[1], &share[2]);
    }

    // One turn takes 1.5 to 4.5 ms, by chance: long against the clock reads, short against the run, and never in step with the
    // sampling period.
    uint64_t used[3] = {0, 0, 0};
    uint64_t unit = 1000;
    uint64_t before = thread_nanos();
    run_turn(unit, share, used);
    uint64_t took = thread_nanos() - before;
    unit = unit * 3000000 / (took ? took : 1) + 1;
    used[0] = used[1] = used[2] = 0;
    uint64_t random = thread_nanos();

    uint64_t end = thread_nanos() + (uint64_t)(seconds * 1e9);
    printf("ready\n");
    fflush(stdout);
    while (thread_nanos() < end)
    {
        random = random * 6364136223846793005u + 1442695040888963407u;
        run_turn(unit / 2 + (random >> 33) % unit, share, used);
    }

    printf("truth work_large %llu\n", (unsigned long long)used[0]);
    printf("truth work_medium %llu\n", (unsigned long long)used[1]);
    printf("truth work_small %llu\n", (unsigned long long)used[2]);
    printf("done\n");
    fflush(stdout);
    while (argc > 3 && getchar() != EOF)
    {
    }

    return 0;
}
