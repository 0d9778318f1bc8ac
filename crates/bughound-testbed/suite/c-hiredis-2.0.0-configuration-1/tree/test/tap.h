/* Results in the Test Anything Protocol. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>

static int tap_count, tap_failed;

static int ok(int condition, const char *name)
{
    printf("%sok %d - %s\n", condition ? "" : "not ", ++tap_count, name);
    fflush(stdout);
    if (!condition)
        tap_failed++;
    return condition;
}

static int done_testing(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

#endif
