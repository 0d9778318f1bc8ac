#include <string.h>

#include "conf.h"
#include "tap.h"

static const char text[] =
    "server = { name = 'gate', ports = { 80, 443, 8080 }, tls = true, limit = bytes '4k' }\n"
    "total = sum(server.ports)\n"
    "first, second = all(7, 9)\n"
    "names = join({ 'a', 'b', 'c' }, '-')\n"
    "squares = {}\n"
    "local list = range(2, 5)\n"
    "for i = 1, #list do squares[i] = list[i] * list[i] end\n";

int main(void)
{
    char room[32];
    conf *c = conf_read(text);
    ok(c != NULL && strcmp(conf_error(c), "") == 0, "settings are read");
    ok(strcmp(conf_text(c, "server.name", "", room, sizeof room), "gate") == 0, "text");
    ok(strcmp(conf_text(c, "server.ports", "none", room, sizeof room), "none") == 0, "a table is no text");
    ok(strcmp(conf_text(c, "server.name", "", room, 3), "ga") == 0, "text is cut");
    ok(conf_flag(c, "server.tls", 0) == 1 && conf_flag(c, "server.no", 1) == 1, "flags");
    ok(conf_count(c, "server.ports") == 3 && conf_count(c, "server.name") == -1, "lists are counted");
    ok(conf_element(c, "server.ports", 0, 0) == 80 && conf_element(c, "server.ports", 2, 0) == 8080 &&
           conf_element(c, "server.ports", 3, -1) == -1,
       "lists keep their order");
    ok(conf_number(c, "server.limit", 0) == 4096 && conf_number(c, "total", 0) == 8603, "functions of the host");
    ok(conf_number(c, "first", 0) == 7 && conf_number(c, "second", 0) == 9, "several values");
    ok(strcmp(conf_text(c, "names", "", room, sizeof room), "a-b-c") == 0, "functions in Lua");
    ok(conf_count(c, "squares") == 4 && conf_element(c, "squares", 3, 0) == 25, "loops");
    ok(conf_number(c, "nothing.at.all", 5) == 5, "a path that leads nowhere");
    ok(conf_count(c, "sum") == -1 && conf_number(c, "server.name.x", 3) == 3, "names are looked up in the settings alone");
    conf_free(c);

    c = conf_read("x = = 1");
    ok(strstr(conf_error(c), "settings") != NULL, "a text that is no Lua");
    conf_free(c);
    c = conf_read("a = 1\nb = bytes 'many'\n");
    ok(strstr(conf_error(c), "no size: many") != NULL && conf_number(c, "a", 0) == 1, "what was set before an error stays");
    conf_free(c);
    c = conf_read("os = nil\nprint = 3\n");
    ok(strcmp(conf_error(c), "") == 0 && conf_number(c, "print", 0) == 3, "settings may use any name");
    conf_free(c);
    return done_testing();
}
