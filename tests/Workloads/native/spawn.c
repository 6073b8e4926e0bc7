// Forks and executes in a known way, for tests of process tracking.
// usage: spawn children: forks that many children, each of which burns CPU in `child_work`, then one that executes /bin/true.
// Build: gcc -O1 -fno-omit-frame-pointer -o spawn spawn.c
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile uint64_t sink;

__attribute__((noinline)) void child_work(double seconds)
{
    struct timespec now;
    do
    {
        for (int i = 0; i < 100000; i++)
        {
            sink = sink * 6364136223846793005u + 1;
        }

        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    } while ((double)now.tv_sec + (double)now.tv_nsec / 1e9 < seconds);
}

int main(int argc, char **argv)
{
    int children = argc > 1 ? atoi(argv[1]) : 2;
    double seconds = argc > 2 ? atof(argv[2]) : 0.5;
    for (int i = 0; i < children; i++)
    {
        pid_t pid = fork();
        if (pid == 0)
        {
            child_work(seconds);
            _exit(0);
        }

        printf("child %d\n", pid);
        fflush(stdout);
    }

    pid_t pid = fork();
    if (pid == 0)
    {
        execl("/bin/true", "true", (char *)0);
        _exit(1);
    }

    printf("exec %d\n", pid);
    fflush(stdout);
    while (wait(0) > 0)
    {
    }

    return 0;
}
