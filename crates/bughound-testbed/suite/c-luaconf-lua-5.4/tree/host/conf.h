/* Settings written in Lua: a text is run once, and what it leaves behind is asked by paths such as "server.ports". */
#ifndef CONF_H
#define CONF_H

typedef struct conf conf;

/* Runs `text`. NULL where there is no memory; what went wrong otherwise is said by conf_error. */
conf *conf_read(const char *text);
void conf_free(conf *c);

/* What went wrong last, or "". */
const char *conf_error(const conf *c);

/* What is at `path`; `fallback` where nothing is, or something else. */
double conf_number(conf *c, const char *path, double fallback);
int conf_flag(conf *c, const char *path, int fallback);
/* Copied into `room`, cut to `length - 1` bytes. */
const char *conf_text(conf *c, const char *path, const char *fallback, char *room, unsigned length);

/* How many elements the list at `path` has, -1 where there is no list. */
int conf_count(conf *c, const char *path);
double conf_element(conf *c, const char *path, int at, double fallback);

#endif
