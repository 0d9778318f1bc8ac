#include "roman.h"

#include <stdio.h>
#include <string.h>

static int n;

static void ok(int is, const char *what) {
    printf("%sok %d - %s\n", is ? "" : "not ", ++n, what);
}

int main(void) {
    char text[32];
    int same = 1;
    printf("1..5\n");
    ok(roman_read("MCMXC") == 1990, "reads");
    ok(roman_write(49, text, sizeof text) == 4 && strcmp(text, "XLIX") == 0, "writes");
    ok(roman_read("IIII") == -1 && roman_read("") == -1 && roman_read("A") == -1, "refuses");
    ok(roman_write(8, text, 4) == -1 && roman_write(8, text, 5) == 4, "keeps to the buffer");
    for (int at = 1; at < 4000; at++)
        same = same && roman_write(at, text, sizeof text) > 0 && roman_read(text) == at;
    ok(same, "there and back");
    return 0;
}
