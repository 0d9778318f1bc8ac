#include <string.h>

#include "meter.h"
#include "tap.h"

static void add(long value, void *data)
{
    *(long *)data += value;
}

int main(void)
{
    char room[128];
    long first = 0, second = 100;

    meter_report(room, sizeof room);
    ok(strcmp(room, "nothing was read") == 0, "nothing at first");
    ok(meter_scale == 10, "meters count in tens");
    ok(meter_add_hook(add, &first) == 0 && meter_add_hook(add, &second) == 1, "hooks are added");
    meter_read(3);
    meter_read(-1);
    meter_report(room, sizeof room);
    ok(strcmp(room, "2 readings, -10 to 30, 20 in all, scale 10") == 0, "a report");
    ok(first == 20 && second == 120, "hooks hear of every reading");
    ok(meter_set_scale("x2") == 0 && meter_scale == 2, "another scale");
    ok(meter_set_scale("2") == -1 && meter_set_scale("x0") == -1 && meter_set_scale("x2y") == -1 && meter_scale == 2,
       "scales that are none");
    for (long i = 1; i <= 10; i++)
        meter_read(i);
    ok(meter_recent() == 16.0, "the mean of the last five");
    meter_reset();
    meter_report(room, sizeof room);
    ok(strcmp(room, "nothing was read") == 0 && meter_recent() == 0, "what is counted is reset");
    meter_read(4);
    ok(meter_totals.lowest == 8 && meter_totals.highest == 8 && meter_totals.count == 1, "counting starts anew");
    ok(meter_add_hook(add, &first) == 2 && meter_add_hook(add, &first) == 3 && meter_add_hook(add, &first) == -1,
       "there is room for four hooks");
    return done_testing();
}
