#include "meter.h"

#include "ring.h"

static void *hook_data[METER_HOOKS];
static struct ring recent;

void meter_read(long raw)
{
    long value = raw * meter_scale;
    if (meter_totals.count == 0 || value < meter_totals.lowest)
        meter_totals.lowest = value;
    if (meter_totals.count == 0 || value > meter_totals.highest)
        meter_totals.highest = value;
    meter_totals.count++;
    meter_totals.sum += value;
    ring_push(&recent, value);
    for (int i = 0; i < METER_HOOKS; i++)
        if (meter_hooks[i] != NULL)
            meter_hooks[i](value, hook_data[i]);
}

void meter_reset(void)
{
    meter_totals = (struct meter_totals){0};
    ring_clear(&recent);
}

int meter_add_hook(meter_hook hook, void *data)
{
    for (int i = 0; i < METER_HOOKS; i++)
        if (meter_hooks[i] == NULL) {
            meter_hooks[i] = hook;
            hook_data[i] = data;
            return i;
        }
    return -1;
}

double meter_recent(void)
{
    return ring_mean(&recent);
}
