/* Counts readings of a meter, keeps the last ones, and tells hooks of them. */
#ifndef METER_H
#define METER_H

#include <stddef.h>

#define METER_HOOKS 4

struct meter_totals {
    size_t count;
    long sum;
    long lowest;
    long highest;
};

typedef void (*meter_hook)(long value, void *data);

/* What was seen so far. */
struct meter_totals meter_totals;
meter_hook meter_hooks[METER_HOOKS];
int meter_scale;

/* Takes a raw reading; it is multiplied by meter_scale. */
void meter_read(long raw);
/* Forgets what was seen. */
void meter_reset(void);
/* Calls `hook` with every reading; -1 where there is no room. */
int meter_add_hook(meter_hook hook, void *data);
/* The mean of the last readings, as far as they are kept. */
double meter_recent(void);
/* Writes totals as a line of text into `room`; how many bytes there are. */
int meter_report(char *room, size_t length);
/* Reads a scale such as "x10"; 0 where it was one. */
int meter_set_scale(const char *text);

#endif
