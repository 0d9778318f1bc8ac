#include "conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "builtins.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

struct conf {
    lua_State *lua;
    /* The table in which the text ran. */
    int settings;
    char error[256];
};

static void fail(conf *c)
{
    const char *said = lua_tostring(c->lua, -1);
    snprintf(c->error, sizeof c->error, "%s", said ? said : "an error without words");
    lua_settop(c->lua, 0);
}

/* The settings see the built-in functions, but not the other way round. */
static void push_settings(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    builtins_push(L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
}

conf *conf_read(const char *text)
{
    lua_State *L;
    conf *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    L = lua_open();
    if (L == NULL) {
        free(c);
        return NULL;
    }
    c->lua = L;
    luaL_openlibs(L);
    if (luaL_loadbuffer(L, text, strlen(text), "settings") != 0) {
        fail(c);
        return c;
    }
    push_settings(L);
    lua_pushvalue(L, -1);
    c->settings = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_setfenv(L, -2);
    if (lua_pcall(L, 0, 0, 0) != 0)
        fail(c);
    return c;
}

void conf_free(conf *c)
{
    if (c == NULL)
        return;
    lua_close(c->lua);
    free(c);
}

const char *conf_error(const conf *c)
{
    return c->error;
}

/* Pushes what is at `path`, nil where nothing is. */
static void push(conf *c, const char *path)
{
    lua_State *L = c->lua;
    lua_rawgeti(L, LUA_REGISTRYINDEX, c->settings);
    while (*path != '\0' && lua_istable(L, -1)) {
        size_t length = strcspn(path, ".");
        lua_pushlstring(L, path, length);
        lua_rawget(L, -2);
        lua_remove(L, -2);
        path += length;
        if (*path == '.')
            path++;
    }
    if (*path != '\0') {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

double conf_number(conf *c, const char *path, double fallback)
{
    push(c, path);
    if (lua_type(c->lua, -1) == LUA_TNUMBER)
        fallback = lua_tonumber(c->lua, -1);
    lua_pop(c->lua, 1);
    return fallback;
}

int conf_flag(conf *c, const char *path, int fallback)
{
    push(c, path);
    if (lua_isboolean(c->lua, -1))
        fallback = lua_toboolean(c->lua, -1);
    lua_pop(c->lua, 1);
    return fallback;
}

const char *conf_text(conf *c, const char *path, const char *fallback, char *room, unsigned length)
{
    push(c, path);
    if (lua_type(c->lua, -1) == LUA_TSTRING)
        fallback = lua_tostring(c->lua, -1);
    snprintf(room, length, "%s", fallback);
    lua_pop(c->lua, 1);
    return room;
}

int conf_count(conf *c, const char *path)
{
    int count = -1;
    push(c, path);
    if (lua_istable(c->lua, -1)) {
        lua_State *L = c->lua;
        count = (int)lua_objlen(L, -1);
    }
    lua_pop(c->lua, 1);
    return count;
}

double conf_element(conf *c, const char *path, int at, double fallback)
{
    push(c, path);
    if (lua_istable(c->lua, -1)) {
        lua_rawgeti(c->lua, -1, at + 1);
        if (lua_type(c->lua, -1) == LUA_TNUMBER)
            fallback = lua_tonumber(c->lua, -1);
        lua_pop(c->lua, 1);
    }
    lua_pop(c->lua, 1);
    return fallback;
}
