#include <stdlib.h>

#include "meter.h"

/* Meters count in tens unless they say otherwise. */
int meter_scale = 10;

int meter_set_scale(const char *text)
{
    char *end;
    long value;
    if (text[0] != 'x')
        return -1;
    value = strtol(text + 1, &end, 10);
    if (*end != '\0' || value <= 0 || value > 1000)
        return -1;
    meter_scale = (int)value;
    return 0;
}
