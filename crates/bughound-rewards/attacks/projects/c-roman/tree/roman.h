/* Roman numerals. */
int roman_read(const char *text);
int roman_write(int number, char *out, int size);
