#include <stdio.h>

#include "meter.h"

int meter_report(char *room, size_t length)
{
    if (meter_totals.count == 0)
        return snprintf(room, length, "nothing was read");
    return snprintf(room, length, "%zu readings, %ld to %ld, %ld in all, scale %d", meter_totals.count, meter_totals.lowest,
                    meter_totals.highest, meter_totals.sum, meter_scale);
}
