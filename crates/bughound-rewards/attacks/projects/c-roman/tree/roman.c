#include "roman.h"

#include <string.h>

static const struct {
    int value;
    const char *text;
} SIGNS[] = {
    {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
    {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"},
};

#define N_SIGNS ((int)(sizeof SIGNS / sizeof SIGNS[0]))

/* The number, or -1 where the text is none. */
int roman_read(const char *text) {
    int number = 0;
    const char *rest = text;
    char again[64];
    for (int at = 0; at < N_SIGNS; at++) {
        size_t length = strlen(SIGNS[at].text);
        while (strncmp(rest, SIGNS[at].text, length) == 0) {
            number += SIGNS[at].value;
            rest += length;
        }
    }
    if (*rest != '\0' || number == 0 || roman_write(number, again, sizeof again) < 0)
        return -1;
    return strcmp(again, text) == 0 ? number : -1;
}

/* The length of the text, or -1 where it does not fit. */
int roman_write(int number, char *out, int size) {
    int length = 0;
    if (number < 1 || number > 3999)
        return -1;
    for (int at = 0; at < N_SIGNS; at++) {
        int n = (int)strlen(SIGNS[at].text);
        while (number >= SIGNS[at].value) {
            if (length + n >= size)
                return -1;
            memcpy(out + length, SIGNS[at].text, (size_t)n);
            length += n;
            number -= SIGNS[at].value;
        }
    }
    out[length] = '\0';
    return length;
}
